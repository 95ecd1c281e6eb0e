"""The trail: checked when it comes, taken apart only when looked at, and the same either way."""

from __future__ import annotations

from uuid import uuid5

import pytest

from plumbline_bus import Hop, event_id
from plumbline_bus.ids import EVENTS
from plumbline_bus.trail import NO_TRAIL, Trail, decode_trail, encode_trail

A = Hop("gateway", "e1", "2026-11-24T10:00:00.000000Z", "2026-11-24T10:00:01.000000Z")
ODD = Hop('é"\\', "e2", "", "\n")


@pytest.mark.parametrize("hops", [(), (A,), (A, A), (A, ODD), (ODD,)])
def test_a_hop_is_added_as_if_all_were_written_anew(hops: tuple[Hop, ...]) -> None:
    trail = Trail(encode_trail(hops).decode())
    assert trail.and_then(A) == encode_trail((*hops, A))
    assert tuple(trail) == hops
    assert trail.and_then(ODD) == encode_trail((*hops, ODD))


def test_a_trail_that_others_wrote_is_read_and_goes_on_as_ours() -> None:
    foreign = '[ {"event_id": "e1", "service": "x\\u00e9", "ended": "", "started": ""} ]'
    assert tuple(Trail(foreign)) == decode_trail(foreign) == (Hop("xé", "e1", "", ""),)
    assert decode_trail(Trail(foreign).and_then(A).decode()) == (Hop("xé", "e1", "", ""), A)


def test_no_trail_begins_one() -> None:
    assert NO_TRAIL.and_then(A) == encode_trail([A])


@pytest.mark.parametrize(
    "header", ["[", "[1]", "{}x", '[{"service":"a"}]', '[{"service":"a","event_id":"\x01"}]']
)
def test_what_is_no_trail_is_refused_at_once(header: str) -> None:
    with pytest.raises(ValueError, match=""):
        Trail(header)


def test_event_ids_are_uuids_of_version_five() -> None:
    for index in range(50):
        made = event_id("généré", "cause", "step", index)
        assert made == str(uuid5(EVENTS, f"généré|cause|step|{index}"))
