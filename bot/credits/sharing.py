"""Looks now and then what other processes have taken from the pools that all share.

A call is checked against theirs before it goes out in any case. This is for those who wait: what
others give back is theirs to take, and the wait that they are told stays true.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.clock import Clock, sleep_until
from bot.credits.limiter import Limiter
from bot.errors import StorageError

_log = logging.getLogger(__name__)

_EVERY_S = 5.0


@asynccontextmanager
async def sharing(limiter: Limiter, clock: Clock) -> AsyncIterator[None]:
    """Look while the block runs, where the pools are shared at all."""
    if not limiter.is_shared:
        yield
        return
    stop = asyncio.Event()
    task = asyncio.create_task(_look(limiter, clock, stop), name="sharing")
    try:
        yield
    finally:
        stop.set()
        await task


async def _look(limiter: Limiter, clock: Clock, stop: asyncio.Event) -> None:
    """Until it is stopped; a statement is never cut off in the middle."""
    while not await sleep_until(stop, clock, _EVERY_S):
        try:
            await limiter.catch_up()
        except StorageError as error:
            _log.info("what others took from the pools is not known at present: %s", error)
