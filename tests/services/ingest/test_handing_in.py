"""What `plumbline ingest PATH…` picks up under the paths that it is given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from plumbline_embedded.documents import UnreadableError, found_under, read_submission

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Makes files of these names under one folder and returns the folder."""

    def write(*names: str, manifest: str = "") -> Path:
        for name in names:
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"text of {name}", encoding="utf-8")
        if manifest:
            (tmp_path / "guideline.toml").write_text(manifest, encoding="utf-8")
        return tmp_path

    return write


def test_markdown_pages_and_plain_text_are_each_a_guideline(make: Make) -> None:
    folder = make("a.md", "b.html", "c/d.HTM", "e.txt", "f.markdown", "g.pdf", "h", "i.css")
    found = [str(path.relative_to(folder)) for path in found_under(folder)]
    assert found == ["a.md", "b.html", "c/d.HTM", "e.txt", "f.markdown", "g.pdf"]  # to be refused


def test_what_a_browser_saves_beside_a_page_is_not_a_document(make: Make) -> None:
    folder = make("page.html", "page_files/frame.html", ".git/note.md")
    assert [path.name for path in found_under(folder)] == ["page.html"]


def test_a_folder_without_documents_says_which_kinds_there_are(make: Make) -> None:
    with pytest.raises(UnreadableError, match=r"\.html"):
        list(found_under(make("g.css")))


def test_a_guideline_hands_in_the_files_it_names_in_folders_below_too(make: Make) -> None:
    folder = make("a.md", "pages/b.html", "README.md", manifest='files = ["a.md", "pages/b.html"]')
    (manifest,) = found_under(folder)
    submission = read_submission(manifest)
    assert submission.files == (
        ("a.md", b"text of a.md"),
        ("pages/b.html", b"text of pages/b.html"),
    )
    assert submission.manifest == 'files = ["a.md", "pages/b.html"]'


@pytest.mark.parametrize(
    "manifest",
    [
        'files = ["../a.md", "/a.md", "b/../../a.md", "a\\u0000.md", "gone.md", 1]',
        'files = "a.md"',
        "files = [",
        f'files = ["{"x" * 5000}.md"]',
    ],
)
def test_nothing_outside_the_folder_is_read_and_the_service_says_what_is_wrong(
    make: Make, manifest: str
) -> None:
    folder = make("a.md", "in/b.md")
    file = folder / "in" / "guideline.toml"
    file.write_text(manifest, encoding="utf-8")
    submission = read_submission(file)
    assert submission.files == ()
    assert submission.manifest == manifest
