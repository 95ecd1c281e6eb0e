"""What published answers rest on, and which of them a changed edition must touch: the truth.

It is taken from the record of what was changed and from the words that each answer quotes, and from
nothing that alignment or regeneration says.
"""

from __future__ import annotations

import itertools
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.mutated import Change, Mutated

from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline_clinical.lexicon import mentions
from plumbline_ingest.edition import Edition

FORMS = (
    "What is {} in {}?",
    "What does {} mean in {}?",
    "How is {} judged in {}?",
    "Explain {} in {}",
    "When does {} matter in {}?",
    "Tell me about {} in {}",
    "What should I know about {} in {}?",
    "Why does {} matter in {}?",
    "What does the guideline say about {} in {}?",
)
PAIRED = (
    "What is {} and {} in {}?",
    "What do {} and {} have to do with each other in {}?",
    "How does {} bear on {} in {}?",
)
DEFINED = re.compile(r"^([A-Z][\w -]{3,40}?) (?:means|is|are)\b")


@dataclass(frozen=True)
class Quoted:
    """Some code points [start, end) of the text of a guideline's edition that a claim quotes."""

    claim: str
    guideline: str
    start: int
    end: int


@dataclass(frozen=True)
class Published:
    """A published revision and all that it quotes."""

    answer_id: str
    revision: int
    quotes: tuple[Quoted, ...]


def questions_about(editions: Sequence[Edition], seed: int) -> list[str]:
    """Questions from the headings, definitions and clinical terms of each edition, by chance.

    First each term in every form, then two terms of one edition at a time.
    """
    single: set[str] = set()
    double: set[str] = set()
    for edition in editions:
        disease = edition.manifest.disease
        terms = sorted(terms_of(edition))
        single |= {form.format(term, disease) for term in terms for form in FORMS}
        for one, other in itertools.combinations(terms, 2):
            double |= {form.format(one, other, disease) for form in PAIRED}
    chance = random.Random(seed)
    return [
        *chance.sample(sorted(single), len(single)),
        *chance.sample(sorted(double), len(double)),
    ]


def terms_of(edition: Edition) -> set[str]:
    """What an edition has headings for, defines, or names of the lexicon."""
    terms: set[str] = set()
    for passage in edition.passages:
        terms |= set(passage.section[1:])
        terms |= {mention.concept.preferred for mention in mentions(passage.text)}
        for span in passage.spans:
            found = DEFINED.match(passage.text[span.start : span.end])
            terms |= {found[1]} if found else set()
    return {term[:1].lower() + term[1:] for term in terms if 2 < len(term) <= 60}


def newest(rendered: Iterable[AnswerRendered]) -> dict[str, Published]:
    """The newest revision of each answer, by answer id."""
    found: dict[str, Published] = {}
    for message in rendered:
        run = message.run
        if run.answer_id not in found or found[run.answer_id].revision < run.revision:
            quotes = tuple(quotes_in(json.loads(message.content)))
            found[run.answer_id] = Published(run.answer_id, run.revision, quotes)
    return found


def quotes_in(content: dict[str, Any]) -> Iterator[Quoted]:
    """Everything that content quotes."""
    passages = {passage["id"]: passage for passage in content["passages"]}
    for claim in content["claims"]:
        for citation in [*claim["citations"], *claim.get("also", [])]:
            passage = passages[citation["passage"]]
            at = passage["start"]
            assert passage["text"][citation["start"] : citation["end"]] == citation["quote"]
            start, end = at + citation["start"], at + citation["end"]
            yield Quoted(claim["id"], passage["guideline_id"], start, end)


def resting_on(
    answers: Iterable[Published], edition: Edition, texts: set[str | None]
) -> dict[str, set[str]]:
    """The claims that quote any part of these sentences of an edition, by answer id."""
    places = [
        (passage.start + span.start, passage.start + span.end)
        for passage in edition.passages
        for span in passage.spans
        if passage.text[span.start : span.end] in texts
    ]
    hit: defaultdict[str, set[str]] = defaultdict(set)
    for answer in answers:
        for quote in answer.quotes:
            if quote.guideline == edition.manifest.id and any(
                start < quote.end and quote.start < end for start, end in places
            ):
                hit[answer.answer_id].add(quote.claim)
    return dict(hit)


def quoted_sentences(answers: Iterable[Published], edition: Edition) -> set[str]:
    """The sentences of an edition that some answer quotes, whole or in part."""
    quotes = {
        (quote.start, quote.end)
        for answer in answers
        for quote in answer.quotes
        if quote.guideline == edition.manifest.id
    }
    return {
        passage.text[span.start : span.end]
        for passage in edition.passages
        for span in passage.spans
        if any(
            passage.start + span.start < end and start < passage.start + span.end
            for start, end in quotes
        )
    }


def touched(answers: Iterable[Published], pair: Mutated) -> dict[str, set[str]]:
    """The answers that must be made again, each with the claims that no longer stand as they were:

    those that quote a sentence which was changed in any way, or that stands elsewhere now.
    """
    return resting_on(answers, pair.old, {change.old for change in changed(pair)})


def changed(pair: Mutated) -> list[Change]:
    """What was done to sentences that were there before."""
    return [change for change in pair.changes if change.old is not None]


def written(edition: Edition, folder: Path) -> Path:
    """An edition as a guideline's folder; the path of its manifest."""
    folder.mkdir(parents=True)
    for document in edition.documents:
        (folder / document.name).write_bytes(document.content)
    of = edition.manifest
    text = {
        name: json.dumps(value, ensure_ascii=False)
        for name, value in (
            ("id", of.id),
            ("title", of.title),
            ("publisher", of.publisher),
            ("version", of.version),
            ("licence", of.licence),
            ("files", list(of.files)),
        )
    }
    lines = [f"{name} = {value}" for name, value in text.items()]
    scope = [f"disease = {json.dumps(of.disease, ensure_ascii=False)}"]
    scope += [f'audience = "{of.audience}"'] if of.audience else []
    manifest = folder / "guideline.toml"
    manifest.write_text(
        "\n".join([*lines, f"effective_date = {of.effective_date}", "[scope]", *scope]) + "\n",
        encoding="utf-8",
    )
    return manifest
