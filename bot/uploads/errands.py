"""Small tasks that run beside a loop and end with it."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from bot.urgency import create_background_task


class Errands:
    """Keeps tasks alive while they run."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def begin(self, work: Coroutine[Any, Any, None], *, name: str | None = None) -> None:
        """Run this beside everything else; it lets those pass who answer somebody."""
        task = create_background_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def one_done(self) -> None:
        """Return when the next of them has ended."""
        if self._tasks:
            await asyncio.wait(tuple(self._tasks), return_when=asyncio.FIRST_COMPLETED)

    async def finish(self, timeout_s: float) -> None:
        """Give them time to end, then cancel the rest."""
        if self._tasks:
            await asyncio.wait(tuple(self._tasks), timeout=timeout_s)
        await self.cancel()

    async def cancel(self) -> None:
        """End them all."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
