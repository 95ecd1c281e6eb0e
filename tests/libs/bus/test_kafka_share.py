"""What a member owns, and which positions of it move its group on."""

from __future__ import annotations

from plumbline_bus import Record
from plumbline_bus.kafka_share import Share


def record(partition: int, offset: int) -> Record:
    return Record("t", partition, offset, "k", b"", (), 0)


def test_a_position_is_due_when_it_is_owned_and_ahead() -> None:
    share = Share()
    share.gain([0, 1])
    share.hand_out([record(0, 5), record(0, 6), record(1, 0)])
    assert share.due({0: 7, 1: 1, 2: 9}) == {0: 7, 1: 1}
    share.commit({0: 7}, share.epoch)
    assert share.due({0: 7, 1: 1}) == {1: 1}
    assert share.due({0: 6}) == {}
    assert share.due({0: 8}) == {0: 8}


def test_a_position_of_a_partition_of_which_nothing_was_handed_out_is_never_due() -> None:
    share = Share()
    share.gain([0])
    assert share.due({0: 3}) == {}


def test_a_new_epoch_forgets_what_was_handed_out() -> None:
    share = Share()
    share.gain([0, 1])
    before = share.epoch
    share.hand_out([record(0, 0)])
    share.gain([0])
    assert share.due({0: 1}) == {}
    assert not share.owns(0, before)
    assert share.owns(0, share.epoch)
    share.hand_out([record(0, 0)])
    share.commit({0: 1}, before)
    assert share.due({0: 1}) == {0: 1}


def test_records_of_lost_partitions_go_to_nobody() -> None:
    share = Share()
    share.gain([0, 1])
    share.lose()
    assert share.hand_out([record(0, 0)]) == []
    share.gain([1])
    assert share.hand_out([record(0, 0), record(1, 4)]) == [record(1, 4)]
