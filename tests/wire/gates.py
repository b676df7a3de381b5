"""A gate stops work at an exact place until a test lets it go on."""

import asyncio

from tests.patience import PATIENCE_S


class Gate:
    """Closed when made. What arrives waits; the test learns that something has arrived."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._reached = asyncio.Event()
        self.arrivals = 0

    async def passed(self) -> None:
        """Called by the stand-in: wait here until the gate is open."""
        self.arrivals += 1
        self._reached.set()
        await self._open.wait()

    async def reached(self, timeout_s: float = PATIENCE_S) -> None:
        """Called by the test: return once something waits at (or has gone through) the gate."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._reached.wait()
        except TimeoutError:
            raise AssertionError(f"Nothing reached the gate within {timeout_s} s.") from None

    def open(self) -> None:
        self._open.set()
