"""The catalogue of words: every text a page shows, by its name."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup, escape

_FILE: Final = Path(__file__).parent / "words.toml"
_BOLD: Final = re.compile(r"\*\*(.+?)\*\*")
_PLURAL: Final = {"one", "other"}

Entry = Mapping[str, Markup]


@functools.cache
def catalogue() -> Mapping[str, Entry]:
    """Every entry by its dotted name; an entry without plural has only "other"."""
    return dict(_flat("", tomllib.loads(_FILE.read_text(encoding="utf-8"))))


def _flat(prefix: str, table: Mapping[str, Any]) -> list[tuple[str, Entry]]:
    entries: list[tuple[str, Entry]] = []
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, str):
            entries.append((name, {"other": _markup(value)}))
        elif set(value) == _PLURAL:
            entries.append((name, {form: _markup(text) for form, text in value.items()}))
        else:
            entries += _flat(f"{name}.", value)
    return entries


def _markup(text: str) -> Markup:
    return Markup(_BOLD.sub(r"<strong>\1</strong>", str(escape(text))))  # noqa: S704 (escaped here)


def words(key: str, **values: object) -> Markup:
    """One text, filled in and escaped. `n` chooses singular or plural; integers get commas.

    KeyError when the catalogue has no such text or a value is missing.
    """
    entry = catalogue()[key]
    form = "one" if values.get("n") == 1 and "one" in entry else "other"
    return entry[form].format(**{name: _shown(value) for name, value in values.items()})


def has_words(key: str) -> bool:
    """Whether the catalogue knows this text."""
    return key in catalogue()


def _shown(value: object) -> object:
    return f"{value:,}" if isinstance(value, int) else value
