"""Two bots on one PostgreSQL database: what is theirs alone, and what they share."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from bot.credits.brake import DryDay
from bot.credits.limiter import Limiter
from bot.credits.memory import PoolMemory
from bot.credits.pools import Call, Payer, Pool, PoolKind, Rules
from bot.errors import DataInUseError, OutOfCreditsError
from bot.imgur.wire import COST_UPLOAD, Anonymous, Request, Response
from bot.storage.credits import SqlLedgerStore
from bot.storage.engine import Database, open_database
from bot.storage.migrating import migrate
from bot.storage.postgresql import open_postgresql
from bot.storage.searches import SqlSearchStore
from tests.clocks import FakeClock

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLIENT, USER = Pool(PoolKind.CLIENT), Pool(PoolKind.USER, Anonymous().pool)
UPLOAD = Request(method="POST", path="/3/image", cost_credits=COST_UPLOAD)


@pytest.fixture
async def ours(postgresql_url: str) -> AsyncIterator[Database]:
    async with open_postgresql(postgresql_url) as opened:
        await migrate(opened)
        yield opened


@pytest.fixture
async def theirs(ours: Database, postgresql_url: str) -> AsyncIterator[Database]:
    assert ours.shared_as == "main"
    async with open_postgresql(postgresql_url, "second-1") as opened:
        await migrate(opened)
        yield opened


def row(pool: Pool, by: str, learnt: int = 490) -> PoolMemory:
    ends_at = NOW + timedelta(hours=1)
    return PoolMemory(pool, 500, learnt, ends_at, None, ((NOW, 10),), ends_at, NOW, (), by)


async def limiter_on(database: Database, clock: FakeClock) -> Limiter:
    limiter = Limiter(Rules(), SqlLedgerStore(database), clock)
    await limiter.restore()
    return limiter


async def test_pools_and_dry_days_are_shared(ours: Database, theirs: Database) -> None:
    mine, other = SqlLedgerStore(ours), SqlLedgerStore(theirs)
    await mine.revise([USER], lambda _: [row(USER, "main")])
    await mine.ran_dry(DryDay(NOW.date(), is_ours=True))
    assert await other.pools() == [row(USER, "main")]
    assert await other.pools(not_by="main") == []
    assert await other.dry_days() == [DryDay(NOW.date(), is_ours=True)]


async def test_everything_else_is_each_bots_own(ours: Database, theirs: Database) -> None:
    number = await SqlSearchStore(ours).add(1, {"kind": "hot"}, NOW)
    assert await SqlSearchStore(theirs).find(number) is None


async def test_only_one_bot_of_a_name_is_let_in(theirs: Database, postgresql_url: str) -> None:
    assert theirs.shared_as == "second-1"
    for name in ("main", "second-1"):
        with pytest.raises(DataInUseError, match=name):
            async with open_postgresql(postgresql_url, name):
                pass
    async with open_postgresql(postgresql_url, "third"):
        pass


async def test_two_bots_may_make_the_tables_at_the_same_time(postgresql_url: str) -> None:
    async with (
        open_postgresql(postgresql_url, "a") as first,
        open_postgresql(postgresql_url, "b") as second,
    ):
        await asyncio.gather(migrate(first), migrate(second))
        await SqlLedgerStore(first).revise([USER], lambda _: [row(USER, "a")])
        assert await SqlLedgerStore(second).pools() == [row(USER, "a")]


async def test_a_revision_sees_what_the_other_wrote_and_keeps_it_waiting(
    ours: Database, theirs: Database
) -> None:
    mine, other = SqlLedgerStore(ours), SqlLedgerStore(theirs)
    await mine.revise([USER, CLIENT], lambda _: [row(USER, "main", 0), row(CLIENT, "main", 0)])

    def one_less(kept: Sequence[PoolMemory]) -> Sequence[PoolMemory]:
        (was,) = kept
        assert was.learnt is not None
        return [row(USER, "x", was.learnt + 1)]

    await asyncio.gather(*(store.revise([USER], one_less) for store in [mine, other] * 20))
    kept = {one.pool: one.learnt for one in await mine.pools()}
    assert kept == {USER: 40, CLIENT: 0}


async def test_a_revision_that_is_refused_changes_nothing(ours: Database) -> None:
    store = SqlLedgerStore(ours)

    def refuse(_: Sequence[PoolMemory]) -> Sequence[PoolMemory]:
        raise OutOfCreditsError(pool="user", wait_s=1)

    with pytest.raises(OutOfCreditsError):
        await store.revise([USER], refuse)
    assert await store.pools() == []
    await store.revise([USER], lambda _: [row(USER, "main")])


async def test_a_sqlite_file_is_nobody_elses(tmp_path: Path) -> None:
    async with open_database(tmp_path / "bot.sqlite3") as database:
        await migrate(database)
        store = SqlLedgerStore(database)
        await store.revise([USER], lambda _: [row(USER, "")])
        seen: list[PoolMemory] = []

        def look(kept: Sequence[PoolMemory]) -> Sequence[PoolMemory]:
            seen.extend(kept)
            return [row(USER, "")]

        await store.revise([USER], look)
    assert store.shared_as is None
    assert seen == []


async def test_of_two_that_hold_the_last_credits_one_gets_them(
    ours: Database, theirs: Database
) -> None:
    clock = FakeClock()
    limiters = [await limiter_on(database, clock) for database in (ours, theirs)]
    sent = []

    async def send(request: Request) -> Response:
        sent.append(request)
        remaining = "10" if len(sent) == 1 else "0"
        return Response(
            200, {"x-ratelimit-userremaining": remaining, "x-ratelimit-userlimit": "500"}, b""
        )

    first, second = limiters
    await first.pay(first.reserve(Call.of(UPLOAD), Payer(1)), UPLOAD, send)
    await second.catch_up()
    held = [limiter.reserve(Call.of(UPLOAD), Payer(1)) for limiter in limiters]
    ends = await asyncio.gather(
        *(
            limiter.pay(reservation, UPLOAD, send)
            for limiter, reservation in zip(limiters, held, strict=True)
        ),
        return_exceptions=True,
    )
    (refusal,) = [end for end in ends if isinstance(end, OutOfCreditsError)]
    assert refusal.was_held
    assert refusal.pool == str(USER)
    assert len(sent) == 2
    for limiter in limiters:
        await limiter.catch_up()
        shortage = limiter.shortage(Call.of(UPLOAD), Payer(1))
        assert shortage is not None
        assert shortage.wait_s == pytest.approx(3600, rel=0.01)


async def test_a_bot_that_was_killed_in_a_call_has_paid_for_it(
    ours: Database, postgresql_url: str
) -> None:
    clock, gone = FakeClock(), asyncio.Event()

    async def never(_: Request) -> Response:
        gone.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with open_postgresql(postgresql_url, "victim") as database:
        await migrate(database)
        victim = await limiter_on(database, clock)
        call = asyncio.create_task(
            victim.pay(victim.reserve(Call.of(UPLOAD), Payer(1)), UPLOAD, never)
        )
        await gone.wait()
        other = await limiter_on(ours, clock)
        assert other.window(USER).left() == 490
        connection = await asyncpg.connect(postgresql_url)
        kept = await connection.fetchval("SELECT held FROM credit_pools WHERE kind = 'user'")
        await connection.close()
        assert "victim" in kept
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
    await other.catch_up()
    assert other.window(USER).left() == 490
