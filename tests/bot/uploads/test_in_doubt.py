from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.errors import TransportError
from bot.uploads.in_doubt import InDoubt

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


class Upload:
    """One that passes when it is told to."""

    def __init__(self, in_doubt: InDoubt) -> None:
        self.may_end = asyncio.Event()
        self.is_inside = False
        self.enter: Callable[[], Awaitable[None]] | None = None
        self.task = asyncio.create_task(self._pass(in_doubt))

    async def _pass(self, in_doubt: InDoubt) -> None:
        async with in_doubt.at_most_one() as self.enter:
            await self.enter()
            self.is_inside = True
            await self.may_end.wait()
        self.is_inside = False


async def test_uploads_pass_one_by_one_in_the_order_in_which_they_came() -> None:
    in_doubt = InDoubt()
    uploads = [Upload(in_doubt) for _ in range(4)]
    for number, upload in enumerate(uploads):
        await settled()
        assert [each.is_inside for each in uploads] == [at == number for at in range(4)]
        upload.may_end.set()
    await asyncio.gather(*(each.task for each in uploads))


async def test_one_that_is_sent_again_keeps_its_place() -> None:
    in_doubt = InDoubt()
    first, second = Upload(in_doubt), Upload(in_doubt)
    await settled()
    assert first.enter is not None
    await first.enter()
    assert first.is_inside
    first.may_end.set()
    second.may_end.set()
    await asyncio.gather(first.task, second.task)


async def test_one_that_ends_by_an_error_or_is_cancelled_lets_the_next_one_pass() -> None:
    in_doubt = InDoubt()

    async def fail() -> None:
        async with in_doubt.at_most_one() as enter:
            await enter()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    inside, waiting, last = (Upload(in_doubt) for _ in range(3))
    await settled()
    waiting.task.cancel()
    await settled()
    inside.task.cancel()
    await settled()
    assert last.is_inside
    last.may_end.set()
    await last.task


async def test_a_request_that_nobody_waits_for_any_more_does_not_enter() -> None:
    in_doubt = InDoubt()
    async with in_doubt.at_most_one() as enter:
        pass
    with pytest.raises(TransportError):
        await enter()
    next_one = Upload(in_doubt)
    await settled()
    assert next_one.is_inside
    next_one.may_end.set()
    await next_one.task


async def test_one_that_was_given_up_while_it_waited_does_not_enter_later() -> None:
    in_doubt = InDoubt()
    inside = Upload(in_doubt)
    await settled()
    async with in_doubt.at_most_one() as enter:
        forgotten = asyncio.ensure_future(enter())
        await settled()
    inside.may_end.set()
    with pytest.raises(TransportError):
        await forgotten
    await inside.task
