"""The template environment: everything is escaped, and a missing value is an error."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from plumbline_pages.assets import asset_url
from plumbline_pages.dates import clock, day, iso_day, moment
from plumbline_pages.quotes import place_path
from plumbline_pages.words import has_words, words

_TEMPLATES: Final = Path(__file__).parent / "templates"
_SAFE_ADDRESS: Final = re.compile(r"(?:/(?!/)|#|https?://)[^\s\\]*")


def href(address: str) -> str:
    """An address that may stand in a link: a path, a place in the page, http(s); else "#"."""
    return address if _SAFE_ADDRESS.fullmatch(address) else "#"


def code(text: str) -> Markup:
    """A text of ours in which `backquotes` set words of the machine apart."""
    pieces = [str(escape(piece)) for piece in text.split("`")]
    if len(pieces) % 2 == 0:  # the last one is never closed: it is only a character
        pieces[-2:] = [f"{pieces[-2]}`{pieces[-1]}"]
    made = (f"<code>{p}</code>" if place % 2 else p for place, p in enumerate(pieces))
    return Markup("".join(made))  # noqa: S704 (escaped here)


@functools.cache
def environment(more_templates: Path | None = None) -> Environment:
    """Templates of this package, after those of a service that has its own."""
    folders = [_TEMPLATES] if more_templates is None else [more_templates, _TEMPLATES]
    made = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(words=words, has_words=has_words, asset_url=asset_url)
    made.filters.update(
        day=day,
        iso_day=iso_day,
        moment=moment,
        clock=clock,
        href=href,
        code=code,
        place_path=place_path,
    )
    return made


def page(template: str, **values: object) -> str:
    """One whole page or fragment of this package."""
    return environment().get_template(template).render(**values)
