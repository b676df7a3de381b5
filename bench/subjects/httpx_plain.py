"""httpx as its quickstart shows it: whole files in memory, JSON into dicts."""

from contextlib import AsyncExitStack
from typing import Any

import httpx

from bench.crowds import churn, crowd

_HEADERS = {"Authorization": "Client-ID cid"}


class Subject:
    """One client, as the docs advise."""

    def __init__(self, stub: str) -> None:
        self._stub = stub

    async def open(self, stack: AsyncExitStack) -> None:
        """Open the client."""
        client = httpx.AsyncClient(headers=_HEADERS, timeout=60)
        self._client = await stack.enter_async_context(client)

    async def rehost(self, *, size_bytes: int, files: int, at_once: int) -> None:
        """Download a file, upload it."""

        async def one() -> None:
            film = (await self._client.get(f"{self._stub}/file/{size_bytes}")).content
            answer = await self._client.post(
                f"{self._stub}/3/upload",
                files={"video": ("film.mp4", film, "video/mp4")},
                data={"type": "file"},
            )
            assert answer.json()["data"]["id"]

        await crowd(files, at_once, one)

    async def search(self, *, calls: int, at_once: int) -> None:
        """Search the gallery."""

        async def one() -> None:
            answer = await self._client.get(
                f"{self._stub}/3/gallery/search/time/all/0", params={"q": "cats"}
            )
            items: list[dict[str, Any]] = answer.json()["data"]
            assert len(items) == 60

        await crowd(calls, at_once, one)

    async def churn(self, *, seconds: float) -> dict[str, float]:
        """Cancel many, then ask for a few."""
        return await churn(seconds, lambda: self._client.get(f"{self._stub}/3/image/slow"))
