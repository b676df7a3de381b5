"""How many credits each hour took: of the bot, of each server, of each person.

For looking only; what may be spent is the ledger's business. Notes are gathered in memory and
written now and then, so a crash may lose the last few minutes of them, and no call waits for them.
"""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.credits.pools import Pool, PoolKind
from bot.errors import StorageError

_log = logging.getLogger(__name__)

#: A day is shown; the one before is kept in case the clock was wrong.
KEEP_USE = timedelta(hours=48)
HOURS_SHOWN = 24
_HOUR = timedelta(hours=1)
_NOTED = frozenset({PoolKind.CLIENT, PoolKind.GUILD, PoolKind.MEMBER})


@dataclass(frozen=True, slots=True)
class HourOfUse:
    """What one hour took from one pool.

    Attributes:
        hour_at: When the hour began, a whole hour of UTC.
    """

    hour_at: datetime
    pool: Pool
    credits: int


class UseStore(Protocol):
    """Keeps the hours."""

    async def add(self, hours: Sequence[HourOfUse]) -> None:
        """Count these in, all of them or none."""
        ...

    async def hours(self, pool: Pool, since: datetime) -> Mapping[datetime, int]:
        """Credits by the hours of a pool from ``since`` on; hours without use are left out."""
        ...

    async def top(self, kind: PoolKind, since: datetime, count: int) -> Sequence[tuple[Pool, int]]:
        """The pools of a kind that took most from ``since`` on, with their credits."""
        ...


class Usage:
    """Notes what is spent, and tells it by the hour.

    Attributes:
        spent: Credits that the bot has spent since the start.
    """

    def __init__(self, store: UseStore) -> None:
        self._store = store
        self._noted: Counter[tuple[datetime, Pool]] = Counter()
        self.spent = 0

    def note(self, taken: Mapping[Pool, int], at: datetime) -> None:
        """Remember what a call took from each pool."""
        hour_at = _hour_of(at)
        self.spent += taken.get(Pool(PoolKind.CLIENT), 0)
        for pool, credits_ in taken.items():
            # A member's own bound in one server counts the same credits again.
            if credits_ and pool.kind in _NOTED and "@" not in pool.scope:
                self._noted[hour_at, pool] += credits_

    async def keep(self) -> None:
        """Write what was noted; what cannot be written now is kept for the next time."""
        noted, self._noted = self._noted, Counter()
        if not noted:
            return
        try:
            await self._store.add(
                [HourOfUse(hour_at, pool, spent) for (hour_at, pool), spent in noted.items()]
            )
        except StorageError:
            self._noted.update(noted)
            _log.warning("the use of credits could not be stored, trying again later")

    async def day(self, pool: Pool, now: datetime) -> Sequence[int]:
        """What a pool's last 24 hours took each, the oldest first; the last one still runs.

        Raises:
            StorageError: It cannot be looked up.
        """
        await self.keep()
        first_at = _first_hour(now)
        hours = await self._store.hours(pool, first_at)
        return [hours.get(first_at + number * _HOUR, 0) for number in range(HOURS_SHOWN)]

    async def top(self, kind: PoolKind, now: datetime, count: int) -> Sequence[tuple[Pool, int]]:
        """Which pools of a kind took most in the last 24 hours, and how much.

        Raises:
            StorageError: It cannot be looked up.
        """
        await self.keep()
        return await self._store.top(kind, _first_hour(now), count)


def _hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _first_hour(now: datetime) -> datetime:
    return _hour_of(now) - (HOURS_SHOWN - 1) * _HOUR
