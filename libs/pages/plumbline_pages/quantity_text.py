"""A quantity as a reader writes it: ≥1.5 cm, 100 × 10⁹/L."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_POWER: Final = re.compile(r"10\*(-?\d+)")
_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SIGNS: Final = {"=": "", ">=": "≥", "<=": "≤", "~": "≈"}


def quantity_text(said: Mapping[str, str] | None) -> str:
    """`said`: value, high, comparator and UCUM unit, each as text; "" for none."""
    if not said:
        return ""
    comparator = said.get("comparator", "=")
    high = f"–{said['high']}" if said.get("high") else ""
    unit = _unit(said.get("unit", ""))
    gap = "" if unit[:1] in ("", "%", "/") else "\u00a0"
    value = said.get("value", "0")
    shown = f"{int(value):,}" if value.isdecimal() else value
    return f"{_SIGNS.get(comparator, comparator)}{shown}{high}{gap}{unit}"


def _unit(ucum: str) -> str:
    power = _POWER.search(ucum)
    plain = _POWER.sub(lambda m: f"10{m[1].translate(_RAISED)}", ucum).replace("/uL", "/µL")
    return f"×\u00a0{plain}" if power and power.start() == 0 else plain
