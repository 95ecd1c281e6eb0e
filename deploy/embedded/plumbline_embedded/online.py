"""The running server's ledger of today, checked to begin with the one of a receipt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import grpc

from plumbline.provenance.v1.proof_service_pb2 import ConsistencyRequest, ConsistencyResponse
from plumbline.provenance.v1.proof_service_pb2_grpc import ProofServiceStub
from plumbline_kit.grpc_channel import open_channel, why_not
from plumbline_provenance.receipt import Receipt
from plumbline_provenance.verify import Check
from plumbline_tlog.checkpoint import open_checkpoint
from plumbline_tlog.errors import TlogError
from plumbline_tlog.note import Verifier
from plumbline_tlog.proofs import check_consistency

CALL_SECONDS: Final = 5.0
NAME: Final = "consistency"


class Away(RuntimeError):
    """The server did not answer; the message says what to do."""


def consistent_with(address: str) -> Callable[[Receipt], Check]:
    """A check that asks the server at `address`. It raises Away when nobody answers.

    Nothing the server says is believed: its checkpoint must carry the log key of the receipt, and
    the proof must lead from the one root to the other.
    """

    def check(receipt: Receipt) -> Check:
        log_key = Verifier.parse(receipt.keys[-1])
        old = open_checkpoint(receipt.checkpoint, log_key)
        try:
            answer = ask(address, old.size)
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.OUT_OF_RANGE:
                raise Away(f"the server gave no proof{why_not(error)}") from None
            return Check(NAME, False, f"the server's ledger has fewer than {old.size} leaves")
        try:
            new = open_checkpoint(answer.checkpoint, log_key)
            check_consistency(old.size, new.size, answer.proof, old.root, new.root)
        except TlogError as error:
            return Check(NAME, False, f"the server's ledger is not the receipt's: {error}")
        return Check(NAME, True, f"the {new.size} leaves of today begin with those {old.size}")

    return check


def ask(address: str, old_size: int) -> ConsistencyResponse:
    """The server's proof, from a size to today. grpc.RpcError; Away when there is no socket."""
    try:
        with open_channel(address) as channel:
            request = ConsistencyRequest(old_size=old_size)
            return ProofServiceStub(channel).Consistency(request, timeout=CALL_SECONDS)
    except FileNotFoundError as error:
        raise Away(f"the server gave no proof{why_not(error)}") from None
