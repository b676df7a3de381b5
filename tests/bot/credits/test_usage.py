"""Which hours took how many credits."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.credits.pools import Pool, PoolKind, member_pool
from bot.credits.usage import HourOfUse, Usage
from bot.errors import StorageBusyError
from tests.clocks import FakeClock

MEMBER = Pool(PoolKind.MEMBER, "1")
GUILD = Pool(PoolKind.GUILD, "10")
CLIENT = Pool(PoolKind.CLIENT)


class Shelf:
    """Keeps hours in memory, unless it is busy."""

    def __init__(self) -> None:
        self.kept: list[HourOfUse] = []
        self.is_busy = False

    async def add(self, hours: Sequence[HourOfUse]) -> None:
        if self.is_busy:
            raise StorageBusyError("busy")
        self.kept += hours

    async def hours(self, pool: Pool, since: datetime) -> Mapping[datetime, int]:
        found: dict[datetime, int] = {}
        for hour in self.kept:
            if hour.pool == pool and hour.hour_at >= since:
                found[hour.hour_at] = found.get(hour.hour_at, 0) + hour.credits
        return found

    async def top(self, kind: PoolKind, since: datetime, count: int) -> Sequence[tuple[Pool, int]]:
        raise NotImplementedError


NOW = FakeClock().now()


async def test_what_a_call_took_counts_in_its_hour() -> None:
    usage = Usage(Shelf())
    usage.note({MEMBER: 10, GUILD: 10, CLIENT: 10}, NOW)
    usage.note({MEMBER: 1, CLIENT: 1}, NOW + timedelta(minutes=59))
    usage.note({MEMBER: 3}, NOW + timedelta(minutes=60))
    later = NOW + timedelta(minutes=61)
    assert await usage.day(MEMBER, later) == [0] * 22 + [11, 3]
    assert await usage.day(GUILD, later) == [0] * 22 + [10, 0]


async def test_a_day_has_24_hours_and_the_25th_is_gone() -> None:
    usage = Usage(Shelf())
    usage.note({MEMBER: 5}, NOW)
    assert (await usage.day(MEMBER, NOW + timedelta(hours=23)))[0] == 5
    assert not any(await usage.day(MEMBER, NOW + timedelta(hours=24)))


async def test_pools_that_would_count_the_same_credits_twice_are_left_out() -> None:
    shelf = Shelf()
    usage = Usage(shelf)
    both = {member_pool(1, 10): 10, Pool(PoolKind.USER, "anonymous"): 10, MEMBER: 0}
    usage.note({**both, Pool(PoolKind.UPLOADS): 1}, NOW)
    await usage.keep()
    assert shelf.kept == []


async def test_what_cannot_be_written_is_written_later_and_once() -> None:
    shelf = Shelf()
    usage = Usage(shelf)
    shelf.is_busy = True
    usage.note({MEMBER: 10}, NOW)
    await usage.keep()
    usage.note({MEMBER: 1}, NOW)
    shelf.is_busy = False
    await usage.keep()
    await usage.keep()
    assert await usage.day(MEMBER, NOW) == [0] * 23 + [11]
