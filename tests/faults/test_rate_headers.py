"""What Imgur says of its pools, over a real connection, however odd: no credit comes of it."""

import asyncio
from datetime import timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web

from bot.credits.limiter import Limiter
from bot.credits.paying import CreditSender
from bot.credits.pools import Payer, Pool, PoolKind, Rules
from bot.errors import OutOfCreditsError
from bot.imgur.rates import DAY_S, HOUR_S
from bot.imgur.wire import COST_UPLOAD, Request
from tests.bot.credits.shelf import Shelf
from tests.bot.imgur.loopback import connected
from tests.clocks import FakeClock

USER, CLIENT = Pool(PoolKind.USER, "app"), Pool(PoolKind.CLIENT)
UPLOAD = Request(method="POST", path="/3/image", cost_credits=COST_UPLOAD)
SOMEBODY = Payer(user_id=1)
#: How long an empty pool stays shut, in seconds.
NOON_EPOCH_S = int(FakeClock().now().timestamp())
RESETS = {
    "delta": ("240", 240.0),
    "epoch": (str(NOON_EPOCH_S + 240), 240.0),
    "an epoch that is past": (str(NOON_EPOCH_S - 240), 0.0),
    "negative": ("-5", HOUR_S),
    "year 2100": ("4102444800", HOUR_S),
    "nan": ("NaN", HOUR_S),
    "absent": (None, HOUR_S),
}


class Headers:
    """An Imgur whose answers carry what a test wants."""

    def __init__(self, **headers: str | None) -> None:
        self.headers = {k.replace("_", "-"): v for k, v in headers.items() if v is not None}
        self.calls = 0

    async def answer(self, _: web.Request) -> web.Response:
        self.calls += 1
        answer = {"data": {}, "success": True, "status": 200}
        return web.json_response(answer, headers=self.headers)


@pytest.mark.parametrize("date_skew", [timedelta(), timedelta(days=1), timedelta(days=-1)])
@pytest.mark.parametrize("form", RESETS)
async def test_an_empty_pool_opens_when_the_header_says_and_within_its_window(
    form: str, date_skew: timedelta
) -> None:
    text, wait_s = RESETS[form]
    clock = FakeClock()
    clock.skew = date_skew  # our clock is wrong, and the answer's date tells
    date = format_datetime(FakeClock().now(), usegmt=True)
    imgur = Headers(
        Date=date,
        x_ratelimit_userlimit="500",
        x_ratelimit_userremaining="0",
        x_ratelimit_userreset=text,
        x_ratelimit_clientremaining="0" if text == "year 2100" else None,
        x_ratelimit_clientreset=text,
    )
    limiter = Limiter(Rules(), Shelf(), clock)
    async with connected(imgur.answer, clock) as sender:
        await CreditSender(sender, limiter, SOMEBODY).send(UPLOAD)
        returns_in_s = limiter.returns_in_s(USER)
        assert returns_in_s is not None
        assert wait_s <= returns_in_s <= min(wait_s + 2, HOUR_S + 2)
        with pytest.raises(OutOfCreditsError):
            await CreditSender(sender, limiter, SOMEBODY).send(UPLOAD)
        assert (limiter.returns_in_s(CLIENT) or 0) <= DAY_S + 2
    assert imgur.calls == 1


async def test_headers_that_are_missing_add_no_credit() -> None:
    clock = FakeClock()
    limiter = Limiter(Rules(), Shelf(), clock)
    async with connected(Headers().answer, clock) as sender:
        for sent in range(1, 11):
            await CreditSender(sender, limiter, SOMEBODY).send(UPLOAD)
            assert limiter.window(USER).left() == 500 - 10 * sent


async def test_a_figure_that_jumps_up_without_a_reset_adds_no_credit() -> None:
    clock = FakeClock()
    limiter = Limiter(Rules(), Shelf(), clock)
    imgur = Headers(x_ratelimit_userremaining="100", x_ratelimit_userreset="3000")
    async with connected(imgur.answer, clock) as sender:
        await CreditSender(sender, limiter, SOMEBODY).send(UPLOAD)
        for jump in (480, 10_000, 490):
            before = limiter.window(USER).left()
            imgur.headers["x-ratelimit-userremaining"] = str(jump)
            await CreditSender(sender, limiter, SOMEBODY).send(UPLOAD)
            assert limiter.window(USER).left() <= before


async def test_what_another_program_spends_is_believed_at_once() -> None:
    clock = FakeClock()
    limiter = Limiter(Rules(), Shelf(), clock)
    imgur = Headers(x_ratelimit_userremaining="490", x_ratelimit_userreset="3000")
    async with connected(imgur.answer, clock) as sender:
        await CreditSender(sender, limiter, SOMEBODY).send(UPLOAD)
        imgur.headers["x-ratelimit-userremaining"] = "12"
        await CreditSender(sender, limiter, SOMEBODY).send(UPLOAD)
        assert limiter.window(USER).left() <= 12
        outcomes = await asyncio.gather(
            *(CreditSender(sender, limiter, SOMEBODY).send(UPLOAD) for _ in range(5)),
            return_exceptions=True,
        )
        assert sum(not isinstance(outcome, OutOfCreditsError) for outcome in outcomes) <= 1
