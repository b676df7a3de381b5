"""When each waiting call will go, if nobody else comes. Pure.

The same queue and the same pools, copied, go on with a time of their own: so a forecast knows every
rule that the real ones know.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.credits.foresight import Foresight
from bot.credits.ledger import Shortage
from bot.credits.pools import Call, Pool, PoolKind
from bot.credits.shares import FairQueue, Hold, Waiting

Item = TypeVar("Item")

#: Waits are rounded up to this, so that rounding never makes a forecast stand still.
_STEP_S = 0.001


@dataclass(frozen=True, slots=True)
class Turn:
    """When a waiting call goes.

    Attributes:
        place: Among all that wait, from 1.
        goes_at: An instant; ``inf`` for one that never can.
    """

    place: int
    goes_at: float


def hold_of(pool: Pool) -> Hold:
    """Whom a shortage of this pool holds up."""
    return {PoolKind.MEMBER: Hold.USER, PoolKind.GUILD: Hold.SHARE}.get(pool.kind, Hold.LANE)


class Forecast(Generic[Item]):
    """The turns of the calls in a queue, found as far as they are asked for."""

    def __init__(
        self,
        queue: FairQueue[Item],
        foresight: Foresight,
        call_of: Callable[[Waiting[Item]], Call],
        pace_s: float,
    ) -> None:
        """Prepare.

        Args:
            queue: A copy; it is emptied on the way.
            pace_s: How long a call keeps the next one from going, credits or not.
        """
        self._queue = queue
        self._foresight = foresight
        self._call_of = call_of
        self._pace_s = pace_s
        self._now = foresight.began_at
        self._turns: dict[int, Turn] = {}
        self._asleep: dict[tuple[Hold, str], float] = {}

    def turn_of(self, wanted: Waiting[Item]) -> Turn:
        """The turn of a call that waits in the queue."""
        while wanted.order not in self._turns:
            served = self._serve_next()
            place = len(self._turns) + 1
            if served is None:  # nothing that is left can ever go
                return Turn(place, math.inf)
            self._turns[served.order] = Turn(place, self._now)
            self._now += self._pace_s
        return self._turns[wanted.order]

    def _serve_next(self) -> Waiting[Item] | None:
        while True:
            served = self._queue.pop(self._ask)
            if served is not None:
                return served
            awake = [until for until in self._asleep.values() if until > self._now]
            if not awake or math.isinf(min(awake)):
                return None
            self._now = min(awake)

    def _ask(self, waiting: Waiting[Item]) -> Hold | None:
        sleepers = (
            (Hold.LANE, f"{waiting.payer.work}/{waiting.lane}"),
            (Hold.SHARE, waiting.payer.share),
            (Hold.USER, f"{waiting.payer.share}/{waiting.payer.user_id}"),
        )
        for hold, name in sleepers:
            if self._asleep.get((hold, name), -math.inf) > self._now:
                return hold
        short = self._foresight.serve(self._call_of(waiting), waiting.payer, self._now)
        if not isinstance(short, Shortage):
            return None
        hold = hold_of(short.pool)
        name = next(name for kind, name in sleepers if kind is hold)
        self._asleep[hold, name] = self._now + max(short.wait_s, _STEP_S)
        return hold
