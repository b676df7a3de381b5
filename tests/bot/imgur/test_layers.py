import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

import pytest

from bot.errors import (
    ImgurDownError,
    NotFoundError,
    OutOfCreditsError,
    ResponseFormatError,
    TransportError,
)
from bot.imgur.layers import BreakerSender, Cache, CachingSender, RetryingSender
from bot.imgur.memory import Key
from bot.imgur.reading import read
from bot.imgur.wire import COST_UPLOAD, Anonymous, Bearer, Request, Response
from tests.bot.imgur.scripted import ScriptedSender, answer, raw, refusal
from tests.clocks import FakeClock

SEARCH = Request(method="GET", path="/3/gallery/search/time/all/0", query=(("q", "cats"),))
IMAGE = Request(method="GET", path="/3/image/a")
UPLOAD = Request(method="POST", path="/3/image", cost_credits=COST_UPLOAD)
SARAH, BOB = Bearer(1, "s" * 40), Bearer(2, "b" * 40)
STOCK = "no-store, no-cache, must-revalidate, post-check=0, pre-check=0"
LOST = TransportError("lost", maybe_applied=True)
DOWN = raw(b"<html>503</html>", status=503)


def of(credential: Any, request: Request = SEARCH) -> Request:
    return Request(
        method=request.method, path=request.path, query=request.query, credential=credential
    )


async def in_time(clock: FakeClock, work: Awaitable[Response], seconds: float = 60) -> Response:
    task = asyncio.ensure_future(work)
    await clock.advance(seconds)
    return await task


# --- retrying ---------------------------------------------------------------------------------


async def test_a_read_is_tried_until_it_works() -> None:
    clock = FakeClock()
    inner = ScriptedSender([LOST, DOWN, answer(1)])
    sender = RetryingSender(inner, clock, chance=lambda: 1.0)
    assert (await in_time(clock, sender.send(IMAGE))).status == 200
    assert len(inner.asked) == 3


async def test_the_last_answer_is_given_back_whatever_it_says() -> None:
    clock = FakeClock()
    sender = RetryingSender(ScriptedSender([DOWN, LOST, DOWN]), clock)
    assert (await in_time(clock, sender.send(IMAGE))).status == 503


async def test_the_last_failure_is_raised() -> None:
    clock = FakeClock()
    sender = RetryingSender(ScriptedSender([DOWN, DOWN, LOST]), clock)
    with pytest.raises(TransportError):
        await in_time(clock, sender.send(IMAGE))


async def test_an_upload_whose_answer_was_lost_is_sent_once() -> None:
    inner = ScriptedSender([LOST])
    with pytest.raises(TransportError):
        await RetryingSender(inner, FakeClock()).send(UPLOAD)


async def test_an_upload_that_never_left_is_sent_again() -> None:
    clock = FakeClock()
    unsent = TransportError("refused", maybe_applied=False)
    inner = ScriptedSender([unsent, unsent, answer({"id": "a"})])
    await in_time(clock, RetryingSender(inner, clock).send(UPLOAD))
    assert len(inner.asked) == 3


async def test_what_cannot_be_paid_is_not_tried_again() -> None:
    inner = ScriptedSender([OutOfCreditsError(pool="user", wait_s=9)])
    with pytest.raises(OutOfCreditsError):
        await RetryingSender(inner, FakeClock()).send(IMAGE)


# --- breaking ---------------------------------------------------------------------------------


async def test_an_outage_costs_no_requests_until_it_is_looked_at_again() -> None:
    clock = FakeClock()
    inner = ScriptedSender([LOST, DOWN, LOST, DOWN, LOST, answer(1), answer(1)])
    sender = BreakerSender(inner, clock, chance=lambda: 0.0)
    for _ in range(5):
        with suppress(TransportError):
            await sender.send(IMAGE)
    with pytest.raises(ImgurDownError, match=r"status\.imgur\.com") as caught:
        await sender.send(UPLOAD)
    assert caught.value.retry_after_s == 30
    assert not caught.value.maybe_applied
    assert len(inner.asked) == 5
    await clock.advance(30)
    await sender.send(IMAGE)
    await sender.send(UPLOAD)


async def test_hosts_break_apart_from_each_other() -> None:
    inner = ScriptedSender([LOST] * 5 + [answer(1)])
    sender = BreakerSender(inner, FakeClock())
    for _ in range(5):
        with pytest.raises(TransportError):
            await sender.send(IMAGE)
    with pytest.raises(ImgurDownError):
        await sender.send(IMAGE)
    await sender.send(Request(method="POST", path="/oauth2/token"))


async def test_refusals_are_no_outage() -> None:
    inner = ScriptedSender([refusal("Unauthorized", status=403)] * 6)
    sender = BreakerSender(inner, FakeClock())
    for _ in range(6):
        assert (await sender.send(IMAGE)).status == 403


async def test_a_cancelled_look_lets_the_next_one_look() -> None:
    clock = FakeClock()

    async def hang(_: Request) -> Response:
        await asyncio.Event().wait()
        raise AssertionError

    sender = BreakerSender(ScriptedSender([LOST] * 5 + [hang, answer(1)]), clock, lambda: 0.0)
    for _ in range(5):
        with pytest.raises(TransportError):
            await sender.send(IMAGE)
    await clock.advance(30)
    look = asyncio.create_task(sender.send(IMAGE))
    await asyncio.sleep(0)
    with pytest.raises(ImgurDownError):
        await sender.send(IMAGE)
    look.cancel()
    await asyncio.gather(look, return_exceptions=True)
    assert (await sender.send(IMAGE)).status == 200


# --- caching ----------------------------------------------------------------------------------


def caching(*answers: Any, **more: Any) -> tuple[CachingSender, ScriptedSender, FakeClock, Cache]:
    clock = FakeClock()
    cache = Cache(clock, **more)
    inner = ScriptedSender(answers)
    return CachingSender(inner, cache), inner, clock, cache


async def test_a_fresh_list_is_neither_asked_for_nor_read_again() -> None:
    sender, inner, clock, _ = caching(answer([1]), answer([2]))
    first = await sender.send(SEARCH)
    assert read(SEARCH, first, tuple[int, ...]) == (1,)
    await clock.advance(59)
    second = await sender.send(SEARCH)
    assert second.is_remembered
    assert read(SEARCH, second, tuple[int, ...]) is read(SEARCH, first, tuple[int, ...])
    await clock.advance(1)
    assert read(SEARCH, await sender.send(SEARCH), tuple[int, ...]) == (2,)
    assert len(inner.asked) == 2


async def test_what_is_not_a_list_is_asked_for_each_time() -> None:
    sender, inner, _, _ = caching(answer({"id": "a"}), answer({"id": "a"}))
    await sender.send(IMAGE)
    await sender.send(IMAGE)
    assert len(inner.asked) == 2


async def test_an_etag_is_sent_back_and_its_answer_used_again() -> None:
    sender, inner, _, _ = caching(answer(1, etag='"e1"'), raw(b"", status=304), answer(2))
    await sender.send(IMAGE)
    again = await sender.send(IMAGE)
    assert read(IMAGE, again, int) == 1
    assert not again.is_remembered
    assert inner.asked[1].headers == (("If-None-Match", '"e1"'),)
    assert read(IMAGE, await sender.send(IMAGE), int) == 2


async def test_nothing_private_is_shared() -> None:
    sender, _, _, _ = caching(answer([0]), answer([1]), answer([2]), answer([3]))
    seen = [
        read(SEARCH, await sender.send(of(who)), tuple[int, ...])
        for who in (Anonymous(), SARAH, BOB, Bearer(1, "new"), Anonymous(), SARAH, BOB)
    ]
    assert seen == [(0,), (1,), (2,), (3,), (0,), (1,), (2,)]


async def test_what_was_asked_for_with_mature_posts_is_kept_apart() -> None:
    sender, _, _, _ = caching(answer([18]), answer([0]))
    mature = Request(method="GET", path="/3/gallery/hot/viral/day/0", query=(("mature", "true"),))
    safe = Request(method="GET", path="/3/gallery/hot/viral/day/0", query=(("mature", "false"),))
    await sender.send(mature)
    assert read(safe, await sender.send(safe), tuple[int, ...]) == (0,)


@pytest.mark.parametrize(
    ("who", "control", "calls"),
    [
        (Anonymous(), "no-store", 2),
        (Anonymous(), STOCK, 1),
        (SARAH, STOCK, 2),
        (Anonymous(), "max-age=600, public", 1),
    ],
)
async def test_no_store_is_honoured_unless_it_is_a_mere_reflex(
    who: Any, control: str, calls: int
) -> None:
    sender, inner, _, _ = caching(*[answer([1], cache_control=control)] * 2)
    await sender.send(of(who))
    await sender.send(of(who))
    assert len(inner.asked) == calls


@pytest.mark.parametrize("failed", [refusal("x", status=404), refusal("x", status=200), DOWN])
async def test_failures_are_not_kept(failed: Response) -> None:
    sender, inner, _, _ = caching(failed, answer([1]))
    await sender.send(SEARCH)
    await sender.send(SEARCH)
    assert len(inner.asked) == 2


async def test_an_account_that_changes_something_is_told_anew() -> None:
    sender, inner, _, _ = caching(answer([1]), answer([0]), answer(data=True), answer([2]))
    await sender.send(of(SARAH))
    await sender.send(SEARCH)
    await sender.send(Request(method="POST", path="/3/gallery/a/vote/up", credential=SARAH))
    assert read(SEARCH, await sender.send(of(SARAH)), tuple[int, ...]) == (2,)
    assert (await sender.send(SEARCH)).is_remembered
    assert len(inner.asked) == 4


async def test_memory_is_bounded_and_forgets_what_was_used_longest_ago() -> None:
    one = answer(["x" * 1000])
    sender, _, _, cache = caching(*[one] * 9, max_bytes=9000)
    for page in (0, 1, 0, 2):
        await sender.send(Request(method="GET", path=f"/3/gallery/hot/{page}"))
    assert cache.memory.used_bytes <= 9000
    assert cache.fresh(Key.of(Request(method="GET", path="/3/gallery/hot/0"))) is not None
    assert cache.fresh(Key.of(Request(method="GET", path="/3/gallery/hot/1"))) is None


async def test_what_is_too_big_for_the_memory_is_given_back_all_the_same() -> None:
    sender, _, _, cache = caching(answer(["x" * 9000]), max_bytes=9000)
    assert (await sender.send(SEARCH)).status == 200
    assert (len(cache.memory), cache.memory.used_bytes) == (0, 0)


# --- one flight -------------------------------------------------------------------------------


class Gate:
    """An answer that comes when the test opens the gate."""

    def __init__(self, outcome: Response | Exception) -> None:
        self.opened = asyncio.Event()
        self.was_cancelled = False
        self._outcome = outcome

    async def __call__(self, _: Request) -> Response:
        try:
            await self.opened.wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


async def test_equal_requests_share_one_flight() -> None:
    gate = Gate(answer([1]))
    sender, inner, _, _ = caching(gate)
    flights = [asyncio.create_task(sender.send(SEARCH)) for _ in range(32)]
    await asyncio.sleep(0)
    gate.opened.set()
    assert {answer.status for answer in await asyncio.gather(*flights)} == {200}
    assert len(inner.asked) == 1


async def test_who_gives_up_does_not_take_the_others_along() -> None:
    gate = Gate(answer([1]))
    sender, _, _, _ = caching(gate)
    first, second = (asyncio.create_task(sender.send(SEARCH)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    gate.opened.set()
    assert (await second).status == 200


async def test_a_flight_that_nobody_waits_for_is_cancelled() -> None:
    gate = Gate(answer([1]))
    sender, inner, _, _ = caching(gate, answer([2]))
    only = asyncio.create_task(sender.send(SEARCH))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    only.cancel()
    await asyncio.gather(only, return_exceptions=True)
    await asyncio.sleep(0)
    assert gate.was_cancelled
    assert read(SEARCH, await sender.send(SEARCH), tuple[int, ...]) == (2,)
    assert len(inner.asked) == 2


async def test_a_failed_flight_fails_for_all_who_wait() -> None:
    gate = Gate(ResponseFormatError("html", status=200))
    sender, _, _, _ = caching(gate)
    flights = [asyncio.create_task(sender.send(SEARCH)) for _ in range(3)]
    await asyncio.sleep(0)
    gate.opened.set()
    outcomes = await asyncio.gather(*flights, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ResponseFormatError] * 3


async def test_one_users_empty_purse_is_not_the_others() -> None:
    clock = FakeClock()
    cache = Cache(clock)
    gate = Gate(OutOfCreditsError(pool="member:1", wait_s=60))
    poor, rich = ScriptedSender([gate]), ScriptedSender([answer([1])])
    first = asyncio.create_task(CachingSender(poor, cache).send(SEARCH))
    second = asyncio.create_task(CachingSender(rich, cache).send(SEARCH))
    await asyncio.sleep(0)
    gate.opened.set()
    with pytest.raises(OutOfCreditsError):
        await first
    assert (await second).status == 200


def test_every_sender_prints_its_chain() -> None:
    clock = FakeClock()
    chain = CachingSender(
        RetryingSender(BreakerSender(ScriptedSender([]), clock), clock), Cache(clock)
    )
    assert repr(chain) == "CachingSender(RetryingSender(BreakerSender(ScriptedSender())))"


async def test_a_failure_without_an_answer_says_the_same_through_the_chain() -> None:
    clock = FakeClock()
    missing = refusal("Unable to find an image with the id, a", status=404)
    chain = CachingSender(
        RetryingSender(BreakerSender(ScriptedSender([missing]), clock), clock), Cache(clock)
    )
    with pytest.raises(NotFoundError):
        read(IMAGE, await chain.send(IMAGE), int)
