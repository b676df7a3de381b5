"""Past uploads as people look for them: records, and what finds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self

from bot.uploads.job import Batch, Job, Uploaded

#: How many uploads a page of the library shows.
PAGE_SIZE = 5
_KIND = "library"


@dataclass(frozen=True, slots=True)
class Entry:
    """One upload that Imgur has, or had.

    Attributes:
        lost_at: When the patrol found that its link no longer shows it.
    """

    batch: Batch
    job: Job
    lost_at: datetime | None = None

    @property
    def uploaded(self) -> Uploaded:
        """What Imgur answered; entries have that."""
        assert self.job.uploaded is not None  # noqa: S101 (stores give uploaded jobs only)
        return self.job.uploaded

    @property
    def channel_id(self) -> int | None:
        """Where the file was posted, else where the answer went."""
        return self.job.source.channel_id or self.batch.answer.channel_id


@dataclass(frozen=True, slots=True)
class Shelf:
    """Whose uploads, and which of them.

    Attributes:
        user_id: Whoever looks; without ``guild_id`` these are his own uploads.
        guild_id: All uploads of this guild instead, private answers left out.
        text: Stands in title, description, file name or link.
    """

    user_id: int
    guild_id: int | None = None
    text: str = ""

    def holds(self, entry: Entry) -> bool:
        """Whether an upload stands here, whatever its text."""
        if self.guild_id is None:
            return entry.batch.user_id == self.user_id
        return entry.batch.guild_id == self.guild_id and not entry.batch.answer.is_private

    def to_row(self) -> dict[str, str]:
        """As it is kept for the buttons."""
        return {"kind": _KIND, "guild": str(self.guild_id or ""), "text": self.text}

    @classmethod
    def from_row(cls, user_id: int, row: Mapping[str, str]) -> Self | None:
        """From what was kept; ``None`` when that is something else."""
        if row.get("kind") != _KIND:
            return None
        return cls(user_id, int(row["guild"]) if row["guild"] else None, row["text"])


class LibraryStore(Protocol):
    """Finds uploads again, newest first; each call is one transaction."""

    async def count(self, shelf: Shelf) -> int:
        """How many uploads stand on a shelf."""
        ...

    async def entries(self, shelf: Shelf, *, offset: int, limit: int) -> Sequence[Entry]:
        """A stretch of a shelf."""
        ...

    async def entry(self, job_id: int) -> Entry | None:
        """One upload, unless it was deleted."""
        ...

    async def from_attachment(self, attachment_id: int) -> Sequence[Entry]:
        """The uploads of that attachment."""
        ...

    async def from_message(self, message_id: int) -> Sequence[Entry]:
        """The uploads of that message's files."""
        ...

    async def keep_until(self, job_id: int, instant: datetime | None) -> None:
        """Let an upload end then, or never."""
        ...

    async def expired(self, now: datetime, limit: int) -> Sequence[Entry]:
        """Uploads whose time is over, the longest overdue first."""
        ...
