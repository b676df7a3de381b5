"""How much may wait at once, and for how long."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.credits.pools import Payer
from bot.errors import OutOfCreditsError, QueueFullError
from bot.uploads.backlog import Backlog, upload_by
from bot.uploads.job import Batch, Job, NewBatch, NewJob, Origin

_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may wait.

    Attributes:
        max_wait_s: A file that would wait longer for credits is refused at once.
        max_auto_wait_s: The same for automatic uploads, for which nobody sits waiting.
        drain_s: How long uploads on their way may take to finish when the bot stops.
    """

    max_wait_s: float = 7200.0
    max_auto_wait_s: float = 86_400.0
    max_jobs: int = 500
    max_jobs_per_share: int = 50
    drain_s: float = 20.0


class Admission:
    """Counts what is not settled yet, and lets no more in than the bounds allow."""

    def __init__(self, backlog: Backlog, bounds: Bounds) -> None:
        self._backlog = backlog
        self._bounds = bounds
        self._shares: dict[int, str] = {}
        self._of_share: Counter[str] = Counter()
        self._of_batch: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._shares)

    def of_share(self, share: str) -> int:
        """How many of one share are in."""
        return self._of_share[share]

    def check(self, asked: NewBatch | Batch, jobs: Sequence[NewJob] | Sequence[Job]) -> None:
        """Let files of a batch in, or not.

        Raises:
            QueueFullError: Too much waits already.
            OutOfCreditsError: It would have to wait longer than is sensible.
            UploadsPausedError: The five-strikes brake holds.
        """
        self._backlog.check_brake()
        wait_s = self.forecast_s(asked.payer, jobs)
        is_auto = asked.origin is Origin.AUTO
        if (
            len(self._shares) + len(jobs) > self._bounds.max_jobs
            or self._of_share[asked.payer.share] + len(jobs) > self._bounds.max_jobs_per_share
        ):
            raise QueueFullError(wait_s=wait_s)
        if wait_s > (self._bounds.max_auto_wait_s if is_auto else self._bounds.max_wait_s):
            raise OutOfCreditsError(pool="queue", wait_s=wait_s)

    def forecast_s(self, payer: Payer, jobs: Sequence[NewJob] | Sequence[Job]) -> float:
        """How long these files would wait for credits, in seconds."""
        calls = Counter(upload_by(job.imgur_account_id) for job in jobs)
        return max(
            (self._backlog.forecast_s(call, payer, each) for call, each in calls.items()),
            default=0.0,
        )

    def enter(self, batch: Batch, job: Job) -> None:
        """A file is in, until it has left."""
        if job.id not in self._shares:
            self._shares[job.id] = batch.payer.share
            self._of_share[batch.payer.share] += 1
            self._of_batch[batch.id] += 1

    def leave(self, job: Job) -> bool:
        """A file is settled; returns whether it was the last of its batch."""
        share = self._shares.pop(job.id, None)
        if share is not None:
            _count_down(self._of_share, share)
            _count_down(self._of_batch, job.batch_id)
        return job.batch_id not in self._of_batch


def _count_down(counter: Counter[_Key], key: _Key) -> None:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]
