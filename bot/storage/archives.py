"""Archives in the database, and what they need to know of uploads and decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    String,
    Table,
    func,
    insert,
    select,
    update,
)

from bot.archive.plan import (
    ACTIVE,
    BEGUN,
    OPEN,
    Archive,
    ArchiveState,
    PastPost,
)
from bot.autoupload.rules import Choice
from bot.storage.autoupload import consents
from bot.storage.engine import Database
from bot.storage.schema import Instant, metadata
from bot.storage.upload_rows import batches, jobs
from bot.uploads.job import SETTLED, JobState

archives = Table(
    "archives",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guild_id", BigInteger, nullable=False, index=True),
    Column("channel_id", BigInteger, nullable=False),
    Column("started_by", BigInteger, nullable=False),
    Column("until_id", BigInteger, nullable=False),
    Column("state", String, nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("cursor_id", BigInteger, nullable=False),
    Column("pictures", Integer, nullable=False),
    Column("unconsented", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    Column("ruled_out", Integer, nullable=False),
    Column("board_channel_id", BigInteger),
    Column("board_id", BigInteger),
    Column("trouble", String),
    sqlite_autoincrement=True,  # numbers in buttons are never given out twice
)

#: A file that failed, or was given up, may be taken once more.
_NOT_KEPT = {JobState.FAILED, JobState.CANCELLED}


class SqlArchiveStore:
    """An ``ArchiveStore`` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, archive: Archive) -> Archive | None:
        """Keep a new one and number it; ``None`` while another of its guild is begun."""
        values = asdict(archive)
        del values["id"]
        here = archives.c.guild_id == archive.guild_id
        begun = select(archives.c.id).where(here, archives.c.state.in_(BEGUN))
        aside = update(archives).where(here, archives.c.state.in_(OPEN))
        async with self._database.write() as connection:
            if (await connection.execute(begun)).first() is not None:
                return None
            await connection.execute(aside.values(state=ArchiveState.CANCELLED))
            statement = insert(archives).values(**values).returning(archives.c.id)
            number = (await connection.execute(statement)).scalar_one()
        return replace(archive, id=number)

    async def archive(self, archive_id: int) -> Archive | None:
        """One of them."""
        query = select(archives).where(archives.c.id == archive_id)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else _archive(row)

    async def active(self) -> Sequence[Archive]:
        """Those that the bot works on by itself, oldest first."""
        query = select(archives).where(archives.c.state.in_(ACTIVE)).order_by(archives.c.id)
        async with self._database.read() as connection:
            return [_archive(row) for row in await connection.execute(query)]

    async def move(self, archive: Archive, to: ArchiveState, *, trouble: str = "") -> bool:
        """Change the state, if it still is what ``archive`` says; running begins at the start."""
        values: dict[str, Any] = {"state": to, "trouble": trouble or None}
        if (archive.state, to) == (ArchiveState.OFFERED, ArchiveState.RUNNING):
            values |= {"cursor_id": 0, "unconsented": 0, "known": 0, "ruled_out": 0}
        return await self._change(archive, values)

    async def advance(self, archive: Archive) -> None:
        """Keep how far it came and what it counted, unless its state has changed."""
        names = ("cursor_id", "pictures", "unconsented", "known", "ruled_out")
        await self._change(archive, {name: getattr(archive, name) for name in names})

    async def _change(self, archive: Archive, values: dict[str, Any]) -> bool:
        statement = (
            update(archives)
            .where(archives.c.id == archive.id, archives.c.state == archive.state)
            .values(**values)
        )
        async with self._database.write() as connection:
            return (await connection.execute(statement)).rowcount == 1

    async def put_board(self, archive_id: int, channel_id: int, message_id: int) -> None:
        """Remember the message that shows how it goes."""
        values = {"board_channel_id": channel_id, "board_id": message_id}
        async with self._database.write() as connection:
            await connection.execute(
                update(archives).where(archives.c.id == archive_id).values(**values)
            )

    async def tally(self, archive: Archive) -> Mapping[JobState, int]:
        """Its files by their state."""
        query = (
            select(jobs.c.state, func.count())
            .select_from(jobs.join(batches))
            .where(batches.c.archive_id == archive.id)
            .group_by(jobs.c.state)
        )
        async with self._database.read() as connection:
            return {JobState(state): count for state, count in await connection.execute(query)}

    async def waiting(self, archive: Archive) -> Sequence[tuple[int, int]]:
        """Its unsettled files, each with its user."""
        query = (
            select(jobs.c.id, batches.c.user_id)
            .select_from(jobs.join(batches))
            .where(batches.c.archive_id == archive.id, jobs.c.state.not_in(SETTLED))
            .order_by(jobs.c.id)
        )
        async with self._database.read() as connection:
            return [(job_id, user_id) for job_id, user_id in await connection.execute(query)]

    async def known(self, archive: Archive, post: PastPost) -> frozenset[int]:
        """Which attachments of a post others had uploaded, or wait to."""
        ids = [source.attachment_id for source in post.sources]
        query = (
            select(jobs.c.attachment_id)
            .select_from(jobs.join(batches))
            .where(
                jobs.c.attachment_id.in_(ids),
                batches.c.guild_id == archive.guild_id,
                batches.c.key != archive.key_of(post.message_id),
                jobs.c.state.not_in(_NOT_KEPT),
            )
        )
        async with self._database.read() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def choices(self, guild_id: int) -> Mapping[int, Choice]:
        """What the guild's members decided, by user."""
        query = select(consents.c.user_id, consents.c.choice).where(consents.c.guild_id == guild_id)
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return {user_id: Choice(choice) for user_id, choice in rows}


def _archive(row: Any) -> Archive:
    fields = row._asdict()
    return Archive(**{**fields, "state": ArchiveState(fields["state"])})
