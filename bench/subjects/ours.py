"""The bot's own client: the straight pipe, and the way through the spool."""

import secrets
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from bench.crowds import churn, crowd
from bot.clock import SystemClock
from bot.imgur.client import ImgurClient
from bot.imgur.layers import BreakerSender, Cache, CachingSender, RetryingSender
from bot.imgur.piping import Piped
from bot.imgur.senders import HttpSender
from bot.imgur.wire import Content, FilePart
from bot.media.fetch import Fetcher
from bot.media.intake import Limits
from bot.media.spool import Spool
from bot.uploads.job import Job, Source
from bot.uploads.receiving import Receiver

_GIB = 1024**3


class Subject:
    """The client as the bot stacks it, credits apart."""

    def __init__(self, stub: str) -> None:
        self._stub = stub
        self._clock = SystemClock()
        self._numbers = count(1)

    async def open(self, stack: AsyncExitStack) -> None:
        """Open the sender, the fetcher and a spool in a temporary folder."""
        sender = HttpSender("cid", self._clock, api_url=self._stub)
        network = BreakerSender(await stack.enter_async_context(sender), self._clock)
        retrying = RetryingSender(network, self._clock)
        self._client = ImgurClient(CachingSender(retrying, Cache(self._clock)), clock=self._clock)
        fetcher = Fetcher([self._stub], self._clock, max_parallel=64)
        self._fetcher = await stack.enter_async_context(fetcher)
        self._spool = Spool(Path(stack.enter_context(TemporaryDirectory())), 2 * _GIB)
        self._receiver = Receiver(
            fetcher=self._fetcher, spool=self._spool, limits=Limits(), clock=self._clock
        )

    async def rehost(self, *, size_bytes: int, files: int, at_once: int) -> None:
        """Pipe a download into an upload."""

        async def one() -> None:
            address = f"{self._stub}/file/{size_bytes}"
            async with self._fetcher.attachment(address, limit_bytes=size_bytes) as film:
                await self._upload(Piped(film, film.declared_bytes or 0))

        await crowd(files, at_once, one)

    async def rehost_spooled(self, *, size_bytes: int, files: int, at_once: int) -> None:
        """The whole way: checked, stripped, sealed on disk, read back and uploaded."""

        async def one() -> None:
            source = Source(f"{self._stub}/file/{size_bytes}", "film.mp4", is_attachment=True)
            job = await self._receiver.receive(Job(next(self._numbers), 1, 0, source))
            spooled = job.spooled
            assert spooled is not None
            content = self._spool.content(spooled.name, spooled.key, spooled.size_bytes)
            await self._upload(content, spooled.field_name)
            await self._spool.delete(spooled.name)

        await crowd(files, at_once, one)

    async def search(self, *, calls: int, at_once: int) -> None:
        """Search the gallery, for something else each time."""

        async def one() -> None:
            found = await self._client.gallery.search(secrets.token_hex(4))
            assert len(found) == 60

        await crowd(calls, at_once, one)

    async def before_search_again(self) -> None:
        """Ask once."""
        await self.search_again(calls=1, at_once=1)

    async def search_again(self, *, calls: int, at_once: int) -> None:
        """Search the gallery for the same over and over."""

        async def one() -> None:
            assert len(await self._client.gallery.search("cats")) == 60

        await crowd(calls, at_once, one)

    async def churn(self, *, seconds: float) -> dict[str, float]:
        """Cancel many, then ask for a few; they differ, since equal ones would share a flight."""
        return await churn(seconds, lambda: self._client.image.get(secrets.token_hex(4)))

    async def _upload(self, content: Content, field: Literal["image", "video"] = "video") -> None:
        part = FilePart(field, "film.mp4", "video/mp4", content)
        image = await self._client.image.upload(part, wait=False)
        assert image.deletehash
