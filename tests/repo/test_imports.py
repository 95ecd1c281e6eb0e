"""Who may import whom: the arrows of the architecture, read from the code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

LIBS = {
    "plumbline": set(),
    "plumbline_bus": {"plumbline"},
    "plumbline_tlog": set(),
    "plumbline_clinical": set(),
    "plumbline_pages": set(),
    "plumbline_kit": {"plumbline", "plumbline_bus", "plumbline_tlog"},
}
SERVICES = {path.name for path in ROOT.glob("services/*/plumbline_*")}
FOR_SERVICES = set(LIBS)
ONE_FILE = {  # one third-party library, one file: what it is, and how far it may reach
    "aiokafka": {
        f"libs/bus/plumbline_bus/kafka_{file}.py" for file in ("client", "admin", "connect")
    },
    "qdrant_edge": {"services/retrieval/plumbline_retrieval/edge_index.py"},
    "onnxruntime": {"services/retrieval/plumbline_retrieval/embed.py"},
}


def imported(path: Path) -> Iterator[str]:
    """Top-level packages that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def modules(package: Path) -> list[Path]:
    return [path for path in sorted(package.rglob("*.py")) if "_pb2" not in path.name]


@pytest.mark.parametrize("name", sorted(LIBS))
def test_a_library_imports_only_the_libraries_below_it(name: str) -> None:
    (package,) = ROOT.glob(f"libs/*/{name}")
    for path in modules(package):
        ours = {p for p in imported(path) if p.startswith("plumbline")} - {name}
        assert ours <= LIBS[name], f"{path.relative_to(ROOT)} imports {ours - LIBS[name]}"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_imports_libraries_and_never_a_service(name: str) -> None:
    (package,) = ROOT.glob(f"services/*/{name}")
    for path in modules(package):
        ours = {p for p in imported(path) if p.startswith("plumbline")} - {name}
        assert ours <= FOR_SERVICES, f"{path.relative_to(ROOT)} imports {ours - FOR_SERVICES}"


def test_generation_and_its_reviewer_share_no_judgement() -> None:
    """They may both read language with plumbline_clinical; neither names the other."""
    for service, other in (("generation", "safety_review"), ("safety_review", "generation")):
        for path in modules(ROOT / "services" / service):
            assert f"plumbline_{other}" not in set(imported(path))


@pytest.mark.parametrize("library", sorted(ONE_FILE))
def test_a_third_party_library_is_met_in_one_file(library: str) -> None:
    met = {
        str(path.relative_to(ROOT))
        for folder in ("libs", "services", "deploy")
        for path in modules(ROOT / folder)
        if library in set(imported(path))
    }
    assert met <= ONE_FILE[library]


def test_a_package_file_names_what_its_package_imports() -> None:
    """Each package can be installed alone: what it imports of ours stands in its dependencies."""
    names = {"plumbline": "plumbline-contracts"}
    for file in [*ROOT.glob("libs/*/pyproject.toml"), *ROOT.glob("services/*/pyproject.toml")]:
        text = file.read_text(encoding="utf-8")
        (package,) = (p for p in file.parent.iterdir() if p.name.startswith("plumbline"))
        for path in modules(package):
            for ours in {p for p in imported(path) if p.startswith("plumbline")} - {package.name}:
                distribution = names.get(ours, ours.replace("_", "-"))
                assert f'"{distribution}' in text, f"{file.relative_to(ROOT)} lacks {distribution}"
