"""The gRPC face of the ledger: proofs that check, and a status for each thing that is not there."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import pytest
from libs.kit.calling import channel_to, refusal
from services.provenance.answers import World

from plumbline.provenance.v1 import proof_service_pb2 as pb
from plumbline.provenance.v1.proof_service_pb2_grpc import ProofServiceStub
from plumbline_kit.grpc_server import GrpcServer
from plumbline_provenance.formats import STATEMENT_TYPE
from plumbline_provenance.ledger import open_ledger
from plumbline_provenance.proof_service import proof_service
from plumbline_provenance.proofs import open_proofs
from plumbline_tlog import dsse
from plumbline_tlog.checkpoint import open_checkpoint
from plumbline_tlog.hashes import leaf_hash, node_hash
from plumbline_tlog.proofs import check_consistency, check_inclusion

if TYPE_CHECKING:  # a type of the stubs only
    from plumbline.provenance.v1.proof_service_pb2_grpc import ProofServiceAsyncStub

LEAVES = 5
INVALID = grpc.StatusCode.INVALID_ARGUMENT
NOT_FOUND = grpc.StatusCode.NOT_FOUND
OUT_OF_RANGE = grpc.StatusCode.OUT_OF_RANGE


@pytest.fixture
async def proofs(world: World, tmp_path: Path) -> AsyncIterator[ProofServiceAsyncStub]:
    """Five answers, sealed one after the other, and who proves it."""
    async with (
        open_ledger(tmp_path, world.log) as ledger,
        open_proofs(tmp_path, world.log.verifier) as opened,
        channel_to(GrpcServer([proof_service(opened)], "127.0.0.1:0")) as channel,
    ):
        for number in range(LEAVES):
            await ledger.seal(world.publication(number))
        yield ProofServiceStub(channel)


def revision(number: int) -> pb.LeafName:
    return pb.LeafName(revision=pb.SealedRevision(answer_id=f"{number:032x}", revision=1))


async def test_inclusion_of_every_leaf_leads_to_the_signed_root(
    world: World, proofs: ProofServiceAsyncStub
) -> None:
    for number in range(LEAVES):
        by_index = pb.InclusionRequest(leaf=pb.LeafName(leaf_index=number))
        found = await proofs.Inclusion(by_index, timeout=10)
        by_name = pb.InclusionRequest(leaf=revision(number))
        assert await proofs.Inclusion(by_name, timeout=10) == found
        signed = open_checkpoint(found.checkpoint, world.log.verifier)
        assert (found.leaf_index, found.tree_size) == (number, signed.size) == (number, LEAVES)
        check_inclusion(leaf_hash(found.leaf), number, signed.size, list(found.proof), signed.root)


async def test_an_earlier_tree_is_the_beginning_of_the_last(
    world: World, proofs: ProofServiceAsyncStub
) -> None:
    last = await proofs.Checkpoint(pb.CheckpointRequest(), timeout=10)
    assert last.tree_size == LEAVES
    signed = open_checkpoint(last.checkpoint, world.log.verifier)
    for old in range(1, LEAVES + 1):
        found = await proofs.Consistency(pb.ConsistencyRequest(old_size=old), timeout=10)
        assert found.checkpoint == last.checkpoint
        earlier = await proofs.Inclusion(
            pb.InclusionRequest(leaf=pb.LeafName(leaf_index=old - 1), tree_size=old), timeout=10
        )
        root = root_of(earlier)
        check_consistency(old, LEAVES, list(found.proof), root, signed.root)


def root_of(last: pb.InclusionResponse) -> bytes:
    """The root that the inclusion of a tree's last leaf leads to."""
    current = leaf_hash(last.leaf)
    for sibling in last.proof:  # a last leaf has every sibling on its left
        current = node_hash(sibling, current)
    return current


async def test_a_statement_is_the_one_that_its_leaf_commits_to(
    world: World, proofs: ProofServiceAsyncStub
) -> None:
    said = await proofs.Statement(pb.StatementRequest(leaf=revision(2)), timeout=10)
    assert said.leaf_index == 2
    statement = dsse.open_envelope(said.statement, STATEMENT_TYPE, [world.log.verifier])
    assert json.loads(statement)["_type"].startswith("https://in-toto.io/Statement")


@pytest.mark.parametrize(
    ("method", "request_", "code"),
    [
        ("Inclusion", pb.InclusionRequest(), INVALID),
        ("Statement", pb.StatementRequest(), INVALID),
        ("Inclusion", pb.InclusionRequest(leaf=pb.LeafName(leaf_index=LEAVES)), NOT_FOUND),
        ("Statement", pb.StatementRequest(leaf=pb.LeafName(leaf_index=2**64 - 1)), NOT_FOUND),
        ("Statement", pb.StatementRequest(leaf=revision(99)), NOT_FOUND),
        (
            "Inclusion",
            pb.InclusionRequest(
                leaf=pb.LeafName(revision=pb.SealedRevision(answer_id="../../x", revision=1))
            ),
            INVALID,
        ),
        (
            "Statement",
            pb.StatementRequest(leaf=pb.LeafName(revision=pb.SealedRevision(answer_id="0" * 32))),
            INVALID,
        ),
        (
            "Inclusion",
            pb.InclusionRequest(leaf=pb.LeafName(leaf_index=0), tree_size=LEAVES + 1),
            OUT_OF_RANGE,
        ),
        (
            "Inclusion",
            pb.InclusionRequest(leaf=pb.LeafName(leaf_index=3), tree_size=2),
            NOT_FOUND,
        ),
        ("Consistency", pb.ConsistencyRequest(), INVALID),
        ("Consistency", pb.ConsistencyRequest(old_size=4, new_size=3), INVALID),
        ("Consistency", pb.ConsistencyRequest(old_size=LEAVES + 1), OUT_OF_RANGE),
        ("Consistency", pb.ConsistencyRequest(old_size=1, new_size=2**63), OUT_OF_RANGE),
    ],
)
async def test_what_is_not_there_or_no_name_at_all_has_its_status(
    proofs: ProofServiceAsyncStub, method: str, request_: object, code: grpc.StatusCode
) -> None:
    assert await refusal(getattr(proofs, method), request_) is code


async def test_before_anything_is_signed_there_is_an_empty_checkpoint_and_no_leaf(
    world: World, tmp_path: Path
) -> None:
    async with (
        open_ledger(tmp_path, world.log),
        open_proofs(tmp_path, world.log.verifier) as opened,
        channel_to(GrpcServer([proof_service(opened)], "127.0.0.1:0")) as channel,
    ):
        stub = ProofServiceStub(channel)
        said = await stub.Checkpoint(pb.CheckpointRequest(), timeout=10)
        assert open_checkpoint(said.checkpoint, world.log.verifier).size == said.tree_size == 0
        first = pb.LeafName(leaf_index=0)
        assert await refusal(stub.Inclusion, pb.InclusionRequest(leaf=first)) is NOT_FOUND
        assert await refusal(stub.Consistency, pb.ConsistencyRequest(old_size=1)) is OUT_OF_RANGE
