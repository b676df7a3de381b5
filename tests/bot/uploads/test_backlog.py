"""Who of the waiting files goes next, and what the others are told."""

import time
from datetime import UTC, datetime

import pytest

from bot.credits.brake import DryDay
from bot.credits.limiter import Limiter
from bot.credits.pools import Call, GuildShare, Payer, Pool, PoolKind, Rules, Work
from bot.errors import UploadsPausedError
from bot.imgur.wire import Anonymous
from bot.uploads.backlog import Backlog, Paid
from simulation.day import batch_of, job_of
from tests.bot.credits.shelf import Shelf
from tests.clocks import FakeClock
from tests.untraced import untraced

UPLOADS = Pool(PoolKind.UPLOADS)
USER = Pool(PoolKind.USER, Anonymous().pool)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def limiter(clock: FakeClock) -> Limiter:
    return Limiter(Rules(), Shelf(), clock)


def add(backlog: Backlog, number: int, payer: Payer) -> None:
    backlog.add(batch_of(number, payer), job_of(number))


def use_up(limiter: Limiter, uploads: int = 50) -> None:
    limiter._ledger.window(UPLOADS).spend(uploads, limiter._clock.monotonic())


def go(limiter: Limiter, backlog: Backlog) -> list[int]:
    """Send what may go now, each at once."""
    gone = []
    while isinstance(paid := backlog.take(), Paid):
        limiter._ledger.settle(paid.reservation, None, limiter._clock.monotonic())
        gone.append(paid.job.id)
    return gone


async def test_each_file_goes_when_it_was_told(limiter: Limiter, clock: FakeClock) -> None:
    limiter._ledger.window(USER).answered_at = clock.monotonic()
    backlog = Backlog(limiter)
    for number in range(130):
        add(backlog, number, Payer(number, number % 7))
    told = {}
    for number in range(130):
        wait = backlog.wait_of(number)
        assert wait is not None
        told[number] = wait.wait_s
    went: dict[int, float] = {}
    while len(backlog):
        for number in go(limiter, backlog):
            went[number] = clock.monotonic()
        await clock.advance(10)
    for number, at in went.items():
        assert abs(at - told[number]) <= max(10.0, 0.1 * at)


async def test_a_place_is_the_number_of_those_who_go_before(limiter: Limiter) -> None:
    use_up(limiter)
    backlog = Backlog(limiter)
    for number in range(5):
        add(backlog, number, Payer(1, 10))
    add(backlog, 5, Payer(2, 20))
    places = [wait.place for n in range(6) if (wait := backlog.wait_of(n)) is not None]
    assert sorted(places) == [1, 2, 3, 4, 5, 6]
    assert places[5] == 2


async def test_a_cancelled_file_lets_those_behind_it_move_up(limiter: Limiter) -> None:
    use_up(limiter, 49)
    backlog = Backlog(limiter)
    for number in range(3):
        add(backlog, number, Payer(1, 10))
    before = backlog.wait_of(2)
    assert backlog.drop(0)
    assert not backlog.drop(0)
    after = backlog.wait_of(2)
    assert before is not None
    assert after is not None
    assert (before.place, after.place) == (3, 2)
    assert len(backlog) == 2
    assert limiter.window(UPLOADS).reserved == 0


async def test_who_waits_for_his_own_share_is_not_before_others(limiter: Limiter) -> None:
    limiter.set_share(10, GuildShare(member_credits=10))
    backlog = Backlog(limiter)
    for number in range(10):
        add(backlog, number, Payer(1, 10))
    add(backlog, 10, Payer(2, 20))
    ninth, other = backlog.wait_of(9), backlog.wait_of(10)
    assert ninth is not None
    assert other is not None
    assert other.wait_s == 0
    assert ninth.wait_s == pytest.approx(9 * 3600)


async def test_a_role_frees_from_the_servers_bound(limiter: Limiter) -> None:
    limiter.set_share(10, GuildShare(member_credits=10, exempt_roles=frozenset({7})))
    assert limiter.is_exempt(10, [7, 8])
    assert not limiter.is_exempt(10, [8])
    assert not limiter.is_exempt(20, [7])
    assert not limiter.is_exempt(None, [7])
    backlog = Backlog(limiter)
    for number in range(3):
        add(backlog, number, Payer(1, 10, is_exempt=True))
    third = backlog.wait_of(2)
    assert third is not None
    assert third.wait_s == 0


async def test_a_newcomer_is_told_what_all_his_files_would_wait(limiter: Limiter) -> None:
    backlog = Backlog(limiter)
    payer = Payer(1, 10)
    assert backlog.forecast_s(Call.upload(), payer, 24) == 0
    assert backlog.forecast_s(Call.upload(), payer, 26) == pytest.approx(3600)


async def test_less_urgent_files_wait_for_more_urgent_ones(limiter: Limiter) -> None:
    use_up(limiter, 49)
    backlog = Backlog(limiter)
    add(backlog, 0, Payer(1, 10, Work.AUTO))
    add(backlog, 1, Payer(2, 10))
    assert go(limiter, backlog) == [1]


async def test_nothing_is_taken_while_uploads_pause(limiter: Limiter) -> None:
    backlog = Backlog(limiter)
    add(backlog, 0, Payer(1, 10))
    for day in (1, 2):
        limiter._brake.note(DryDay(datetime(2026, 3, day, tzinfo=UTC).date(), is_ours=True))
    with pytest.raises(UploadsPausedError):
        backlog.take()
    assert backlog.forecast_s(Call.upload(), Payer(2)) > 29 * 86_400
    assert len(backlog) == 1


async def test_ten_thousand_waiting_files_are_no_burden(limiter: Limiter) -> None:
    backlog = Backlog(limiter)
    for number in range(10_000):
        add(backlog, number, Payer(number % 2000, number % 200))
    go(limiter, backlog)
    with untraced():
        began_at = time.process_time()
        for _ in range(100):
            assert backlog.take() == pytest.approx(3600)
        assert (time.process_time() - began_at) / 100 < 0.005
        began_at = time.process_time()
        waits = [backlog.wait_of(number) for number in range(50, 10_000)]
        assert time.process_time() - began_at < 10
    assert all(wait is not None for wait in waits)
