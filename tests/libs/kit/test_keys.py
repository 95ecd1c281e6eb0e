"""Keys are made once, kept private, and never made again for a home that has a history."""

import stat
from pathlib import Path

import pytest

from plumbline_kit.keys import KeysMissing, load_or_create, read_question_key, read_trust


def test_a_new_home_gets_keys_that_only_its_owner_reads(tmp_path: Path) -> None:
    keys = load_or_create(tmp_path / "keys", may_create=True)
    private = [p for p in keys.directory.iterdir() if p.name != "trust.txt"]
    assert {p.name for p in private} == {"review.pem", "render.pem", "log.pem", "question.key"}
    assert all(stat.S_IMODE(p.stat().st_mode) == 0o600 for p in private)
    assert len(keys.question_key) == 32


def test_a_second_start_uses_the_same_keys(tmp_path: Path) -> None:
    first = load_or_create(tmp_path, may_create=True)
    again = load_or_create(tmp_path, may_create=False)
    assert again.trust == first.trust
    assert again.question_key == first.question_key


def test_a_home_with_a_history_is_refused_when_a_key_is_gone(tmp_path: Path) -> None:
    keys = load_or_create(tmp_path, may_create=True)
    (keys.directory / "review.pem").unlink()
    with pytest.raises(KeysMissing, match=r"lacks review\.pem"):
        load_or_create(tmp_path, may_create=False)
    assert not (keys.directory / "review.pem").exists()


def test_trust_is_rebuilt_from_the_private_keys(tmp_path: Path) -> None:
    keys = load_or_create(tmp_path, may_create=True)
    keys.trust_file.write_text("plumbline/log+00000000+AAAA\n")
    load_or_create(tmp_path, may_create=False)
    assert read_trust(keys.trust_file) == keys.trust
    assert [vkey.split("+")[0] for vkey in keys.trust] == [
        "plumbline/review",
        "plumbline/render",
        "plumbline/log",
    ]


def test_a_question_key_of_another_length_is_refused(tmp_path: Path) -> None:
    (tmp_path / "question.key").write_text("00ff\n")
    with pytest.raises(ValueError, match="must hold 32 bytes"):
        read_question_key(tmp_path / "question.key")
