"""guideline.toml, read and checked: what an edition says about itself."""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any, Final

from plumbline_ingest.errors import Refused

TOP_LEVEL: Final = (
    "id",
    "title",
    "publisher",
    "version",
    "effective_date",
    "licence",
    "files",
    "scope",
    "demonstration",
    "based_on",
)
AUDIENCES: Final = ("", "patient", "clinician")
HTML_SUFFIXES: Final = (".html", ".htm")
DOCUMENT_SUFFIXES: Final = (".md", ".markdown", ".txt", *HTML_SUFFIXES)
_NAME: Final = re.compile(
    r"\w[\w.+~-]{0,99}"
)  # rides in edition ids and addresses: no space, @ or slash
LONGEST_WORDS: Final = 500  # characters of a title, publisher or disease


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an edition is. `licence` is "" when not said; `files` keep their order."""

    id: str
    title: str
    publisher: str
    version: str
    effective_date: date
    licence: str
    files: tuple[str, ...]
    disease: str
    audience: str = ""
    other: Mapping[str, str] = field(default_factory=dict)
    demonstration: bool = False
    based_on: str = ""

    @property
    def edition_id(self) -> str:
        """`<guideline id>@<version>`."""
        return f"{self.id}@{self.version}"


def parse_manifest(text: str) -> Manifest:
    """Read a guideline.toml. Refused with the key that is wrong and what to write instead."""
    try:
        text.encode()
        table = tomllib.loads(text.removeprefix("\ufeff"))
    except UnicodeEncodeError:
        raise Refused("guideline.toml is not valid Unicode; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"guideline.toml is not valid TOML: {error}") from None
    _refuse_unknown(table)
    scope = table.get("scope")
    if not isinstance(scope, dict):
        raise Refused('guideline.toml has no [scope]; add [scope] with disease = "…"')
    audience = _words(scope, "audience", "")
    if audience not in AUDIENCES:
        raise Refused(
            f'scope.audience is {audience!r}; write "patient" or "clinician", or leave it out'
        )
    return Manifest(
        id=_name(table, "id"),
        title=_words(table, "title"),
        publisher=_words(table, "publisher"),
        version=_name(table, "version"),
        effective_date=_date(table),
        licence=_words(table, "licence", ""),
        files=_files(table),
        disease=_words(scope, "disease", where="scope.disease"),
        audience=audience,
        other=_other(scope),
        demonstration=_flag(table, "demonstration"),
        based_on=_words(table, "based_on", ""),
    )


def to_toml(manifest: Manifest) -> str:
    """The manifest as a guideline.toml that reads back to itself."""
    lines = [
        f"id = {_quoted(manifest.id)}",
        f"title = {_quoted(manifest.title)}",
        f"publisher = {_quoted(manifest.publisher)}",
        f"version = {_quoted(manifest.version)}",
        f"effective_date = {manifest.effective_date.isoformat()}",
    ]
    lines += [f"licence = {_quoted(manifest.licence)}"] if manifest.licence else []
    lines += [f"files = [{', '.join(_quoted(name) for name in manifest.files)}]"]
    lines += ["demonstration = true"] if manifest.demonstration else []
    lines += [f"based_on = {_quoted(manifest.based_on)}"] if manifest.based_on else []
    lines += ["", "[scope]", f"disease = {_quoted(manifest.disease)}"]
    lines += [f"audience = {_quoted(manifest.audience)}"] if manifest.audience else []
    lines += [f"{_quoted(key)} = {_quoted(value)}" for key, value in sorted(manifest.other.items())]
    return "\n".join(lines) + "\n"


def check_file_name(name: str) -> str:
    """The name, when it stays inside the guideline's folder and is of a kind that is read."""
    path = PurePosixPath(name)
    odd = any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name)
    if not name.strip() or odd or "\\" in name or ":" in name:
        raise Refused(
            f'{name!r} is not a file name; write a path inside the folder, such as "text.md"'
        )
    if path.is_absolute() or ".." in path.parts:
        raise Refused(f"{name!r} leads out of the guideline's folder; name files inside it")
    if path.suffix.lower() not in DOCUMENT_SUFFIXES:
        raise Refused(
            f"{name!r} is not read; Markdown (.md), HTML (.html) and plain text (.txt) are: "
            "save it as one of these"
        )
    return str(path)


def guessed_id(name: str) -> str:
    """The id of a document that comes without a manifest: its name without the suffix."""
    stem = re.sub(r"[^\w.+~-]+", "-", PurePosixPath(name).stem).strip("-._+~")
    return (stem or "document")[:100]


def is_html(name: str) -> bool:
    """Whether a document of this name is read as HTML."""
    return name.lower().endswith(HTML_SUFFIXES)


def _refuse_unknown(table: Mapping[str, Any]) -> None:
    for key in table:
        if key not in TOP_LEVEL:
            nearest = difflib.get_close_matches(key, TOP_LEVEL, n=1, cutoff=0.0)[0]
            raise Refused(
                f"guideline.toml has an unknown key {key!r}; the nearest known is {nearest!r}"
            )


def _words(table: Mapping[str, Any], key: str, default: str | None = None, where: str = "") -> str:
    value = table.get(key, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise Refused(f'guideline.toml needs {where or key} = "…" (text in quotes)')
    if len(value) > LONGEST_WORDS:
        raise Refused(f"{where or key} is longer than {LONGEST_WORDS} characters; shorten it")
    return " ".join(value.split())


def _name(table: Mapping[str, Any], key: str) -> str:
    value = _words(table, key)
    if not _NAME.fullmatch(value):
        raise Refused(
            f"{key} is {value!r}; use at most 100 letters, digits, dots, dashes and underscores"
        )
    return value


def _date(table: Mapping[str, Any]) -> date:
    value = table.get("effective_date")
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise Refused("guideline.toml needs effective_date = YYYY-MM-DD, without quotes") from None


def _files(table: Mapping[str, Any]) -> tuple[str, ...]:
    names = table.get("files", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Refused('files is not a list of names; write files = ["text.md"]')
    checked = tuple(check_file_name(name) for name in names)
    if not checked or len(set(checked)) != len(checked):
        raise Refused('guideline.toml needs files = ["text.md"]: each document once, at least one')
    return checked


def _flag(table: Mapping[str, Any], key: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise Refused(f"{key} is {value!r}; write true or false, without quotes")
    return value


def _other(scope: Mapping[str, Any]) -> dict[str, str]:
    other: dict[str, str] = {}
    for key, value in scope.items():
        if key in ("disease", "audience"):
            continue
        if isinstance(value, dict | list) or len(str(value)) > LONGEST_WORDS or len(other) > 20:
            raise Refused(f'scope.{key} is not short text; write {key} = "…"')
        other[key] = " ".join(str(value).split())
    return other


def _quoted(text: str) -> str:
    """A TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(_escape(letter) for letter in escaped) + '"'


def _escape(letter: str) -> str:
    return f"\\u{ord(letter):04x}" if ord(letter) < 32 or ord(letter) == 127 else letter
