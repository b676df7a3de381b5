"""A clock that stands still until it is told to move."""

import asyncio
from datetime import UTC, datetime, timedelta


class StillClock:
    """Satisfies ``bot.clock.Clock``."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._seconds + seconds, woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Let time pass, then let everybody who woke up act."""
        self._seconds += seconds
        for at, woken in self._sleepers:
            if at <= self._seconds and not woken.done():
                woken.set_result(None)
        for _ in range(10):
            await asyncio.sleep(0)
