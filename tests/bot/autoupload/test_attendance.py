"""What was missed, and how far a mark may move."""

import asyncio
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.autoupload.attendance import Attendance, Sighting, missed
from bot.errors import StorageError

GUILD = 7


class Marks:
    """A store of marks in memory."""

    def __init__(self, **kept: int) -> None:
        self.kept = {int(guild.lstrip("g")): mark for guild, mark in kept.items()}
        self.is_full = False

    async def marks(self) -> Mapping[int, int]:
        return self.kept

    async def set_mark(self, guild_id: int, message_id: int) -> None:
        if self.is_full:
            raise StorageError("no space")
        self.kept = {**self.kept, guild_id: message_id}


async def caught_up(store: Marks) -> Attendance:
    attendance = Attendance(store)
    await attendance.load()
    async with attendance.catching_up(GUILD):
        pass
    return attendance


def test_what_was_answered_or_holds_no_file_or_is_older_was_not_missed() -> None:
    found = [
        Sighting(5, has_files=True),
        Sighting(4, has_files=True),
        Sighting(6, has_files=False, answers=4),
        Sighting(3, has_files=False),
        Sighting(2, has_files=True),
        Sighting(1, has_files=True),
    ]
    assert missed(found, since_id=1) == [2, 5]


async def test_a_mark_stays_before_the_oldest_post_that_is_not_done() -> None:
    store = Marks()
    attendance = await caught_up(store)
    async with attendance.attending(GUILD, 10):
        async with attendance.attending(GUILD, 20):
            pass
        assert store.kept == {GUILD: 9}
    assert store.kept == {GUILD: 20}


async def test_a_mark_stays_where_it_is_until_an_absence_is_made_up_for() -> None:
    store = Marks()
    attendance = await caught_up(store)
    async with attendance.attending(GUILD, 10):
        pass
    attendance.absent(GUILD)
    async with attendance.attending(GUILD, 30):
        pass
    assert store.kept == {GUILD: 10}
    async with attendance.catching_up(GUILD) as mark:
        assert mark == 10
        async with attendance.attending(GUILD, 20):
            pass
        assert store.kept == {GUILD: 10}
    assert store.kept == {GUILD: 30}


async def test_an_absence_during_the_search_is_not_made_up_for_by_it() -> None:
    store = Marks(g7=10)
    attendance = Attendance(store)
    await attendance.load()
    async with attendance.catching_up(GUILD), attendance.attending(GUILD, 20):
        attendance.absent(GUILD)
    assert store.kept == {GUILD: 10}


@pytest.mark.parametrize("error", [StorageError("busy"), asyncio.CancelledError()])
async def test_a_post_that_the_database_or_a_stop_kept_undone_is_looked_for_again(
    error: BaseException,
) -> None:
    store = Marks()
    attendance = await caught_up(store)
    with pytest.raises(type(error)):
        async with attendance.attending(GUILD, 10):
            raise error
    async with attendance.attending(GUILD, 20):
        pass
    assert store.kept == {}
    async with attendance.catching_up(GUILD) as mark:
        assert mark == 0
    assert store.kept == {GUILD: 20}


async def test_before_the_first_search_nothing_moves() -> None:
    store = Marks(g7=10)
    attendance = Attendance(store)
    await attendance.load()
    async with attendance.attending(GUILD, 20):
        pass
    assert store.kept == {GUILD: 10}


async def test_a_mark_that_cannot_be_kept_is_kept_with_the_next_post() -> None:
    store = Marks()
    attendance = await caught_up(store)
    store.is_full = True
    async with attendance.attending(GUILD, 10):
        pass
    store.is_full = False
    async with attendance.attending(GUILD, 5):
        pass
    assert store.kept == {GUILD: 10}


@given(ids=st.sets(st.integers(1, 99), min_size=1), data=st.data())
async def test_nothing_that_is_not_done_lies_behind_a_mark(
    ids: set[int], data: st.DataObject
) -> None:
    store = Marks()
    attendance = await caught_up(store)
    work = {number: attendance.attending(GUILD, number) for number in ids}
    for number in sorted(ids):
        await work[number].__aenter__()
    left = sorted(ids)
    for number in data.draw(st.permutations(left)):
        await work[number].__aexit__(None, None, None)
        left.remove(number)
        assert store.kept.get(GUILD, 0) < min(left, default=100)
    assert store.kept == {GUILD: max(ids)}
