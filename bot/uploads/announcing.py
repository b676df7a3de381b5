"""Telling users: what is shown, how often, and what if it cannot be delivered."""

import asyncio
import itertools
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Protocol

from bot.clock import Clock, sleep_until
from bot.errors import BotError, StorageError
from bot.uploads.job import Batch, Job, JobStore
from bot.urgency import create_background_task

_log = logging.getLogger(__name__)

#: Discord allows five edits in five seconds; one in two leaves room for others.
EDIT_EVERY_S = 2.0
_FIRST_PAUSE_S = 2.0
_MAX_DOUBLINGS = 6  # two minutes
#: What is being told when the bot stops gets at least this long to be taken.
_FAREWELL_S = 3.0


@dataclass(frozen=True, slots=True)
class Wait:
    """How long a file still waits for credits.

    Attributes:
        place: Its place in the queue, from 1.
    """

    place: int
    wait_s: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a file has gone out, and in which time.

    Attributes:
        is_quiet: Nothing has moved for some time.
    """

    sent_bytes: int
    elapsed_s: float
    is_quiet: bool = False

    def left_s(self, size_bytes: int) -> float | None:
        """How long the rest takes at the pace so far; ``None`` before there is one."""
        if self.sent_bytes <= 0 or self.elapsed_s <= 0:
            return None
        return max(size_bytes - self.sent_bytes, 0) * self.elapsed_s / self.sent_bytes


@dataclass(frozen=True, slots=True)
class News:
    """What a user is shown of a batch.

    Attributes:
        waits: By job id, for those that wait for credits.
        progress: By job id, for those on their way to Imgur.
        may_be_shown: An earlier attempt, perhaps of a process that died, may have been delivered.
    """

    batch: Batch
    jobs: Sequence[Job]
    waits: Mapping[int, Wait] = field(default_factory=dict)
    progress: Mapping[int, Progress] = field(default_factory=dict)
    may_be_shown: bool = False

    def sent_bytes_of(self, job_id: int) -> int:
        """How much of a file is at Imgur already."""
        progress = self.progress.get(job_id)
        return 0 if progress is None else progress.sent_bytes

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen by itself."""
        return all(job.is_settled for job in self.jobs)


class Delivery(Enum):
    """What became of an announcement."""

    DELIVERED = auto()
    UNREACHABLE = auto()  # nowhere to tell it; the user can still look it up
    LATER = auto()  # Discord's trouble; worth another try


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome of an announcement, and our message if there is one now."""

    delivery: Delivery
    message_id: int | None = None


class Announcer(Protocol):
    """Shows news on Discord."""

    async def show(self, news: News) -> Receipt:
        """Show it where the batch's answer goes; showing the same again changes nothing."""
        ...


@dataclass(slots=True)
class _Wish:
    """A batch that somebody wants to be shown.

    Attributes:
        changed: There is something new.
        hurry: The new thing should not wait for the next regular edit.
    """

    changed: asyncio.Event = field(default_factory=asyncio.Event)
    hurry: asyncio.Event = field(default_factory=asyncio.Event)


class Announcements:
    """Shows each batch as it is, no more often than Discord likes, and its end for certain."""

    def __init__(
        self,
        announcer: Announcer,
        store: JobStore,
        clock: Clock,
        look: Callable[[Batch, Sequence[Job]], News],
    ) -> None:
        """Prepare.

        Args:
            look: Adds what only the pipeline knows: places, waits, progress.
        """
        self._announcer = announcer
        self._store = store
        self._clock = clock
        self._look = look
        self._wishes: dict[int, _Wish] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._inherited: set[int] = set()
        self._stopping = asyncio.Event()

    def inherit(self, batch_id: int) -> None:
        """An earlier process may have told the end of this batch without remembering it."""
        self._inherited.add(batch_id)

    def want(self, batch_id: int, *, hurry: bool = False) -> None:
        """Something about this batch has changed; ``hurry`` when a user waits for just that."""
        wish = self._wishes.get(batch_id)
        if wish is None:
            wish = self._wishes[batch_id] = _Wish()
            task = create_background_task(self._follow(batch_id, wish), name=f"announce {batch_id}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        wish.changed.set()
        if hurry:
            wish.hurry.set()

    async def settled(self) -> None:
        """Return when nothing is being told."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    async def stop(self, more_s: float = 0.0) -> None:
        """Finish what is being told, within seconds; the next start takes up what is untold.

        Args:
            more_s: How many more seconds there are.
        """
        self._stopping.set()
        for wish in self._wishes.values():
            wish.hurry.set()
        tasks = tuple(self._tasks)
        if tasks:
            await asyncio.wait(tasks, timeout=_FAREWELL_S + more_s)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self, batch_id: int, wish: _Wish) -> None:
        """Show a batch until its end is told, or nothing changes for now."""
        try:
            while wish.changed.is_set():
                wish.changed.clear()
                wish.hurry.clear()
                if not await self._show_surely(batch_id):
                    await self._pause(wish, EDIT_EVERY_S)
        except BotError as error:
            _log.error("batch %d could not be announced: %s", batch_id, error)
        finally:
            del self._wishes[batch_id]

    async def _show_surely(self, batch_id: int) -> bool:
        """Show a batch as it is, however long Discord or the disk take; returns whether it ended.

        What cannot be shown before the bot stops is taken up at the next start.
        """
        for failures in itertools.count():
            try:
                is_over = await self._show(batch_id, is_first=not failures)
            except StorageError as error:
                _log.warning("batch %d: %s, telling it again", batch_id, error)
                is_over = None
            if is_over is not None:
                return is_over
            if self._stopping.is_set():
                break
            pause_s = _FIRST_PAUSE_S * 2 ** min(failures, _MAX_DOUBLINGS)
            await sleep_until(self._stopping, self._clock, pause_s)
        return True

    async def _show(self, batch_id: int, *, is_first: bool) -> bool | None:
        """Try once; returns whether that was its end, ``None`` when it must be tried again."""
        batch = await self._store.batch(batch_id)
        if batch is None or batch.told_at is not None:
            return True
        news = self._look(batch, await self._store.jobs_of(batch_id))
        news = replace(news, may_be_shown=not is_first or batch_id in self._inherited)
        receipt = await self._announcer.show(news)
        if receipt.delivery is Delivery.LATER:
            return None
        await self._remember(news, receipt)
        return news.is_final

    async def _pause(self, wish: _Wish, pause_s: float) -> None:
        if not self._stopping.is_set():
            await sleep_until(wish.hurry, self._clock, pause_s)

    async def _remember(self, news: News, receipt: Receipt) -> None:
        if news.is_final:
            await self._store.told(news.batch.id, self._clock.now(), receipt.message_id)
            self._inherited.discard(news.batch.id)
        elif receipt.message_id is not None:
            await self._store.answered_in(news.batch.id, receipt.message_id)
