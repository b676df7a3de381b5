"""aiohttp used by hand and as well as can be: streamed both ways, JSON into dicts."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import aiohttp

from bench.crowds import churn, crowd

_HEADERS = {"Authorization": "Client-ID cid"}
_BOUNDARY = "0123456789abcdef"
_FRONT = (
    f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="type"\r\n\r\nfile\r\n'
    f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="video"; filename="film.mp4"\r\n'
    "Content-Type: video/mp4\r\n\r\n"
).encode()
_BACK = f"\r\n--{_BOUNDARY}--\r\n".encode()


class Subject:
    """One session."""

    def __init__(self, stub: str) -> None:
        self._stub = stub

    async def open(self, stack: AsyncExitStack) -> None:
        """Open the session."""
        session = aiohttp.ClientSession(headers=_HEADERS)
        self._session = await stack.enter_async_context(session)

    async def rehost(self, *, size_bytes: int, files: int, at_once: int) -> None:
        """Pipe a download into an upload."""

        async def one() -> None:
            async with self._session.get(f"{self._stub}/file/{size_bytes}") as film:
                headers = {
                    "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}",
                    "Content-Length": str(len(_FRONT) + size_bytes + len(_BACK)),
                }
                async with self._session.post(
                    f"{self._stub}/3/upload", data=_multipart(film), headers=headers
                ) as answer:
                    document = json.loads(await answer.read())
            assert document["data"]["id"]

        await crowd(files, at_once, one)

    async def search(self, *, calls: int, at_once: int) -> None:
        """Search the gallery."""
        address = f"{self._stub}/3/gallery/search/time/all/0"

        async def one() -> None:
            async with self._session.get(address, params={"q": "cats"}) as answer:
                items: list[dict[str, Any]] = json.loads(await answer.read())["data"]
            assert len(items) == 60

        await crowd(calls, at_once, one)

    async def churn(self, *, seconds: float) -> dict[str, float]:
        """Cancel many, then ask for a few."""

        async def one() -> None:
            async with self._session.get(f"{self._stub}/3/image/slow") as answer:
                await answer.read()

        return await churn(seconds, one)


async def _multipart(film: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    yield _FRONT
    async for chunk in film.content.iter_any():
        yield chunk
    yield _BACK
