"""A relay in front of Imgur that stops an upload at an exact place."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import Enum, auto
from urllib.parse import urlsplit

from tests.wire.gates import Gate

_CHUNK_BYTES = 16 * 1024


class Place(Enum):
    """Where an upload can be stopped."""

    BEFORE = auto()  # nothing of it has reached Imgur
    AMID = auto()  # Imgur has got its beginning
    AFTER = auto()  # Imgur is done, its answer is under way


class Doorway:
    """Passes everything on, until told to stop the next upload.

    Attributes:
        url: Where the bot finds Imgur.
    """

    def __init__(self, target: str) -> None:
        self.url = ""
        self._target = urlsplit(target)
        self._holds: list[tuple[Place, Gate]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def hold(self, place: Place) -> Gate:
        """Stop the next upload there, until the gate is opened."""
        gate = Gate()
        self._holds.append((place, gate))
        return gate

    async def _passed(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        host, port = self._target.hostname, self._target.port
        # Cancelled only by `close`: asyncio's servers complain of tasks that end so.
        with suppress(ConnectionError, asyncio.CancelledError):
            there, back = await asyncio.open_connection(host, port)
            held: list[Gate] = []
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._out(reader, back, held))
                    group.create_task(self._home(there, writer, held))
            except* ConnectionError:
                pass
            finally:
                back.close()
                writer.close()

    async def _out(
        self, reader: asyncio.StreamReader, back: asyncio.StreamWriter, held: list[Gate]
    ) -> None:
        amid: Gate | None = None
        while chunk := await reader.read(_CHUNK_BYTES):
            if amid is not None:
                await amid.passed()
                amid = None
            if self._holds and chunk.startswith(b"POST /3/image"):
                place, gate = self._holds.pop(0)
                if place is Place.BEFORE:
                    await gate.passed()
                elif place is Place.AMID:
                    amid = gate
                else:
                    held.append(gate)
            back.write(chunk)
            await back.drain()
        back.write_eof()

    async def _home(
        self, there: asyncio.StreamReader, writer: asyncio.StreamWriter, held: list[Gate]
    ) -> None:
        while chunk := await there.read(_CHUNK_BYTES):
            if held:
                await held.pop().passed()
            writer.write(chunk)
            await writer.drain()
        writer.close()

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def doorway(target: str) -> AsyncIterator[Doorway]:
    """Open one before this address."""
    door = Doorway(target)
    server = await asyncio.start_server(door._passed, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    door.url = f"http://127.0.0.1:{port}"
    try:
        yield door
    finally:
        server.close()
        await door.close()
