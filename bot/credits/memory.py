"""What the ledger remembers over a restart, and shares with other processes."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.credits.brake import DryDay
from bot.credits.pools import GuildShare, Pool
from bot.credits.window import RESET_GRACE_S, Held, Window

#: Imgur tells its time in whole seconds; what was taken must not return sooner for that.
WHOLE_S = 1.0
#: A process that has not repeated for so long that a call is on its way is dead: the call counts as
#: spent. It repeats it every five minutes.
HELD_S = 900.0
#: A pool of which everything has returned is remembered for so long: the wall clock may be wrong.
KEEP_FULL = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Holding:
    """What one process had on its way when it said so last."""

    by: str
    at: datetime
    amount: int


@dataclass(frozen=True, slots=True)
class PoolMemory:
    """One pool as it is kept between starts; instants are wall-clock times.

    Attributes:
        taken: Our own count: when, and how much.
        began_at: When the newest of that began; the pool's grain may hold more calls than one.
        held: What calls on their way may have taken besides.
        full_at: When all of it will have returned.
        kept_by: The process that wrote this.
    """

    pool: Pool
    limit: int
    learnt: int | None
    ends_at: datetime | None
    blocked_until: datetime | None
    taken: tuple[tuple[datetime, int], ...]
    full_at: datetime | None
    began_at: datetime | None = None
    held: tuple[Holding, ...] = ()
    kept_by: str = ""


#: Gets the pools as they are kept, and says how to keep them; what it raises undoes everything.
Revision = Callable[[Sequence[PoolMemory]], Sequence[PoolMemory]]


class LedgerStore(Protocol):
    """Keeps the ledger between starts."""

    @property
    def shared_as(self) -> str | None:
        """This process's name among those that share the pools; ``None`` where it is alone."""
        ...

    async def pools(self, *, not_by: str | None = None) -> Sequence[PoolMemory]:
        """All pools as kept last.

        Args:
            not_by: Leaves out what this process has kept itself.
        """
        ...

    async def revise(self, pools: Collection[Pool], revision: Revision) -> None:
        """Keep these pools as ``revision`` says, in one transaction.

        Where others share them, nobody else changes any meanwhile, and ``revision`` gets what is
        kept; a process alone knows that already, and its ``revision`` gets nothing.
        """
        ...

    async def dry_days(self) -> Sequence[DryDay]:
        """The days on which the application's credits ran out."""
        ...

    async def ran_dry(self, dry: DryDay) -> None:
        """Keep such a day; what is known of it already is replaced."""
        ...


class ShareStore(Protocol):
    """Keeps what guilds chose as their shares."""

    async def all(self) -> Mapping[int, GuildShare]:
        """Every guild's choice, by guild id."""
        ...

    async def save(self, guild_id: int, share: GuildShare) -> None:
        """Keep a guild's choice."""
        ...


@dataclass(frozen=True, slots=True)
class Rememberer:
    """Turns windows into memories and back, at one instant.

    Attributes:
        name: This process's.
        epoch_s: What makes instants into Imgur's time. Ours may be set while we run.
    """

    name: str
    now: float
    epoch_s: float

    def remember(self, pool: Pool, window: Window, on_the_way: int) -> PoolMemory:
        """A pool as it is to be kept.

        Args:
            on_the_way: What calls without an answer may have taken: a process that dies now has
                told that it may be spent.
        """
        held = [*window.held, *([Held(self.name, self.now, on_the_way)] if on_the_way else [])]
        newest = max([*(at for at, _ in window.taken), *(one.at for one in held)], default=None)
        is_closed = window.is_on_trial or window.blocked_until > self.now
        full_s = window.rule.window_s + window.margin_s + WHOLE_S
        return PoolMemory(
            pool=pool,
            limit=window.limit,
            learnt=window.learnt,
            ends_at=None if window.ends_at is None else self._date(window.ends_at),
            blocked_until=self._date(window.blocked_until)
            if is_closed and math.isfinite(window.blocked_until)
            else None,
            taken=tuple((self._date(at), amount) for at, amount in window.taken),
            began_at=self._date(window.taken.began_at) if window.taken.total else None,
            held=tuple(Holding(one.by, self._date(one.at), one.amount) for one in held),
            full_at=None if newest is None else self._date(newest + full_s),
            kept_by=self.name,
        )

    def recall(self, memory: PoolMemory, window: Window, *, late_s: float = 0.0) -> int:
        """Bring a window to what was kept of it.

        Our clock may be wrong at a start. So nothing lies further off than a whole window; a window
        that seems to have ended is only *due*, and after a refusal that seems to be over one call
        at a time is tried: an answer has to prove either.

        Args:
            late_s: By how much later what was taken returns.

        Returns:
            What this process had on its way when the memory was written.
        """
        if window.rule.is_learnt:
            window.limit = memory.limit
        window.learnt, window.heard, window.latest_reservation = memory.learnt, None, 0
        window.ends_at = None if memory.ends_at is None else self._instant(memory.ends_at, window)
        window.is_due = window.is_on_trial = False
        window.blocked_until = -math.inf
        if memory.blocked_until is not None:
            window.block(self._instant(memory.blocked_until, window))
        window.taken.replace(
            ((self._past(date, late_s), amount) for date, amount in memory.taken),
            -math.inf if memory.began_at is None else self._past(memory.began_at, late_s),
        )
        held = [Held(one.by, self._past(one.at, 0.0), one.amount) for one in memory.held]
        dead = [one for one in held if one.by != self.name and one.at + HELD_S <= self.now]
        window.held = tuple(one for one in held if one.by != self.name and one not in dead)
        window.elsewhere = sum(one.amount for one in window.held)
        if dead:
            window.spend_unheard(sum(one.amount for one in dead), self.now)
        return sum(one.amount for one in held if one.by == self.name)

    def _date(self, instant: float) -> datetime:
        return datetime.fromtimestamp(instant + self.epoch_s, UTC)

    def _instant(self, date: datetime, window: Window) -> float:
        latest = self.now + window.rule.window_s + RESET_GRACE_S
        return min(date.timestamp() - self.epoch_s, latest)

    def _past(self, date: datetime, late_s: float) -> float:
        return min(date.timestamp() - self.epoch_s + late_s, self.now)
