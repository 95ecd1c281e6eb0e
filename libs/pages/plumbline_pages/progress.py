"""The page of a question that is being answered: how far it is, and the address to come back to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from plumbline_pages.address import short_path
from plumbline_pages.environment import page
from plumbline_pages.urgent import UrgentCard, block_or_nothing

STAGES: Final = ("received", "found", "written", "checked", "rendered")  # until a page can be shown


@dataclass(frozen=True, slots=True)
class Step:
    """One stage. `state`: done, now, waiting or failed; seconds and count only when known."""

    stage: str
    state: str
    seconds: float | None = None
    count: int | None = None


def steps(reached: Mapping[str, tuple[float | None, int | None]]) -> list[Step]:
    """The stages in order, from those reached (seconds and count, None when unknown).

    The first one that is not reached is running.
    """
    made: list[Step] = []
    for stage in STAGES:
        if stage in reached:
            made.append(Step(stage, "done", *reached[stage]))
        else:
            made.append(Step(stage, "waiting" if _running(made) else "now"))
    return made


def _running(so_far: Sequence[Step]) -> bool:
    return any(step.state == "now" for step in so_far)


def progress(
    answer_id: str,
    url: str,
    stages: Sequence[Step],
    urgent: UrgentCard | None = None,
    *,
    demonstration: bool = False,
) -> str:
    """The page shown until the answer is there. `url` is the address to come back to.

    The asker's words never reach it: the asker's own browser puts them back (site rules).
    """
    current = [i for i, step in enumerate(stages, 1) if step.state in ("now", "failed")]
    return page(
        "progress.html",
        answer_id=answer_id,
        events=f"/v1/answers/{answer_id}/events",
        here=short_path(answer_id),
        url=url,
        steps=stages,
        current=current[0] if current else len(stages),
        urgent_block=block_or_nothing(urgent),
        demonstration=demonstration,
    )
