"""Works on archives: counts, then feeds the queue of uploads a few files at a time."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Protocol

from bot.accounts.account import LinkedAccount
from bot.accounts.choosing import account_for_upload
from bot.archive.plan import (
    OPEN,
    UNSETTLED,
    Archive,
    ArchiveState,
    ArchiveStore,
    Page,
    PastPost,
    Price,
    pace_per_hour,
    take,
)
from bot.archive.ruling import Members, Ruling
from bot.autoupload.channels import AutoChannels
from bot.autoupload.rules import AutoRule, Choice
from bot.clock import Clock, sleep_until
from bot.credits.limiter import Limiter
from bot.errors import (
    BotError,
    ChannelClosedError,
    ChoiceError,
    LinkRevokedError,
    UploadNotFoundError,
)
from bot.uploads.job import (
    Answer,
    JobState,
    NewBatch,
    NewJob,
    Origin,
    ReplyStyle,
    Source,
)
from bot.uploads.pipeline import Pipeline
from bot.urgency import create_background_task

_log = logging.getLogger(__name__)

#: So many of an archive's files wait in the queue at most.
LOOK_AHEAD = 5
_LOOK_EVERY_S = 2.0
_IDLE_S = 60.0
_AFTER_TROUBLE_S = 60.0


class History(Members, Protocol):
    """Reads what was posted."""

    async def page(self, archive: Archive) -> Page:
        """The messages after an archive's cursor.

        Raises:
            ChannelClosedError: The bot may not read there, or the channel is gone.
            DiscordUnreachableError: Not at present.
        """
        ...


class Board(Protocol):
    """Shows how an archive goes."""

    async def show(self, look: "Look") -> None:
        """Show it on the archive's message; trouble with that is nobody's."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """What people are shown of an archive."""

    archive: Archive
    tally: Mapping[JobState, int]
    price: Price


class Archivist:
    """Carries archives on, also after a restart."""

    def __init__(
        self,
        *,
        store: ArchiveStore,
        history: History,
        board: Board,
        uploads: Pipeline,
        channels: AutoChannels,
        limiter: Limiter,
        links_of: Callable[[int], Awaitable[Sequence[LinkedAccount]]],
        clock: Clock,
        channel_mode_allowed: bool,
    ) -> None:
        """Prepare.

        Args:
            links_of: A user's linked accounts.
        """
        self._store = store
        self._history = history
        self._board = board
        self._uploads = uploads
        self._channels = channels
        self._limiter = limiter
        self._links_of = links_of
        self._clock = clock
        self._channel_mode_allowed = channel_mode_allowed
        self._changed = asyncio.Event()
        self._resting: dict[int, float] = {}
        self._ending: set[int] = set()
        self._shown: dict[int, Look] = {}

    # --- what cogs use ------------------------------------------------------------------------

    async def begin(self, archive: Archive) -> Archive:
        """Keep a new archive; counting begins after ``wake``.

        Raises:
            ChoiceError: Another one of this guild runs.
        """
        added = await self._store.add(archive)
        if added is None:
            raise ChoiceError(
                "Another channel of this server is being archived. Cancel that first, or wait for "
                "its end."
            )
        return added

    async def look(self, archive_id: int) -> Look:
        """An archive as it is now.

        Raises:
            UploadNotFoundError: There is none.
        """
        archive = await self._store.archive(archive_id)
        if archive is None:
            raise UploadNotFoundError(f"no archive {archive_id}")
        return await self._look(archive)

    async def put_board(self, archive_id: int, channel_id: int, message_id: int) -> None:
        """Show from now on how it goes on this message, and begin."""
        await self._store.put_board(archive_id, channel_id, message_id)
        self.wake()

    async def move(self, archive: Archive, to: ArchiveState) -> Look:
        """Start, pause, go on or cancel; what is no longer possible changes nothing."""
        if archive.state in OPEN and await self._store.move(archive, to):
            _log.info("archive %d: %s", archive.id, to)
            if to is ArchiveState.CANCELLED:
                await self._drop_waiting(archive)
            self._ending.add(archive.id)
        self.wake()
        return await self.look(archive.id)

    def wake(self) -> None:
        """Look at once whether there is something to do."""
        self._resting.clear()
        self._changed.set()

    async def _drop_waiting(self, archive: Archive) -> None:
        for job_id, user_id in await self._store.waiting(archive):
            with suppress(UploadNotFoundError):  # it is on its way already
                await self._uploads.cancel(job_id, user_id)

    # --- running ------------------------------------------------------------------------------

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work while the block lasts."""
        task = create_background_task(self._work(), name="archives")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            self._changed.clear()
            moved, pause_s = False, _LOOK_EVERY_S
            try:
                active = await self._store.active()
                for archive in active:
                    moved |= await self._step_safely(archive)
                await self._show_ends()
                if not active and not self._ending:
                    pause_s = _IDLE_S  # whatever begins or moves one wakes this
            except BotError as error:
                _log.warning("archives cannot be looked at (%s), trying again later", error)
            if not moved:
                await sleep_until(self._changed, self._clock, pause_s)

    async def _show_ends(self) -> None:
        """Show how the last files of archives end that were paused or cancelled."""
        for archive_id in tuple(self._ending):
            look = await self._show(archive_id)
            if not any(look.tally.get(state) for state in UNSETTLED):
                self._ending.discard(archive_id)

    async def _step_safely(self, archive: Archive) -> bool:
        """Carry an archive on a little; returns whether it may go on at once."""
        if self._clock.monotonic() < self._resting.get(archive.id, 0.0):
            return False
        try:
            moved = await self._step(archive)
        except ChannelClosedError as error:
            _log.info("archive %d ends: %s", archive.id, error)
            await self._store.move(archive, ArchiveState.CANCELLED, trouble=type(error).__name__)
            moved = False
        except BotError as error:
            _log.info("archive %d rests: %s", archive.id, error)
            self._resting[archive.id] = self._clock.monotonic() + _AFTER_TROUBLE_S
            moved = False
        await self._show(archive.id)
        return moved

    async def _step(self, archive: Archive) -> bool:
        if archive.state is ArchiveState.COUNTING:
            return await self._count(archive)
        room = LOOK_AHEAD - len(await self._store.waiting(archive))
        return room > 0 and await self._feed(archive, room)

    # --- counting -----------------------------------------------------------------------------

    async def _count(self, archive: Archive) -> bool:
        page = await self._history.page(archive)
        choices = await self._store.choices(archive.guild_id)
        ruling = Ruling(self._channels, self._history, archive, page)
        for post in page.posts:
            rule = await ruling.rule_for(post)
            archive, new = await self._sort(archive, post, rule, choices)
            archive = replace(archive, pictures=archive.pictures + len(new))
        archive = replace(archive, cursor_id=page.cursor_id)
        await self._store.advance(archive)
        if page.is_last:
            nothing = archive.pictures == 0
            await self._store.move(archive, ArchiveState.DONE if nothing else ArchiveState.OFFERED)
        return not page.is_last

    async def _sort(
        self,
        archive: Archive,
        post: PastPost,
        rule: AutoRule | None,
        choices: Mapping[int, Choice],
    ) -> tuple[Archive, list[Source]]:
        """The files of a post that are to be uploaded, and the archive with the others counted."""
        taken = take(
            post,
            archive,
            choices.get(post.author_id),
            rule,
            channel_mode_allowed=self._channel_mode_allowed,
        )
        known = await self._store.known(archive, post) if taken.sources else frozenset()
        new = [source for source in taken.sources if source.attachment_id not in known]
        counted = replace(
            archive,
            unconsented=archive.unconsented + taken.unconsented,
            known=archive.known + len(taken.sources) - len(new),
            ruled_out=archive.ruled_out + taken.ruled_out,
        )
        return counted, new

    # --- uploading ----------------------------------------------------------------------------

    async def _feed(self, archive: Archive, room: int) -> bool:
        """Hand the next files to the queue; returns whether there may be more at once."""
        page = await self._history.page(archive)
        choices = await self._store.choices(archive.guild_id)
        ruling = Ruling(self._channels, self._history, archive, page)
        for post in page.posts:
            rule = await ruling.rule_for(post)
            sorted_, new = await self._sort(archive, post, rule, choices)
            if new and room <= 0:
                await self._store.advance(archive)
                return False
            if new and not await self._upload(archive, post, new):
                sorted_ = replace(sorted_, unconsented=sorted_.unconsented + len(new))
                new = []
            room -= len(new)
            archive = replace(sorted_, cursor_id=post.message_id)
            if new:
                await self._store.advance(archive)
        archive = replace(archive, cursor_id=page.cursor_id)
        await self._store.advance(archive)
        if page.is_last and not await self._store.waiting(archive):
            await self._store.move(archive, ArchiveState.DONE)
        return not page.is_last

    async def _upload(self, archive: Archive, post: PastPost, sources: list[Source]) -> bool:
        """Accept a post's files, once; returns whether its author's account allows it."""
        try:
            account_id = account_for_upload(await self._links_of(post.author_id))
        except LinkRevokedError:
            return False
        new = NewBatch(
            key=archive.key_of(post.message_id),
            origin=Origin.ARCHIVE,
            user_id=post.author_id,
            guild_id=archive.guild_id,
            answer=Answer(is_private=False, style=ReplyStyle.SILENT),
            jobs=[NewJob(source, imgur_account_id=account_id) for source in sources],
            archive_id=archive.id,
        )
        accepted = await self._uploads.accept(new)
        if accepted is not None:
            self._uploads.start(*accepted)
        return True

    # --- showing ------------------------------------------------------------------------------

    async def _show(self, archive_id: int) -> Look:
        """Show it, when there is something new."""
        look = await self.look(archive_id)
        if self._shown.get(archive_id) != look:
            self._shown[archive_id] = look
            await self._board.show(look)
        if look.archive.state not in OPEN:
            self._shown.pop(archive_id, None)
        return look

    async def _look(self, archive: Archive) -> Look:
        share = self._limiter.share_of(archive.guild_id)
        price = Price(archive.pictures, pace_per_hour(self._limiter.rules, share))
        return Look(archive, await self._store.tally(archive), price)
