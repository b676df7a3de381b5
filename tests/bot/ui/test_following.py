"""Following events in spite of the database."""

import asyncio

import pytest

from bot.errors import StorageBusyError
from bot.ui.following import follow
from bot.urgency import is_in_background
from tests.clocks import FakeClock


class Event:
    """Something to follow that the database keeps from being followed for a while."""

    def __init__(self, busy_tries: int) -> None:
        self.busy_tries = busy_tries
        self.tries: list[bool] = []

    async def work(self) -> None:
        self.tries.append(is_in_background())
        if len(self.tries) <= self.busy_tries:
            raise StorageBusyError("held")


async def test_an_event_is_followed_once_the_database_is_free(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock, event = FakeClock(), Event(busy_tries=3)
    caplog.set_level("INFO")
    following = asyncio.create_task(follow(clock, "post 7", event.work))
    await clock.advance(60)
    await following
    assert event.tries == [False, True, True, True]
    assert [line.split(" [")[0] for line in caplog.messages] == [
        "post 7 waits for the database: held",
        "post 7 was followed at last",
    ]


async def test_after_five_minutes_an_event_is_given_up() -> None:
    clock, event = FakeClock(), Event(busy_tries=1000)
    following = asyncio.create_task(follow(clock, "post 7", event.work))
    await clock.advance(280)
    assert not following.done()
    await clock.advance(20)
    with pytest.raises(StorageBusyError):
        await following
