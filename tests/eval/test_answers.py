"""Questions answered from end to end: how they end, and whether what is cited is what answers."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from eval.asking import Ending, counted, endings, holding_set
from eval.sets import Set, read_set

DATA = os.environ.get("PLUMBLINE_EVAL_DATA", "")
pytestmark = [
    pytest.mark.eval,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(not DATA, reason="PLUMBLINE_EVAL_DATA names no folder of documents"),
]
SETS = ("nci_pdq", "medquad")
SAMPLE, SEED = 300, 20261128  # of the questions of a set, when it has more


@pytest.mark.parametrize("name", SETS)
async def test_answers_cite_the_section_that_answers(name: str, tmp_path: Path) -> None:
    made = read_set(Path(DATA), name)
    texts = [question.text for question in made.questions]
    if len(texts) > SAMPLE:
        texts = random.Random(SEED).sample(texts, SAMPLE)
    async with holding_set(made, Path(DATA), tmp_path) as plumbline:
        found = await endings(plumbline, texts, name)
    report(made, found)
    assert {ending.status for ending in found} <= {"published", "not_covered", "withheld"}
    published = [ending for ending in found if ending.status == "published"]
    assert published
    assert all(place in made.document_of for ending in published for place in ending.cited)


def report(made: Set, found: Sequence[Ending]) -> None:
    """The table of one set, and what the wrong ones have in common."""
    asked = {question.text: question for question in made.questions}
    documents, right, first, claims, inside = 0, 0, 0, 0, 0
    wrong: Counter[str] = Counter()
    published = [ending for ending in found if ending.status == "published"]
    for ending in published:
        wanted = asked[ending.asked]
        of_document = [made.document_of[place] in wanted.documents for place in ending.cited]
        of_section = [made.section_of.get(place) in wanted.sections for place in ending.cited]
        documents += any(of_document)
        right += any(of_section)
        first += of_section[0]
        claims += len(of_section)
        inside += sum(of_section)
        if not any(of_section):
            wrong[
                f"{ending.kind}, {'other section' if any(of_document) else 'other document'}"
            ] += 1
    print(f"\n\n{made.name}, {len(found)} of {len(asked)} questions: {counted(found)}")
    for what, count, of in (
        ("published", len(published), len(found)),
        ("right document cited", documents, len(published)),
        ("right section cited", right, len(published)),
        ("right section first", first, len(published)),
        ("citations in the right section", inside, claims),
    ):
        print(f"{what:32} {count:5} of {of:5} {100 * count / of:6.1f} %")
    print("wrong: " + ", ".join(f"{what} {count}" for what, count in wrong.most_common()))
