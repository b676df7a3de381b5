"""Forgetting a person: first the pictures if wished, then every row."""

import logging
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.clock import Clock
from bot.credits.limiter import Limiter
from bot.credits.usage import Usage
from bot.errors import UploadNotFoundError
from bot.library.keeping import Expiry
from bot.uploads.pipeline import Pipeline

_log = logging.getLogger(__name__)

#: What Imgur has not deleted by then stays there; the rows go all the same.
PATIENCE = timedelta(days=7)

_NAME_BYTES = 16

#: A person's rows by table, without what is sealed.
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Erasure:
    """Somebody wants to be forgotten.

    Attributes:
        name: Tells this wish from all others; random.
        with_pictures: His pictures are to be deleted at Imgur first.
    """

    name: str
    user_id: int
    asked_at: datetime
    with_pictures: bool


@dataclass(frozen=True, slots=True)
class Remains:
    """What stands between a person and being forgotten.

    Attributes:
        pictures: At Imgur, as far as the bot knows.
        unsettled: Files that wait or are on their way.
    """

    pictures: int
    unsettled: int


class PrivacyStore(Protocol):
    """Everything that is kept about a person; each call is one transaction."""

    async def export(self, user_id: int) -> Rows:
        """All rows that name a person, secrets left out."""
        ...

    async def remains(self, user_id: int, until: datetime) -> Remains:
        """What he uploaded, or asked for, until then."""
        ...

    async def ask(self, erasure: Erasure) -> None:
        """Remember that somebody wants to be forgotten; the latest wish counts."""
        ...

    async def asked(self) -> Sequence[Erasure]:
        """Those who wait to be forgotten, the longest waiting first."""
        ...

    async def end_pictures(self, erasure: Erasure) -> None:
        """Let all his pictures end now."""
        ...

    async def erase(self, erasure: Erasure) -> None:
        """Delete everything about him that came before his wish, and the wish."""
        ...


class Register(Protocol):
    """Knows who is to be forgotten, without telling, wherever the database comes from."""

    async def keep(self, erasure: Erasure) -> None:
        """Write a wish down, unless it is.

        Raises:
            StorageError: The disk refuses.
        """
        ...


class Eraser:
    """Forgets people, as soon as nothing stands against it."""

    def __init__(
        self,
        *,
        store: PrivacyStore,
        register: Register,
        expiry: Expiry,
        uploads: Pipeline,
        usage: Usage,
        limiter: Limiter,
        clock: Clock,
    ) -> None:
        self._store = store
        self._register = register
        self._usage = usage
        self._limiter = limiter
        self._expiry = expiry
        self._uploads = uploads
        self._clock = clock

    async def begin(self, user_id: int, *, with_pictures: bool) -> Remains:
        """Forget a person; returns what has to go before that, if anything."""
        await self._cancel_waiting(user_id)
        erasure = Erasure(secrets.token_hex(_NAME_BYTES), user_id, self._clock.now(), with_pictures)
        await self._store.ask(erasure)
        if with_pictures:
            await self._store.end_pictures(erasure)
            await self._expiry.end_overdue(self._clock.now())
        return await self._go_on(erasure)

    async def go_on(self, _: datetime) -> None:
        """Forget those who have waited for it; a chore."""
        for erasure in await self._store.asked():
            await self._go_on(erasure)

    async def _go_on(self, erasure: Erasure) -> Remains:
        await self._register.keep(erasure)
        remains = await self._store.remains(erasure.user_id, erasure.asked_at)
        if not erasure.with_pictures:
            remains = Remains(0, remains.unsettled)
        is_patient = self._clock.now() < erasure.asked_at + PATIENCE
        if is_patient and (remains.pictures or remains.unsettled):
            return remains
        await self._usage.keep()  # what is noted in memory would be written after the erasure
        self._limiter.forget_member(erasure.user_id)
        await self._store.erase(erasure)
        _log.info("somebody was forgotten, %d pictures left at Imgur", remains.pictures)
        return Remains(0, 0)

    async def _cancel_waiting(self, user_id: int) -> None:
        for news in await self._uploads.waiting(user_id):
            for job in news.jobs:
                with suppress(UploadNotFoundError):  # it is on its way, or at its end
                    await self._uploads.cancel(job.id, user_id)
