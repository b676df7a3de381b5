"""The way of every upload, from its row to the told result, across restarts."""

import logging
import math
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.clock import Clock
from bot.credits.limiter import Limiter
from bot.credits.pools import Payer, Work
from bot.errors import (
    CreditError,
    NotYoursError,
    PoisonedJobError,
    StorageError,
    UploadNotFoundError,
)
from bot.media.spool import Spool
from bot.uploads.admission import Admission, Bounds
from bot.uploads.announcing import Announcements, Announcer, News
from bot.uploads.arrivals import Arrivals
from bot.uploads.backlog import Backlog, upload_by
from bot.uploads.decision import MAX_ATTEMPTS, is_worth_repeating
from bot.uploads.dispatching import PARALLEL_UPLOADS, Dispatcher
from bot.uploads.ending import Endings
from bot.uploads.job import Batch, Job, JobState, JobStore, NewBatch
from bot.uploads.receiving import Receiver
from bot.uploads.sending import Courier
from bot.uploads.twins import Twins

_log = logging.getLogger(__name__)

#: A database that is held by somebody else at the start is waited for, within bounds.
_LOOKS_AT_START = 5
_LOOK_AGAIN_S = 1.0


class Pipeline:
    """Accepts uploads and carries each to its end."""

    def __init__(
        self,
        *,
        store: JobStore,
        spool: Spool,
        limiter: Limiter,
        receiver: Receiver,
        courier: Courier,
        announcer: Announcer,
        clock: Clock,
        bounds: Bounds,
    ) -> None:
        self._store = store
        self._spool = spool
        self._clock = clock
        self._bounds = bounds
        self._backlog = Backlog(limiter, at_once=PARALLEL_UPLOADS)
        self._admission = Admission(self._backlog, bounds)
        self._announcements = Announcements(announcer, store, clock, self.look)
        self._endings = Endings(
            store=store,
            spool=spool,
            admission=self._admission,
            announcements=self._announcements,
            clock=clock,
            then=self._after_ending,
        )
        self._dispatcher = Dispatcher(
            backlog=self._backlog,
            limiter=limiter,
            courier=courier,
            endings=self._endings,
            announcements=self._announcements,
            clock=clock,
        )
        self._twins = Twins(store, self._endings, self._dispatcher.add)
        self._arrivals = Arrivals(receiver, spool, self._endings, self._pass_on, clock)

    # --- what cogs use ------------------------------------------------------------------------

    async def accept(self, new: NewBatch) -> tuple[Batch, Sequence[Job]] | None:
        """Store what a user asked for; from here on it is never lost.

        Nothing happens to it before ``start``, so that the first answer comes first.

        Returns:
            The batch with its jobs; ``None`` when this very cause was accepted before.

        Raises:
            QueueFullError: Too much waits already.
            OutOfCreditsError: It would have to wait longer than is sensible.
            UploadsPausedError: The five-strikes brake holds.
            StorageError: It could not be stored.
        """
        self._admission.check(new, new.jobs)
        return await self._store.add(new, self._clock.now())

    def wait_before(self, new: NewBatch) -> float:
        """How long a batch would wait for credits if it were accepted now, in seconds."""
        return self._admission.forecast_s(new.payer, new.jobs)

    def start(self, batch: Batch, jobs: Sequence[Job]) -> None:
        """Begin to work on what was accepted."""
        for job in jobs:
            self._admission.enter(batch, job)
            self._arrivals.add(batch, job)

    async def reopen(self, batch: Batch) -> News:
        """Make what failed in passing ready to be begun again with ``start``.

        Args:
            batch: With the answer that it gets from now on.

        Raises:
            QueueFullError: As in ``accept``, and so on; nothing has changed then.
        """
        jobs = await self._store.jobs_of(batch.id)
        failed = [job for job in jobs if job.state is JobState.FAILED and is_worth_repeating(job)]
        self._admission.check(batch, failed)
        again = [replace(job, state=JobState.ACCEPTED, attempts=0, failure=None) for job in failed]
        await self._store.reopen(batch, again)
        return self.look(replace(batch, told_at=None), await self._store.jobs_of(batch.id))

    async def waiting(self, user_id: int) -> Sequence[News]:
        """A user's unsettled uploads, oldest first."""
        news = []
        for batch_id in dict.fromkeys(
            job.batch_id for job in await self._store.waiting_of(user_id)
        ):
            batch = await self._store.batch(batch_id)
            if batch is not None:
                news.append(self.look(batch, await self._store.jobs_of(batch_id)))
        return news

    async def cancel(self, job_id: int, user_id: int) -> None:
        """Give up a file that has not begun to go out.

        Raises:
            UploadNotFoundError: It is unknown, on its way, or settled.
            NotYoursError: Somebody else asked for it.
        """
        job = await self._store.job(job_id)
        batch = None if job is None else await self._store.batch(job.batch_id)
        if job is None or batch is None or job.state not in {JobState.ACCEPTED, JobState.READY}:
            raise UploadNotFoundError(f"job {job_id} does not wait")
        if batch.user_id != user_id:
            raise NotYoursError(whose="the person who asked for it")
        if not await self._store.save(replace(job, state=JobState.CANCELLED), was=job.state):
            raise UploadNotFoundError(f"job {job_id} went out meanwhile")
        self._dispatcher.drop(job.id)
        await self._endings.settle(replace(job, state=JobState.CANCELLED))

    @property
    def tally(self) -> Mapping[str, int]:
        """How often files ended in each state since the start, and how many were ambiguous."""
        return self._endings.tally

    @property
    def unsettled(self) -> int:
        """How many files wait or are on their way."""
        return len(self._admission)

    def unsettled_of(self, share: str) -> int:
        """The same of one share alone, as ``Payer.share`` names it."""
        return self._admission.of_share(share)

    @property
    def waiting_by_work(self) -> Mapping[Work, int]:
        """How many files wait for credits, by class of work."""
        return Counter(batch.payer.work for batch, _ in self._backlog.waiting())

    def forecast_s(self, work: Work) -> float:
        """How long an anonymous upload of a newcomer would wait now; ``inf`` for ever."""
        try:
            return self._backlog.forecast_s(upload_by(None), Payer(0, work=work))
        except CreditError:
            return math.inf

    # --- running ------------------------------------------------------------------------------

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work while the block lasts; take up what the last process left, drain at the end."""
        await self._resume()
        self._arrivals.begin()
        self._dispatcher.begin()
        try:
            yield
        finally:
            await self._arrivals.stop()
            drained_by_s = self._clock.monotonic() + self._bounds.drain_s
            await self._dispatcher.stop(self._bounds.drain_s)
            await self._announcements.stop(max(0.0, drained_by_s - self._clock.monotonic()))

    async def settled(self) -> None:
        """Return when nothing is left to do; for tests and orderly ends."""
        while self._admission:
            await self._clock.sleep(0.01)
        await self._announcements.settled()

    async def _resume(self) -> None:
        names, left = await self._left_behind()
        await self._spool.sweep(names)
        for batch, jobs in left:
            self._announcements.inherit(batch.id)
            for job in jobs:
                if not job.is_settled:
                    self._admission.enter(batch, job)
                    await self._take_up(batch, job)
            if all(job.is_settled for job in jobs):
                self._announcements.want(batch.id)

    async def _left_behind(self) -> tuple[set[str], Sequence[tuple[Batch, Sequence[Job]]]]:
        """The spool's files that are needed, and what the last process did not tell.

        Raises:
            StorageError: The database was held, or out of reach, for too long.
        """
        for looks_left in reversed(range(_LOOKS_AT_START)):
            try:
                left = [(it, await self._store.jobs_of(it.id)) for it in await self._store.untold()]
                return set(await self._store.spool_names()), left
            except StorageError as error:
                if not looks_left:
                    raise
                _log.warning("what was left behind cannot be read (%s), trying again", error)
                await self._clock.sleep(_LOOK_AGAIN_S)
        raise AssertionError("the last look returns or raises")

    async def _take_up(self, batch: Batch, job: Job) -> None:
        """Go on with a file where the last process left it."""
        if job.state is JobState.SENDING:
            self._endings.tally["ambiguous"] += 1
            job = replace(job, was_ambiguous=True)
        if job.attempts >= MAX_ATTEMPTS:
            poisoned = PoisonedJobError(f"job {job.id} was begun {job.attempts} times")
            await self._endings.fail(job, poisoned)
        elif job.state is JobState.READY:
            await self._twins.admit(batch, job)
        elif job.state is JobState.SENDING:
            _log.warning("job %d was on its way when the bot stopped; sending it again", job.id)
            again = replace(job, state=JobState.READY)
            if await self._endings.save(again, was=JobState.SENDING):
                await self._twins.admit(batch, again)
        else:
            self._arrivals.add(batch, job)

    async def _pass_on(self, batch: Batch, job: Job) -> None:
        """A file's bytes are safe: say what Imgur will do to them, and let it go on."""
        if job.spooled is not None and job.spooled.warnings:
            self._announcements.want(batch.id, hurry=True)
        await self._twins.admit(batch, job)

    async def _after_ending(self, job: Job) -> None:
        await self._twins.ended(job)

    # --- looking ------------------------------------------------------------------------------

    def look(self, batch: Batch, jobs: Sequence[Job]) -> News:
        """What a user is shown of a batch now."""
        waits = {job.id: wait for job in jobs if (wait := self._backlog.wait_of(job.id))}
        on_way = self._dispatcher.progress
        progress = {job.id: on_way[job.id] for job in jobs if job.id in on_way}
        return News(batch, jobs, waits, progress)
