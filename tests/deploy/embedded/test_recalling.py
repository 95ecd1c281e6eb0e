"""Before nothing, or everything, is called back, a person is asked."""

from __future__ import annotations

import io
from typing import Any

import pytest

from plumbline_embedded.changing import Refused
from plumbline_embedded.recalling import ask_first, reached_text


class Terminal(io.StringIO):
    """Someone who types."""

    def isatty(self) -> bool:
        return True


def seen(matched: int, campaign_id: str = "") -> dict[str, Any]:
    recall = {
        "recall_id": "ab" * 16,
        "kind": "source",
        "target": "zu-guide",
        "campaign_id": campaign_id,
    }
    hit = {"answer_id": "cd" * 16, "title": "Zu", "claims": []}
    return {"recall": recall, "matched": matched, "total": 4, "answers": [hit] * bool(matched)}


@pytest.mark.parametrize("typed", ["y\n", "Yes\n"])
def test_who_says_yes_means_it(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    ask_first(seen(0), Terminal(typed))
    said = capsys.readouterr()
    assert said.out == ""
    assert "No published answer rests on source zu-guide" in said.err


@pytest.mark.parametrize("typed", ["n\n", "\n", "", "yesterday\n"])
def test_anything_else_is_a_no(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Refused) as refused:
        ask_first(seen(4), Terminal(typed))
    assert refused.value.code == 1
    assert "Every published answer rests" in capsys.readouterr().err


def test_where_nobody_can_be_asked_it_is_refused() -> None:
    with pytest.raises(Refused, match="--yes") as refused:
        ask_first(seen(4), io.StringIO("y\n"))
    assert refused.value.code == 2


def test_a_look_and_a_recall_read_differently() -> None:
    assert "1 of 4 published answers would be" in reached_text(seen(1))
    done = reached_text(seen(1, "0123456789"))
    assert "are marked and made again" in done
    assert "plumbline recall --lift abababab" in done
