"""Editions: names that say what they name, messages that fit, digests that notice."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable

import pytest

from plumbline.topics import EDITION_INGESTED
from plumbline_ingest.edition import Edition
from plumbline_ingest.errors import Refused
from plumbline_ingest.record_parts import PART_BYTES

MakeEdition = Callable[..., Edition]


def test_a_passage_is_named_by_its_text_and_a_place_by_its_edition(edition_of: MakeEdition) -> None:
    first = edition_of()
    later = edition_of(
        "# Another beginning\n\n" + "## Full answer\n\nFull answer means that no glorps are left.",
        ('version = "2026"', 'version = "2027"'),
    )
    here, there = first.passages[0], later.passages[0]
    assert here.text == there.text
    assert here.passage_id == there.passage_id
    assert (
        here.passage_id == hashlib.sha256(f"zorvic-response\0{here.text}".encode()).hexdigest()[:32]
    )
    assert here.occurrence_id != there.occurrence_id
    assert uuid.UUID(here.occurrence_id).version == 5


def test_equal_sources_give_equal_bytes(edition_of: MakeEdition) -> None:
    one, two = edition_of(), edition_of()
    assert one.digest == two.digest
    assert [p.SerializeToString(deterministic=True) for p in one.parts()] == [
        p.SerializeToString(deterministic=True) for p in two.parts()
    ]


@pytest.mark.parametrize(
    "changes",
    [
        [('title = "Zorvic', 'title = "The Zorvic')],
        [("2026-01-31", "2026-02-01")],
        [("CC-BY-4.0", "CC0-1.0")],
        [('audience = "patient"', 'audience = "clinician"')],
    ],
)
def test_a_change_of_the_manifest_changes_the_digest(
    edition_of: MakeEdition, response_md: str, changes: list[tuple[str, str]]
) -> None:
    assert edition_of().digest != edition_of(response_md, *changes).digest


def test_an_edition_is_said_as_opened_passages_closed(edition_of: MakeEdition) -> None:
    edition = edition_of()
    opened, listed, closed = edition.parts()
    assert opened.opened.text_sha256 == hashlib.sha256(edition.text.encode()).hexdigest()
    assert opened.opened.text_length == len(edition.text)
    assert opened.opened.policy.may_generate_from
    assert list(listed.passages.passages) == list(edition.passages)
    assert closed.closed.count == len(edition.passages)
    assert closed.closed.digest == edition.digest
    assert {part.edition_id for part in (opened, listed, closed)} == {"zorvic-response@2026"}


def test_a_long_edition_goes_out_in_parts_that_fit_their_topic(edition_of: MakeEdition) -> None:
    edition = edition_of(
        "\n\n".join(f"## Part {n}\n\n" + f"Glorp {n} is here. " * 60 for n in range(300))
    )
    _, *listed, closed = edition.parts()
    assert len(listed) > 1
    assert all(part.ByteSize() <= PART_BYTES + 200 for part in listed)
    assert all(part.ByteSize() <= EDITION_INGESTED.max_bytes for part in listed)
    passages = [passage for part in listed for passage in part.passages.passages]
    assert passages == list(edition.passages)
    assert closed.closed.count == len(passages)


def test_a_passage_too_large_for_a_record_is_refused_naming_its_section(
    edition_of: MakeEdition,
) -> None:
    rows = f"| glorp | {'many words here ' * 20_000} |\n"
    with pytest.raises(Refused) as refused:
        edition_of(f"# Long\n\n| a | b |\n|---|---|\n{rows}")
    assert "Long" in refused.value.reason


def test_a_known_disease_gets_its_lexicon_id_and_an_unknown_one_keeps_its_words(
    edition_of: MakeEdition, response_md: str
) -> None:
    assert edition_of().opened.scope.disease == "zorvic syndrome"
    assert edition_of().opened.scope.disease_label == "zorvic syndrome"
    for given in ("cll", "CLL", "chronic lymphocytic leukaemia"):
        scope = edition_of(response_md, ("zorvic syndrome", given)).opened.scope
        assert scope.disease == "cll"
    words = "a rare cousin of CLL"
    assert edition_of(response_md, ("zorvic syndrome", words)).opened.scope.disease == words
