"""All tables seen from one person's or one guild's side.

Tables say by their columns' names whose rows they hold, so a new table is covered by itself; a
test walks through all of them.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    LargeBinary,
    Row,
    String,
    Table,
    and_,
    delete,
    func,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.credits.pools import PoolKind
from bot.imgur.wire import Bearer
from bot.privacy.erasing import Erasure, Remains, Rows
from bot.storage.engine import Database
from bot.storage.links import links
from bot.storage.schema import Instant, metadata, upsert
from bot.storage.upload_rows import batches, jobs
from bot.uploads.job import SETTLED, JobState

erasures = Table(
    "erasures",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("with_pictures", Boolean, nullable=False),
)

tombstones = Table("tombstones", metadata, Column("name", String, primary_key=True))

departures = Table(
    "departures",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("left_at", Instant, nullable=False),
)

#: A row is a person's who stands in one of these; it goes with him.
_OWNERS = ("user_id", "author_id", "asked_by")
#: A row that names a person here is a guild's; only the name goes.
_SETTERS = ("set_by", "started_by")
_PLACES = ("channel_id", "source_message_id", "message_id")


class SqlPrivacyStore:
    """A ``PrivacyStore``, a ``CopyStore`` and a ``DepartureStore`` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- people -------------------------------------------------------------------------------

    async def export(self, user_id: int) -> Rows:
        """All rows that name a person, secrets left out."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        async with self._database.read() as connection:
            for table in metadata.sorted_tables:
                condition = _about(table, user_id)
                if condition is None:
                    continue
                rows = await connection.execute(select(*_open_columns(table)).where(condition))
                found[table.name] = [_plain(row) for row in rows]
        return {name: rows for name, rows in found.items() if rows}

    async def remains(self, user_id: int, until: datetime) -> Remains:
        """What he uploaded, or asked for, until then."""
        his = select(func.count()).select_from(jobs.join(batches))
        his = his.where(batches.c.user_id == user_id, batches.c.created_at <= until)
        async with self._database.read() as connection:
            there = his.where(
                jobs.c.state == JobState.UPLOADED,
                jobs.c.same_as.is_(None),
                jobs.c.lost_at.is_(None),
            )
            pictures = (await connection.execute(there)).scalar_one()
            waiting = his.where(jobs.c.state.not_in(SETTLED))
            unsettled = (await connection.execute(waiting)).scalar_one()
        return Remains(int(pictures), int(unsettled))

    async def ask(self, erasure: Erasure) -> None:
        """Remember that somebody wants to be forgotten; the latest wish counts."""
        values = {
            "name": erasure.name,
            "user_id": erasure.user_id,
            "asked_at": erasure.asked_at,
            "with_pictures": erasure.with_pictures,
        }
        statement = upsert(erasures).values(**values)
        earlier = select(erasures.c.name).where(erasures.c.user_id == erasure.user_id)
        async with self._database.write() as connection:
            await _carry_out(connection, (await connection.execute(earlier)).scalars().all())
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["user_id"], set_=values)
            )

    async def asked(self) -> Sequence[Erasure]:
        """Those who wait to be forgotten, the longest waiting first."""
        query = select(erasures).order_by(erasures.c.asked_at)
        async with self._database.read() as connection:
            return [Erasure(**row._asdict()) for row in await connection.execute(query)]

    async def end_pictures(self, erasure: Erasure) -> None:
        """Let all his pictures end now."""
        statement = (
            update(jobs)
            .where(jobs.c.batch_id.in_(_batches_of(erasure)))
            .values(keep_until=erasure.asked_at)
        )
        async with self._database.write() as connection:
            await connection.execute(statement)

    async def erase(self, erasure: Erasure) -> None:
        """Delete everything about him that came before his wish, and the wish."""
        user_id = erasure.user_id
        async with self._database.write() as connection:
            await _carry_out(connection, [erasure.name])
            await _erase_account_pools(connection, user_id)
            await _let_go(connection, user_id)
            for table in reversed(metadata.sorted_tables):
                condition = _owned(table, user_id)
                if table is batches:
                    condition = batches.c.id.in_(_batches_of(erasure))
                if condition is not None and table is not jobs:  # jobs go with their batches
                    await connection.execute(delete(table).where(condition))
                for setter in set(_SETTERS) & set(table.columns.keys()):
                    statement = update(table).where(table.c[setter] == user_id)
                    await connection.execute(statement.values({setter: 0}))

    # --- copies that are brought back ---------------------------------------------------------

    async def seen(self) -> Collection[str]:
        """The names of the wishes that this database has carried out, or waits to."""
        names = union(select(tombstones.c.name), select(erasures.c.name))
        async with self._database.read() as connection:
            return (await connection.execute(names)).scalars().all()

    async def carry_out(self, names: Collection[str]) -> None:
        """Remember that there is nothing (more) to do for these."""
        async with self._database.write() as connection:
            await _carry_out(connection, names)

    async def people(self) -> Collection[int]:
        """Everybody who is named in any table."""
        found: set[int] = set()
        async with self._database.read() as connection:
            for table in metadata.sorted_tables:
                for name in {*_OWNERS, *_SETTERS} & {*table.columns.keys()}:
                    found.update(
                        (await connection.execute(select(table.c[name]).distinct())).scalars()
                    )
            for table in _budgets():
                members = select(table.c.scope).where(table.c.kind == PoolKind.MEMBER)
                scopes = (await connection.execute(members)).scalars()
                found.update(int(scope.partition("@")[0]) for scope in scopes)
        return found

    # --- guilds -------------------------------------------------------------------------------

    async def left(self, guild_id: int, at: datetime) -> None:
        """Remember that a guild was left."""
        statement = upsert(departures).values(guild_id=guild_id, left_at=at)
        async with self._database.write() as connection:
            await connection.execute(statement.on_conflict_do_nothing(index_elements=["guild_id"]))

    async def present(self, guild_ids: Collection[int], at: datetime) -> None:
        """The bot is in these guilds; any other that has rows was left, now at the latest."""
        known = union(*(select(table.c.guild_id) for table in _guilds_own()))
        async with self._database.write() as connection:
            rows = (await connection.execute(known)).scalars().all()
            gone = {guild_id for guild_id in rows if guild_id} - set(guild_ids)
            stale = (await connection.execute(select(departures.c.guild_id))).scalars().all()
            for guild_id in set(stale) & set(guild_ids):
                await connection.execute(
                    delete(departures).where(departures.c.guild_id == guild_id)
                )
            for guild_id in gone:
                await connection.execute(
                    upsert(departures)
                    .values(guild_id=guild_id, left_at=at)
                    .on_conflict_do_nothing(index_elements=["guild_id"])
                )

    async def left_before(self, instant: datetime) -> Sequence[int]:
        """The guilds that were left earlier and are not purged yet."""
        query = select(departures.c.guild_id).where(departures.c.left_at <= instant)
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalars().all()

    async def purge(self, guild_id: int) -> None:
        """Delete what is a guild's own; its members' uploads stay theirs, without the place."""
        async with self._database.write() as connection:
            await _forget_places(connection, guild_id)
            for table in _budgets():
                whole = and_(table.c.kind == PoolKind.GUILD, table.c.scope == str(guild_id))
                share = table.c.scope.endswith(f"@{guild_id}")
                await connection.execute(delete(table).where(or_(whole, share)))
            for table in (*_guilds_own(), departures):
                await connection.execute(delete(table).where(table.c.guild_id == guild_id))


def _batches_of(erasure: Erasure) -> Any:
    return select(batches.c.id).where(
        batches.c.user_id == erasure.user_id, batches.c.created_at <= erasure.asked_at
    )


def _owned(table: Table, user_id: int) -> ColumnElement[bool] | None:
    """The rows of a table that are a person's, also by the rows that they belong to."""
    conditions: list[ColumnElement[bool]] = [
        table.c[name] == user_id for name in _OWNERS if name in table.columns
    ]
    if table in _budgets():
        conditions.append(_budget_of(table, user_id))
    for key in table.foreign_keys:
        belongs = key.ondelete == "CASCADE"
        theirs = _owned(key.column.table, user_id) if belongs else None
        if theirs is not None:
            conditions.append(key.parent.in_(select(key.column).where(theirs)))
    return or_(*conditions) if conditions else None


def _about(table: Table, user_id: int) -> ColumnElement[bool] | None:
    """The rows that name a person, whosever they are."""
    named = [table.c[name] == user_id for name in _SETTERS if name in table.columns]
    owned = _owned(table, user_id)
    conditions = named if owned is None else [*named, owned]
    return or_(*conditions) if conditions else None


def _budget_of(table: Table, user_id: int) -> ColumnElement[bool]:
    return and_(
        table.c.kind == PoolKind.MEMBER,
        or_(table.c.scope == str(user_id), table.c.scope.startswith(f"{user_id}@")),
    )


async def _carry_out(connection: AsyncConnection, names: Collection[str]) -> None:
    if names:
        rows = [{"name": name} for name in names]
        await connection.execute(upsert(tombstones).on_conflict_do_nothing(), rows)


async def _erase_account_pools(connection: AsyncConnection, user_id: int) -> None:
    """The credits of his Imgur accounts, as far as they are known."""
    linked = select(links.c.imgur_account_id).where(links.c.user_id == user_id)
    used = select(jobs.c.imgur_account_id).join(batches).where(batches.c.user_id == user_id)
    accounts = (await connection.execute(union(linked, used))).scalars()
    scopes = [Bearer(account, "").pool for account in accounts if account is not None]
    for table in _budgets():
        theirs = and_(table.c.kind == PoolKind.USER, table.c.scope.in_(scopes))
        await connection.execute(delete(table).where(theirs))


async def _let_go(connection: AsyncConnection, user_id: int) -> None:
    """Take what others' rows say of his rows out of them, such as an album that is shared."""
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            theirs = _owned(key.column.table, user_id) if key.ondelete is None else None
            if theirs is not None:
                named = key.parent.in_(select(key.column).where(theirs))
                statement = update(table).where(named).values({key.parent.name: None})
                await connection.execute(statement)


def _budgets() -> Sequence[Table]:
    """The tables that count credits, by the kind and scope of their pools."""
    return [table for table in metadata.sorted_tables if {"kind", "scope"} <= {*table.c.keys()}]


async def _forget_places(connection: AsyncConnection, guild_id: int) -> None:
    here = batches.c.guild_id == guild_id
    rows = await connection.execute(select(jobs.c.id, jobs.c.source).join(batches).where(here))
    for job_id, source in rows.all():
        bare = source | {"channel_id": None, "message_id": None}
        await connection.execute(
            update(jobs).where(jobs.c.id == job_id).values(source=bare, source_message_id=None)
        )
    nowhere = dict.fromkeys((*_PLACES, "guild_id"))
    await connection.execute(update(batches).where(here).values(nowhere))


def _guilds_own() -> Sequence[Table]:
    return [
        table
        for table in metadata.sorted_tables
        if "guild_id" in table.columns and table not in {batches, departures}
    ]


def _open_columns(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if not isinstance(column.type, LargeBinary)]


def _plain(row: Row[Any]) -> Mapping[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row._asdict().items()
    }
