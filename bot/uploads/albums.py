"""Albums that uploads go into: made at Imgur when the first picture needs them, once."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from bot.clock import Clock
from bot.errors import BotError, CreditError
from bot.imgur.client import ImgurClient
from bot.uploads.job import Album, Batch, Job

_log = logging.getLogger(__name__)

#: Makes a client that speaks for a batch's user.
ClientFor = Callable[[Batch, Job], ImgurClient]


@dataclass(frozen=True, slots=True)
class NewAlbum:
    """An album that somebody wants.

    Attributes:
        key: Names its cause, so that the same wish finds the same album.
        imgur_id: That of one which exists already.
    """

    key: str
    title: str
    imgur_id: str | None = field(default=None)


class AlbumStore(Protocol):
    """Keeps albums; each call is one transaction."""

    async def want(
        self, new: NewAlbum, user_id: int, account_id: int | None, at: datetime
    ) -> Album:
        """The album of this key in this account, with a row from now on."""
        ...

    async def album(self, row: int) -> Album | None:
        """An album by its row's number."""
        ...

    async def keep(self, album: Album) -> None:
        """Write where an album is at Imgur, or that it is nowhere."""
        ...

    async def albums_of(self, user_id: int, account_id: int | None) -> Sequence[Album]:
        """The albums at Imgur that a user asked for by name, newest first."""
        ...


class Albums:
    """Finds the album that a picture goes into, and makes it if it is not there yet."""

    def __init__(self, store: AlbumStore, client_for: ClientFor, clock: Clock) -> None:
        self._store = store
        self._client_for = client_for
        self._clock = clock
        self._making: dict[int, asyncio.Lock] = {}

    async def want(self, new: NewAlbum, user_id: int, account_id: int | None) -> Album:
        """Keep the wish for an album; nothing is sent yet."""
        return await self._store.want(new, user_id, account_id, self._clock.now())

    async def made_by(self, user_id: int) -> Sequence[Album]:
        """The anonymous albums that a user asked for by name, newest first."""
        return await self._store.albums_of(user_id, None)

    async def album(self, row: int) -> Album | None:
        """An album by its row's number."""
        return await self._store.album(row)

    async def target(self, batch: Batch, job: Job) -> str | None:
        """What an upload names as its album: an id, or the deletehash of an anonymous one.

        Making one costs a credit. ``None`` when there is none to go into: an album that cannot be
        made is no reason to keep a picture back.

        Raises:
            CreditError: It cannot be paid for now; nothing was sent.
        """
        wanted = batch.album
        if wanted is None:
            return None
        async with self._making.setdefault(wanted.id, asyncio.Lock()):
            album = await self._store.album(wanted.id)
            if album is None or album.account_id != job.imgur_account_id:
                return None
            if album.imgur_id is None:
                album = await self._made(album, batch, job)
            return None if album is None else album.deletehash or album.imgur_id

    async def _made(self, album: Album, batch: Batch, job: Job) -> Album | None:
        try:
            created = await self._client_for(batch, job).album.create(title=album.title)
        except CreditError:
            raise
        except BotError as error:
            _log.warning("album %d could not be made: %s", album.id, error)
            return None
        is_anonymous = album.account_id is None
        made = replace(
            album,
            imgur_id=created.id,
            deletehash=created.deletehash if is_anonymous else None,
        )
        await self._store.keep(made)
        return made

    async def lost(self, batch: Batch) -> None:
        """Imgur does not know the album (any more); the next picture gets a new one."""
        if batch.album is not None:
            _log.info("album %d is gone at Imgur", batch.album.id)
            await self._store.keep(replace(batch.album, imgur_id=None, deletehash=None))
