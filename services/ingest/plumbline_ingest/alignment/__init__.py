"""How each place of an edition stands in the next one: kept, moved, reworded, changed or gone."""

from plumbline_ingest.alignment.passages import PassageChange, align
from plumbline_ingest.alignment.verdicts import Kind, QuantityChange, SentenceChange

__all__ = ["Kind", "PassageChange", "QuantityChange", "SentenceChange", "align"]
