"""How modules look: each opens with what it is, none grows without being seen."""

import ast
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ABOUT_LINES = 250
FORBIDDEN = {"utils", "helpers", "common", "core", "base", "manager", "misc", "types"}
MODULES = sorted(
    path
    for folder in ("libs", "services", "deploy", "protos")
    for path in (ROOT / folder).rglob("*.py")
    if "_pb2" not in path.name and "site-packages" not in path.parts
)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_opens_with_a_sentence_and_has_a_name_that_says_something(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if not text.strip():
        return  # the namespace of generated packages
    assert ast.get_docstring(ast.parse(text)), "no docstring"
    assert path.stem not in FORBIDDEN
    if (lines := text.count("\n")) > ABOUT_LINES:
        warnings.warn(f"{path.relative_to(ROOT)} has {lines} lines: one thought?", stacklevel=1)


def test_nothing_is_patched_in_tests() -> None:
    """What must be replaced is an argument."""
    word = "mock" + ".patch"
    for path in (ROOT / "tests").rglob("*.py"):
        assert word not in path.read_text(encoding="utf-8"), path.name
