"""How far an upload has come, told while it takes a while."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.clock import Clock
from bot.uploads.announcing import Progress
from bot.urgency import create_background_task

#: A file that is done sooner is shown once, at its end.
PROGRESS_AFTER_S = 2.0
#: When nothing has moved for so long, that is told.
QUIET_AFTER_S = 5.0


class Watch:
    """Notes how much of one file went out, and has it shown when that takes a while."""

    def __init__(
        self, on_way: dict[int, Progress], job_id: int, clock: Clock, tell: Callable[[], None]
    ) -> None:
        """Begin.

        Args:
            on_way: Where it notes that, by job id.
            tell: Has what is noted there shown.
        """
        self._on_way = on_way
        self._job_id = job_id
        self._clock = clock
        self._tell = tell
        self._began_at = self._moved_at = clock.monotonic()

    def __call__(self, sent_bytes: int) -> None:
        """So many bytes of the file went out."""
        self._moved_at = self._clock.monotonic()
        elapsed_s = self._moved_at - self._began_at
        self._on_way[self._job_id] = Progress(sent_bytes, elapsed_s)
        if elapsed_s >= PROGRESS_AFTER_S:
            self._tell()

    @asynccontextmanager
    async def telling(self) -> AsyncIterator[None]:
        """Tell, while the block runs, also when nothing moves."""
        task = create_background_task(self._look_on())
        try:
            yield
        finally:
            task.cancel()
            self._on_way.pop(self._job_id, None)

    async def _look_on(self) -> None:
        await self._clock.sleep(PROGRESS_AFTER_S)
        self._tell()
        while True:
            await self._clock.sleep(self._moved_at + QUIET_AFTER_S - self._clock.monotonic())
            if self._clock.monotonic() < self._moved_at + QUIET_AFTER_S:
                continue
            self._moved_at = self._clock.monotonic()
            progress = self._on_way.get(self._job_id, Progress(0, 0.0))
            if not progress.is_quiet:
                self._on_way[self._job_id] = replace(progress, is_quiet=True)
                self._tell()
