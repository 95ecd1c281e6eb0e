"""The gRPC face of the ledger: checkpoint, inclusion, consistency, statement; changes nothing."""

from __future__ import annotations

from functools import partial
from typing import Any, NoReturn

import grpc

from plumbline.provenance.v1 import proof_service_pb2 as pb
from plumbline.provenance.v1.proof_service_pb2_grpc import (
    ProofServiceServicer,
    add_ProofServiceServicer_to_server,
)
from plumbline_kit.grpc_server import GrpcService
from plumbline_provenance.formats import PUBLISHED
from plumbline_provenance.proofs import NotSigned, Proofs

Context = grpc.aio.ServicerContext[Any, Any]


class ProofFace(ProofServiceServicer):
    """Requests in, proofs out."""

    def __init__(self, proofs: Proofs) -> None:
        self._proofs = proofs

    async def Checkpoint(
        self, request: pb.CheckpointRequest, context: Context
    ) -> pb.CheckpointResponse:
        """What was signed last; an empty note before anything was."""
        checkpoint, size = await self._proofs.checkpoint()
        return pb.CheckpointResponse(checkpoint=checkpoint, tree_size=size)

    async def Inclusion(
        self, request: pb.InclusionRequest, context: Context
    ) -> pb.InclusionResponse:
        """That a leaf stands in a signed tree."""
        leaf_index = await self._leaf_index(request.leaf, context)
        try:
            found = await self._proofs.included(leaf_index, request.tree_size)
        except NotSigned as error:
            await out_of_range(context, error)
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
        try:
            found = await self._proofs.consistent(request.old_size, request.new_size)
        except NotSigned as error:
            await out_of_range(context, error)
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
        try:
            statement = await self._proofs.statement(leaf_index)
        except LookupError:
            await not_found(context)
        return pb.StatementResponse(leaf_index=leaf_index, statement=statement)

    async def _leaf_index(self, leaf: pb.LeafName, context: Context) -> int:
        if leaf.WhichOneof("name") != "revision":
            return leaf.leaf_index
        named = leaf.revision
        try:
            return await self._proofs.leaf_index(
                (named.answer_id, named.revision, named.kind or PUBLISHED)
            )
        except LookupError:
            await not_found(context)


async def not_found(context: Context) -> NoReturn:
    """End the call: there is nothing under that name."""
    await context.abort(grpc.StatusCode.NOT_FOUND, "no such leaf, or its statement was deleted")


async def out_of_range(context: Context, error: NotSigned) -> NoReturn:
    """End the call: the tree is not that large."""
    await context.abort(grpc.StatusCode.OUT_OF_RANGE, str(error))


def proof_service(proofs: Proofs) -> GrpcService:
    """The service, ready to be served."""
    return GrpcService(
        pb.DESCRIPTOR.services_by_name["ProofService"],
        partial(add_ProofServiceServicer_to_server, ProofFace(proofs)),
    )
