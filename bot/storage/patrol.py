"""Which links were looked at when, and which guilds want to hear of it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Table,
    and_,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)

from bot.library.shelf import Entry
from bot.patrol.reporting import MAX_SHOWN, Report, Subscription
from bot.storage.engine import Database
from bot.storage.library import SqlLibraryStore
from bot.storage.schema import Instant, metadata, upsert
from bot.storage.upload_rows import batches, jobs
from bot.uploads.job import JobState

reports = Table(
    "report_channels",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("set_by", BigInteger, nullable=False),
    Column("set_at", Instant, nullable=False),
    Column("sent_at", Instant),
)


class SqlPatrolStore:
    """A ``PatrolStore`` and a ``ReportStore`` on the database."""

    def __init__(self, database: Database, library: SqlLibraryStore) -> None:
        self._database = database
        self._library = library

    # --- looks --------------------------------------------------------------------------------

    async def next_unseen(self, *, before: datetime, uploaded_before: datetime) -> Entry | None:
        """The upload that was not looked at for the longest time, if not since ``before``."""
        query = (
            select(jobs)
            .where(
                jobs.c.state == JobState.UPLOADED,
                jobs.c.uploaded_at <= uploaded_before,
                or_(jobs.c.checked_at.is_(None), jobs.c.checked_at < before),
            )
            .order_by(jobs.c.checked_at.nulls_first(), jobs.c.id)
            .limit(1)
        )
        entries = await self._library.found(query)
        return entries[0] if entries else None

    async def seen(self, job_id: int, at: datetime, *, is_lost: bool | None) -> None:
        """Remember a look; ``None`` leaves open what it showed."""
        values: dict[str, Any] = {"checked_at": at}
        if is_lost is not None:
            values["lost_at"] = func.coalesce(jobs.c.lost_at, _millis(at)) if is_lost else None
        async with self._database.write() as connection:
            await connection.execute(update(jobs).where(jobs.c.id == job_id).values(**values))

    # --- reports ------------------------------------------------------------------------------

    async def subscribe(self, subscription: Subscription) -> None:
        """Send a guild's reports there from now on."""
        values = asdict(subscription)
        statement = upsert(reports).values(**values)
        async with self._database.write() as connection:
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["guild_id"], set_=values)
            )

    async def unsubscribe(self, guild_id: int) -> bool:
        """Send none any more; tells whether there were any."""
        statement = delete(reports).where(reports.c.guild_id == guild_id)
        async with self._database.write() as connection:
            return (await connection.execute(statement)).rowcount == 1

    async def due(self, before: datetime) -> Sequence[Subscription]:
        """The guilds whose next report begins earlier."""
        query = select(reports).where(func.coalesce(reports.c.sent_at, reports.c.set_at) <= before)
        async with self._database.read() as connection:
            return [Subscription(**row._asdict()) for row in await connection.execute(query)]

    async def report(self, subscription: Subscription) -> Report:
        """A guild's report."""
        public = and_(
            jobs.c.state == JobState.UPLOADED,
            batches.c.guild_id == subscription.guild_id,
            batches.c.is_private.is_(False),
        )
        lost = and_(public, jobs.c.lost_at > subscription.since)
        latest = (
            select(jobs).join(batches).where(lost).order_by(jobs.c.lost_at.desc()).limit(MAX_SHOWN)
        )
        return Report(
            subscription,
            uploaded=await self._count(public),
            looked_at=await self._count(and_(public, jobs.c.checked_at > subscription.since)),
            lost=await self._count(lost),
            shown=await self._library.found(latest),
        )

    async def sent(self, guild_id: int, at: datetime) -> None:
        """Remember that it went out."""
        async with self._database.write() as connection:
            await connection.execute(
                update(reports).where(reports.c.guild_id == guild_id).values(sent_at=at)
            )

    async def _count(self, condition: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(jobs.join(batches)).where(condition)
        async with self._database.read() as connection:
            return int((await connection.execute(query)).scalar_one())


def _millis(instant: datetime) -> ColumnElement[Any]:
    """An instant as the column keeps it, inside a function."""
    return literal(instant, Instant)
