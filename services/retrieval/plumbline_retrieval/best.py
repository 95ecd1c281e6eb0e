"""Which disease a question is about that names none: the one whose best passage is clearly best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from plumbline_retrieval.editions import Placed
from plumbline_retrieval.rank import Ranked
from plumbline_retrieval.scope import WHICH_DISEASE, Subject

# How much better the best passage of one disease must be than that of any other before a question
# that names none is taken to be about it. Half of what the words alone can add (0.3): the same
# question put to two guidelines of one form differs by less.
CLEAR_MARGIN: Final = 0.15


def clearly_best(
    ranked: Sequence[Ranked], placed: Mapping[str, Placed], subjects: Sequence[Subject]
) -> Subject | str:
    """The subject whose best passage is better than every other's by a clear margin."""
    of_edition = {e.edition_id: s for s in subjects for e in s.editions}
    best: dict[str, float] = {}
    for candidate in ranked:
        found = placed.get(candidate.occurrence_id)
        if found is not None:
            best.setdefault(of_edition[found.edition_id].disease, candidate.score)
    order = sorted(best.values(), reverse=True)
    if len(order) > 1 and order[0] - order[1] < CLEAR_MARGIN:
        return WHICH_DISEASE
    first = max(best, key=lambda disease: best[disease], default="")
    return next((s for s in subjects if s.disease == first), WHICH_DISEASE)
