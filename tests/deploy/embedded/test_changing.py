"""What a person reads about an edition before its answers are made again."""

from __future__ import annotations

from typing import Any

from plumbline_embedded.changing import affected_text


def test_a_dry_run_says_which_answers_why_how_bad_and_how_many_read_them() -> None:
    def hit(severity: str, readers: int) -> dict[str, Any]:
        return {
            "answer_id": "cd" * 16,
            "title": "Zu",
            "severity": severity,
            "claims": ["c1", "c2"],
            "readers": readers,
        }

    answers = [hit("number_changed", 12), hit("moved", 0), hit("none", 3)]
    heading, *lines = affected_text({"edition_id": "g@2", "answers": answers}).splitlines()
    assert heading == "g@2: 2 answers would be made again, 1 would be checked and stand"
    for line, said in zip(lines, ("number changed", "moved"), strict=True):
        assert line.strip().startswith(said)
    assert lines[0].endswith(f"{'cd' * 16}  Zu  (c1, c2; read 12 times in 7 days)")
