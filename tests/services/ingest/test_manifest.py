"""guideline.toml: what it may say, and how a mistake is explained."""

from __future__ import annotations

from datetime import date

import pytest

from plumbline_ingest.errors import Refused
from plumbline_ingest.manifest import check_file_name, parse_manifest, to_toml


def test_a_manifest_is_read_whole(manifest_toml: str) -> None:
    manifest = parse_manifest(manifest_toml)
    assert manifest.edition_id == "zorvic-response@2026"
    assert manifest.effective_date == date(2026, 1, 31)
    assert manifest.files == ("response.md",)
    assert (manifest.disease, manifest.audience) == ("zorvic syndrome", "patient")
    assert not manifest.demonstration


def test_a_manifest_written_out_reads_back_to_itself(manifest_toml: str) -> None:
    manifest = parse_manifest(
        manifest_toml.replace(
            'audience = "patient"', 'setting = "a \\"quoted\\" word"\nline = 2'
        ).replace("[scope]", 'demonstration = true\nbased_on = "an \\\\ older text"\n[scope]')
    )
    assert manifest.other == {"setting": 'a "quoted" word', "line": "2"}
    assert manifest.demonstration
    assert parse_manifest(to_toml(manifest)) == manifest


def test_only_the_disease_is_needed_in_the_scope(manifest_toml: str) -> None:
    assert parse_manifest(manifest_toml.replace('audience = "patient"', "")).audience == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "', 'titel = "x"\ntitle = "', "'titel'; the nearest known is 'title'"),
        ('licence = "', 'license = "x"\nlicence = "', "the nearest known is 'licence'"),
        ('publisher = "Demonstration"', "", "publisher"),
        ("2026-01-31", '"soon"', "effective_date = YYYY-MM-DD"),
        ('version = "2026"', "version = 2026", "in quotes"),
        ('version = "2026"', 'version = "of 2026"', "version"),
        ('id = "zorvic-response"', 'id = "a@b"', "id"),
        ('files = ["response.md"]', 'files = "response.md"', 'files = ["text.md"]'),
        ('files = ["response.md"]', "files = []", "at least one"),
        ('disease = "zorvic syndrome"', "", "scope.disease"),
        ("[scope]", "[skope]", "scope"),
        ('audience = "patient"', 'audience = "everyone"', "scope.audience"),
        ('id = "', 'demonstration = "yes"\nid = "', "true or false"),
        ('id = "', "id = ", "not valid TOML"),
        ('id = "', '# \ud800\nid = "', "not valid Unicode"),
        ("[scope]", "[scope]\nline = [1]", "scope.line"),
    ],
)
def test_a_mistake_is_refused_with_what_to_write(
    manifest_toml: str, old: str, new: str, said: str
) -> None:
    with pytest.raises(Refused) as refused:
        parse_manifest(manifest_toml.replace(old, new, 1))
    assert said in refused.value.reason


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd.md", "../x.md", "a/../../x.md", "a\\b.md", "C:x.md", "x\0.md", "", "x.pdf", "x"],
)
def test_a_file_that_leads_out_of_the_folder_or_is_no_document_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        check_file_name(name)


def test_a_file_in_a_folder_below_is_taken() -> None:
    assert check_file_name("part one/text.MD") == "part one/text.MD"
    assert check_file_name("pages/text.Html") == "pages/text.Html"
