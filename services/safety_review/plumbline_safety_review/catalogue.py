"""Fixed words of ours, read from catalogue.toml: notices, templates, roles and the glue of
headings.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from plumbline_clinical.text import stem, words

CATALOGUE = Path(__file__).with_name("catalogue.toml")
PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Notice:
    """A fixed notice. `needed`: "always" or "demonstration"."""

    id: str
    text: str
    needed: str


@dataclass(frozen=True)
class Template:
    """Fixed words that state no fact, with places for terms of the evidence."""

    id: str
    text: str

    @property
    def places(self) -> frozenset[str]:
        """Names of its places."""
        return frozenset(PLACE.findall(self.text))

    def filled(self, terms: Mapping[str, str]) -> str:
        """The text with its places filled. KeyError when a term is missing."""
        return PLACE.sub(lambda place: terms[place[1]], self.text)


@dataclass(frozen=True)
class Catalogue:
    """Everything of ours that may stand on an answer page."""

    notices: Mapping[str, Notice]
    templates: Mapping[str, Template]
    roles: frozenset[str]
    glue: frozenset[str]
    gap_glue: frozenset[str]


@lru_cache(maxsize=1)
def load_catalogue(path: Path = CATALOGUE) -> Catalogue:
    """Read the catalogue of this package."""
    data = tomllib.loads(path.read_text("utf-8"))
    return Catalogue(
        {row["id"]: Notice(row["id"], row["text"], row["needed"]) for row in data["notice"]},
        {row["id"]: Template(row["id"], "\n".join(row["lines"])) for row in data["template"]},
        frozenset(data["roles"]),
        _stems(data["glue"]),
        _stems([*data["glue"], *data["gap_glue"]]),
    )


def _stems(lines: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word.text) for line in lines for word in words(line))
