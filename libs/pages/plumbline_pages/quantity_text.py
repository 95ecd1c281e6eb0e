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
    gap = "" if not unit or unit == "%" else "\u00a0"
    return f"{_SIGNS.get(comparator, comparator)}{said.get('value', '0')}{high}{gap}{unit}"


def _unit(ucum: str) -> str:
    power = _POWER.search(ucum)
    plain = _POWER.sub(lambda m: f"10{m[1].translate(_RAISED)}", ucum).replace("/uL", "/µL")
    return f"×\u00a0{plain}" if power and power.start() == 0 else plain
