"""Real time in a Discord whose clock stands still by itself."""

import asyncio
import time
from datetime import UTC, datetime

from simcord import Env

from bot.clock import SystemClock

_TICK_S = 0.5


class RealClock(SystemClock):
    """The machine's clock; SimCord bends ``time.monotonic`` for whatever the bot's handlers do."""

    def monotonic(self) -> float:
        """Seconds since an arbitrary start of this process."""
        return time.perf_counter()


def catch_up(env: Env) -> None:
    """Bring SimCord's clock, which begins in January 2026, to the present.

    Ids are made from it, so each start's lie beyond all that the starts before have used.
    """
    behind_s = (datetime.now(UTC) - env.now()).total_seconds()
    env.backend.advance_clock(max(0.0, behind_s))


async def keep_time(env: Env) -> None:
    """Let SimCord's clock go on, until cancelled."""
    while True:
        await asyncio.sleep(_TICK_S)
        catch_up(env)
