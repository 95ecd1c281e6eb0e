"""The extractive composer: whole sentences of the evidence, laid out by rules."""

from plumbline_generation.extractive.composer import ExtractiveComposer

__all__ = ["ExtractiveComposer"]
