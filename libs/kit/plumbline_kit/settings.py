"""Settings: a dataclass read from PLUMBLINE_<SERVICE>_<FIELD>; unknown variables are errors."""

from __future__ import annotations

import dataclasses
import difflib
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

S = TypeVar("S")

SHARED = frozenset(
    {
        "PLUMBLINE_HOME",
        "PLUMBLINE_URL",
        "PLUMBLINE_GUIDELINES",
        "PLUMBLINE_LOG_URL",
        "PLUMBLINE_TOPIC_PREFIX",
        "PLUMBLINE_LOG_LEVEL",
        "PLUMBLINE_INSTANCE",
        "PLUMBLINE_HEALTH_ADDRESS",
        "PLUMBLINE_EVAL_DATA",
        "PLUMBLINE_TEST_KAFKA",
        "PLUMBLINE_TEST_POSTGRES",
        "PLUMBLINE_TEST_QDRANT",
    }
)  # variables that belong to no single service


class SettingsError(ValueError):
    """A variable is unknown, missing or cannot be read; the message says what to do."""


def variables(settings: type[Any], service: str) -> dict[str, dataclasses.Field[Any]]:
    """The variables of a service: name → field."""
    prefix = f"PLUMBLINE_{service.upper()}_"
    return {prefix + field.name.upper(): field for field in dataclasses.fields(settings)}


def load(settings: type[S], service: str, environ: Mapping[str, str], **given: Any) -> S:
    """Read a service's settings. `given` is the deployment's; the environment has the last word."""
    known = variables(settings, service)
    hints = typing.get_type_hints(settings)
    values = dict(given)
    for name, field in known.items():
        if name in environ:
            values[field.name] = _read(name, environ[name], hints[field.name])
    missing = [
        name
        for name, field in known.items()
        if field.name not in values
        and field.default is dataclasses.MISSING
        and field.default_factory is dataclasses.MISSING
    ]
    if missing:
        raise SettingsError(
            f"{missing[0]} is not set; the {service} service cannot start without it"
        )
    return settings(**values)


def refuse_unknown(environ: Mapping[str, str], known: typing.Iterable[str]) -> None:
    """SettingsError for a PLUMBLINE_ variable that nobody reads, naming the nearest one."""
    all_known = sorted({*known, *SHARED})
    for name in sorted(environ):
        if name.startswith("PLUMBLINE_") and name not in all_known:
            near = difflib.get_close_matches(name, all_known, n=1, cutoff=0.0)
            raise SettingsError(f"{name} is not a setting of Plumbline; the nearest is {near[0]}")


def _read(name: str, text: str, kind: Any) -> Any:
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        kind = next(option for option in typing.get_args(kind) if option is not type(None))
    if typing.get_origin(kind) is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    try:
        if kind is bool:
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[
                text.lower()
            ]
        return Path(text) if kind is Path else kind(text)
    except (ValueError, KeyError):
        raise SettingsError(f"{name}={text!r} is not a {getattr(kind, '__name__', kind)}") from None
