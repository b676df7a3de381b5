"""Up to which post everything was attended to, so that nothing is missed while the bot is away."""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from bot.errors import StorageError

_log = logging.getLogger(__name__)

#: As many messages of a channel are looked at after an absence, the newest ones.
MAX_MISSED = 100


class MarkStore(Protocol):
    """Keeps a mark for each server; each call is one transaction."""

    async def marks(self) -> Mapping[int, int]:
        """By guild: every post up to this message id was attended to."""
        ...

    async def set_mark(self, guild_id: int, message_id: int) -> None:
        """Move a guild's mark on; it never goes back."""
        ...


@dataclass(frozen=True, slots=True)
class Sighting:
    """What matters of a message that was found afterwards.

    Attributes:
        answers: The message that it replies to, if it is one of our own.
    """

    message_id: int
    has_files: bool
    answers: int | None = None


def missed(found: Iterable[Sighting], since_id: int) -> Sequence[int]:
    """The posts after ``since_id`` that nobody attended to, oldest first.

    What we answered is left alone, whether this process, an earlier one or another did it.
    """
    seen = list(found)
    answered = {sighting.answers for sighting in seen}
    return sorted(
        sighting.message_id
        for sighting in seen
        if sighting.has_files
        and sighting.message_id > since_id
        and sighting.message_id not in answered
    )


class Attendance:
    """The marks, and what is being attended to at the moment.

    A mark moves on only while all before it is done: neither a post that is still being worked on
    nor an absence that is not made up for yet lies behind it.
    """

    def __init__(self, store: MarkStore) -> None:
        self._store = store
        self._marks: dict[int, int] = {}
        self._newest: Counter[int] = Counter()
        self._open: defaultdict[int, set[int]] = defaultdict(set)
        self._caught_up: set[int] = set()
        self._absences: Counter[int] = Counter()

    async def load(self) -> None:
        """Read what is stored."""
        self._marks = dict(await self._store.marks())

    @asynccontextmanager
    async def attending(self, guild_id: int, message_id: int) -> AsyncIterator[None]:
        """A post is attended to once the block is over.

        Where the database, or a stop, was in the way, it counts as missed.
        """
        waiting = self._open[guild_id]
        waiting.add(message_id)
        try:
            yield
        except (StorageError, asyncio.CancelledError):
            self.absent(guild_id)
            raise
        finally:
            waiting.discard(message_id)
            self._newest[guild_id] = max(self._newest[guild_id], message_id)
            await self._move_on(guild_id)

    def absent(self, guild_id: int) -> None:
        """Posts may have been missed: the mark stays until they were looked for."""
        self._caught_up.discard(guild_id)
        self._absences[guild_id] += 1

    @asynccontextmanager
    async def catching_up(self, guild_id: int) -> AsyncIterator[int]:
        """Look for what was missed after the mark that is given; 0 where there is none.

        Only a block that ends well, with no absence meanwhile, makes up for it.
        """
        absences = self._absences[guild_id]
        yield self._marks.get(guild_id, 0)
        if absences == self._absences[guild_id]:
            self._caught_up.add(guild_id)
            await self._move_on(guild_id)

    async def _move_on(self, guild_id: int) -> None:
        if guild_id not in self._caught_up:
            return
        waiting = self._open[guild_id]
        mark = min(waiting) - 1 if waiting else self._newest[guild_id]
        if mark <= self._marks.get(guild_id, 0):
            return
        try:
            await self._store.set_mark(guild_id, mark)
        except StorageError as error:
            _log.warning("the mark of server %d is not kept: %s", guild_id, error)
        else:
            self._marks[guild_id] = max(mark, self._marks.get(guild_id, 0))
