"""README and docs tell the truth: settings, files and commands that they name exist."""

import dataclasses
import re
from importlib import import_module
from pathlib import Path

import pytest

from plumbline_embedded.assembly import NAMES
from plumbline_embedded.cli import parser
from plumbline_kit.settings import SHARED

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")]


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_of_a_service_is_in_its_readme(name: str) -> None:
    text = (ROOT / "services" / name / "README.md").read_text(encoding="utf-8")
    settings = import_module(f"plumbline_{name}.service").Settings
    missing = [f.name.upper() for f in dataclasses.fields(settings) if f.name.upper() not in text]
    assert not missing


def test_every_shared_setting_is_in_the_readme() -> None:
    later = {"PLUMBLINE_EVAL_DATA"}
    of_tests = {name for name in SHARED if name.startswith("PLUMBLINE_TEST_")}
    assert not [name for name in SHARED - later - of_tests if name not in README]


@pytest.mark.parametrize("document", DOCS, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = re.findall(r"`((?:libs|services|deploy|tests|docs|protos)/[\w./-]+)`", text)
    linked = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
    assert not [path for path in named if not (ROOT / path).exists()]
    assert not [target for target in linked if not (document.parent / target).exists()]


def test_every_command_in_the_readme_is_one() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z-]+)`?", README)) <= targets
    (subparsers,) = (a for a in parser()._actions if a.dest == "command")
    assert subparsers.choices is not None
    assert set(re.findall(r"bin/plumbline (\w+)", README)) <= set(subparsers.choices)
