"""Accepted files whose bytes are still at their source: a few at a time are received."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.clock import Clock
from bot.errors import BotError
from bot.media.spool import Spool
from bot.uploads.decision import TryAgain, after_fetching
from bot.uploads.ending import Endings
from bot.uploads.errands import Errands
from bot.uploads.job import Batch, Job, JobState
from bot.uploads.receiving import Receiver

_log = logging.getLogger(__name__)

PARALLEL_DOWNLOADS = 3

#: Takes a file whose bytes are safe.
PassOn = Callable[[Batch, Job], Awaitable[None]]


class Arrivals:
    """Receives files in the order of their arrival and passes them on."""

    def __init__(
        self, receiver: Receiver, spool: Spool, endings: Endings, pass_on: PassOn, clock: Clock
    ) -> None:
        self._receiver = receiver
        self._spool = spool
        self._endings = endings
        self._pass_on = pass_on
        self._clock = clock
        self._queue: asyncio.Queue[tuple[Batch, Job]] = asyncio.Queue()
        self._loops = Errands()
        self._pauses = Errands()

    def add(self, batch: Batch, job: Job) -> None:
        """Let a file be received."""
        self._queue.put_nowait((batch, job))

    def begin(self) -> None:
        """Start receiving."""
        for number in range(PARALLEL_DOWNLOADS):
            self._loops.begin(self._forever(), name=f"receive {number}")

    async def stop(self) -> None:
        """Leave off; what was being received starts anew next time."""
        await self._loops.cancel()
        await self._pauses.cancel()

    async def _forever(self) -> None:
        while True:
            batch, job = await self._queue.get()
            try:
                await self._receive(batch, job)
            except Exception as error:  # noqa: BLE001 (the worker loop outlives any one file)
                await self._endings.fail(job, error)

    async def _receive(self, batch: Batch, job: Job) -> None:
        try:
            await self._attempt(batch, job)
        except asyncio.CancelledError:
            # A stop is no failed attempt, whether or not its row says already that it was begun.
            await self._endings.give_back(job)
            raise

    async def _attempt(self, batch: Batch, job: Job) -> None:
        begun = replace(job, attempts=job.attempts + 1)
        if not await self._endings.save(begun, was=JobState.ACCEPTED):
            return
        try:
            ready = await self._receiver.receive(begun)
        except BotError as error:
            verdict = after_fetching(begun, error)
            if not isinstance(verdict, TryAgain):
                raise
            _log.info("job %d: fetching failed (%s), trying again", job.id, error)
            self._pauses.begin(self._add_later(batch, begun, verdict.after_s))
            return
        if await self._endings.save(ready, was=JobState.ACCEPTED):
            await self._pass_on(batch, ready)
        elif ready.spooled is not None:
            await self._spool.delete(ready.spooled.name)

    async def _add_later(self, batch: Batch, job: Job, after_s: float) -> None:
        await self._clock.sleep(after_s)
        self.add(batch, job)
