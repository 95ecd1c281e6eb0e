"""The caller's side of gRPC: a channel to a TCP port, or to a Unix socket whatever its path."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import grpc

from plumbline_kit.grpc_server import UNIX, socket_of, through_descriptor


@contextmanager
def open_channel(address: str) -> Iterator[grpc.Channel]:
    """A channel to `host:port` or `unix:<path>`. It connects at the first call.

    FileNotFoundError when the folder of a Unix socket is not there. Calls need a `timeout`.
    """
    if not address.startswith(UNIX):
        with grpc.insecure_channel(address) as channel:
            yield channel
        return
    path = socket_of(address)
    folder = os.open(path.parent, os.O_RDONLY)  # open as long as the channel may connect again
    try:
        target = f"{UNIX}{through_descriptor(folder, path.parent)}/{path.name}"
        with grpc.insecure_channel(target) as channel:
            yield channel
    finally:
        os.close(folder)


def why_not(error: grpc.RpcError | FileNotFoundError) -> str:
    """The rest of a sentence that says that a call was not answered: its status, what to do."""
    if isinstance(error, FileNotFoundError):
        return ": no server has been here; start one with: plumbline run"
    code = error.code()
    if code is grpc.StatusCode.UNIMPLEMENTED:
        return " (UNIMPLEMENTED): the server is of another version than this command"
    if code is grpc.StatusCode.INTERNAL:
        return " (INTERNAL): a fault of ours; its log says where"
    return f" ({code.name}): the server is starting, busy or gone; try again"
