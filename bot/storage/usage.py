"""How many credits each hour took."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Column, Integer, String, Table, delete, func, select

from bot.credits.pools import Pool, PoolKind
from bot.credits.usage import HourOfUse
from bot.storage.engine import Database
from bot.storage.schema import Instant, metadata, upsert

use = Table(
    "credit_use",
    metadata,
    Column("kind", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("hour_at", Instant, primary_key=True, autoincrement=False),
    Column("credits", Integer, nullable=False),
)


class SqlUseStore:
    """A ``UseStore`` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, hours: Sequence[HourOfUse]) -> None:
        """Count these in, all of them or none."""
        statement = upsert(use)
        statement = statement.on_conflict_do_update(
            index_elements=["kind", "scope", "hour_at"],
            set_={"credits": use.c.credits + statement.excluded.credits},
        )
        rows = [
            {
                "kind": hour.pool.kind,
                "scope": hour.pool.scope,
                "hour_at": hour.hour_at,
                "credits": hour.credits,
            }
            for hour in hours
        ]
        async with self._database.write() as connection:
            await connection.execute(statement, rows)

    async def hours(self, pool: Pool, since: datetime) -> Mapping[datetime, int]:
        """Credits by the hours of a pool from ``since`` on; hours without use are left out."""
        query = select(use.c.hour_at, use.c.credits).where(
            use.c.kind == pool.kind, use.c.scope == pool.scope, use.c.hour_at >= since
        )
        async with self._database.read() as connection:
            return {row.hour_at: row.credits for row in await connection.execute(query)}

    async def top(self, kind: PoolKind, since: datetime, count: int) -> Sequence[tuple[Pool, int]]:
        """The pools of a kind that took most from ``since`` on, with their credits."""
        total = func.sum(use.c.credits)
        query = (
            select(use.c.scope, total)
            .where(use.c.kind == kind, use.c.hour_at >= since)
            .group_by(use.c.scope)
            .order_by(total.desc(), use.c.scope)
            .limit(count)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [(Pool(kind, scope), credits_) for scope, credits_ in rows]

    async def forget_before(self, at: datetime) -> None:
        """Drop the hours that began earlier."""
        async with self._database.write() as connection:
            await connection.execute(delete(use).where(use.c.hour_at < at))
