"""Ports of this machine that a program under test is told to listen on."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_port() -> Iterator[int]:
    """A port that nobody else gets while the block runs, free for whoever asks for it by number.

    One that is found free and let go may be somebody else's a moment later. Bound without being
    listened on, it is given to no one who takes any; a server that names it, and may reuse
    addresses, as servers do, gets it all the same.
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        port: int = holder.getsockname()[1]
        yield port
