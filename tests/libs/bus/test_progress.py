"""Only what has nothing unfinished before it may be committed, in whatever order things finish."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from plumbline_bus.progress import Progress


class Partition(RuleBasedStateMachine):
    """Offsets with gaps, finished in any order, beside a model that is plainly right."""

    def __init__(self) -> None:
        super().__init__()
        self.progress = Progress()
        self.taken: list[int] = []
        self.finished: set[int] = set()
        self.highest_seen = 0

    @rule(gap=st.integers(0, 3))
    def take(self, gap: int) -> None:
        offset = (self.taken[-1] + 1 if self.taken else 0) + gap
        self.taken.append(offset)
        self.progress.take(offset)

    @precondition(lambda self: len(self.finished) < len(self.taken))
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        offset = data.draw(st.sampled_from([o for o in self.taken if o not in self.finished]))
        self.finished.add(offset)
        self.progress.finish(offset)

    @invariant()
    def position_is_after_the_longest_finished_beginning(self) -> None:
        expected = None
        for offset in self.taken:
            if offset not in self.finished:
                break
            expected = offset + 1
        assert self.progress.position == expected

    @invariant()
    def position_never_moves_back(self) -> None:
        assert (self.progress.position or 0) >= self.highest_seen
        self.highest_seen = self.progress.position or 0

    @invariant()
    def in_hand_is_what_was_taken_and_not_finished(self) -> None:
        assert self.progress.in_hand == len(self.taken) - len(self.finished)


test_progress = Partition.TestCase


def test_nothing_is_kept_of_what_is_behind_the_position() -> None:
    progress = Progress()
    for offset in range(1000):
        progress.take(offset)
        progress.finish(offset)
    assert progress.position == 1000
    assert progress.in_hand == 0
