"""Reading values that may be anything: the expected member of the expected type, or Invalid."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

T = TypeVar("T")


class Invalid(ValueError):
    """Something is not as it must be. The text says what, in words that may be shown."""


def members(value: Any, names: Iterable[str], what: str) -> dict[str, Any]:
    """The object, which has exactly these members."""
    expected = set(names)
    if not isinstance(value, dict):
        raise Invalid(f"{what} is not an object")
    if unknown := sorted(set(value) - expected):
        raise Invalid(f"{what} has an unknown member: {unknown[0]!r}")
    if missing := sorted(expected - set(value)):
        raise Invalid(f"{what} lacks the member {missing[0]!r}")
    return value


def member(value: Any, name: str, kind: type[T]) -> T:
    """One member of an object, of exactly this type (true is no number)."""
    if not isinstance(value, dict) or name not in value:
        raise Invalid(f"the member {name!r} is missing")
    found = value[name]
    if type(found) is not kind:
        raise Invalid(f"the member {name!r} has the wrong type")
    return found


def objects(value: Any, name: str) -> list[dict[str, Any]]:
    """A member that is a list of objects."""
    return _all_of(member(value, name, list), dict, name)


def texts(value: Any, name: str) -> list[str]:
    """A member that is a list of strings."""
    return _all_of(member(value, name, list), str, name)


def _all_of(values: list[Any], kind: type[T], name: str) -> list[T]:
    if any(type(item) is not kind for item in values):
        raise Invalid(f"the member {name!r} holds something of the wrong type")
    return values
