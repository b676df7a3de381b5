"""The ledger with a clock and a memory."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.credits.limiter import Limiter
from bot.credits.paying import CreditSender
from bot.credits.pools import Call, GuildShare, Payer, Pool, PoolKind, Rules
from bot.errors import (
    OutOfCreditsError,
    StorageBusyError,
    TransportError,
    UploadsPausedError,
)
from bot.imgur.rates import DAY_S
from bot.imgur.wire import COST_UPLOAD, Bearer, Request, Response
from tests.bot.credits.shelf import Shelf
from tests.clocks import FakeClock

ALICE = Payer(user_id=1, guild_id=10)
BOB = Payer(user_id=2, guild_id=10)
USER = Pool(PoolKind.USER, "app")
UPLOADS = Pool(PoolKind.UPLOADS)
CLIENT = Pool(PoolKind.CLIENT)
UPLOAD = Request(method="POST", path="/3/image", cost_credits=COST_UPLOAD)
READ = Request(method="GET", path="/3/image/abc")


class Imgur:
    """A ``Sender`` that answers as told."""

    def __init__(self, status: int = 200, **headers: str) -> None:
        self.answer = Response(status, {k.replace("_", "-"): v for k, v in headers.items()}, b"{}")
        self.failure: TransportError | None = None
        self.gate: asyncio.Event | None = None
        self.reached = asyncio.Event()
        self.sent = 0

    async def send(self, request: Request) -> Response:
        assert request.path.startswith("/3/")
        self.sent += 1
        self.reached.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return self.answer


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def limiter(shelf: Shelf, clock: FakeClock) -> Limiter:
    return Limiter(Rules(), shelf, clock)


def left(limiter: Limiter, pool: Pool = USER) -> int:
    return limiter.window(pool).left()


async def restarted(shelf: Shelf, clock: FakeClock) -> Limiter:
    limiter = Limiter(Rules(), shelf, clock)
    await limiter.restore()
    return limiter


async def test_an_answer_settles_what_was_reserved(limiter: Limiter, shelf: Shelf) -> None:
    imgur = Imgur(x_ratelimit_userremaining="490", x_ratelimit_userreset="3600")
    await CreditSender(imgur, limiter, ALICE).send(UPLOAD)
    assert left(limiter) == 490
    assert left(limiter, UPLOADS) == 49
    assert shelf.transactions == 1


async def test_nothing_is_sent_that_would_overdraw(limiter: Limiter) -> None:
    imgur = Imgur(x_ratelimit_userremaining="5", x_ratelimit_userreset="240")
    sender = CreditSender(imgur, limiter, ALICE)
    await sender.send(UPLOAD)
    with pytest.raises(OutOfCreditsError) as refused:
        await sender.send(UPLOAD)
    assert imgur.sent == 1
    assert refused.value.pool == "user:app"
    assert refused.value.wait_s == pytest.approx(241)


async def test_a_call_that_never_left_costs_nothing(limiter: Limiter) -> None:
    imgur = Imgur()
    imgur.failure = TransportError("refused", maybe_applied=False)
    with pytest.raises(TransportError):
        await CreditSender(imgur, limiter, ALICE).send(UPLOAD)
    assert left(limiter) == 500


async def test_a_lost_answer_counts_as_spent(limiter: Limiter) -> None:
    imgur = Imgur()
    imgur.failure = TransportError("lost", maybe_applied=True)
    with pytest.raises(TransportError):
        await CreditSender(imgur, limiter, ALICE).send(UPLOAD)
    assert left(limiter) == 490


async def test_a_cancelled_call_counts_as_spent(limiter: Limiter) -> None:
    imgur = Imgur()
    imgur.gate = asyncio.Event()
    call = asyncio.create_task(CreditSender(imgur, limiter, ALICE).send(UPLOAD))
    await imgur.reached.wait()
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    assert left(limiter) == 490
    assert limiter.window(USER).reserved == 0


async def test_a_busy_store_before_sending_gives_the_reservation_back(
    limiter: Limiter, shelf: Shelf
) -> None:
    shelf.is_busy = True
    imgur = Imgur()
    with pytest.raises(StorageBusyError):
        await CreditSender(imgur, limiter, ALICE).send(UPLOAD)
    assert imgur.sent == 0
    assert left(limiter) == 500


async def test_a_busy_store_after_sending_does_not_lose_the_answer(
    limiter: Limiter, shelf: Shelf
) -> None:
    imgur = Imgur()
    imgur.gate = asyncio.Event()
    call = asyncio.create_task(CreditSender(imgur, limiter, ALICE).send(UPLOAD))
    await imgur.reached.wait()
    shelf.is_busy = True
    imgur.gate.set()
    assert (await call).status == 200
    assert left(limiter) == 490


async def test_after_a_refusal_nothing_is_sent_before_the_reset(
    limiter: Limiter, clock: FakeClock
) -> None:
    imgur = Imgur(429, x_ratelimit_userremaining="0", x_ratelimit_userreset="600")
    sender = CreditSender(imgur, limiter, ALICE)
    await sender.send(READ)
    for _ in range(3):
        with pytest.raises(OutOfCreditsError):
            await sender.send(READ)
        await clock.advance(150)
    assert imgur.sent == 1


async def test_a_restart_forgets_nothing(shelf: Shelf, clock: FakeClock) -> None:
    limiter = await restarted(shelf, clock)
    imgur = Imgur(x_ratelimit_userremaining="300", x_ratelimit_userreset="3000")
    await CreditSender(imgur, limiter, ALICE).send(UPLOAD)
    await limiter.flush()
    again = await restarted(shelf, clock)
    for pool in (USER, UPLOADS, Pool(PoolKind.MEMBER, "1"), Pool(PoolKind.GUILD, "10")):
        assert left(again, pool) == left(limiter, pool)


async def test_a_refusal_outlives_a_process_that_dies_at_once(
    shelf: Shelf, clock: FakeClock
) -> None:
    limiter = await restarted(shelf, clock)
    imgur = Imgur(429, x_ratelimit_userremaining="0", x_ratelimit_userreset="600")
    await CreditSender(imgur, limiter, ALICE).send(READ)
    again = await restarted(shelf, clock)
    with pytest.raises(OutOfCreditsError):
        again.reserve(Call.of(READ), BOB)


async def test_what_a_dead_process_may_have_sent_counts_as_spent(
    shelf: Shelf, clock: FakeClock
) -> None:
    limiter = await restarted(shelf, clock)
    imgur = Imgur()
    imgur.gate = asyncio.Event()
    call = asyncio.create_task(CreditSender(imgur, limiter, ALICE).send(UPLOAD))
    await imgur.reached.wait()
    limiter.reserve(Call.of(READ), BOB)  # held, and never sent
    again = await restarted(shelf, clock)
    assert left(again) == 490
    assert left(again, UPLOADS) == 49
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)


@pytest.mark.parametrize("step", [timedelta(days=1), timedelta(days=-1)])
async def test_a_wall_clock_that_was_set_frees_no_more_than_one_look(
    shelf: Shelf, clock: FakeClock, step: timedelta
) -> None:
    limiter = await restarted(shelf, clock)
    imgur = Imgur(x_ratelimit_userremaining="0", x_ratelimit_userreset="3000")
    await CreditSender(imgur, limiter, ALICE).send(UPLOAD)
    await limiter.flush()
    clock.skew += step
    again = await restarted(shelf, clock)
    sent = 0
    for payer in (ALICE, BOB):
        try:
            again.reserve(Call.upload(), payer)
            sent += 1
        except OutOfCreditsError:
            pass
    assert sent <= 1


async def test_an_epoch_is_compared_with_the_answers_own_date(
    limiter: Limiter, clock: FakeClock
) -> None:
    clock.skew = timedelta(days=3)
    imgur = Imgur(
        x_ratelimit_userremaining="0",
        x_ratelimit_userreset="1772367000",  # 2026-03-01 12:10:00
        date="Sun, 01 Mar 2026 12:00:00 GMT",
    )
    await CreditSender(imgur, limiter, ALICE).send(UPLOAD)
    assert limiter.returns_in_s(USER) == pytest.approx(601)


async def test_a_guilds_own_bounds_hold(limiter: Limiter) -> None:
    limiter.set_share(10, GuildShare(guild_credits=100, member_credits=10))
    await CreditSender(Imgur(), limiter, ALICE).send(UPLOAD)
    with pytest.raises(OutOfCreditsError) as refused:
        limiter.reserve(Call.upload(), ALICE)
    assert refused.value.pool == "member:1@10"
    assert limiter.window(Pool(PoolKind.GUILD, "10")).limit == 100


async def test_waiting_ends_when_the_pools_change(limiter: Limiter) -> None:
    reservation = limiter.reserve(Call.upload(), ALICE)
    waiting = asyncio.create_task(limiter.wait_for_change(3600))
    await asyncio.sleep(0)
    limiter.release(reservation)
    await asyncio.wait_for(waiting, 60)


async def test_two_bots_on_one_shelf_never_count_each_other_twice(
    shelf: Shelf, clock: FakeClock
) -> None:
    limiter = await restarted(shelf, clock)
    await CreditSender(Imgur(), limiter, ALICE).send(UPLOAD)
    await limiter.flush()
    for _ in range(3):
        limiter = await restarted(shelf, clock)
        await limiter.flush()
    assert left(limiter) == 490


async def test_commercial_use_hears_of_its_plan_alone(shelf: Shelf, clock: FakeClock) -> None:
    limiter = Limiter(Rules(is_commercial=True), shelf, clock)
    imgur = Imgur(
        x_ratelimit_requests_limit="1000000",
        x_ratelimit_requests_remaining="999990",
        x_ratelimit_requests_reset="2000000",
    )
    for user in range(80):
        await CreditSender(imgur, limiter, Payer(user)).send(UPLOAD)
    assert left(limiter, CLIENT) > 990_000
    assert limiter.returns_in_s(CLIENT) == pytest.approx(2_000_001)


# --- the five-strikes brake -----------------------------------------------------------------------


def dry(clock: FakeClock, status: int = 200) -> Imgur:
    """An Imgur whose daily credits have just run out."""
    return Imgur(
        status,
        x_ratelimit_userremaining="400",
        x_ratelimit_clientlimit="100",
        x_ratelimit_clientremaining="0",
        x_ratelimit_clientreset="3600",
        date=format_datetime(clock.now(), usegmt=True),
    )


async def use_up_a_day(limiter: Limiter, clock: FakeClock) -> None:
    for _ in range(6):
        limiter._ledger.window(CLIENT).spend(10, clock.monotonic())
    await CreditSender(dry(clock), limiter, ALICE).send(READ)
    await clock.advance(DAY_S + 2)


async def test_after_two_dry_days_of_our_own_doing_uploads_pause(
    shelf: Shelf, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    limiter = await restarted(shelf, clock)
    await use_up_a_day(limiter, clock)
    assert not limiter.paused_s
    await use_up_a_day(limiter, clock)
    with pytest.raises(UploadsPausedError) as paused:
        limiter.reserve(Call.upload(), ALICE)
    assert clock.now() + timedelta(seconds=paused.value.wait_s) == datetime(2026, 4, 1, tzinfo=UTC)
    limiter.reserve(Call.of(READ), ALICE)
    assert "uploads are paused" in caplog.text
    assert [day.is_ours for day in limiter.dry_days()] == [True, True]


async def test_the_pause_outlives_a_restart_and_ends_with_the_month(
    shelf: Shelf, clock: FakeClock
) -> None:
    limiter = await restarted(shelf, clock)
    await use_up_a_day(limiter, clock)
    await use_up_a_day(limiter, clock)
    again = await restarted(shelf, clock)
    assert again.paused_s > 0
    await clock.advance(again.paused_s)
    assert again.paused_s == 0
    assert again.dry_days() == []
    again.reserve(Call.upload(), BOB)


async def test_days_that_others_used_up_do_not_pause_uploads(
    shelf: Shelf, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    limiter = await restarted(shelf, clock)
    for _ in range(3):
        await CreditSender(dry(clock), limiter, ALICE).send(READ)
        await clock.advance(DAY_S + 2)
    assert not limiter.paused_s
    assert [day.is_ours for day in limiter.dry_days()] == [False] * 3
    assert "another program with the same id" in caplog.text


async def test_one_day_counts_once_however_often_it_is_seen_dry(
    shelf: Shelf, clock: FakeClock
) -> None:
    limiter = await restarted(shelf, clock)
    limiter._ledger.window(CLIENT).spend(100, clock.monotonic())
    for credential in range(4):
        request = replace(READ, credential=Bearer(credential, "0" * 40))
        reservation = limiter.reserve(Call.of(request), None) if not credential else None
        if reservation is not None:
            await limiter.pay(reservation, request, dry(clock).send)
    assert len(limiter.dry_days()) == 1
    assert len(shelf.dry) == 1


async def test_the_month_is_imgurs_not_ours(shelf: Shelf, clock: FakeClock) -> None:
    limiter = await restarted(shelf, clock)
    imgur = dry(clock)
    clock.skew = timedelta(days=40)
    await CreditSender(imgur, limiter, ALICE).send(READ)
    assert [str(day.day) for day in limiter.dry_days()] == ["2026-03-01"]
