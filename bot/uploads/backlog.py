"""Files that wait for credits: who goes next, and how long the others wait."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from bot.credits.forecast import Forecast, hold_of
from bot.credits.ledger import Reservation, Shortage
from bot.credits.limiter import Limiter
from bot.credits.pools import Call, Payer
from bot.credits.shares import FairQueue, Hold, Waiting
from bot.imgur.wire import COST_UPLOAD, Anonymous, Bearer
from bot.uploads.announcing import Wait
from bot.uploads.job import Batch, Job

#: Places and times are looked up anew after this long, even if nobody came or went.
_FORECAST_LIFE_S = 10.0


@dataclass(frozen=True, slots=True)
class Paid:
    """A file whose turn has come, with its credits."""

    batch: Batch
    job: Job
    reservation: Reservation


@dataclass(frozen=True, slots=True)
class _Waiter:
    """What waits, and the call that it waits to make."""

    call: Call
    file: tuple[Batch, Job] | None = None


def upload_by(imgur_account_id: int | None) -> Call:
    """The call that uploads for a linked account, or anonymously."""
    if imgur_account_id is None:
        return Call.upload(Anonymous().pool)
    return Call.upload(Bearer(imgur_account_id, "").pool)


class Backlog:
    """A fair queue before the pools."""

    def __init__(self, limiter: Limiter, *, at_once: int = 3) -> None:
        """Begin empty.

        Args:
            at_once: How many files go out at the same time at most.
        """
        self._limiter = limiter
        self._at_once = at_once
        self._queue: FairQueue[_Waiter] = FairQueue()
        self._entries: dict[int, Waiting[_Waiter]] = {}
        self._forecast: Forecast[_Waiter] | None = None
        self._forecast_at = 0.0

    def __len__(self) -> int:
        return len(self._queue)

    def add(self, batch: Batch, job: Job) -> None:
        """Let a file wait for its turn."""
        waiter = _Waiter(upload_by(job.imgur_account_id), (batch, job))
        self._entries[job.id] = _push(self._queue, waiter, batch.payer)
        self._forecast = None

    def drop(self, job_id: int) -> bool:
        """Take a file out; returns whether it was waiting."""
        entry = self._entries.pop(job_id, None)
        if entry is None:
            return False
        self._queue.remove(entry)
        self._forecast = None
        return True

    def waiting(self) -> Iterator[tuple[Batch, Job]]:
        """Everything that waits, in order of arrival."""
        return iter([entry.item.file for entry in self._entries.values() if entry.item.file])

    def take(self) -> Paid | float:
        """The next file that can be paid for, or the seconds until one may be.

        Raises:
            UploadsPausedError: The five-strikes brake holds.
        """
        soonest_s = math.inf
        reservation: Reservation | None = None

        def ask(waiting: Waiting[_Waiter]) -> Hold | None:
            nonlocal soonest_s, reservation
            outcome = self._limiter.try_reserve(waiting.item.call, waiting.payer)
            if isinstance(outcome, Shortage):
                soonest_s = min(soonest_s, outcome.wait_s)
                return hold_of(outcome.pool)
            reservation = outcome
            return None

        waiting = self._queue.pop(ask)
        if waiting is None or reservation is None or waiting.item.file is None:
            return soonest_s
        batch, job = waiting.item.file
        del self._entries[job.id]
        self._forecast = None
        return Paid(batch, job, reservation)

    def check_brake(self) -> None:
        """Nothing, unless uploads pause.

        Raises:
            UploadsPausedError: The five-strikes brake holds.
        """
        self._limiter.check_brake()

    def wait_of(self, job_id: int) -> Wait | None:
        """A waiting file's place and time; ``None`` when it does not wait (any more)."""
        entry = self._entries.get(job_id)
        if entry is None:
            return None
        foresight = self._limiter.foresee()
        if self._forecast is None or foresight.began_at > self._forecast_at + _FORECAST_LIFE_S:
            self._forecast = self._foresee(self._queue.copy())
            self._forecast_at = foresight.began_at
        turn = self._forecast.turn_of(entry)
        return Wait(place=turn.place, wait_s=max(0.0, turn.goes_at - foresight.began_at))

    def forecast_s(self, call: Call, payer: Payer, count: int = 1) -> float:
        """How long the last of ``count`` such newcomers would wait, in seconds."""
        if paused_s := self._limiter.paused_s:
            return paused_s
        queue = self._queue.copy()
        newcomers = [_push(queue, _Waiter(call), payer) for _ in range(count)]
        turn = self._foresee(queue).turn_of(newcomers[-1])
        return max(0.0, turn.goes_at - self._limiter.foresee().began_at)

    def _foresee(self, queue: FairQueue[_Waiter]) -> Forecast[_Waiter]:
        return Forecast(
            queue,
            self._limiter.foresee(),
            lambda waiting: waiting.item.call,
            self._limiter.upload_s / self._at_once,
        )


def _push(queue: FairQueue[_Waiter], waiter: _Waiter, payer: Payer) -> Waiting[_Waiter]:
    return queue.push(waiter, payer, COST_UPLOAD, waiter.call.credential_pool)
