"""The credit ledger's memory, and the shares that guilds chose."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Integer,
    String,
    Table,
    delete,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.credits.brake import DryDay
from bot.credits.memory import Holding, PoolMemory, Revision
from bot.credits.pools import GuildShare, Pool, PoolKind
from bot.storage.engine import Database
from bot.storage.schema import Instant, metadata, upsert

#: Whoever revises the pools has this lock of PostgreSQL's meanwhile: "pools" in ASCII.
_POOLS_LOCK = int.from_bytes(b"pools")

pools = Table(
    "credit_pools",
    metadata,
    Column("kind", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("limit", Integer, nullable=False),
    Column("learnt", Integer),
    Column("ends_at", Instant),
    Column("blocked_until", Instant),
    Column("taken", JSON, nullable=False),
    Column("full_at", Instant),
    Column("began_at", Instant),
    Column("held", JSON, nullable=False),
    Column("kept_by", String, nullable=False),
)

dry_days = Table(
    "dry_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("is_ours", Boolean, nullable=False),
)

shares = Table(
    "guild_shares",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("guild_credits", Integer),
    Column("member_credits", Integer),
    Column("exempt_roles", JSON, nullable=False),
)


class SqlLedgerStore:
    """A ``LedgerStore`` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def shared_as(self) -> str | None:
        """This process's name among those that share the pools; ``None`` where it is alone."""
        return self._database.shared_as

    async def pools(self, *, not_by: str | None = None) -> Sequence[PoolMemory]:
        """All pools as kept last, without those that ``not_by`` has kept."""
        query = select(pools)
        if not_by is not None:
            query = query.where(pools.c.kept_by != not_by)
        async with self._database.read() as connection:
            return [_pool_memory(row) for row in await connection.execute(query)]

    async def revise(self, touched: Collection[Pool], revision: Revision) -> None:
        """Keep these pools as ``revision`` says, in one transaction."""
        if not touched:
            return
        async with self._database.write() as connection:
            kept: Sequence[PoolMemory] = ()
            if self._database.shared_as is not None:
                await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_POOLS_LOCK})")
                keys = tuple_(pools.c.kind, pools.c.scope)
                found = await connection.execute(select(pools).where(keys.in_([*touched])))
                kept = [_pool_memory(row) for row in found]
            await self._write(connection, revision(kept))

    async def _write(self, connection: AsyncConnection, kept: Sequence[PoolMemory]) -> None:
        statement = upsert(pools)
        replaced = {
            column.name: statement.excluded[column.name]
            for column in pools.columns
            if not column.primary_key
        }
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["kind", "scope"], set_=replaced),
            [_values(memory) for memory in kept],
        )

    async def forget_full(self, before: datetime) -> None:
        """Drop users' and guilds' pools of which everything had returned earlier."""
        ours = pools.c.kind.in_({PoolKind.MEMBER, PoolKind.GUILD})
        is_full = or_(pools.c.full_at.is_(None), pools.c.full_at < before)
        async with self._database.write() as connection:
            await connection.execute(delete(pools).where(ours, is_full))

    async def dry_days(self) -> Sequence[DryDay]:
        """The days on which the application's credits ran out."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(dry_days).order_by(dry_days.c.day))
            return [DryDay(row.day, row.is_ours) for row in rows]

    async def ran_dry(self, dry: DryDay) -> None:
        """Keep such a day; what is known of it already is replaced."""
        statement = upsert(dry_days).values(day=dry.day, is_ours=dry.is_ours)
        async with self._database.write() as connection:
            await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["day"], set_={"is_ours": dry.is_ours}
                )
            )


class SqlShareStore:
    """What guilds chose as their shares of the credits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Mapping[int, GuildShare]:
        """Every guild's choice, by guild id."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(shares))
            return {
                row.guild_id: GuildShare(
                    row.guild_credits, row.member_credits, frozenset(row.exempt_roles)
                )
                for row in rows
            }

    async def save(self, guild_id: int, share: GuildShare) -> None:
        """Keep a guild's choice."""
        values = {
            "guild_credits": share.guild_credits,
            "member_credits": share.member_credits,
            "exempt_roles": sorted(share.exempt_roles),
        }
        statement = upsert(shares).values(guild_id=guild_id, **values)
        async with self._database.write() as connection:
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["guild_id"], set_=values)
            )


def _values(memory: PoolMemory) -> dict[str, Any]:
    return {
        "kind": memory.pool.kind,
        "scope": memory.pool.scope,
        "limit": memory.limit,
        "learnt": memory.learnt,
        "ends_at": memory.ends_at,
        "blocked_until": memory.blocked_until,
        "taken": [[round(at.timestamp() * 1000), amount] for at, amount in memory.taken],
        "full_at": memory.full_at,
        "began_at": memory.began_at,
        "held": [[one.by, round(one.at.timestamp() * 1000), one.amount] for one in memory.held],
        "kept_by": memory.kept_by,
    }


def _pool_memory(row: Any) -> PoolMemory:
    return PoolMemory(
        pool=Pool(PoolKind(row.kind), row.scope),
        limit=row.limit,
        learnt=row.learnt,
        ends_at=row.ends_at,
        blocked_until=row.blocked_until,
        taken=tuple((datetime.fromtimestamp(at / 1000, UTC), amount) for at, amount in row.taken),
        full_at=row.full_at,
        began_at=row.began_at,
        held=tuple(
            Holding(by, datetime.fromtimestamp(at / 1000, UTC), amount)
            for by, at, amount in row.held
        ),
        kept_by=row.kept_by,
    )
