"""Throwing away what nobody needs any more."""

import asyncio
from datetime import datetime

from bot.errors import StorageBusyError
from bot.housekeeping import EVERY, housekeeping
from tests.clocks import FakeClock


async def test_every_chore_is_done_now_and_then() -> None:
    clock, done = FakeClock(), list[datetime]()

    async def chore(now: datetime) -> None:
        done.append(now)

    async with housekeeping([chore], clock, asyncio.Event()):
        await clock.advance(2 * EVERY.total_seconds())
    assert len(done) == 3


async def test_a_chore_that_fails_keeps_no_other_from_being_done() -> None:
    clock, done = FakeClock(), list[datetime]()

    async def failing(_: datetime) -> None:
        raise StorageBusyError("busy")

    async def chore(now: datetime) -> None:
        done.append(now)

    async with housekeeping([failing, chore], clock, asyncio.Event()):
        await clock.advance(EVERY.total_seconds())
    assert len(done) == 2


async def test_chores_are_done_again_as_soon_as_what_they_waited_for_is_there() -> None:
    clock, again, done = FakeClock(), asyncio.Event(), list[datetime]()

    async def chore(now: datetime) -> None:
        done.append(now)

    async with housekeeping([chore], clock, again):
        await clock.advance(1)
        again.set()
        await clock.advance(1)
        assert len(done) == 2
        await clock.advance(EVERY.total_seconds())
        assert len(done) == 3


async def test_what_comes_while_chores_are_done_is_not_missed() -> None:
    clock, again, done = FakeClock(), asyncio.Event(), list[datetime]()

    async def chore(now: datetime) -> None:
        done.append(now)
        if len(done) == 1:
            again.set()

    async with housekeeping([chore], clock, again):
        await clock.advance(1)
    assert len(done) == 2
