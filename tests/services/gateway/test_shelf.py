"""What is current, asked by every page, of a shelf that grows."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from services.gateway.rendered import event

from plumbline.common.v1.common_pb2 import Run
from plumbline.ingest.v1.events_pb2 import EditionOpened
from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline_gateway.site import Site


def indexed(guideline: str, version: str, since: str) -> EditionIndexed:
    return EditionIndexed(
        edition_id=f"{guideline}@{version}",
        guideline_id=guideline,
        edition=EditionOpened(version=version, effective_date=since, title="Zu"),
        admitted=[Run(answer_id="a", revision=1)],
    )


def test_current_is_the_newest_in_force_that_day_and_follows_what_comes(tmp_path: Path) -> None:
    with closing(Site(tmp_path / "site.sqlite")) as site:
        for offset, made in enumerate(
            (
                indexed("g", "2", "2026-02-01"),
                indexed("g", "1", "2026-01-01"),
                indexed("h", "a", "2026-01-01"),
                indexed("h", "b", "2026-01-01"),
                indexed("h", "c", "2099-01-01"),
            )
        ):
            site.apply_indexed(event(made, offset=offset))
            assert site.shelf.current("2026-03-01")  # kept, and must be dropped when one comes
        assert site.shelf.current("2026-03-01") == {"g": "2", "h": "b"}
        assert site.shelf.current("2026-01-15") == {"g": "1", "h": "b"}
        held = [e.edition_id for e in site.shelf.held_now("2026-03-01")]
        assert held == ["g@2", "h@b"]
        assert site.shelf.in_force("h", "2026-03-01") == "b"
        assert site.shelf.in_force("unknown", "2026-03-01") is None

        site.apply_indexed(event(indexed("g", "3", "2026-03-01"), offset=9))
        assert site.shelf.current("2026-03-01")["g"] == "3"
        assert site.shelf.held_now("2026-03-01")[0].edition_id == "g@3"


def test_whom_an_edition_asks_again_is_not_kept_on_the_shelf(tmp_path: Path) -> None:
    with closing(Site(tmp_path / "site.sqlite")) as site:
        site.apply_indexed(event(indexed("g", "1", "2026-01-01")))
        held = site.shelf.edition("g@1")
        assert held
        assert not held.admitted
        assert site.shelf.edition("g@2") is None
