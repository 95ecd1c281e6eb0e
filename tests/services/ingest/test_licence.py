"""Which licences let a machine use a text, and for what."""

from __future__ import annotations

import pytest

from plumbline_ingest.errors import Refused
from plumbline_ingest.licence import compile_licence


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ("CC-BY-4.0", "CC-BY-4.0"),
        ("cc0-1.0", "CC0-1.0"),
        ("CC-BY-NC-SA-3.0-IGO", "CC-BY-NC-SA-3.0-IGO"),
        (" OGL-UK-3.0 ", "OGL-UK-3.0"),
        ("LicenseRef-our-own-terms", "LicenseRef-our-own-terms"),
        ("licenseref-ours", "LicenseRef-ours"),
    ],
)
def test_an_open_licence_allows_answers_and_keeps_its_own_spelling(given: str, known: str) -> None:
    policy = compile_licence(given)
    assert policy.licence == known
    assert policy.may_index
    assert policy.may_generate_from
    assert policy.may_quote_words == 0


@pytest.mark.parametrize("given", ["CC-BY-ND-4.0", "cc-by-nc-nd-3.0"])
def test_no_derivatives_may_be_found_and_quoted_but_not_answered_from(given: str) -> None:
    policy = compile_licence(given)
    assert policy.may_index
    assert policy.may_quote_words > 0
    assert not policy.may_generate_from


@pytest.mark.parametrize(
    "given",
    [
        "proprietary",
        "Proprietary",
        "no-machine-use",
        "No machine use",
        "All rights reserved.",
        "LicenseRef-proprietary",
        "LicenseRef-no-machine-use-v2",
        "NOASSERTION",
    ],
)
def test_a_licence_that_forbids_machine_use_is_refused(given: str) -> None:
    with pytest.raises(Refused) as refused:
        compile_licence(given)
    assert "does not let a machine" in refused.value.reason


@pytest.mark.parametrize("given", ["", "   "])
def test_a_missing_licence_is_refused_saying_how_to_give_one(given: str) -> None:
    with pytest.raises(Refused) as refused:
        compile_licence(given)
    assert "--licence" in refused.value.reason


@pytest.mark.parametrize("given", ["CC-BY", "CC-BY-5.0", "MIT OR CC-BY-4.0", "free", "LicenseRef-"])
def test_an_unknown_licence_is_refused_naming_the_nearest_known(given: str) -> None:
    with pytest.raises(Refused) as refused:
        compile_licence(given)
    assert "the nearest known is" in refused.value.reason
