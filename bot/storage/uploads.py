"""Batches and jobs in the database; tokens, spool keys and deletehashes are sealed."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Update, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.accounts.vault import Vault
from bot.storage.engine import Database
from bot.storage.schema import upsert
from bot.storage.turns import Together
from bot.storage.upload_rows import BATCHES, UploadRows, batches, jobs
from bot.uploads.job import (
    SETTLED,
    Batch,
    Job,
    JobState,
    NewBatch,
    Origin,
)

_Addition = tuple[NewBatch, datetime]
_Added = tuple[Batch, Sequence[Job]] | None


class SqlJobStore:
    """A ``JobStore`` on the database."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._rows = UploadRows(vault)
        self._additions: Together[_Addition, _Added] = Together(self._add_all)

    async def add(self, batch: NewBatch, at: datetime) -> tuple[Batch, Sequence[Job]] | None:
        """Store a batch with its jobs; ``None`` when its key is known already.

        What is asked for at the same time shares a commit: a hundred people are answered in the
        time of a few.
        """
        return await self._additions.ask((batch, at))

    async def _add_all(self, news: Sequence[_Addition]) -> Sequence[_Added]:
        async with self._database.write() as connection:
            return [await self._add(connection, batch, at) for batch, at in news]

    async def _add(self, connection: AsyncConnection, batch: NewBatch, at: datetime) -> _Added:
        statement = (
            upsert(batches)
            .values(**self._rows.batch_values(batch, at))
            .on_conflict_do_nothing(index_elements=["key"])
            .returning(batches.c.id)
        )
        batch_id = (await connection.execute(statement)).scalar_one_or_none()
        if batch_id is None:
            return None
        row = (await connection.execute(BATCHES.where(batches.c.id == batch_id))).one()
        statement = insert(jobs).returning(jobs, sort_by_parameter_order=True)
        values = [
            {
                "batch_id": batch_id,
                "position": position,
                "state": JobState.ACCEPTED,
                "source": asdict(job.source),
                "title": job.title,
                "description": job.description,
                "imgur_account_id": job.imgur_account_id,
                "attachment_id": job.source.attachment_id,
                "source_message_id": job.source.message_id,
                "keep_until": job.keep_until,
            }
            for position, job in enumerate(batch.jobs)
        ]
        added = (await connection.execute(statement, values)).all()
        return self._rows.batch(row), [self._rows.job(job) for job in added]

    async def batch(self, batch_id: int) -> Batch | None:
        """A batch by its id."""
        async with self._database.read() as connection:
            row = (await connection.execute(BATCHES.where(batches.c.id == batch_id))).one_or_none()
        return None if row is None else self._rows.batch(row)

    async def job(self, job_id: int) -> Job | None:
        """A job by its id."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(jobs).where(jobs.c.id == job_id))).one_or_none()
        return None if row is None else self._rows.job(row)

    async def jobs_of(self, batch_id: int) -> Sequence[Job]:
        """A batch's jobs by position."""
        query = select(jobs).where(jobs.c.batch_id == batch_id).order_by(jobs.c.position)
        async with self._database.read() as connection:
            return [self._rows.job(row) for row in await connection.execute(query)]

    async def batches_of_message(self, message_id: int) -> Sequence[Batch]:
        """The batches that follow this message and were made for it."""
        query = BATCHES.where(
            batches.c.source_message_id == message_id, batches.c.follows_source.is_(True)
        ).order_by(batches.c.id)
        async with self._database.read() as connection:
            return [self._rows.batch(row) for row in await connection.execute(query)]

    async def uploaded_automatically(
        self, user_id: int, guild_id: int
    ) -> Sequence[tuple[Batch, Job]]:
        """A member's pictures at Imgur that were uploaded unasked in this guild, oldest first."""
        query = (
            select(jobs)
            .join(batches)
            .where(
                batches.c.user_id == user_id,
                batches.c.guild_id == guild_id,
                batches.c.origin == Origin.AUTO,
                jobs.c.state == JobState.UPLOADED,
                jobs.c.same_as.is_(None),
            )
            .order_by(jobs.c.id)
        )
        async with self._database.read() as connection:
            found = [self._rows.job(row) for row in await connection.execute(query)]
            wanted = BATCHES.where(batches.c.id.in_({job.batch_id for job in found}))
            made = {row.id: self._rows.batch(row) for row in await connection.execute(wanted)}
        return [(made[job.batch_id], job) for job in found]

    async def save(self, job: Job, *, was: JobState) -> bool:
        """Write a job that moved on from ``was``.

        Returns:
            ``False`` when its row has moved elsewhere, or the upload whose link it gets is gone.
        """
        async with self._database.write() as connection:
            return (await connection.execute(self._move(job, was))).rowcount == 1

    def _move(self, job: Job, was: JobState) -> Update:
        moves = (jobs.c.id == job.id) & (jobs.c.state == was)
        if job.same_as is not None:
            first = jobs.alias()
            is_there = (first.c.id == job.same_as) & (first.c.state == JobState.UPLOADED)
            moves &= select(first.c.id).where(is_there).exists()
        return update(jobs).where(moves).values(**self._rows.job_values(job))

    async def picture_deleted(self, image_id: str, account_id: int | None) -> Sequence[int]:
        """Mark a picture of this owner as deleted, also where it was asked for again."""
        statement = (
            update(jobs)
            .where(
                jobs.c.image_id == image_id,
                jobs.c.owner_account_id.is_not_distinct_from(account_id),
                jobs.c.state == JobState.UPLOADED,
            )
            .values(state=JobState.DELETED)
            .returning(jobs.c.batch_id)
        )
        async with self._database.write() as connection:
            changed = (await connection.execute(statement)).scalars()
            return sorted(set(changed))

    async def twin_of(self, batch: Batch, job: Job) -> Job | None:
        """The newest upload of the same bytes that is still there, and to stay."""
        if job.spooled is None:
            return None
        place = (
            batches.c.guild_id == batch.guild_id
            if batch.guild_id is not None
            else batches.c.guild_id.is_(None) & (batches.c.user_id == batch.user_id)
        )
        query = (
            select(jobs)
            .join(batches)
            .where(
                place,
                # What somebody uploaded for himself alone is nobody else's to be shown.
                or_(batches.c.is_private.is_(False), batches.c.user_id == batch.user_id),
                jobs.c.sha256 == job.spooled.sha256,
                jobs.c.state == JobState.UPLOADED,
                jobs.c.same_as.is_(None),
                jobs.c.owner_account_id.is_not_distinct_from(job.imgur_account_id),
                jobs.c.lost_at.is_(None),
                jobs.c.keep_until.is_(None),
            )
            .order_by(jobs.c.id.desc())
            .limit(1)
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else self._rows.job(row)

    async def untold(self) -> Sequence[Batch]:
        """The batches whose final answer was not delivered, oldest first."""
        query = BATCHES.where(batches.c.told_at.is_(None)).order_by(batches.c.id)
        async with self._database.read() as connection:
            return [self._rows.batch(row) for row in await connection.execute(query)]

    async def told(self, batch_id: int, at: datetime, message_id: int | None) -> None:
        """The final answer was delivered: the interaction's token is no longer kept.

        Nothing happens when the batch was reopened in that very moment.
        """
        values: dict[str, Any] = {"told_at": at, "interaction_token": None}
        if message_id is not None:
            values["message_id"] = message_id
        going_on = select(jobs.c.id).where(
            jobs.c.batch_id == batches.c.id, jobs.c.state.not_in(SETTLED)
        )
        statement = update(batches).where(batches.c.id == batch_id, ~going_on.exists())
        async with self._database.write() as connection:
            await connection.execute(statement.values(**values))

    async def answered_in(self, batch_id: int, message_id: int) -> None:
        """Remember our message for a batch."""
        async with self._database.write() as connection:
            await connection.execute(
                update(batches).where(batches.c.id == batch_id).values(message_id=message_id)
            )

    async def reopen(self, batch: Batch, again: Sequence[Job]) -> None:
        """The batch goes on with these jobs, which had failed, and answers elsewhere from now on.

        All at once: between the two, the end that was told before would count as this one's.
        """
        values = {**self._rows.answer_values(batch.key, batch.answer), "told_at": None}
        async with self._database.write() as connection:
            await connection.execute(
                update(batches).where(batches.c.id == batch.id).values(**values)
            )
            for job in again:
                await connection.execute(self._move(job, JobState.FAILED))

    async def waiting_of(self, user_id: int) -> Sequence[Job]:
        """A user's unsettled jobs, oldest first."""
        query = (
            select(jobs)
            .join(batches)
            .where(batches.c.user_id == user_id, jobs.c.state.not_in(SETTLED))
            .order_by(jobs.c.id)
        )
        async with self._database.read() as connection:
            return [self._rows.job(row) for row in await connection.execute(query)]

    async def forget_failed(self, before: datetime) -> None:
        """Drop batches of which nothing was uploaded, once they are told and older."""
        uploaded = select(jobs.c.id).where(
            jobs.c.batch_id == batches.c.id, jobs.c.image_id.is_not(None)
        )
        statement = delete(batches).where(batches.c.told_at < before, ~uploaded.exists())
        async with self._database.write() as connection:
            await connection.execute(statement)

    async def spool_names(self) -> Collection[str]:
        """The spool files that unsettled jobs still need."""
        query = select(jobs.c.spooled).where(
            jobs.c.state.in_({JobState.READY, JobState.SENDING}), jobs.c.spooled.is_not(None)
        )
        async with self._database.read() as connection:
            return {spooled["name"] for (spooled,) in await connection.execute(query)}
