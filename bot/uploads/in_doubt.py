"""The stretch of an upload in which a crash leaves open whether Imgur has the picture.

It begins with the request's last bytes (Imgur takes nothing that is not whole) and ends when the
outcome is stored. Files go out side by side up to that stretch and pass it one by one: so a crash
can double one picture at most, however many were on their way.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from bot.errors import TransportError


class InDoubt:
    """Lets one upload at a time pass."""

    def __init__(self) -> None:
        self._inside: object | None = None
        self._left = asyncio.Event()

    @asynccontextmanager
    async def at_most_one(self) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        """Gives what to await before the stretch begins; it ends with the block.

        An upload that is sent again keeps its place in it. What is awaited raises `TransportError`
        once the block has ended: then nobody waits for that request any more.
        """
        upload = object()
        is_over = False

        async def enter() -> None:
            while self._inside not in {None, upload}:
                await self._left.wait()
            if is_over:
                raise TransportError("the upload was given up before its end", maybe_applied=False)
            self._inside = upload

        try:
            yield enter
        finally:
            is_over = True
            if self._inside is upload:
                self._leave()

    def _leave(self) -> None:
        self._inside = None
        left, self._left = self._left, asyncio.Event()
        left.set()
