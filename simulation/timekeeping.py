"""Time that passes as fast as the work allows."""

import asyncio
import heapq
from datetime import datetime, timedelta

#: So many turns of the event loop until everybody who can run has run.
_TURNS = 12


class VirtualClock:
    """A ``Clock`` whose sleepers wake in order, as soon as nothing else can run."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._elapsed_s = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> datetime:
        """The simulated time."""
        return self._start + timedelta(seconds=self._elapsed_s)

    def monotonic(self) -> float:
        """Simulated seconds since the start."""
        return self._elapsed_s

    async def sleep(self, seconds: float) -> None:
        """Pause the calling task for simulated seconds."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self._elapsed_s + max(0.0, seconds), self._count, future))
        await future

    async def run_until(self, end_s: float) -> None:
        """Let time pass until ``end_s`` seconds after the start."""
        await _let_run()
        while self._sleepers and self._sleepers[0][0] <= end_s:
            wakes_at, _, future = heapq.heappop(self._sleepers)
            self._elapsed_s = max(self._elapsed_s, wakes_at)
            if not future.done():
                future.set_result(None)
                await _let_run()
        self._elapsed_s = end_s


async def _let_run() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)
