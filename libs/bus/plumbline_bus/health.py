"""Whether a service can do its work now, and if not, why."""

from __future__ import annotations


class Health:
    """Ready while everything that reported is well. Nothing reported yet: ready."""

    def __init__(self) -> None:
        self._ill: dict[str, str] = {}

    def set(self, name: str, ok: bool, why: str = "") -> None:
        """Report one thing; its last report stands. `why` is shown: no words of a record."""
        if ok:
            self._ill.pop(name, None)
        else:
            self._ill[name] = why

    @property
    def ready(self) -> bool:
        """Whether everything is well."""
        return not self._ill

    def reasons(self) -> dict[str, str]:
        """What is not well, and why."""
        return dict(self._ill)


class Concern:
    """One name in a service's health for many that may each be waiting for the world.

    Well again only when the last of them is; the reason shown is the newest.
    """

    def __init__(self, health: Health, name: str) -> None:
        self._health = health
        self._name = name
        self._waiting: dict[str, str] = {}

    def waits(self, who: str, why: str) -> None:
        """One of them waits."""
        self._waiting.pop(who, None)
        self._waiting[who] = why
        self._health.set(self._name, False, why)

    def goes_on(self, who: str) -> None:
        """One of them waits no longer. May be called for one that never did."""
        if self._waiting.pop(who, None) is not None:
            why = next(reversed(self._waiting.values()), "")
            self._health.set(self._name, not self._waiting, why)
