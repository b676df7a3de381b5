"""Past uploads in the database: the rows of ``jobs`` and ``batches``, looked at as a library."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true, update

from bot.imgur.links import understand
from bot.library.shelf import Entry, Shelf
from bot.storage.upload_rows import BATCHES, batches, jobs
from bot.storage.uploads import SqlJobStore
from bot.uploads.job import JobState

_THERE = jobs.c.state == JobState.UPLOADED


class SqlLibraryStore(SqlJobStore):
    """A ``JobStore`` that is a ``LibraryStore`` too."""

    async def count(self, shelf: Shelf) -> int:
        """How many uploads stand on a shelf."""
        query = select(func.count()).select_from(jobs.join(batches)).where(_on(shelf))
        async with self._database.read() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def entries(self, shelf: Shelf, *, offset: int, limit: int) -> Sequence[Entry]:
        """A stretch of a shelf, newest first."""
        return await self.found(_newest_first(_on(shelf)).offset(offset).limit(limit))

    async def entry(self, job_id: int) -> Entry | None:
        """One upload, unless it was deleted."""
        entries = await self.found(_newest_first(jobs.c.id == job_id))
        return entries[0] if entries else None

    async def from_attachment(self, attachment_id: int) -> Sequence[Entry]:
        """The uploads of that attachment."""
        return await self.found(_newest_first(jobs.c.attachment_id == attachment_id))

    async def from_message(self, message_id: int) -> Sequence[Entry]:
        """The uploads of that message's files."""
        return await self.found(_newest_first(jobs.c.source_message_id == message_id))

    async def keep_until(self, job_id: int, instant: datetime | None) -> None:
        """Let an upload end then, or never."""
        statement = update(jobs).where(jobs.c.id == job_id).values(keep_until=instant)
        async with self._database.write() as connection:
            await connection.execute(statement)

    async def expired(self, now: datetime, limit: int) -> Sequence[Entry]:
        """Uploads whose time is over, the longest overdue first."""
        query = select(jobs).where(_THERE, jobs.c.same_as.is_(None), jobs.c.keep_until <= now)
        return await self.found(query.order_by(jobs.c.keep_until).limit(limit))

    async def found(self, query: Select[Any]) -> Sequence[Entry]:
        """The entries of the jobs that a query finds, in its order."""
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
            theirs = BATCHES.where(batches.c.id.in_({row.batch_id for row in rows}))
            by_id = {row.id: self._rows.batch(row) for row in await connection.execute(theirs)}
        return [Entry(by_id[row.batch_id], self._rows.job(row), row.lost_at) for row in rows]


def _newest_first(condition: ColumnElement[bool]) -> Select[Any]:
    return select(jobs).join(batches).where(_THERE, condition).order_by(jobs.c.id.desc())


def _on(shelf: Shelf) -> ColumnElement[bool]:
    whose: Iterable[ColumnElement[bool]] = (
        [batches.c.user_id == shelf.user_id]
        if shelf.guild_id is None
        else [batches.c.guild_id == shelf.guild_id, batches.c.is_private.is_(False)]
    )
    return and_(_THERE, *whose, _about(shelf.text))


def _about(text: str) -> ColumnElement[bool]:
    """Whether a text stands in what is known of it; a pasted Imgur link means its picture."""
    if not text:
        return true()
    link = understand(text)
    if link is not None:
        return jobs.c.image_id == link.id
    places = (
        jobs.c.title,
        jobs.c.description,
        jobs.c.source["filename"].as_string(),
        jobs.c.link,
    )
    return or_(*(place.icontains(text, autoescape=True) for place in places))
