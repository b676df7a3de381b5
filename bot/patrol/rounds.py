"""A slow walk past our links: does the image host still show what we put there?"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Protocol
from urllib.parse import urlsplit

from bot.clock import Clock
from bot.errors import BotError
from bot.imgur.wire import Response
from bot.library.shelf import Entry
from bot.urgency import create_background_task

_log = logging.getLogger(__name__)

#: A link is looked at this often at most.
AGAIN_AFTER = timedelta(days=7)
#: Imgur may still be at work on a younger film, and shows "removed" for it meanwhile.
SETTLES_WITHIN = timedelta(hours=1)
#: Where the image host sends those who ask for a picture that is gone.
_REMOVED_PATH = "/removed.png"
_REDIRECTS = range(300, 400)
_GONE = frozenset({404, 410})
_SHOWN = range(200, 300)
_NOTHING_TO_DO_S = 600.0
_AFTER_TROUBLE_S = 600.0
_HOUR_S = 3600.0

#: Asks the image host for a file's headers, without following redirects.
Glance = Callable[[str], Awaitable[Response]]


class Sight(Enum):
    """What a look at a link showed."""

    THERE = auto()
    GONE = auto()
    UNCLEAR = auto()  # refused, or in trouble: says nothing about the picture


def sight_of(status: int, headers: Mapping[str, str]) -> Sight:
    """What an answer of the image host says of a picture. Pure.

    Source: i.imgur.com redirects a removed picture's address to ``/removed.png``, with status 302.
    """
    if status in _GONE:
        return Sight.GONE
    if status in _REDIRECTS:
        path = urlsplit(headers.get("location", "")).path
        return Sight.GONE if path == _REMOVED_PATH else Sight.UNCLEAR
    if status in _SHOWN and headers.get("content-type", "").startswith(("image/", "video/")):
        return Sight.THERE
    return Sight.UNCLEAR


class PatrolStore(Protocol):
    """Knows which link was looked at when; each call is one transaction."""

    async def next_unseen(self, *, before: datetime, uploaded_before: datetime) -> Entry | None:
        """The upload that was not looked at for the longest time, if not since ``before``."""
        ...

    async def seen(self, job_id: int, at: datetime, *, is_lost: bool | None) -> None:
        """Remember a look; ``None`` leaves open what it showed."""
        ...


class Patrol:
    """Looks at one link after the other."""

    def __init__(
        self, store: PatrolStore, glance: Glance, clock: Clock, *, links_per_hour: int
    ) -> None:
        """Prepare.

        Args:
            links_per_hour: How many are looked at; 0 is none.
        """
        self._store = store
        self._glance = glance
        self._clock = clock
        self._links_per_hour = links_per_hour

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Walk while the block lasts."""
        task = None
        if self._links_per_hour:
            task = create_background_task(self._walk(), name="patrol")
        try:
            yield
        finally:
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def _walk(self) -> None:
        pause_s = _HOUR_S / self._links_per_hour
        while True:
            await self._clock.sleep(pause_s)
            try:
                sight = await self.look_at_next()
            except BotError as error:
                _log.info("the patrol rests: %s", error)
                sight = Sight.UNCLEAR
            if sight is None:
                await self._clock.sleep(min(_NOTHING_TO_DO_S, 10 * pause_s))
            elif sight is Sight.UNCLEAR:
                await self._clock.sleep(min(_AFTER_TROUBLE_S, 10 * pause_s))

    async def look_at_next(self) -> Sight | None:
        """Look at the link that was not looked at for the longest; ``None`` when none is due.

        Raises:
            TransportError: The image host did not answer.
            StorageError: The outcome cannot be kept.
        """
        now = self._clock.now()
        entry = await self._store.next_unseen(
            before=now - AGAIN_AFTER, uploaded_before=now - SETTLES_WITHIN
        )
        if entry is None:
            return None
        answer = await self._glance(entry.uploaded.link)
        sight = sight_of(answer.status, answer.headers)
        is_lost = None if sight is Sight.UNCLEAR else sight is Sight.GONE
        await self._store.seen(entry.job.id, now, is_lost=is_lost)
        if is_lost:
            _log.info("job %d: Imgur no longer shows the picture", entry.job.id)
        return sight
