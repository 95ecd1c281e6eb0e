"""Settings come from the environment, and a wrong name is told with the right one."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from plumbline_kit.settings import SettingsError, load, refuse_unknown, variables


@dataclass(frozen=True)
class Settings:
    directory: Path
    limit: int = 8
    ratio: float = 0.5
    strict: bool = True
    names: tuple[str, ...] = ()
    policy: Path | None = None


def test_the_environment_has_the_last_word() -> None:
    environ = {"PLUMBLINE_THING_LIMIT": "3", "PLUMBLINE_THING_NAMES": "a, b"}
    made = load(Settings, "thing", environ, directory=Path("d"), limit=5)
    assert made == Settings(Path("d"), limit=3, names=("a", "b"))


def test_every_kind_of_field_is_read() -> None:
    environ = {
        "PLUMBLINE_THING_DIRECTORY": "x",
        "PLUMBLINE_THING_RATIO": "0.25",
        "PLUMBLINE_THING_STRICT": "no",
        "PLUMBLINE_THING_POLICY": "p.toml",
    }
    made = load(Settings, "thing", environ)
    assert (made.ratio, made.strict, made.policy) == (0.25, False, Path("p.toml"))


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(SettingsError, match="PLUMBLINE_THING_DIRECTORY is not set"):
        load(Settings, "thing", {})


def test_a_value_that_cannot_be_read_is_named() -> None:
    environ = {"PLUMBLINE_THING_DIRECTORY": "x", "PLUMBLINE_THING_LIMIT": "many"}
    with pytest.raises(SettingsError, match="PLUMBLINE_THING_LIMIT='many' is not a int"):
        load(Settings, "thing", environ)


def test_an_unknown_variable_is_told_with_the_nearest_known_one() -> None:
    known = variables(Settings, "thing")
    with pytest.raises(SettingsError, match="the nearest is PLUMBLINE_THING_LIMIT"):
        refuse_unknown({"PLUMBLINE_THING_LIMITS": "3"}, known)
    refuse_unknown({"PLUMBLINE_THING_LIMIT": "3", "PLUMBLINE_HOME": "h", "PATH": ""}, known)
