"""Bytes to text: what is not readable text is refused before anything else happens."""

from __future__ import annotations

import codecs
import unicodedata
from dataclasses import dataclass
from typing import Final

from plumbline_ingest.errors import Refused
from plumbline_ingest.lines import INVISIBLE

LARGEST_BYTES: Final = 16 * 1_048_576  # a long guideline is about 1 MiB of text
_ALLOWED_CONTROLS: Final = "\t\n\r\f\v"


@dataclass(frozen=True, slots=True)
class Document:
    """One file as it was sent."""

    name: str
    content: bytes

    @property
    def text(self) -> str:
        """Its text: NFC, LF line ends, no invisible marks. Refused when it is not text."""
        return unicodedata.normalize("NFC", self.source.translate(INVISIBLE))

    @property
    def source(self) -> str:
        """Its characters with LF line ends, else as sent. Refused when it is not text.

        What has markup is read from these: NFC would join the > of a tag to an accent behind it.
        """
        if len(self.content) > LARGEST_BYTES:
            raise Refused(
                f"{self.name} is larger than {LARGEST_BYTES >> 20} MiB; split it into guidelines"
            )
        if self.content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise Refused(f"{self.name} is UTF-16 text; save it as UTF-8")
        if b"\0" in self.content:
            raise Refused(
                f"{self.name} is not text but a binary file; send HTML, Markdown or plain text"
            )
        try:
            text = self.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Refused(
                f"{self.name} is not UTF-8 text (byte {error.start}); save it as UTF-8"
            ) from None
        if any(
            unicodedata.category(letter) == "Cc" and letter not in _ALLOWED_CONTROLS
            for letter in text
        ):
            raise Refused(f"{self.name} is not text: it holds control characters")
        if not text.translate(INVISIBLE).strip():
            raise Refused(f"{self.name} is empty")
        return text.replace("\r\n", "\n").replace("\r", "\n")
