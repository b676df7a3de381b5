"""aioimgur, imgurpython rewritten with aiohttp: a session for each call, whole files in memory."""

from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import aioimgur.client

from bench.crowds import crowd


class Subject:
    """One client, and a session to download with."""

    def __init__(self, stub: str) -> None:
        self._stub = stub
        aioimgur.client.API_URL = f"{stub}/"
        self._client: Any = aioimgur.client.ImgurClient("cid", "secret")

    async def open(self, stack: AsyncExitStack) -> None:
        """Open the session."""
        self._session = await stack.enter_async_context(aiohttp.ClientSession())

    async def rehost(self, *, size_bytes: int, files: int, at_once: int) -> None:
        """Download a file, upload its bytes."""

        async def one() -> None:
            async with self._session.get(f"{self._stub}/file/{size_bytes}") as film:
                content = await film.read()
            answer = await self._client.upload(content, content_type="video")
            assert answer["id"]

        await crowd(files, at_once, one)

    async def search(self, *, calls: int, at_once: int) -> None:
        """Search the gallery."""

        async def one() -> None:
            found = await self._client.gallery_search("cats")
            assert len(found) == 60

        await crowd(calls, at_once, one)
