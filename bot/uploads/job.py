"""Records of the queue, the transitions that are legal, and what stores them.

A *batch* is one thing a user asked for and the one answer to it; a *job* is one file of it. Every
arrow is a committed transaction::

    ACCEPTED ──> READY ──> SENDING ──> UPLOADED ──> DELETED
        │          │          │
        └──────────┴──────────┴──> FAILED | CANCELLED

A file that is there already goes from ``READY`` to ``UPLOADED`` at once.

``SENDING`` found at the start means that the process died on the way: the picture may or may not
have arrived.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Protocol

from bot.credits.pools import Payer, Work


class JobState(StrEnum):
    """Where a file is."""

    ACCEPTED = "accepted"  # the row is committed, the bytes are still at their source
    READY = "ready"  # checked bytes wait in the spool
    SENDING = "sending"  # on the way to Imgur
    UPLOADED = "uploaded"  # Imgur's link is stored
    FAILED = "failed"
    CANCELLED = "cancelled"
    DELETED = "deleted"  # uploaded once, deleted at Imgur since


LEGAL: Mapping[JobState, frozenset[JobState]] = {
    JobState.ACCEPTED: frozenset({JobState.READY, JobState.FAILED, JobState.CANCELLED}),
    JobState.READY: frozenset(
        {
            JobState.ACCEPTED,
            JobState.SENDING,
            JobState.UPLOADED,
            JobState.FAILED,
            JobState.CANCELLED,
        }
    ),
    JobState.SENDING: frozenset({JobState.READY, JobState.UPLOADED, JobState.FAILED}),
    JobState.UPLOADED: frozenset({JobState.DELETED}),
    JobState.FAILED: frozenset({JobState.ACCEPTED}),
    JobState.CANCELLED: frozenset(),
    JobState.DELETED: frozenset(),
}

#: Nothing more will happen by itself.
SETTLED = frozenset({JobState.UPLOADED, JobState.FAILED, JobState.CANCELLED, JobState.DELETED})


class Origin(StrEnum):
    """How an upload was asked for."""

    SLASH = "slash"
    MENU = "menu"
    AUTO = "auto"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a file comes from.

    Attributes:
        url: Discord's signed link, or what the user gave.
        is_attachment: Whether it is a file on Discord's CDN; else the guard decides.
        declared_bytes: What Discord says of its size.
        attachment_id: With ``channel_id`` and ``message_id`` it finds a fresh link when the signed
            one is too old; slash commands' files belong to no message.
    """

    url: str = field(repr=False)
    filename: str
    is_attachment: bool
    declared_bytes: int | None = None
    channel_id: int | None = None
    message_id: int | None = None
    attachment_id: int | None = None
    description: str | None = None


class ReplyStyle(StrEnum):
    """How the end of an automatic upload is shown."""

    REPLY = "reply"
    REACTION = "reaction"
    THREAD = "thread"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Answer:
    """Where the result goes.

    Attributes:
        interaction_token: Edits the first answer for fifteen minutes; kept sealed.
        expires_at: When that token dies.
        source_message_id: The message to reply to, for automatic uploads.
        message_id: Our own message, once there is one.
        style: How it is shown where no interaction waits for it.
        is_album_only: The album's link stands for those of its pictures.
    """

    is_private: bool
    application_id: int | None = None
    interaction_token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    channel_id: int | None = None
    source_message_id: int | None = None
    message_id: int | None = None
    style: ReplyStyle = ReplyStyle.REPLY
    is_album_only: bool = False


@dataclass(frozen=True, slots=True)
class Album:
    """An album that uploads go into.

    Attributes:
        account_id: The linked Imgur account that owns it; ``None`` for an anonymous one.
        imgur_id: Imgur's id, once it is made.
        deletehash: Whoever has it can change an anonymous album; kept sealed, never shown.
    """

    id: int
    user_id: int
    title: str
    account_id: int | None = None
    imgur_id: str | None = None
    deletehash: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Batch:
    """One thing that a user asked for.

    Attributes:
        key: Names the cause (an interaction, or a message), so that a repeated event is noticed.
        album: Where its pictures go; its pictures stand alone without one.
        follows_source: Deleting the message that the files hung on deletes the uploads too.
        told_at: When the final answer was delivered; ``None`` until then.
        is_exempt: As in ``Payer``.
    """

    id: int
    key: str
    origin: Origin
    user_id: int
    guild_id: int | None
    answer: Answer
    created_at: datetime
    told_at: datetime | None = None
    is_exempt: bool = False
    album: Album | None = None
    follows_source: bool = False

    @property
    def payer(self) -> Payer:
        """On whose behalf its calls are made."""
        return _payer(self)


@dataclass(frozen=True, slots=True)
class Spooled:
    """The checked bytes of one file.

    Attributes:
        key: Opens the spool file; kept sealed.
        field_name: ``"image"`` or ``"video"``, as Imgur's upload call wants it.
        sha256: Hex digest of the bytes as they will be sent.
    """

    name: str
    key: bytes = field(repr=False)
    content_type: str = ""
    extension: str = ""
    field_name: Literal["image", "video"] = "image"
    size_bytes: int = 0
    width: int | None = None
    height: int | None = None
    sha256: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What Imgur answered.

    Attributes:
        deletehash: Whoever has it can delete the picture; kept sealed, never shown.
        account_id: The linked Imgur account that owns it; ``None`` for anonymous uploads.
    """

    image_id: str
    link: str
    content_type: str
    uploaded_at: datetime
    deletehash: str | None = field(default=None, repr=False)
    account_id: int | None = None
    size_bytes: int | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a file was not uploaded.

    Attributes:
        kind: The error's class name, for the wording.
        facts: What the wording needs of it, such as ``{"limit_bytes": 10485760}``.
        reference: What the user sees and the log knows.
    """

    kind: str
    facts: Mapping[str, Any]
    reference: str


@dataclass(frozen=True, slots=True)
class Job:
    """One file.

    Attributes:
        position: Its place among the batch's files, from 0.
        attempts: How often sending it was begun.
        was_ambiguous: An attempt ended without anybody knowing whether it arrived.
        imgur_account_id: Whose credits and library it goes to; ``None`` is anonymous.
        keep_until: When it is deleted from Imgur again; ``None`` is never.
        same_as: The job that uploaded this very picture before; nothing was sent for this one.
    """

    id: int
    batch_id: int
    position: int
    source: Source
    state: JobState = JobState.ACCEPTED
    title: str | None = None
    description: str | None = None
    attempts: int = 0
    was_ambiguous: bool = False
    imgur_account_id: int | None = None
    spooled: Spooled | None = None
    uploaded: Uploaded | None = None
    failure: Failure | None = None
    keep_until: datetime | None = None
    same_as: int | None = None

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in SETTLED

    @property
    def holds_key(self) -> bool:
        """Whether its row can delete the picture; that of one that was there already cannot."""
        if self.uploaded is None or self.same_as is not None:
            return False
        return self.uploaded.deletehash is not None or self.uploaded.account_id is not None


@dataclass(frozen=True, slots=True)
class NewJob:
    """One file as it is asked for."""

    source: Source
    title: str | None = None
    description: str | None = None
    imgur_account_id: int | None = None
    keep_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewBatch:
    """One thing asked for, before it has a row.

    Attributes:
        archive_id: The archive that it belongs to.
        album_row: The row of the album that its files go into.
    """

    key: str
    origin: Origin
    user_id: int
    guild_id: int | None
    answer: Answer
    jobs: Sequence[NewJob]
    is_exempt: bool = False
    album_row: int | None = None
    follows_source: bool = False
    archive_id: int | None = None

    @property
    def payer(self) -> Payer:
        """On whose behalf its calls are made."""
        return _payer(self)


class JobStore(Protocol):
    """Keeps batches and jobs; each call is one transaction."""

    async def add(self, batch: NewBatch, at: datetime) -> tuple[Batch, Sequence[Job]] | None:
        """Store a batch with its jobs; ``None`` when its key is known already."""
        ...

    async def batch(self, batch_id: int) -> Batch | None:
        """A batch by its id."""
        ...

    async def job(self, job_id: int) -> Job | None:
        """A job by its id."""
        ...

    async def jobs_of(self, batch_id: int) -> Sequence[Job]:
        """A batch's jobs by position."""
        ...

    async def batches_of_message(self, message_id: int) -> Sequence[Batch]:
        """The batches that follow this message and were made for it."""
        ...

    async def uploaded_automatically(
        self, user_id: int, guild_id: int
    ) -> Sequence[tuple[Batch, Job]]:
        """A member's pictures at Imgur that were uploaded unasked in this guild, oldest first."""
        ...

    async def save(self, job: Job, *, was: JobState) -> bool:
        """Write a job that moved on from ``was``.

        Returns:
            ``False`` when its row has moved elsewhere, or the upload whose link it gets is gone.
        """
        ...

    async def picture_deleted(self, image_id: str, account_id: int | None) -> Sequence[int]:
        """Mark a picture of this owner as deleted, also where it was asked for again.

        Returns:
            The batches that this changes.
        """
        ...

    async def twin_of(self, batch: Batch, job: Job) -> Job | None:
        """The newest upload of the same bytes that is still there.

        It lies in the batch's guild (without one: is the same user's) and has the same owner.
        """
        ...

    async def untold(self) -> Sequence[Batch]:
        """The batches whose final answer was not delivered, oldest first."""
        ...

    async def told(self, batch_id: int, at: datetime, message_id: int | None) -> None:
        """The final answer was delivered: the interaction's token is no longer kept.

        Nothing happens when the batch was reopened in that very moment.
        """
        ...

    async def answered_in(self, batch_id: int, message_id: int) -> None:
        """Remember our message for a batch."""
        ...

    async def reopen(self, batch: Batch, again: Sequence[Job]) -> None:
        """The batch goes on with these failed jobs, and answers elsewhere from now on."""
        ...

    async def waiting_of(self, user_id: int) -> Sequence[Job]:
        """A user's unsettled jobs, oldest first."""
        ...

    async def spool_names(self) -> Collection[str]:
        """The spool files that unsettled jobs still need."""
        ...


def _payer(batch: Batch | NewBatch) -> Payer:
    work = _WORK.get(batch.origin, Work.INTERACTIVE)
    return Payer(batch.user_id, batch.guild_id, work, is_exempt=batch.is_exempt)


_WORK: Mapping[Origin, Work] = {Origin.AUTO: Work.AUTO, Origin.ARCHIVE: Work.BACKGROUND}
