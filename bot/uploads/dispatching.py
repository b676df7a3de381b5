"""Files whose bytes are safe: each goes out when its turn has come and its credits are there."""

import logging
from collections.abc import Mapping
from dataclasses import replace

from bot.clock import Clock
from bot.credits.limiter import Limiter
from bot.errors import (
    BotError,
    ImgurDownError,
    OutOfCreditsError,
    RateLimitedError,
    UploadsPausedError,
)
from bot.uploads.announcing import Announcements, Progress
from bot.uploads.backlog import Backlog, Paid
from bot.uploads.decision import TryAgain, after_sending
from bot.uploads.ending import Endings
from bot.uploads.errands import Errands
from bot.uploads.in_doubt import InDoubt
from bot.uploads.job import Batch, Job, JobState
from bot.uploads.sending import Courier
from bot.uploads.watching import PROGRESS_AFTER_S, Watch

_log = logging.getLogger(__name__)

PARALLEL_UPLOADS = 3
#: The pools are looked at this often at least while somebody waits for them.
_LOOK_AGAIN_S = 30.0
#: A wait that changes by less is not told again.
_WORTH_TELLING_S = 60.0


class Dispatcher:
    """Sends files in the backlog's order."""

    def __init__(
        self,
        *,
        backlog: Backlog,
        limiter: Limiter,
        courier: Courier,
        endings: Endings,
        announcements: Announcements,
        clock: Clock,
    ) -> None:
        self._backlog = backlog
        self._limiter = limiter
        self._courier = courier
        self._endings = endings
        self._announcements = announcements
        self._clock = clock
        self._on_way: dict[int, Progress] = {}
        self._told_to_wait: dict[int, float] = {}
        self._loop = Errands()
        self._pauses = Errands()
        self._uploads = Errands()
        self._in_doubt = InDoubt()

    @property
    def progress(self) -> Mapping[int, Progress]:
        """How much has gone out, by job id, of those on their way."""
        return self._on_way

    def add(self, batch: Batch, job: Job) -> None:
        """Let a file wait for its turn."""
        self._backlog.add(batch, job)
        self._limiter.announce_change()

    def drop(self, job_id: int) -> None:
        """A file does not want its turn any more."""
        self._backlog.drop(job_id)
        self._told_to_wait.pop(job_id, None)

    def begin(self) -> None:
        """Start sending."""
        self._loop.begin(self._forever(), name="dispatch")

    async def stop(self, drain_s: float) -> None:
        """Begin nothing new, and give what is on its way time to finish."""
        await self._loop.cancel()
        if self._uploads:
            _log.info("waiting for %d uploads on their way", len(self._uploads))
        await self._uploads.finish(drain_s)
        await self._pauses.cancel()

    async def _forever(self) -> None:
        while True:
            if len(self._uploads) >= PARALLEL_UPLOADS:
                await self._uploads.one_done()
                continue
            try:
                paid = self._backlog.take()
            except UploadsPausedError as error:
                await self._give_up_waiting(error)
                continue
            if isinstance(paid, Paid):
                self._told_to_wait.pop(paid.job.id, None)
                self._uploads.begin(self._send_one(paid), name=f"upload {paid.job.id}")
            else:
                if paid > PROGRESS_AFTER_S:
                    self._announce_waits()
                await self._limiter.wait_for_change(min(paid, _LOOK_AGAIN_S))

    async def _give_up_waiting(self, error: UploadsPausedError) -> None:
        """Uploads pause for days: nobody is left waiting that long."""
        for _, job in self._backlog.waiting():
            self.drop(job.id)
            await self._endings.fail(job, error)

    def _announce_waits(self) -> None:
        """Tell those who wait how long, and again when that has changed."""
        now = self._clock.monotonic()
        for batch, job in self._backlog.waiting():
            wait = self._backlog.wait_of(job.id)
            if wait is None:
                continue
            goes_at, told = now + wait.wait_s, self._told_to_wait.get(job.id)
            if told is None or abs(goes_at - told) > max(_WORTH_TELLING_S, wait.wait_s / 10):
                self._told_to_wait[job.id] = goes_at
                self._announcements.want(batch.id, hurry=told is None)

    async def _send_one(self, paid: Paid) -> None:
        job = replace(paid.job, state=JobState.SENDING, attempts=paid.job.attempts + 1)
        try:
            if await self._endings.save(job, was=JobState.READY):
                await self._send(paid, job)
        except Exception as error:  # noqa: BLE001 (one file's trouble stays its own)
            await self._endings.fail(job, error)
        finally:
            self._limiter.release(paid.reservation)

    async def _send(self, paid: Paid, job: Job) -> None:
        watch = Watch(
            self._on_way, job.id, self._clock, lambda: self._announcements.want(paid.batch.id)
        )
        async with watch.telling(), self._in_doubt.at_most_one() as before_end:
            try:
                done = await self._courier.send(
                    paid.batch, job, paid.reservation, watch, before_end
                )
            except BotError as error:
                await self._after_failure(paid.batch, job, error)
                return
            await self._endings.save(done, was=JobState.SENDING)
        await self._endings.settle(done)

    async def _after_failure(self, batch: Batch, job: Job, error: BotError) -> None:
        verdict = after_sending(job, batch.origin, error)
        if verdict.is_ambiguous:
            _log.warning("job %d: nobody knows whether the picture arrived (%s)", job.id, error)
            self._endings.tally["ambiguous"] += 1
            job = replace(job, was_ambiguous=True)
        if not isinstance(verdict, TryAgain):
            await self._endings.fail(job, error)
            return
        waited_only = isinstance(error, OutOfCreditsError | RateLimitedError | ImgurDownError)
        again = replace(
            job, state=JobState.READY, attempts=job.attempts - 1 if waited_only else job.attempts
        )
        _log.info("job %d: not sent (%s), waiting", job.id, error)
        await self._endings.save(again, was=JobState.SENDING)
        self._announcements.want(batch.id, hurry=True)
        self._pauses.begin(self._add_later(batch, again, verdict.after_s))

    async def _add_later(self, batch: Batch, job: Job, after_s: float) -> None:
        await self._clock.sleep(after_s)
        self.add(batch, job)
