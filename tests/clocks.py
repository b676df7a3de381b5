"""Clocks for tests: time passes when a test says so, or when somebody sleeps."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta


class FakeClock:
    """Virtual time: sleepers wake in order, as soon as nothing else can run."""

    def __init__(self, start: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)) -> None:
        self._start = start
        self.elapsed_s = 0.0
        self.skew = timedelta()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> datetime:
        return self._start + self.skew + timedelta(seconds=self.elapsed_s)

    def monotonic(self) -> float:
        return self.elapsed_s

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        self._count += 1
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.elapsed_s + seconds, self._count, future))
        await future

    async def advance(self, seconds: float) -> None:
        """Let time pass, waking sleepers on the way."""
        end = self.elapsed_s + seconds
        await self._quiesce()
        while self._sleepers and self._sleepers[0][0] <= end:
            at, _, future = heapq.heappop(self._sleepers)
            self.elapsed_s = max(self.elapsed_s, at)
            if not future.done():
                future.set_result(None)
            await self._quiesce()
        self.elapsed_s = end

    @staticmethod
    async def _quiesce() -> None:
        for _ in range(20):
            await asyncio.sleep(0)
