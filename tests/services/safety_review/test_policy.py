"""The policy file: it and the program must agree about every check."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from services.safety_review.drafts import POLICY_FILE

from plumbline_safety_review.checks import CHECKS
from plumbline_safety_review.policy import PolicyError, load_policy
from plumbline_safety_review.remedy import Remedy
from plumbline_safety_review.verdict import Finding, Verdict

GIVEN = POLICY_FILE.read_text("utf-8")


def test_the_deployed_policy_has_every_check_on() -> None:
    policy = load_policy(POLICY_FILE, CHECKS)
    assert policy.checks == CHECKS
    assert policy.sha256 == hashlib.sha256(POLICY_FILE.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("GR-NUM = {", "GR-NUMBER = {"),
        ("[checks]", "[checks]\nXX-NEW = { on = true, version = '1', action = 'repair' }"),
        ('GR-NUM = { on = true, version = "1"', 'GR-NUM = { on = true, version = "2"'),
        ('action = "repair"', 'action = "ignore"'),
        ("[limits]", "[limit]"),
        ("version = ", "version "),
    ],
)  # fmt: skip
def test_a_policy_that_differs_from_the_program_is_refused(
    tmp_path: Path, old: str, new: str
) -> None:
    path = tmp_path / "review.toml"
    path.write_text(GIVEN.replace(old, new, 1), "utf-8")
    with pytest.raises(PolicyError):
        load_policy(path, CHECKS)


def test_a_check_that_is_off_is_not_run_and_the_hash_tells(tmp_path: Path) -> None:
    path = tmp_path / "review.toml"
    path.write_text(GIVEN.replace("GR-NUM = { on = true", "GR-NUM = { on = false"), "utf-8")
    policy = load_policy(path, CHECKS)
    assert "GR-NUM" not in {check.id for check in policy.checks}
    assert policy.sha256 != load_policy(POLICY_FILE, CHECKS).sha256


def test_what_nothing_mends_is_withheld_whatever_the_file_allows() -> None:
    policy = load_policy(POLICY_FILE, CHECKS)
    assert policy.action("GR-NUM", Finding("figure", "c1", Remedy.QUOTE)) is Verdict.REPAIR
    assert policy.action("GR-NUM", Finding("figure", "c1", Remedy.NONE)) is Verdict.WITHHOLD
