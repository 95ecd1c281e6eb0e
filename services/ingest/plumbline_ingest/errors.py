"""The one word that ingest has for "no"."""


class Refused(Exception):
    """A document, manifest or licence is not taken. The message says why, and what to do."""

    @property
    def reason(self) -> str:
        """Why, in one sentence for a person."""
        return str(self)
