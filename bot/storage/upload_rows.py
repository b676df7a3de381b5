"""The tables of batches and jobs, and how rows and records become each other."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    select,
)

from bot.accounts.vault import Vault
from bot.storage.albums import album_of, albums
from bot.storage.schema import Instant, Sealed, metadata
from bot.uploads.job import (
    Album,
    Answer,
    Batch,
    Failure,
    Job,
    JobState,
    NewBatch,
    Origin,
    ReplyStyle,
    Source,
    Spooled,
    Uploaded,
)

batches = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("origin", String, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger),
    Column("is_private", Boolean, nullable=False),
    Column("application_id", BigInteger),
    Column("interaction_token", Sealed("batches.interaction_token:{key}")),
    Column("token_expires_at", Instant),
    Column("channel_id", BigInteger),
    Column("source_message_id", BigInteger),
    Column("message_id", BigInteger),
    Column("created_at", Instant, nullable=False),
    Column("told_at", Instant),
    Column("is_exempt", Boolean, nullable=False),
    Column("reply_style", String, nullable=False),
    Column("is_album_only", Boolean, nullable=False),
    Column("follows_source", Boolean, nullable=False),
    Column("album_row", ForeignKey("albums.id")),
    Column("archive_id", Integer, index=True),
    sqlite_autoincrement=True,  # numbers in buttons are never given out twice
)
Index("ix_batches_untold", batches.c.told_at)
Index("ix_batches_source_message_id", batches.c.source_message_id)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch_id", ForeignKey("batches.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("state", String, nullable=False, index=True),
    Column("source", JSON, nullable=False),
    Column("title", String),
    Column("description", String),
    Column("attempts", Integer, nullable=False, default=0),
    Column("was_ambiguous", Boolean, nullable=False, default=False),
    Column("imgur_account_id", BigInteger),
    Column("spooled", JSON),
    Column("spool_key", Sealed("jobs.spool_key:{id}")),
    Column("sha256", String, index=True),
    Column("image_id", String),
    Column("link", String),
    Column("content_type", String),
    Column("size_bytes", BigInteger),
    Column("owner_account_id", BigInteger),
    Column("deletehash", Sealed("jobs.deletehash:{id}")),
    Column("width", Integer),
    Column("height", Integer),
    Column("uploaded_at", Instant),
    Column("same_as", ForeignKey("jobs.id", ondelete="SET NULL")),
    Column("failure", JSON),
    # The source's ids once more, to be found by; and the picture's life after its upload.
    Column("attachment_id", BigInteger, index=True),
    Column("source_message_id", BigInteger, index=True),
    Column("keep_until", Instant, index=True),
    Column("checked_at", Instant, index=True),
    Column("lost_at", Instant),
    sqlite_autoincrement=True,  # numbers in buttons are never given out twice
)

#: Batches with what their albums' rows hold, by labels of their own.
BATCHES = select(batches, *(column.label(f"album_{column.name}") for column in albums.c)).outerjoin(
    albums, batches.c.album_row == albums.c.id
)


class UploadRows:
    """Reads and writes rows; tokens, spool keys and deletehashes are sealed in them."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def batch_values(self, batch: NewBatch, at: datetime) -> Mapping[str, Any]:
        """What a new batch's row holds."""
        return {
            "key": batch.key,
            "origin": batch.origin,
            "user_id": batch.user_id,
            "guild_id": batch.guild_id,
            "created_at": at,
            "archive_id": batch.archive_id,
            "album_row": batch.album_row,
            "is_exempt": batch.is_exempt,
            "follows_source": batch.follows_source,
            **self.answer_values(batch.key, batch.answer),
        }

    def answer_values(self, key: str, answer: Answer) -> Mapping[str, Any]:
        """What a row holds of where the result goes."""
        token = answer.interaction_token
        return {
            "is_private": answer.is_private,
            "application_id": answer.application_id,
            "interaction_token": None
            if token is None
            else self._vault.seal(token.encode(), f"batches.interaction_token:{key}"),
            "token_expires_at": answer.expires_at,
            "channel_id": answer.channel_id,
            "source_message_id": answer.source_message_id,
            "message_id": answer.message_id,
            "reply_style": answer.style,
            "is_album_only": answer.is_album_only,
        }

    def batch(self, row: Row[Any]) -> Batch:
        """The batch of a row of ``BATCHES``."""
        sealed = row.interaction_token
        token = (
            None
            if sealed is None
            else self._vault.open(sealed, f"batches.interaction_token:{row.key}").decode()
        )
        return Batch(
            id=row.id,
            key=row.key,
            origin=Origin(row.origin),
            user_id=row.user_id,
            guild_id=row.guild_id,
            answer=Answer(
                is_private=row.is_private,
                application_id=row.application_id,
                interaction_token=token,
                expires_at=row.token_expires_at,
                channel_id=row.channel_id,
                source_message_id=row.source_message_id,
                message_id=row.message_id,
                style=ReplyStyle(row.reply_style),
                is_album_only=row.is_album_only,
            ),
            created_at=row.created_at,
            told_at=row.told_at,
            is_exempt=row.is_exempt,
            album=self._album(row),
            follows_source=row.follows_source,
        )

    def _album(self, row: Row[Any]) -> Album | None:
        if row.album_row is None:
            return None
        return album_of(
            {column.name: getattr(row, f"album_{column.name}") for column in albums.c},
            self._vault,
        )

    def job_values(self, job: Job) -> Mapping[str, Any]:
        """What changes in a job's row."""
        values: dict[str, Any] = {
            "state": job.state,
            "attempts": job.attempts,
            "was_ambiguous": job.was_ambiguous,
            "spooled": None,
            "spool_key": None,
            "failure": None if job.failure is None else asdict(job.failure),
            "same_as": job.same_as,
        }
        if job.same_as is not None:
            values["keep_until"] = None  # only who uploaded a picture can end it
        if job.spooled is not None:
            facts = asdict(job.spooled)
            key = facts.pop("key")
            values |= {
                "spooled": facts,
                "sha256": job.spooled.sha256,
                "spool_key": None
                if job.is_settled
                else self._vault.seal(key, f"jobs.spool_key:{job.id}"),
            }
        if job.uploaded is not None:
            uploaded = job.uploaded
            values |= {
                "image_id": uploaded.image_id,
                "link": uploaded.link,
                "content_type": uploaded.content_type,
                "size_bytes": uploaded.size_bytes,
                "width": uploaded.width,
                "height": uploaded.height,
                "owner_account_id": uploaded.account_id,
                "uploaded_at": uploaded.uploaded_at,
                "deletehash": None
                if uploaded.deletehash is None
                else self._vault.seal(uploaded.deletehash.encode(), f"jobs.deletehash:{job.id}"),
            }
        return values

    def job(self, row: Row[Any]) -> Job:
        """The job of a row."""
        return Job(
            id=row.id,
            batch_id=row.batch_id,
            position=row.position,
            source=Source(**row.source),
            state=JobState(row.state),
            title=row.title,
            description=row.description,
            attempts=row.attempts,
            was_ambiguous=row.was_ambiguous,
            imgur_account_id=row.imgur_account_id,
            spooled=self._spooled(row),
            uploaded=self._uploaded(row),
            failure=None if row.failure is None else Failure(**row.failure),
            same_as=row.same_as,
            keep_until=row.keep_until,
        )

    def _spooled(self, row: Row[Any]) -> Spooled | None:
        if row.spooled is None:
            return None
        key = (
            b""
            if row.spool_key is None
            else self._vault.open(row.spool_key, f"jobs.spool_key:{row.id}")
        )
        return Spooled(key=key, **{**row.spooled, "warnings": tuple(row.spooled["warnings"])})

    def _uploaded(self, row: Row[Any]) -> Uploaded | None:
        if row.image_id is None:
            return None
        deletehash = (
            None
            if row.deletehash is None
            else self._vault.open(row.deletehash, f"jobs.deletehash:{row.id}").decode()
        )
        return Uploaded(
            image_id=row.image_id,
            link=row.link,
            content_type=row.content_type,
            uploaded_at=row.uploaded_at,
            deletehash=deletehash,
            account_id=row.owner_account_id,
            size_bytes=row.size_bytes,
            width=row.width,
            height=row.height,
        )
