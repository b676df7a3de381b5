"""Time from outside: the only place that reads a clock or sleeps."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the rest of the bot knows of time."""

    def now(self) -> datetime:
        """The wall clock as an aware UTC instant; may jump in either direction."""
        ...

    def monotonic(self) -> float:
        """Seconds since an arbitrary start of this process; never goes back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Pause the calling task; zero or less only yields to other tasks."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since the machine's own arbitrary start."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Pause the calling task."""
        await asyncio.sleep(max(0.0, seconds))


class SteadyClock:
    """A clock whose wall time goes on from this process's start, whatever is set meanwhile.

    For what begins and ends within one process: the life of an interaction's token is minutes, not
    what an operator or NTP makes of the wall clock.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._epoch = clock.now() - timedelta(seconds=clock.monotonic())

    def now(self) -> datetime:
        """Aware UTC; never jumps."""
        return self._epoch + timedelta(seconds=self._clock.monotonic())

    def monotonic(self) -> float:
        """As the clock beneath."""
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        """As the clock beneath."""
        await self._clock.sleep(seconds)


async def sleep_until(event: asyncio.Event, clock: Clock, timeout_s: float) -> bool:
    """Return when ``event`` is set, after ``timeout_s`` at the latest.

    Returns:
        Whether the event was set.
    """
    waiting = asyncio.ensure_future(event.wait())
    sleeping = asyncio.ensure_future(clock.sleep(timeout_s))
    try:
        await asyncio.wait({waiting, sleeping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
        sleeping.cancel()
    return event.is_set()
