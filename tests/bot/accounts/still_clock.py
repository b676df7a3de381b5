"""Time that passes only when somebody sleeps, or the test says so."""

import asyncio
from datetime import UTC, datetime, timedelta


class StillClock:
    def __init__(self) -> None:
        self._passed_s = 0.0

    def now(self) -> datetime:
        return datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(seconds=self._passed_s)

    def monotonic(self) -> float:
        return self._passed_s

    async def sleep(self, seconds: float) -> None:
        self._passed_s += seconds
        await asyncio.sleep(0)

    def advance(self, **delta: float) -> None:
        self._passed_s += timedelta(**delta).total_seconds()
