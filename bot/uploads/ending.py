"""How files end: stored for certain, what they held freed, their users told."""

import logging
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

from bot.clock import Clock
from bot.errors import BotError, SpoolError, StorageError
from bot.media.spool import Spool
from bot.uploads.admission import Admission
from bot.uploads.announcing import Announcements
from bot.uploads.job import Failure, Job, JobState, JobStore

_log = logging.getLogger(__name__)

_STORE_AGAIN_S = 1.0


class Endings:
    """Settles files.

    Attributes:
        tally: How often files ended in each state since the start, how many were there already
            (``known``), and how many were ambiguous.
    """

    def __init__(
        self,
        *,
        store: JobStore,
        spool: Spool,
        admission: Admission,
        announcements: Announcements,
        clock: Clock,
        then: Callable[[Job], Awaitable[None]],
    ) -> None:
        """Prepare.

        Args:
            then: Is told of every file that has ended.
        """
        self._store = store
        self._spool = spool
        self._admission = admission
        self._announcements = announcements
        self._clock = clock
        self._then = then
        self.tally: Counter[str] = Counter()

    async def save(self, job: Job, *, was: JobState) -> bool:
        """Store what may not be lost, however long the database is busy or the disk full.

        Returns:
            ``False`` when the row has moved elsewhere, or the upload whose link it gets is gone.
        """
        while True:
            try:
                return await self._store.save(job, was=was)
            except StorageError as error:
                _log.error("job %d cannot be stored (%s), trying again", job.id, error)
                await self._clock.sleep(_STORE_AGAIN_S)

    async def give_back(self, job: Job) -> None:
        """Write a file as it was before an attempt that a stop cut short, if that can be done."""
        with suppress(StorageError):
            await self._store.save(job, was=job.state)

    async def fail(self, job: Job, error: Exception) -> None:
        """The file will not be uploaded, for this reason; nothing happens when it moved on."""
        failure = Failure(
            kind=type(error).__name__ if isinstance(error, BotError) else "BotError",
            facts=dict(vars(error)) if isinstance(error, BotError) else {},
            reference=secrets.token_hex(3),
        )
        level = logging.INFO if isinstance(error, BotError) else logging.ERROR
        _log.log(
            level,
            "job %d failed: %s [ref %s]",
            job.id,
            error,
            failure.reference,
            exc_info=None if isinstance(error, BotError) else error,
        )
        failed = replace(job, state=JobState.FAILED, failure=failure)
        if await self.save(failed, was=job.state):
            await self.settle(failed)

    async def settle(self, job: Job) -> None:
        """Free what a settled file held, and tell."""
        is_last = self._admission.leave(job)
        self.tally[job.state if job.same_as is None else "known"] += 1
        if job.spooled is not None:
            try:
                await self._spool.delete(job.spooled.name)
            except SpoolError as error:
                _log.warning("job %d: its file stays until the next start: %s", job.id, error)
        self._announcements.want(job.batch_id, hurry=is_last)
        await self._then(job)
