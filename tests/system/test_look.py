"""Looking into a running server: a search explained, a ledger compared, an API that is known."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)
from libs.kit.calling import running
from services.provenance.answers import World
from system.conftest import SEED
from system.served import Served, command

from plumbline_embedded.home import Home
from plumbline_embedded.online import consistent_with
from plumbline_kit.grpc_channel import open_channel
from plumbline_kit.grpc_server import GrpcServer
from plumbline_provenance.ledger import open_ledger
from plumbline_provenance.proof_service import proof_service
from plumbline_provenance.proofs import open_proofs
from plumbline_provenance.receipt import Receipt, parse_receipt
from plumbline_provenance.verify import Check
from plumbline_tlog.canonical import decode

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

COVERED = "What does partial response mean in CLL?"


def test_a_search_is_told_as_one_object_with_every_step_of_the_decision(plumbline: Served) -> None:
    done = plumbline.run("search", COVERED, "--explain", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert (found["schema"], found["status"]) == ("plumbline.search/1", "found")
    cited = {p["occurrence_id"] for p in plumbline.ask(COVERED)["passages"]}
    assert cited <= {p["occurrence_id"] for p in found["passages"]}
    best = found["passages"][0]
    assert best["rank"] == 1
    assert best["speaks"]
    assert best["dense_rank"] >= 1
    assert best["bm25_rank"] >= 1
    why = found["explanation"]
    assert [d["named"] for d in why["diseases"] if d["chosen"]] == [True]
    assert why["floor"]["above"] > 0


def test_a_search_is_told_in_lines_and_its_code_says_how_it_ended(plumbline: Served) -> None:
    covered = plumbline.run("search", COVERED, "--explain")
    assert covered.returncode == 0
    for words in ("  1  ", "dense 0.", "bm25 ", "(#1)", "asked about:", "floor: dense "):
        assert words in covered.stdout
    other = plumbline.run("search", "What is whooping cough?", "--explain")
    assert other.returncode == 3
    assert "not covered (not-in-sources)" in other.stdout
    assert "never speaks of: " in other.stdout
    long = plumbline.run("search", "x" * 2_001)
    assert long.returncode == 2
    assert long.stderr == "plumbline: a question has from 1 to 2000 characters\n"


def test_a_stranger_learns_from_the_server_itself_how_to_ask_it(plumbline: Served) -> None:
    home = Home(plumbline.home)
    for service, method, sent in (
        ("provenance.v1.ProofService", "Checkpoint", {}),
        ("retrieval.v1.SearchService", "Search", {"question": COVERED}),
    ):
        with open_channel(home.address(service.partition(".")[0])) as channel:
            known = ProtoReflectionDescriptorDatabase(channel)
            assert set(known.get_services()) == {
                f"plumbline.{service}",
                "grpc.health.v1.Health",
                "grpc.reflection.v1alpha.ServerReflection",
            }
            described = DescriptorPool(known).FindServiceByName(f"plumbline.{service}")
            call = described.FindMethodByName(method)
            request, response = GetMessageClass(call.input_type), GetMessageClass(call.output_type)
            ask: Any = channel.unary_unary(
                f"/plumbline.{service}/{method}", request.SerializeToString, response.FromString
            )
            assert ask(request(**sent), timeout=10).ByteSize() > 0


def test_a_receipt_is_compared_with_the_ledger_of_today(plumbline: Served, tmp_path: Path) -> None:
    answer = plumbline.ask(SEED)
    receipt = tmp_path / "receipt.json"
    receipt.write_bytes(plumbline.receipt(answer["answer_id"]))
    plumbline.receipt(plumbline.ask(COVERED)["answer_id"])  # the ledger has grown, or had before
    done = plumbline.run("verify", str(receipt), "--online", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert checks["consistency"]["ok"]
    receipt.write_bytes(receipt.read_bytes().replace(b'"revision":1', b'"revision":2', 1))
    assert plumbline.run("verify", str(receipt), "--online").returncode == 1


async def test_another_ledger_than_the_receipts_is_found_out(
    plumbline: Served, tmp_path: Path
) -> None:
    """By a server with another key; and by one with the same, whose history is another."""
    ours = World()
    receipt = await sealed(ours, tmp_path / "ours", [1, 2, 3])
    plumbline.receipt(plumbline.ask(SEED)["answer_id"])
    stranger = consistent_with(Home(plumbline.home).address("provenance"))
    check = stranger(await sealed(World(), tmp_path / "other", [1]))
    assert not check.ok
    assert "not the receipt's" in check.detail
    for folder, numbers, said in (
        ("ours", [4], "the 4 leaves of today begin with those 3"),
        ("shorter", [1, 2], "the server's ledger has fewer than 3 leaves"),
        ("forked", [1, 2, 3, 4], "the server's ledger is not the receipt's"),
    ):
        await sealed(ours, tmp_path / folder, numbers)
        async with (
            open_ledger(tmp_path / folder, ours.log),
            open_proofs(tmp_path / folder, ours.log.verifier) as proofs,
        ):
            found = await online(GrpcServer([proof_service(proofs)], "127.0.0.1:0"), receipt)
        assert found.ok == (folder == "ours")
        assert found.detail.startswith(said)


async def sealed(world: World, folder: Path, numbers: list[int]) -> Receipt:
    """Seal these answers; the receipt of the last."""
    async with open_ledger(folder, world.log) as ledger:
        for number in numbers:
            last = await ledger.seal(world.publication(number))
    return parse_receipt(decode(last.receipt))


async def online(server: GrpcServer, receipt: Receipt) -> Check:
    """What the check says of this server."""
    async with running(server):
        check = consistent_with(f"127.0.0.1:{server.port}")
        return await asyncio.to_thread(check, receipt)


def test_without_a_server_both_say_so_in_one_line(plumbline: Served, tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.json"
    receipt.write_bytes(plumbline.receipt(plumbline.ask(SEED)["answer_id"]))
    nowhere = {**plumbline.environ, "PLUMBLINE_HOME": str(tmp_path / "empty")}
    nowhere |= {"XDG_DATA_HOME": str(tmp_path)}
    for arguments in (("search", COVERED), ("verify", str(receipt), "--online")):
        done = command(arguments, nowhere, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (7, "")
        assert done.stderr == (
            "plumbline: no Plumbline server is running here; start one with: plumbline run\n"
        )
        away = nowhere | {
            "PLUMBLINE_RETRIEVAL_ADDRESS": "127.0.0.1:1",
            "PLUMBLINE_PROVENANCE_ADDRESS": "127.0.0.1:1",
        }
        done = command(arguments, away, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (7, "")
        assert "(UNAVAILABLE): the server is starting, busy or gone; try again" in done.stderr
