"""Ports for programs that must be told beforehand where to listen."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def held(port: int = 0) -> Iterator[int]:
    """Keep a port for one program: one of ours may listen there, and nobody else gets it.

    Until it listens, whoever connects is refused.

    Raises:
        OSError: Somebody else has it.
    """
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", port))
        # Only from now on: of two that bind with it from the beginning, both would succeed.
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        yield int(holder.getsockname()[1])


@contextmanager
def held_row(length: int) -> Iterator[int]:
    """Keep as many ports in a row; gives the first."""
    # Below what the system itself gives away, which would leave few rows.
    for first in range(20_000, 32_000, length):
        with ExitStack() as stack:
            try:
                for port in range(first, first + length):
                    stack.enter_context(held(port))
            except OSError:
                continue
            yield first
            return
    raise AssertionError("no free ports")
