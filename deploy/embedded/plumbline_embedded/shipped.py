"""Files that ship with the command: in the package, or in deploy/ when run from the source."""

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def shipped(folder: str) -> Path:
    """A folder that ships with this deployment: "policy" or "guidelines"."""
    packaged = _HERE / "shipped_files" / folder
    return packaged if packaged.is_dir() else _HERE.parent.parent / folder
