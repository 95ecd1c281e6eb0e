"""Which edition is current, and on which day."""

from __future__ import annotations

from pathlib import Path

from services.retrieval.corpus import CLL, TODAY, Desk, cll, edition, myeloma, open_desk, zorvic

from plumbline_retrieval.corpus import corpus_digest


async def test_the_newest_date_that_is_not_in_the_future_is_current(lexical_desk: Desk) -> None:
    await lexical_desk.hold(
        cll("2018", "2018-06-01"), cll("2008", "2008-06-01"), cll("2027", "2027-01-01")
    )

    def current(day: str) -> list[str]:
        return [held.edition_id for held in lexical_desk.editions.current(day)]

    assert current("2001-01-01") == []
    assert current("2008-06-01") == ["cll-response@2008"]
    assert current(TODAY) == ["cll-response@2018"]
    assert current("2026-12-31") == ["cll-response@2018"]
    assert current("2027-01-01") == ["cll-response@2027"]


async def test_of_two_editions_of_one_day_the_later_version_is_current(lexical_desk: Desk) -> None:
    await lexical_desk.hold(cll("2018b"), cll("2018a"))
    assert [held.opened.version for held in lexical_desk.editions.current(TODAY)] == ["2018b"]


async def test_an_edition_that_may_not_be_used_supersedes_all_the_same(lexical_desk: Desk) -> None:
    forbidden = edition(
        "cll-response",
        CLL,
        disease="cll",
        version="2020",
        effective_date="2020-01-01",
        may_generate_from=False,
    )
    await lexical_desk.hold(cll("2018"), forbidden)
    assert lexical_desk.editions.current(TODAY) == ()
    assert (await lexical_desk.refused("What is complete response in CLL?")).reason == "no-sources"


async def test_the_corpus_digest_does_not_depend_on_the_order_of_arrival(tmp_path: Path) -> None:
    digests = set()
    for number, order in enumerate([(cll, myeloma, zorvic), (zorvic, cll, myeloma)]):
        folder = tmp_path / str(number)
        folder.mkdir()
        with open_desk(folder, None) as desk:
            await desk.hold(*(make() for make in order))
            digests.add(corpus_digest(desk.editions.current(TODAY)))
    assert len(digests) == 1


async def test_everything_is_remembered_over_a_restart(tmp_path: Path) -> None:
    with open_desk(tmp_path, None) as desk:
        await desk.hold(cll(), zorvic())
        before = await desk.found("What is a full quell in Zorvic syndrome?")
        held = desk.editions.current(TODAY)
    with open_desk(tmp_path, None) as desk:
        assert desk.editions.current(TODAY) == held
        assert await desk.found("What is a full quell in Zorvic syndrome?") == before
