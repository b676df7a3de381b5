"""Asks Imgur what is left before many uploads go out at once.

At the start, and after a long silence, our figures may be wrong: another program may share the
client id or the address. One upload goes out then; before a second one joins it, Imgur is asked.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.clock import Clock
from bot.credits.limiter import Limiter
from bot.credits.paying import CreditSender
from bot.errors import CreditError, ImgurError, StorageError
from bot.imgur.client import ImgurClient
from bot.imgur.models import Credits
from bot.imgur.rates import HOUR_S, PoolReading, RateReading
from bot.imgur.wire import Anonymous, Sender

_log = logging.getLogger(__name__)

#: How soon it is asked again after an ask that failed.
_REST_S = 60.0


@asynccontextmanager
async def scouting(transport: Sender, limiter: Limiter, clock: Clock) -> AsyncIterator[None]:
    """Ask whenever there is doubt, while the block runs."""
    task = asyncio.create_task(_scout(transport, limiter, clock), name="scout")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def ask(transport: Sender, limiter: Limiter, clock: Clock) -> Credits:
    """Imgur's own count, taken over into the pools; costs what any call costs.

    Raises:
        CreditError: Not even one credit is left.
        ImgurError: It was not told.
    """
    client = ImgurClient(CreditSender(transport, limiter, None), clock=clock)
    told = await client.feed.credits()
    reset_s = None if told.user_reset is None else told.user_reset - limiter.imgur_now().timestamp()
    reading = RateReading(
        user=PoolReading(
            told.user_limit,
            told.user_remaining,
            None if reset_s is None else min(max(reset_s, 0.0), HOUR_S),
        ),
        client=PoolReading(told.client_limit, told.client_remaining),
    )
    limiter.learn(Anonymous().pool, reading)
    return told


async def _scout(transport: Sender, limiter: Limiter, clock: Clock) -> None:
    while True:
        await limiter.doubted()
        try:
            told = await ask(transport, limiter, clock)
        except (CreditError, ImgurError, StorageError) as error:
            _log.info("Imgur did not say what is left (%s); uploads go one by one", error)
            await clock.sleep(_REST_S)
        else:
            _log.info(
                "Imgur says: %d credits left this hour, %d this day",
                told.user_remaining,
                told.client_remaining,
            )
