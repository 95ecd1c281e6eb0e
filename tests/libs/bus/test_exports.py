"""The public names of the package are exactly those in `__all__`."""

from __future__ import annotations

from types import ModuleType

import plumbline_bus


def test_all_is_exactly_what_is_exported() -> None:
    public = {
        name
        for name, value in vars(plumbline_bus).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    constants_first = sorted(public, key=lambda name: (not name.isupper(), name))
    assert constants_first == plumbline_bus.__all__
