"""TR-NOTICE: the page says what it is, who made it and who has read it."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline_safety_review.case import Case
from plumbline_safety_review.remedy import Remedy
from plumbline_safety_review.verdict import Check, Finding


def examine(case: Case) -> Iterator[Finding]:
    """Needed notices are added; a notice that is not ours is no notice."""
    notices = case.catalogue.notices
    demonstration = any(edition.manifest.demonstration for edition in case.editions)
    for notice in notices.values():
        needed = notice.needed == "always" or (notice.needed == "demonstration" and demonstration)
        if needed and notice.id not in case.notice_ids:
            yield Finding("missing", remedy=Remedy.NOTICE)
    if set(case.notice_ids) - set(notices):
        yield Finding("unknown-notice")
    if len(set(case.notice_ids)) != len(case.notice_ids):
        yield Finding("notice-twice")


CHECK = Check("TR-NOTICE", "1", examine)
