"""Ten thousand files that wait: how fast the next is picked, and what they take in memory."""

import asyncio
import sqlite3
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.accounts.vault import KeyRing, Vault
from bot.credits.limiter import Limiter
from bot.credits.pools import Rules
from bot.storage.engine import open_database
from bot.storage.migrating import migrate
from bot.storage.uploads import SqlJobStore
from bot.uploads.backlog import Backlog
from bot.uploads.job import Answer, Batch, Job, JobState, NewBatch, NewJob, Origin, Source
from tests.bot.credits.shelf import Shelf
from tests.clocks import FakeClock
from tests.e2e.conftest import open_town

JOBS = 10_000
GUILDS = 200
MIB = 1024 * 1024
Row = tuple[str, float, str, float]


def source(number: int) -> Source:
    return Source(
        url=f"https://cdn.discordapp.com/attachments/1/{number}/a.png?ex=1&is=2&hm={'0' * 64}",
        filename="a.png",
        is_attachment=True,
    )


def waiting(number: int) -> tuple[Batch, Job]:
    batch = Batch(
        id=number,
        key=f"interaction:{number}",
        origin=Origin.SLASH,
        user_id=number % 1000,
        guild_id=number % GUILDS,
        answer=Answer(is_private=False),
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    return batch, Job(id=number, batch_id=number, position=0, source=source(number))


def pick_next() -> list[Row]:
    """With credits for everybody, and with none at all."""
    generous = Rules(member_credits_per_hour=10**9, guild_credits_per_day=10**9, is_commercial=True)
    rows: list[Row] = []
    for name, rules in (("while credits last", generous), ("while all wait", Rules())):
        limiter = Limiter(rules, Shelf(), FakeClock())
        backlog = Backlog(limiter)
        for number in range(JOBS):
            backlog.add(*waiting(number))
        if rules is not generous:
            while not isinstance(backlog.take(), float):
                pass
        times = sorted(timed(backlog.take) for _ in range(200))
        rows.append((f"10,000 queued, next picked {name}, p99", 1000 * times[197], "ms", 5))
    return rows


def timed(call: Any) -> float:
    before = time.perf_counter()
    call()
    return time.perf_counter() - before


async def resumed() -> list[Row]:
    """A start with ten thousand files left by the last process, none of which may go yet."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with open_town(Path(folder)) as town:
            data = town.bot.directory / "data"
            data.mkdir()
            town.environment.update(
                {"LOG_LEVEL": "INFO", "SECRET_KEYS": str(KeyRing.generate("k1"))}
            )
            await _leave_behind(data / "bot.sqlite3", town.environment["SECRET_KEYS"])
            started = time.perf_counter()
            await town.open()
            while f"unsettled {JOBS}.0" not in await town.ops("/metrics"):  # noqa: ASYNC110 (a page)
                await asyncio.sleep(0.1)
            took_s = time.perf_counter() - started
            rss_bytes = town.bot.rss_bytes()
            await town.bot.kill()
    return [
        ("10,000 queued, memory", rss_bytes / MIB, "MiB", 300),
        ("10,000 queued, start until all are taken up", took_s, "s", 60),
    ]


async def _leave_behind(path: Path, keys: str) -> None:
    async with open_database(path) as database:
        await migrate(database)
        store = SqlJobStore(database, Vault(KeyRing.parse(keys)))
        now = datetime.now(UTC)
        for number in range(JOBS // 10):
            batch = NewBatch(
                key=f"interaction:{number}",
                origin=Origin.SLASH,
                user_id=number % 1000,
                guild_id=number % GUILDS,
                answer=Answer(is_private=False),
                jobs=[NewJob(source(number * 10 + file)) for file in range(10)],
            )
            await store.add(batch, now)
    blocked_until = int((now + timedelta(hours=1)).timestamp() * 1000)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE jobs SET state = ?", (JobState.READY,))
        connection.execute(
            'INSERT INTO credit_pools (kind, scope, "limit", blocked_until, taken, held, kept_by)'
            " VALUES ('uploads', '', 50, ?, '[]', '[]', '')",
            (blocked_until,),
        )
