"""Pools that several processes share, one thing at a time."""

import asyncio
from datetime import timedelta

import pytest

from bot.credits.ledger import SHARED_MARGIN_S
from bot.credits.limiter import Limiter
from bot.credits.memory import HELD_S
from bot.credits.pools import Call, Payer, Pool, PoolKind, Rules
from bot.credits.sharing import sharing
from bot.errors import OutOfCreditsError, TransportError
from bot.imgur.rates import HOUR_S
from bot.imgur.wire import COST_UPLOAD, Anonymous, Request, Response
from tests.bot.credits.shelf import Shelf
from tests.clocks import FakeClock

USER, UPLOADS = Pool(PoolKind.USER, Anonymous().pool), Pool(PoolKind.UPLOADS)
ALICE = Payer(1, 10)
UPLOAD = Request(method="POST", path="/3/image", cost_credits=COST_UPLOAD)


class OnTheWay:
    """A call whose answer has not arrived."""

    def __init__(self, limiter: Limiter) -> None:
        self.begun = asyncio.Event()
        self.answer: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        reservation = limiter.reserve(Call.of(UPLOAD), ALICE)
        self.task = asyncio.create_task(limiter.pay(reservation, UPLOAD, self._send))

    async def _send(self, _: Request) -> Response:
        self.begun.set()
        return await self.answer


def answer(remaining: int, limit: int = 500) -> Response:
    told = {"x-ratelimit-userremaining": str(remaining), "x-ratelimit-userlimit": str(limit)}
    return Response(200, told, b"")


async def two(clock: FakeClock, shelf: Shelf) -> tuple[Limiter, Limiter]:
    both = [Limiter(Rules(), shelf.seen_by(name), clock) for name in "ab"]
    for limiter in both:
        await limiter.restore()
    return both[0], both[1]


async def pays(limiter: Limiter, remaining: int) -> None:
    async def send(_: Request) -> Response:
        return answer(remaining)

    await limiter.pay(limiter.reserve(Call.of(UPLOAD), ALICE), UPLOAD, send)


async def going_out(limiter: Limiter) -> OnTheWay:
    call = OnTheWay(limiter)
    await call.begun.wait()
    return call


async def test_what_one_has_on_its_way_the_other_does_not_take() -> None:
    clock, shelf = FakeClock(), Shelf()
    a, b = await two(clock, shelf)
    call = await going_out(a)
    await b.catch_up()
    assert b.window(USER).left() == 490
    call.answer.set_result(answer(499))
    await call.task
    await b.catch_up()
    assert b.window(USER).left() == 490  # the price was not proved; ours is the published one


async def test_what_one_gives_back_the_other_has_at_once() -> None:
    clock, shelf = FakeClock(), Shelf()
    a, b = await two(clock, shelf)
    call = await going_out(a)
    await b.catch_up()
    call.answer.set_exception(TransportError("unreached", maybe_applied=False))
    await asyncio.gather(call.task, return_exceptions=True)
    await b.catch_up()
    assert b.window(USER).left() == 500


async def test_what_an_answer_said_while_the_store_was_busy_outlives_the_others_writing() -> None:
    clock, shelf = FakeClock(), Shelf()
    a, b = await two(clock, shelf)
    await pays(b, 490)
    call = await going_out(a)
    a_shelf = a._store
    assert isinstance(a_shelf, Shelf)
    a_shelf.is_busy = True
    call.answer.set_result(answer(300))
    await call.task
    await pays(b, 290)
    a_shelf.is_busy = False
    await a.flush()
    for limiter in (a, b):
        await limiter.catch_up()
        assert limiter.window(UPLOADS).left() == 47
        assert limiter.window(USER).left() == 290


async def test_who_writes_a_pool_leaves_in_it_what_others_have_on_their_way() -> None:
    clock, shelf = FakeClock(), Shelf()
    a, b = await two(clock, shelf)
    await pays(b, 490)
    call = await going_out(a)
    await pays(b, 480)
    third = Limiter(Rules(), shelf.seen_by("c"), clock)
    await third.restore()
    assert third.window(UPLOADS).left() == 47
    call.answer.set_result(answer(470))
    await call.task
    await third.catch_up()
    assert third.window(UPLOADS).left() == 47


async def test_nothing_returns_early_to_a_process_whose_clock_is_a_little_fast() -> None:
    clock, shelf = FakeClock(), Shelf()
    fast = FakeClock(clock.now() + timedelta(seconds=3))
    a = Limiter(Rules(), shelf.seen_by("a"), clock)
    b = Limiter(Rules(), shelf.seen_by("b"), fast)
    await pays(a, 490)
    await b.catch_up()
    await fast.advance(HOUR_S - 1)
    assert b.window(UPLOADS).left() == 49
    assert not b.window(USER).is_due
    await fast.advance(SHARED_MARGIN_S + 2)
    assert b.window(UPLOADS).left() == 50


async def test_a_call_of_a_process_that_fell_silent_counts_as_spent() -> None:
    clock, shelf = FakeClock(), Shelf()
    a, b = await two(clock, shelf)
    call = await going_out(a)
    await clock.advance(HELD_S + 1)
    await b.catch_up()
    assert b.window(UPLOADS).elsewhere == 0
    assert b.window(UPLOADS).spent == 1
    call.task.cancel()
    await asyncio.gather(call.task, return_exceptions=True)


async def test_a_long_call_is_no_silence() -> None:
    clock, shelf = FakeClock(), Shelf()
    a, b = await two(clock, shelf)
    call = await going_out(a)
    for _ in range(5):
        await clock.advance(300)
        await a.flush()
    await b.catch_up()
    assert b.window(UPLOADS).elsewhere == 1
    call.answer.set_result(answer(490))
    await call.task


async def test_a_refusal_is_heard_by_both() -> None:
    clock, shelf = FakeClock(), Shelf()
    a, b = await two(clock, shelf)

    async def refuse(_: Request) -> Response:
        return Response(429, {}, b"")

    await a.pay(a.reserve(Call.of(UPLOAD), ALICE), UPLOAD, refuse)
    held = b.reserve(Call.of(UPLOAD), ALICE)
    with pytest.raises(OutOfCreditsError):
        await b.pay(held, UPLOAD, refuse)


async def test_what_both_take_in_turn_returns_after_its_own_hour() -> None:
    clock, shelf = FakeClock(), Shelf()
    a, b = await two(clock, shelf)
    for number in range(6):
        await pays((a, b)[number % 2], 490 - 10 * number)
        await clock.advance(600)
    await a.catch_up()
    await clock.advance(SHARED_MARGIN_S)
    assert a.window(UPLOADS).left() == 45
    await clock.advance(HOUR_S - 600)
    assert a.window(UPLOADS).left() == 50


async def test_who_waits_hears_within_seconds_what_the_other_gave_back() -> None:
    clock, shelf = FakeClock(), Shelf()
    a, b = await two(clock, shelf)
    call = await going_out(a)
    async with sharing(b, clock):
        await clock.advance(6)
        assert b.window(UPLOADS).left() == 49
        call.answer.set_exception(TransportError("unreached", maybe_applied=False))
        await asyncio.gather(call.task, return_exceptions=True)
        await clock.advance(6)
        assert b.window(UPLOADS).left() == 50


async def test_a_process_alone_looks_at_nothing() -> None:
    clock = FakeClock()
    limiter = Limiter(Rules(), Shelf(), clock)
    async with sharing(limiter, clock):
        assert not limiter.is_shared
        assert not [task for task in asyncio.all_tasks() if task.get_name() == "sharing"]
