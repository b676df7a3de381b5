"""Imgur's credit pools as Imgur counts them, and the truth about what was spent. Pure.

Source: https://apidocs.imgur.com/#rate-limits for user, client and POST pools and the five days;
the upload cap of about 50 an hour is unpublished and shows in no counter.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Kind = Literal["user", "account", "client", "post", "uploads", "commercial"]

HOUR_S = 3600
DAY_S = 86400

#: After this many dry days in one month an application is blocked until the month ends.
STRIKES_TO_BLOCK = 5


def default_limits() -> dict[Kind, int]:
    """What Imgur grants per window, as seen."""
    return {
        "user": 500,
        "account": 2000,
        "client": 12500,
        "post": 1250,
        "uploads": 50,
        "commercial": 12500,
    }


def window_s(kind: Kind) -> int:
    """How long a pool's window lasts."""
    return DAY_S if kind in {"client", "commercial"} else HOUR_S


@dataclass(slots=True)
class Pool:
    """One counter. Its window opens with the first use and closes by itself.

    Attributes:
        spent: Within the open window.
        spent_ever: Over all windows; never reset.
        lowest: The least that was ever left after a use.
        refusals: How often a call was turned away for its sake.
    """

    kind: Kind
    owner: str
    limit: int
    opened_at: datetime | None = None
    spent: int = 0
    spent_ever: int = 0
    lowest: int | None = None
    refusals: int = 0

    def reset_in_s(self, now: datetime) -> int:
        """Seconds until the window closes; the whole window while none is open."""
        if self.opened_at is None:
            return window_s(self.kind)
        passed_s = int((now - self.opened_at).total_seconds())
        return max(0, window_s(self.kind) - passed_s)

    def roll(self, now: datetime) -> None:
        """Close a window that has run out."""
        if self.opened_at is not None and self.reset_in_s(now) == 0:
            self.opened_at, self.spent = None, 0

    @property
    def remaining(self) -> int:
        """What is left in the open window."""
        return max(0, self.limit - self.spent)

    def spend(self, amount: int, now: datetime) -> None:
        """Take ``amount``; the caller has made sure that it is there."""
        if amount == 0:
            return
        self.opened_at = self.opened_at or now
        self.spent += amount
        self.spent_ever += amount
        left = self.limit - self.spent
        self.lowest = left if self.lowest is None else min(self.lowest, left)

    def put(
        self,
        now: datetime,
        *,
        remaining: int | None = None,
        limit: int | None = None,
        reset_in_s: int | None = None,
    ) -> None:
        """Set what is wanted; what was spent ever and the lowest stay true."""
        if limit is not None:
            self.limit = limit
        if remaining is not None:
            self.spent = self.limit - remaining
            self.opened_at = self.opened_at or now
        if reset_in_s is not None:
            self.opened_at = now - timedelta(seconds=window_s(self.kind) - reset_in_s)


@dataclass(frozen=True, slots=True)
class Purse:
    """The pools that one call draws on, windows rolled; ``None`` where a pool does not apply.

    Attributes:
        user: Per address, per account, or (commercial use) per key.
    """

    user: Pool
    client: Pool | None
    post: Pool | None
    uploads: Pool | None

    def shortage(self, cost: int) -> Pool | None:
        """The first pool that cannot bear the call."""
        for pool, needed in (
            (self.post, 1),
            (self.uploads, 1),
            (self.user, cost),
            (self.client, cost),
        ):
            if pool is not None and pool.remaining < needed:
                return pool
        return None


@dataclass(slots=True)
class Limits:
    """All pools and the strikes."""

    limits: dict[Kind, int] = field(default_factory=default_limits)
    pools: dict[str, Pool] = field(default_factory=dict)
    strikes: dict[str, list[str]] = field(default_factory=dict)

    def pool(self, kind: Kind, owner: str, now: datetime) -> Pool:
        """The pool of that kind and owner, its window rolled."""
        pool = self.pools.setdefault(f"{kind}:{owner}", Pool(kind, owner, self.limits[kind]))
        pool.roll(now)
        return pool

    def refuse(self, pool: Pool, now: datetime) -> None:
        """Note a refusal; a dry client pool is a strike for its day."""
        pool.refusals += 1
        if pool.kind == "client":
            self._strike(pool.owner, now)

    def spend(self, purse: Purse, cost: int, now: datetime) -> None:
        """Charge a call that was let through."""
        purse.user.spend(cost, now)
        if purse.client is None:
            return
        purse.client.spend(cost, now)
        if purse.client.remaining == 0:
            self._strike(purse.client.owner, now)

    def blocked(self, client_id: str, now: datetime) -> bool:
        """Whether the application had too many dry days this month."""
        days = self.strikes.get(client_id, [])
        return sum(day.startswith(f"{now:%Y-%m}") for day in days) >= STRIKES_TO_BLOCK

    def _strike(self, client_id: str, now: datetime) -> None:
        days = self.strikes.setdefault(client_id, [])
        if f"{now:%Y-%m-%d}" not in days:
            days.append(f"{now:%Y-%m-%d}")
