"""Bringing cards up to date whose pictures were deleted: one try each, one after the other."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from bot.errors import BotError
from bot.uploads.announcing import News
from bot.uploads.errands import Errands
from bot.uploads.job import Batch, Job, JobStore

_log = logging.getLogger(__name__)

#: Beyond that, cards stay as they are: nobody waits for them.
_MAX_WAITING = 200


class Corrector(Protocol):
    """Edits cards on Discord."""

    async def correct(self, news: News) -> None:
        """Bring our message about a batch up to date, if we may; trouble with that is nobody's."""
        ...


class Corrections:
    """Shows cards once more; what cannot be shown now is let go."""

    def __init__(
        self,
        corrector: Corrector,
        store: JobStore,
        look: Callable[[Batch, Sequence[Job]], News],
    ) -> None:
        """Prepare.

        Args:
            look: Adds what only the pipeline knows.
        """
        self._corrector = corrector
        self._store = store
        self._look = look
        self._errands = Errands()
        self._turn = asyncio.Lock()

    def want(self, batch_id: int) -> None:
        """Something about this batch has changed although its end was told."""
        if len(self._errands) < _MAX_WAITING:
            self._errands.begin(self._correct(batch_id), name=f"correct {batch_id}")

    async def stop(self) -> None:
        """Let go what is not shown yet."""
        await self._errands.cancel()

    async def _correct(self, batch_id: int) -> None:
        async with self._turn:
            try:
                batch = await self._store.batch(batch_id)
                if batch is None:
                    return
                news = self._look(batch, await self._store.jobs_of(batch_id))
            except BotError as error:
                _log.info("the card of batch %d stays as it is: %s", batch_id, error)
            else:
                await self._corrector.correct(news)
