"""The caller's side of gRPC: a channel to a TCP port, or to a Unix socket whatever its path."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


def is_there(address: str) -> bool:
    """Whether a Unix socket is there to be called; a TCP port always may be."""
    return not address.startswith(UNIX) or Path(socket_of(address)).is_socket()
