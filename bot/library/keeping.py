"""Timed deletion: how long a picture stays on Imgur, and taking it away when that is over."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, Protocol

from bot.credits.pools import Payer, Work
from bot.errors import (
    BotError,
    CreditError,
    ImgurDownError,
    RateLimitedError,
    ServerError,
    StorageError,
    TransportError,
    UploadNotFoundError,
)
from bot.library.shelf import Entry, LibraryStore
from bot.uploads.job import Batch, Job

_log = logging.getLogger(__name__)

Keep = Literal["1 day", "1 week", "30 days", "1 year", "forever"]

KEEP: Mapping[Keep, timedelta | None] = {
    "1 day": timedelta(days=1),
    "1 week": timedelta(weeks=1),
    "30 days": timedelta(days=30),
    "1 year": timedelta(days=365),
    "forever": None,
}

#: One round deletes this many at most; the rest follows in the next.
_PER_ROUND = 30
#: A deletion that Imgur refuses is tried again after this long: each try costs a credit.
_REFUSED_AGAIN = timedelta(days=1)
_PASSING = (CreditError, RateLimitedError, ImgurDownError, TransportError, ServerError)


def kept_until(keep: Keep, now: datetime) -> datetime | None:
    """When a picture ends that is kept this long; ``None`` is never."""
    life = KEEP[keep]
    return None if life is None else now + life


class Deletes(Protocol):
    """Deletes pictures at Imgur."""

    async def delete(self, batch: Batch, job: Job, payer: Payer) -> Job:
        """Delete an uploaded picture; one that is gone already counts as deleted."""
        ...


class Expiry:
    """Deletes what is no longer to be kept; a chore."""

    def __init__(self, store: LibraryStore, deleter: Deletes) -> None:
        self._store = store
        self._deleter = deleter

    async def end_overdue(self, now: datetime) -> None:
        """Delete at Imgur what is overdue, as far as the credits reach."""
        for entry in await self._store.expired(now, _PER_ROUND):
            if not await self._end(entry, now):
                return

    async def _end(self, entry: Entry, now: datetime) -> bool:
        """Delete one; returns whether it makes sense to go on."""
        payer = Payer(entry.batch.user_id, entry.batch.guild_id, Work.AUTO)
        try:
            await self._deleter.delete(entry.batch, entry.job, payer)
        except UploadNotFoundError:
            return True
        except (*_PASSING, StorageError) as error:
            _log.info("job %d is overdue, deleting it later: %s", entry.job.id, error)
            return False
        except BotError as error:
            _log.warning("job %d is overdue, but cannot be deleted: %s", entry.job.id, error)
            await self._store.keep_until(entry.job.id, now + _REFUSED_AGAIN)
        return True
