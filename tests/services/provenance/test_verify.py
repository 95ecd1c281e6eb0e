"""The verifier: a valid receipt is valid, and nothing else is."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from services.provenance.answers import World

from plumbline_provenance.verify import main, verify
from plumbline_tlog import dsse
from plumbline_tlog.canonical import base64_decode, base64_encode, encode
from plumbline_tlog.note import new_signer

CHECKS = (
    *("canonical", "members", "keys", "content", "review", "rendering", "statement", "leaf"),
    *("inclusion", "checkpoint", "passages", "quotes", "verbatim", "trust"),
)


def test_a_real_receipt_is_valid_and_every_check_is_named(receipt: bytes, world: World) -> None:
    report = verify(receipt, world.trust)
    assert (report.exit_code, report.ok) == (0, True)
    assert tuple(check.name for check in report.checks) == CHECKS
    assert all(check.ok and check.detail for check in report.checks)
    assert len(report.not_proven) >= 5
    assert not receipt.endswith(b"\n")


@pytest.mark.slow
def test_every_bit_of_every_byte_is_noticed(receipt: bytes, world: World) -> None:
    for at, byte in enumerate(receipt):
        bit = 1 << (at % 8)
        changed = receipt[:at] + bytes([byte ^ bit]) + receipt[at + 1 :]
        report = verify(changed, world.trust)
        assert report.exit_code == 1, f"bit {bit} of byte {at} was not noticed"


@given(data=st.data())
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_bytes_replaced_removed_or_put_in_are_noticed(
    data: st.DataObject, receipt: bytes, world: World
) -> None:
    start = data.draw(st.integers(0, len(receipt)))
    end = data.draw(st.integers(start, min(start + 40, len(receipt))))
    changed = receipt[:start] + data.draw(st.binary(max_size=40)) + receipt[end:]
    if changed != receipt:
        assert verify(changed, world.trust).exit_code == 1


@given(st.binary(max_size=200))
def test_any_bytes_at_all_give_a_report(data: bytes) -> None:
    assert verify(data, ()).exit_code == 1


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_key_that_is_not_trusted_gives_3(receipt: bytes, world: World, missing: int) -> None:
    trust = [vkey for index, vkey in enumerate(world.trust) if index != missing]
    report = verify(receipt, trust)
    assert (report.exit_code, report.ok) == (3, False)
    assert [check.name for check in report.checks if not check.ok] == ["trust"]
    signer = (world.review, world.render, world.log)[missing]
    assert report.checks[-1].detail == f"not in the trust file: {signer.keyid}"


def test_a_receipt_is_never_trusted_by_the_keys_it_carries(receipt: bytes) -> None:
    assert verify(receipt, ()).exit_code == 3
    assert verify(receipt, World().trust).exit_code == 3


def test_lines_of_a_trust_file_may_end_in_space(receipt: bytes, world: World) -> None:
    assert verify(receipt, ["", "# no key", *(f"{vkey} \r" for vkey in world.trust)]).ok


Change = Callable[[dict[str, Any], World], None]


def _reversed_keys(value: dict[str, Any], _: World) -> None:
    value["keys"].reverse()


def _fourth_key(value: dict[str, Any], _: World) -> None:
    value["keys"].append(value["keys"][0])


def _foreign_review_key(value: dict[str, Any], _: World) -> None:
    value["keys"][0] = new_signer("plumbline/review").vkey


def _key_with_anothers_id(value: dict[str, Any], _: World) -> None:
    name, _, rest = value["keys"][0].partition("+")
    value["keys"][0] = f"{name}+00000000+{rest.partition('+')[2]}"


def _unknown_member(value: dict[str, Any], _: World) -> None:
    value["note"] = "trust me"


def _missing_member(value: dict[str, Any], _: World) -> None:
    del value["salt"]


def _true_for_one(value: dict[str, Any], _: World) -> None:
    value["revision"] = True


def _other_schema(value: dict[str, Any], _: World) -> None:
    value["schema"] = "plumbline.receipt/2"


def _other_kind(value: dict[str, Any], _: World) -> None:
    value["kind"] = "withdrawn"


def _longer_proof(value: dict[str, Any], _: World) -> None:
    value["inclusion"].append(base64_encode(bytes(32)))


def _no_proof(value: dict[str, Any], _: World) -> None:
    value["inclusion"] = []


def _negative_index(value: dict[str, Any], _: World) -> None:
    value["leaf_index"] = -1


def _unpadded(value: dict[str, Any], _: World) -> None:
    value["salt"] = value["salt"].rstrip("=")


def _two_checkpoint_signatures(value: dict[str, Any], _: World) -> None:
    value["checkpoint"] += value["checkpoint"].split("\n\n")[1]


def _no_checkpoint_signature(value: dict[str, Any], _: World) -> None:
    value["checkpoint"] = value["checkpoint"].split("\n\n")[0] + "\n"


def _surplus_signature(value: dict[str, Any], _: World) -> None:
    envelope = json.loads(base64_decode(value["review"]))
    envelope["signatures"] *= 2
    value["review"] = base64_encode(encode(envelope))


def _review_signed_by_render(value: dict[str, Any], world: World) -> None:
    payload = dsse.parse_envelope(base64_decode(value["review"])).payload
    kind = "application/vnd.plumbline.review+json"
    value["review"] = base64_encode(dsse.sign(payload, kind, world.render))


def _withheld(value: dict[str, Any], world: World) -> None:
    _sign_review(value, world, verdict="withhold")


def _other_policy(value: dict[str, Any], world: World) -> None:
    _sign_review(value, world, policy_sha256="22" * 32)


def _more_in_the_review(value: dict[str, Any], world: World) -> None:
    _sign_review(value, world, remark="fine")


def _sign_review(value: dict[str, Any], world: World, **members: str) -> None:
    payload = json.loads(dsse.parse_envelope(base64_decode(value["review"])).payload)
    kind = "application/vnd.plumbline.review+json"
    signed = dsse.sign(encode({**payload, **members}), kind, world.review)
    value["review"] = base64_encode(signed)


def _statement_of_another(value: dict[str, Any], world: World) -> None:
    payload = json.loads(dsse.parse_envelope(base64_decode(value["statement"])).payload)
    payload["predicate"]["revision"] = 2
    signed = dsse.sign(encode(payload), "application/vnd.in-toto+json", world.log)
    value["statement"] = base64_encode(signed)


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        (_reversed_keys, "keys"),
        (_fourth_key, "members"),
        (_foreign_review_key, "review"),
        (_key_with_anothers_id, "keys"),
        (_unknown_member, "members"),
        (_missing_member, "members"),
        (_true_for_one, "members"),
        (_other_schema, "members"),
        (_other_kind, "leaf"),
        (_longer_proof, "inclusion"),
        (_no_proof, "inclusion"),
        (_negative_index, "inclusion"),
        (_unpadded, "members"),
        (_two_checkpoint_signatures, "checkpoint"),
        (_no_checkpoint_signature, "checkpoint"),
        (_surplus_signature, "review"),
        (_review_signed_by_render, "review"),
        (_withheld, "review"),
        (_other_policy, "review"),
        (_more_in_the_review, "review"),
        (_statement_of_another, "statement"),
    ],
)
def test_a_change_in_canonical_form_is_noticed_by_the_check_it_concerns(
    receipt: bytes, world: World, change: Change, failing: str
) -> None:
    value = json.loads(receipt)
    change(value, world)
    report = verify(encode(value), world.trust)
    assert report.exit_code == 1
    assert failing in [check.name for check in report.checks if not check.ok]
    assert "trust" not in [check.name for check in report.checks]


@pytest.mark.parametrize("name", ["content", "review", "rendering", "statement", "leaf", "salt"])
def test_a_part_of_another_receipt_does_not_fit(receipt: bytes, world: World, name: str) -> None:
    value = json.loads(receipt)
    value[name] = base64_encode(base64_decode(value[name])[::-1])
    assert verify(encode(value), world.trust).exit_code == 1


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value within a JSON value."""
    items = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        items = enumerate(value)  # type: ignore[assignment]
    return [path, *(place for key, inner in items for place in places(inner, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


@pytest.mark.parametrize("part", ["content", "review", "rendering", "statement", "leaf"])
@given(data=st.data())
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_part_with_anything_in_it_signed_by_the_right_key_is_only_invalid(
    data: st.DataObject, part: str, receipt: bytes, world: World
) -> None:
    value = json.loads(receipt)
    signers = {"review": world.review, "rendering": world.render, "statement": world.log}
    inner = base64_decode(value[part])
    payload = dsse.parse_envelope(inner).payload if part in signers else inner
    path = data.draw(st.sampled_from(places(json.loads(payload))))
    changed = encode(replaced(json.loads(payload), path, data.draw(ANY_JSON)))
    if changed == payload:
        return
    if part in signers:
        kind = dsse.parse_envelope(inner).payload_type
        changed = dsse.sign(changed, kind, signers[part])
    value[part] = base64_encode(changed)
    assert verify(encode(value), world.trust).exit_code == 1


@pytest.mark.parametrize("data", [b"[" * 50_000, b"null", b"[]", b"{}", b'"x"', b"1", b"\xff"])
def test_a_hostile_file_is_only_invalid(data: bytes) -> None:
    assert verify(data, ()).exit_code == 1


def saved(tmp_path: Path, receipt: bytes, trust: tuple[str, ...]) -> tuple[str, str]:
    (tmp_path / "receipt.json").write_bytes(receipt)
    (tmp_path / "trust.txt").write_text("".join(f"{vkey}\n" for vkey in trust))
    return str(tmp_path / "receipt.json"), str(tmp_path / "trust.txt")


def test_the_command_prints_one_object(
    receipt: bytes, world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, trust = saved(tmp_path, receipt, world.trust)
    assert main([file, "--trust", trust, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed.keys() == {"schema", "ok", "checks", "not_proven"}
    assert (printed["schema"], printed["ok"]) == ("plumbline.verify/1", True)
    assert printed["checks"][0].keys() == {"name", "ok", "detail"}


def test_the_command_says_what_it_found_and_what_that_does_not_prove(
    receipt: bytes, world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, trust = saved(tmp_path, receipt, ())
    assert main([file, "--trust", trust]) == 3
    out = capsys.readouterr().out
    assert "keys not trusted" in out
    assert "does not prove" in out


@pytest.mark.parametrize("data", [None, b"", b"hello"])
def test_a_file_that_is_no_receipt_gets_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes | None
) -> None:
    file = tmp_path / "receipt.json"
    if data is not None:
        file.write_bytes(data)
    assert main([str(file)]) == 1
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert "receipt.json" in out
    assert main([str(file), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["ok"] is False


def test_wrong_usage_and_a_missing_trust_file_give_2(receipt: bytes, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2
    file, _ = saved(tmp_path, receipt, ())
    assert main([file, "--trust", str(tmp_path / "none.txt")]) == 2


def test_the_home_is_where_trust_is_looked_for(
    receipt: bytes, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, trust = saved(tmp_path, receipt, world.trust)
    keys = tmp_path / "home" / "keys"
    keys.mkdir(parents=True)
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path / "home"))
    assert main([file]) == 3
    Path(trust).rename(keys / "trust.txt")
    assert main([file]) == 0


def test_what_a_receipt_says_cannot_steer_a_terminal(
    receipt: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    value = json.loads(receipt)
    value["\x1b[2J"] = 1
    file, trust = saved(tmp_path, encode(value), ())
    assert main([file, "--trust", trust]) == 1
    assert "\x1b" not in capsys.readouterr().out


def test_the_verifier_needs_no_service_and_no_server() -> None:
    code = (
        "import sys, plumbline_provenance.verify\n"
        "print([n for n in sys.modules if n.partition('.')[0] in "
        "('google', 'plumbline', 'plumbline_bus', 'plumbline_kit', 'sqlite3', 'asyncio')])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
