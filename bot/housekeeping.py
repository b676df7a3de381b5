"""Throwing away what nobody needs any more, every few minutes."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.clock import Clock, sleep_until
from bot.errors import BotError
from bot.urgency import create_background_task

_log = logging.getLogger(__name__)

EVERY = timedelta(minutes=5)
#: The buttons of a gallery message work this long.
KEEP_SEARCHES = timedelta(days=7)
#: A file that was not uploaded is remembered this long, for its reference in the log.
KEEP_FAILURES = timedelta(days=30)

#: Does one piece of it; gets the time.
Chore = Callable[[datetime], Awaitable[None]]


@asynccontextmanager
async def housekeeping(
    chores: Sequence[Chore], clock: Clock, again: asyncio.Event
) -> AsyncIterator[None]:
    """Do all chores now and then while the block runs.

    Args:
        again: Set when what a chore waited for is there; it is cleared.
    """
    task = create_background_task(_keep_house(chores, clock, again), name="housekeeping")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _keep_house(chores: Sequence[Chore], clock: Clock, again: asyncio.Event) -> None:
    while True:
        again.clear()
        for chore in chores:
            try:
                await chore(clock.now())
            except BotError as error:
                kind = type(error).__name__
                _log.warning("a chore was not done (%s: %s), trying again later", kind, error)
        await sleep_until(again, clock, EVERY.total_seconds())
