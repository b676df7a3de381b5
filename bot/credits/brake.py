"""The five-strikes brake: days that ran dry, counted by month. Pure.

Source: https://apidocs.imgur.com/#rate-limits: an application that runs out of its daily credits on
five days of a month is blocked until the month ends.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

#: After this many dry days of our own doing in one month nothing is uploaded until it ends.
MAX_DRY_DAYS = 2


@dataclass(frozen=True, slots=True)
class DryDay:
    """A day on which the application's daily credits were used up.

    Attributes:
        day: By Imgur's clock, UTC.
        is_ours: This bot took most of them; another program with the same client id did, if not.
    """

    day: date
    is_ours: bool


class Brake:
    """Counts dry days and says when uploads pause."""

    def __init__(self, days: Iterable[DryDay] = ()) -> None:
        self._days: dict[date, DryDay] = {}
        for day in days:
            self.note(day)

    def note(self, dry: DryDay) -> bool:
        """Take note of a dry day; returns whether that says anything new."""
        known = self._days.get(dry.day)
        if known is not None and (known.is_ours or not dry.is_ours):
            return False
        self._days[dry.day] = dry
        return True

    def days_of_month(self, now: datetime) -> list[DryDay]:
        """This month's dry days in order."""
        this_month = (now.year, now.month)
        return [
            self._days[day] for day in sorted(self._days) if (day.year, day.month) == this_month
        ]

    def holds(self, now: datetime) -> bool:
        """Whether uploads pause."""
        return sum(dry.is_ours for dry in self.days_of_month(now)) >= MAX_DRY_DAYS

    def wait_s(self, now: datetime) -> float:
        """Seconds until uploads go on; ``0`` when they do."""
        if not self.holds(now):
            return 0.0
        next_month = (now.replace(day=1) + timedelta(days=32)).replace(day=1)
        begins = datetime(next_month.year, next_month.month, 1, tzinfo=UTC)
        return (begins - now).total_seconds()
