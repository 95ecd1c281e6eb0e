"""The gRPC face of the ledger: checkpoint, inclusion, consistency, statement; changes nothing."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final

import grpc

from plumbline.provenance.v1 import proof_service_pb2 as pb
from plumbline.provenance.v1.proof_service_pb2_grpc import (
    ProofServiceServicer,
    add_ProofServiceServicer_to_server,
)
from plumbline_kit.grpc_server import GrpcService
from plumbline_provenance.formats import PUBLISHED
from plumbline_provenance.proofs import NotSigned, Proofs

ANSWER_ID: Final = re.compile("[0-9a-f]{32}")
INVALID: Final = grpc.StatusCode.INVALID_ARGUMENT

Context = grpc.aio.ServicerContext[Any, Any]


class ProofFace(ProofServiceServicer):
    """Requests in, proofs out."""

    def __init__(self, proofs: Proofs) -> None:
        self._proofs = proofs

    async def Checkpoint(
        self, request: pb.CheckpointRequest, context: Context
    ) -> pb.CheckpointResponse:
        """What was signed last."""
        checkpoint, size = await self._proofs.checkpoint()
        return pb.CheckpointResponse(checkpoint=checkpoint, tree_size=size)

    async def Inclusion(
        self, request: pb.InclusionRequest, context: Context
    ) -> pb.InclusionResponse:
        """That a leaf stands in a signed tree."""
        leaf_index = await self._leaf_index(request.leaf, context)
        async with refusing(context):
            found = await self._proofs.included(leaf_index, request.tree_size)
        return pb.InclusionResponse(
            leaf_index=found.leaf_index,
            tree_size=found.size,
            leaf=found.leaf,
            proof=found.proof,
            checkpoint=found.checkpoint,
        )

    async def Consistency(
        self, request: pb.ConsistencyRequest, context: Context
    ) -> pb.ConsistencyResponse:
        """That a signed tree begins with an earlier one."""
        if not request.old_size or 0 < request.new_size < request.old_size:
            await context.abort(INVALID, "the earlier tree has from 1 leaf to those of the later")
        async with refusing(context):
            found = await self._proofs.consistent(request.old_size, request.new_size)
        return pb.ConsistencyResponse(
            old_size=request.old_size,
            new_size=found.size,
            proof=found.proof,
            checkpoint=found.checkpoint,
        )

    async def Statement(
        self, request: pb.StatementRequest, context: Context
    ) -> pb.StatementResponse:
        """What a leaf commits to, as it was signed."""
        leaf_index = await self._leaf_index(request.leaf, context)
        async with refusing(context):
            statement = await self._proofs.statement(leaf_index)
        return pb.StatementResponse(leaf_index=leaf_index, statement=statement)

    async def _leaf_index(self, leaf: pb.LeafName, context: Context) -> int:
        name = leaf.WhichOneof("name")
        if name is None:
            await context.abort(INVALID, "name a leaf: leaf_index, or answer_id and revision")
        if name == "leaf_index":
            return leaf.leaf_index
        sealed = leaf.revision
        if not ANSWER_ID.fullmatch(sealed.answer_id) or not sealed.revision:
            await context.abort(INVALID, "an answer_id has 32 lower-case hex digits, revisions > 0")
        async with refusing(context):
            return await self._proofs.leaf_index(
                (sealed.answer_id, sealed.revision, sealed.kind or PUBLISHED)
            )


@asynccontextmanager
async def refusing(context: Context) -> AsyncIterator[None]:
    """End the call with a status where there is nothing to be given."""
    try:
        yield
    except LookupError:
        await context.abort(
            grpc.StatusCode.NOT_FOUND, "there is no such leaf, or its statement was deleted"
        )
    except NotSigned as error:
        await context.abort(grpc.StatusCode.OUT_OF_RANGE, str(error))


def proof_service(proofs: Proofs) -> GrpcService:
    """The service, ready to be served."""
    return GrpcService(
        pb.DESCRIPTOR.services_by_name["ProofService"],
        partial(add_ProofServiceServicer_to_server, ProofFace(proofs)),
    )
