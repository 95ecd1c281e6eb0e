"""What became of each passage, as messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from plumbline.common.v1 import common_pb2
from plumbline.ingest.v1 import events_pb2 as wire
from plumbline.ingest.v1.events_pb2 import Passage
from plumbline_clinical.quantities import Quantity
from plumbline_ingest.alignment.passages import PassageChange, align
from plumbline_ingest.alignment.verdicts import Kind, QuantityChange, SentenceChange
from plumbline_ingest.record_parts import PART_BYTES, in_parts

LONGEST = 10_000  # code points of one sentence that are told
SILENT = frozenset({Kind.SAME, Kind.MOVED})  # their words stand in both editions


def changes_between(old: Sequence[Passage], new: Sequence[Passage]) -> list[wire.PassageChange]:
    """Every passage of the old edition in its order, then those that are new."""
    return [message for change in align(old, new) for message in _passage(change, new)]


def _passage(change: PassageChange, new: Sequence[Passage]) -> Iterator[wire.PassageChange]:
    """The change in as many messages as it takes for each to fit a record."""
    sentences = [_sentence(sentence, new) for sentence in change.sentences]
    for some in in_parts(sentences, PART_BYTES // 2):
        yield wire.PassageChange(
            kind=_kind(change.kind),
            old_occurrence_id=change.old.occurrence_id if change.old else "",
            new_occurrence_id=change.new.occurrence_id if change.new else "",
            sentences=some,
        )


def _sentence(change: SentenceChange, new: Sequence[Passage]) -> wire.SentenceChange:
    message = wire.SentenceChange(
        kind=_kind(change.kind), quantities=list(_quantities(change.quantities))
    )
    if change.old:
        message.old_start, message.old_end = change.old.start, change.old.end
    if change.new:
        message.new_start, message.new_end = change.new.start, change.new.end
        message.new_occurrence_id = new[change.new.passage].occurrence_id
    if change.kind not in SILENT:
        message.old_text = change.old.text[:LONGEST] if change.old else ""
        message.new_text = change.new.text[:LONGEST] if change.new else ""
    return message


def _quantities(changes: Iterable[QuantityChange]) -> Iterable[wire.QuantityChange]:
    for change in changes:
        message = wire.QuantityChange()
        if change.old:
            message.old.CopyFrom(_quantity(change.old))
        if change.new:
            message.new.CopyFrom(_quantity(change.new))
        yield message


def _quantity(quantity: Quantity) -> common_pb2.Quantity:
    return common_pb2.Quantity(
        value=f"{quantity.value.normalize():f}",
        high="" if quantity.high is None else f"{quantity.high.normalize():f}",
        comparator=quantity.comparator,
        unit=quantity.unit,
    )


def _kind(kind: Kind) -> wire.ChangeKind.ValueType:
    return wire.ChangeKind.Value(f"CHANGE_KIND_{kind.name}")
