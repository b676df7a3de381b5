import asyncio

from bot.imgur.multipart import MultipartBody
from bot.imgur.stalling import Moves
from bot.imgur.wire import FilePart
from tests.bot.imgur.loopback import Block
from tests.clocks import FakeClock


async def test_it_ends_half_a_minute_after_the_last_move_and_waits_longer_for_the_answer() -> None:
    clock = FakeClock()
    part = FilePart("image", "a.png", "image/png", Block(9))
    moves = Moves(clock)
    body = MultipartBody((), part, boundary="B", on_move=moves.note)
    ending = asyncio.create_task(moves.end(body))
    for _ in range(4):
        await clock.advance(29)
        moves.note()
    await clock.advance(29)
    assert not ending.done()
    async for _ in body:
        pass
    await clock.advance(119)
    assert not ending.done()
    await clock.advance(1)
    assert ending.done()


async def test_what_we_hold_back_ourselves_is_not_stuck() -> None:
    clock, may_end = FakeClock(), asyncio.Event()

    async def before_end() -> None:
        await may_end.wait()

    part = FilePart("image", "a.png", "image/png", Block(9), before_end=before_end)
    moves = Moves(clock)
    body = MultipartBody((), part, boundary="B", on_move=moves.note)
    ending = asyncio.create_task(moves.end(body))
    reading = asyncio.create_task(anext(aiter(body)))
    await clock.advance(300)
    assert not ending.done()
    may_end.set()
    await reading
    await clock.advance(119)
    assert not ending.done()
    await clock.advance(31)
    assert ending.done()
