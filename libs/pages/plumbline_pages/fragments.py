"""What the gateway writes into a finished page at serve time, and the places it goes to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from plumbline_pages.environment import page
from plumbline_pages.words import words

URGENT: Final = "<!--plumbline:urgent-->"  # before everything else in the main part
STATE: Final = "<!--plumbline:state-->"  # right after the heading
SEAL: Final = "<!--plumbline:seal-->"  # in the block that ends the answer
LIVE: Final = "<!--plumbline:live-->"  # after the main part: what is heard of the page from now on

# What is true on the day a page is made and may not be later stands between two such marks.
CHECKED: Final = "checked"  # the line under the heading
MARGIN: Final = "margin"  # the first facts of the margin
END: Final = "end"  # the sentence that ends the answer
ACTS: Final = "acts"  # what can be done then
MACHINES: Final = "machines"  # where the newest version is read by programs

_UUID: Final = re.compile("[0-9a-f-]{36}")
ARRIVED: Final = ("number_changed", "meaning_changed", "withdrawn", "reworded", "moved")


def edition_place(occurrence_id: str) -> str:
    """The place beside a passage's edition; "" for what is no UUID, and might hold markup."""
    return f"<!--plumbline:edition-{occurrence_id}-->" if _UUID.fullmatch(occurrence_id) else ""


def edition_state(status: str, stands_in: str = "") -> str:
    """What an edition is today, or `stands_in`: the newer version with the same words in it."""
    return page("edition_state.html", status=status, stands_in=stands_in)


@dataclass(frozen=True, slots=True)
class Stale:
    """An answer whose source changed. `severity` as the API has it; another reads as reworded.

    `since` is an ISO time; `by` names the edition, or says why something was recalled. `changed` of
    `total` sentences rest on what changed, and `covered` of them are covered. `first`: the address
    of the first one, `changes` of what the edition changed; "" when there is none.
    """

    severity: str
    since: str
    by: str
    changed: int
    total: int
    covered: int = 0
    first: str = ""
    changes: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What has become of a published revision. Times are ISO, addresses are paths.

    `rechecked`: when, and against which edition, it was found to hold. `changes`: the page that
    says what this version changed; "" for the first.
    """

    revision: int
    published_at: str
    sentences: int
    editions: Sequence[str]
    proof: str
    changes: str = ""
    stale: Stale | None = None
    rechecked: tuple[str, str] | None = None


def stale_banner(stale: Stale) -> str:
    """The banner of an answer whose source changed."""
    if stale.severity not in (*ARRIVED, "recalled"):
        return stale_banner(_reworded(stale))
    return page("state.html", s=stale)


def _reworded(stale: Stale) -> Stale:
    return Stale("reworded", stale.since, stale.by, stale.changed, stale.total)


def standing_parts(standing: Standing) -> dict[str, str]:
    """The parts of an answer's page that are no longer as they were made, for `fill`."""
    parts = {MARGIN: page("standing.html", part=MARGIN, s=standing)}
    if standing.stale or standing.rechecked or standing.changes:
        parts[CHECKED] = page("standing.html", part=CHECKED, s=standing)
    if standing.stale:
        parts[END] = page("standing.html", part=END, s=standing)
    return parts


def old_version(html: bytes, *, number: int, published_at: str, newest: str) -> bytes:
    """A version that is no longer shown to readers, marked as kept for the record.

    `newest`: where the newest is; "" when the answer was taken down.
    """
    known = {"number": number, "published_at": published_at, "newest": newest}
    parts = {
        part: page("old_version.html", part=part, **known) for part in (CHECKED, MARGIN, END, ACTS)
    }
    state = page("old_version.html", part="state", **known)
    parts[MACHINES] = ""
    noindex = b'<meta name="robots" content="noindex">\n</head>'
    return fill(html.replace(b"</head>", noindex, 1), state=state, parts=parts)


def live_line(answer_id: str, mark: str) -> str:
    """Where a reader hears what becomes of the page. `mark`: the last event that it shows."""
    events = f"/v1/answers/{answer_id}/events?after={mark}"
    return page("live.html", events=events)


def seal_line(leaf_index: int | None) -> str:
    """Whether the record stands in the ledger yet, and where (entries count from 0)."""
    if leaf_index is None:
        return page("seal.html", state="pending", line=words("seal.pending"))
    return page("seal.html", state="done", line=words("seal.done", entry=leaf_index))


def fill(
    html: bytes,
    *,
    state: str = "",
    seal: str = "",
    urgent: str = "",
    live: str = "",
    parts: dict[str, str] | None = None,
    editions: dict[str, str] | None = None,
) -> bytes:
    """The page with each place filled by a fragment of this package; "" leaves nothing there.

    `parts` take the place of what stands between two marks; `editions` go beside the passages, by
    occurrence id. No text of an answer can hold a place
    or a mark: they are markup, and text is escaped.
    """
    for place, fragment in ((URGENT, urgent), (STATE, state), (SEAL, seal), (LIVE, live)):
        html = html.replace(place.encode(), fragment.encode(), 1)
    for occurrence_id, fragment in (editions or {}).items():
        if place := edition_place(occurrence_id):
            html = html.replace(place.encode(), fragment.encode(), 1)
    for name, fragment in (parts or {}).items():
        before, begins, rest = html.partition(f"<!--plumbline:{name}-->".encode())
        _, ends, after = rest.partition(f"<!--/plumbline:{name}-->".encode())
        if begins and ends:
            html = before + fragment.encode() + after
    return html
