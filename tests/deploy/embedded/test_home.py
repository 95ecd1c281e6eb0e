"""home.json: a newer home is refused, an older one brought up or refused, saying what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from plumbline_bus import LogInUse
from plumbline_bus.local_lock import held
from plumbline_embedded.home import UNFINISHED, Home, existing_home
from plumbline_embedded.home_format import FORMAT, HomeError, migrate, read_format, write_format


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home of this version."""
    made = Home(tmp_path / "home")
    assert made.open()
    return made


def test_a_new_home_says_its_format_and_is_not_new_once_it_has_a_log(home: Home) -> None:
    assert json.loads((home.path / "home.json").read_text())["format"] == FORMAT
    home.log.touch()
    assert not home.open()


def test_a_newer_home_is_refused_and_untouched(home: Home) -> None:
    write_format(home.path, FORMAT + 1)
    with pytest.raises(HomeError, match="upgrade Plumbline"):
        home.open()
    assert read_format(home.path) == FORMAT + 1


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "x"}', '{"format": null}'])
def test_a_home_json_that_cannot_be_read_is_refused(home: Home, text: str) -> None:
    (home.path / "home.json").write_text(text)
    with pytest.raises(HomeError, match="restore this home from a backup"):
        home.open()


def test_an_older_home_is_brought_up_one_step_at_a_time(home: Home) -> None:
    steps: list[int] = []
    made = {FORMAT: lambda _: steps.append(FORMAT), FORMAT + 1: lambda _: steps.append(FORMAT + 1)}
    home.open(made, FORMAT + 2)
    assert steps == [FORMAT, FORMAT + 1]
    assert read_format(home.path) == FORMAT + 2
    home.open(made, FORMAT + 2)
    assert len(steps) == 2


def test_a_step_that_fails_is_taken_again_and_those_before_it_stand(home: Home) -> None:
    steps: list[str] = []

    def second(_: Path) -> None:
        steps.append("second")
        if len(steps) == 2:
            raise OSError("disk full")

    made = {FORMAT: lambda _: steps.append("first"), FORMAT + 1: second}
    with pytest.raises(OSError, match="disk full"):
        migrate(home.path, made, FORMAT + 2)
    assert read_format(home.path) == FORMAT + 1
    assert migrate(home.path, made, FORMAT + 2)
    assert steps == ["first", "second", "second"]


def test_an_older_home_that_cannot_be_brought_up_is_refused_before_anything_is_done(
    home: Home,
) -> None:
    steps: list[Path] = []
    with pytest.raises(HomeError, match="run the version that wrote it"):
        home.open({FORMAT: steps.append}, FORMAT + 2)
    assert (steps, read_format(home.path)) == ([], FORMAT)


def test_a_home_that_is_served_is_not_migrated(home: Home) -> None:
    with held(home.log), pytest.raises(LogInUse):
        home.open({FORMAT: lambda _: None}, FORMAT + 1)
    assert read_format(home.path) == FORMAT


def test_a_home_whose_restore_was_cut_off_does_not_open(home: Home) -> None:
    (home.path / UNFINISHED).mkdir()
    with pytest.raises(HomeError, match="plumbline restore --force FILE"):
        home.open()


def test_a_home_that_is_named_is_the_one_even_when_it_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a restore --force would move another one aside."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("PLUMBLINE_HOME", raising=False)
    assert existing_home().path == tmp_path / "data" / "plumbline"
    (tmp_path / ".plumbline").mkdir()
    assert existing_home().path == tmp_path / ".plumbline"
    monkeypatch.setenv("PLUMBLINE_HOME", "elsewhere")
    assert existing_home().path == tmp_path / "elsewhere"
