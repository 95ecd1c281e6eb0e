"""A licence, compiled to what it lets us do: index, quote, compose answers."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Final

from plumbline_ingest.errors import Refused

HOW_TO_GIVE: Final = (
    'say under which licence it may be used: `licence = "…"` in guideline.toml, or --licence ID '
    "(an SPDX id such as CC-BY-4.0, or LicenseRef-… for terms of your own)"
)


@dataclass(frozen=True, slots=True)
class Policy:
    """What a licence allows. `may_quote_words` 0 means no limit."""

    licence: str
    may_index: bool
    may_quote_words: int
    may_generate_from: bool


# SPDX ids are compared without regard to case, and keep their own spelling.
_CREATIVE_COMMONS: Final = re.compile(
    r"CC-(BY|BY-SA|BY-NC|BY-NC-SA|BY-ND|BY-NC-ND)-(1\.0|2\.0|2\.5|3\.0|4\.0)(-[A-Z]{2,3})?"
)
_OTHER_OPEN: Final = (
    "CC0-1.0",
    "CC-PDDC",
    "PDDL-1.0",
    "ODC-By-1.0",
    "ODbL-1.0",
    "OGL-UK-1.0",
    "OGL-UK-2.0",
    "OGL-UK-3.0",
    "OGL-Canada-2.0",
    "GFDL-1.2-only",
    "GFDL-1.2-or-later",
    "GFDL-1.3-only",
    "GFDL-1.3-or-later",
    "Apache-2.0",
    "MIT",
    "MIT-0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Unlicense",
    "0BSD",
)
_NEAREST: Final = (*_OTHER_OPEN, *(f"CC-{kind}-4.0" for kind in ("BY", "BY-SA", "BY-NC", "BY-ND")))
_FORBIDS: Final = (
    "proprietary",
    "no-machine-use",
    "all-rights-reserved",
    "none",
    "noassertion",
    "unlicensed",
)
_OWN_TERMS: Final = re.compile(r"LicenseRef-[A-Za-z0-9.-]+", re.IGNORECASE)
NO_DERIVATIVES_QUOTE_WORDS: Final = (
    100  # a passage may be shown as it stands, not be worked into an answer
)


def compile_licence(licence: str) -> Policy:
    """What this licence allows. Refused when it forbids machine use, is missing or is not known."""
    given = licence.strip()
    if not given:
        raise Refused(f"the licence is missing; {HOW_TO_GIVE}")
    _refuse_forbidding(given)
    if _OWN_TERMS.fullmatch(given):
        return Policy(f"LicenseRef-{given[11:]}", True, 0, True)
    if match := _CREATIVE_COMMONS.fullmatch(given.upper()):
        if "ND" in match[1].split("-"):
            return Policy(given.upper(), True, NO_DERIVATIVES_QUOTE_WORDS, False)
        return Policy(given.upper(), True, 0, True)
    for known in _OTHER_OPEN:
        if known.casefold() == given.casefold():
            return Policy(known, True, 0, True)
    nearest = difflib.get_close_matches(given.upper(), _NEAREST, n=1, cutoff=0.0)[0]
    raise Refused(
        f"the licence {given!r} is not known here (the nearest known is {nearest}); {HOW_TO_GIVE}"
    )


def _refuse_forbidding(given: str) -> None:
    plain = re.sub(r"[\s_-]+", "-", given.casefold()).removeprefix("licenseref-").strip("-.")
    if plain in _FORBIDS or plain.startswith(("proprietary", "no-machine-use", "all-rights-res")):
        raise Refused(
            f"the licence {given!r} does not let a machine use the text, so it is not taken; "
            "ask the publisher for a licence that does"
        )
