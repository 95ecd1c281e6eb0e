"""No question and no passage, however odd, breaks the composer."""

from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st
from services.generation.guidelines import Guideline, retrieved
from services.generation.invented import SECTIONS

from plumbline.generation.v1.events_pb2 import Draft
from plumbline_generation.composer import Refusal
from plumbline_generation.extractive import ExtractiveComposer

COMPOSER = ExtractiveComposer()
LINE = (
    "what is the difference between full half response and or vs / : glim count in zorvic a A no "
    "compare how does differ from means with zu/L ? ( ) FR 10⁹ ≥ zorvics'"
)
WORDS = st.sampled_from(LINE.split())


@settings(max_examples=150, deadline=None)
@given(question=st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=14).map(" ".join)))
def test_any_question_is_answered_or_refused(question: str) -> None:
    found = asyncio.run(COMPOSER.compose(retrieved(question, Guideline(SECTIONS))))
    assert isinstance(found, Draft | Refusal)


@settings(max_examples=100, deadline=None)
@given(
    text=st.lists(st.one_of(WORDS, st.sampled_from(["\n\n", "\n- ", "\n## ", ".", ", ", ":"])))
    .map(" ".join)
    .filter(lambda text: bool(text.strip()))
)
def test_any_guideline_is_read(text: str) -> None:
    found = asyncio.run(
        COMPOSER.compose(retrieved("full response vs half response", Guideline(f"# Z\n\n{text}")))
    )
    assert isinstance(found, Draft | Refusal)
    for claim in found.claims if isinstance(found, Draft) else ():
        assert claim.text.strip()
