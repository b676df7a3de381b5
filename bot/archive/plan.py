"""An archive of one channel: its record, what may be taken, what it costs. Pure.

::

    COUNTING ──> OFFERED ──> RUNNING <──> PAUSED
        │           │           │           │
        └───────────┴───────────┴───────────┴──> DONE | CANCELLED
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.autoupload.rules import Action, AutoRule, ChannelMode, Choice, Post, PostFile, decide, pick
from bot.credits.pools import GuildShare, PoolKind, Rules, Work
from bot.imgur.rates import HOUR_S
from bot.imgur.wire import COST_UPLOAD
from bot.uploads.job import SETTLED, JobState, Source


class ArchiveState(StrEnum):
    """Where an archive is."""

    COUNTING = "counting"
    OFFERED = "offered"  # counted; somebody has to say yes
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


#: Begun and not ended; a guild has one of these at most.
BEGUN = frozenset({ArchiveState.RUNNING, ArchiveState.PAUSED})
OPEN = BEGUN | {ArchiveState.COUNTING, ArchiveState.OFFERED}
#: The bot works on these by itself.
ACTIVE = frozenset({ArchiveState.COUNTING, ArchiveState.RUNNING})
#: A file in one of these is not at its end.
UNSETTLED = frozenset(JobState) - SETTLED


@dataclass(frozen=True, slots=True)
class Archive:
    """One channel's past, on its way to Imgur.

    Attributes:
        until_id: Messages up to this one are taken.
        cursor_id: Messages up to this one are done with, in this state.
        pictures: Files to upload, as counted.
        unconsented: Files left out because their author has not agreed, so far in this state.
        known: Files left out because they are on Imgur already, or were once, likewise.
        ruled_out: Files left out by the server's rules for automatic uploads, likewise.
        board_id: The message in ``board_channel_id`` that shows how it goes.
        trouble: Why it ended before its end.
    """

    id: int
    guild_id: int
    channel_id: int
    started_by: int
    until_id: int
    state: ArchiveState
    created_at: datetime
    cursor_id: int = 0
    pictures: int = 0
    unconsented: int = 0
    known: int = 0
    ruled_out: int = 0
    board_channel_id: int | None = None
    board_id: int | None = None
    trouble: str | None = None

    def key_of(self, message_id: int) -> str:
        """The key of the batch that uploads a message's files."""
        return f"archive:{self.id}:{message_id}"


@dataclass(frozen=True, slots=True)
class PastPost:
    """What matters of an old message.

    Attributes:
        is_from_person: Written by a member: no bot, webhook, other app or Discord itself.
        sources: Its pictures and videos, under links that are fresh now.
        files: What Discord says of each of them.
    """

    message_id: int
    author_id: int
    is_from_person: bool
    sources: Sequence[Source]
    files: Sequence[PostFile]


@dataclass(frozen=True, slots=True)
class Page:
    """Some messages in a row, oldest first.

    Attributes:
        cursor_id: The last message looked at, also when it is not among ``posts``.
        place_ids: What rules may be about the channel, the most particular first.
    """

    posts: Sequence[PastPost]
    cursor_id: int
    is_last: bool
    place_ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class Take:
    """What becomes of an old message's files.

    Attributes:
        sources: The ones to upload.
        unconsented: How many are left out because their author has not agreed.
        ruled_out: How many are left out by the rule.
    """

    sources: Sequence[Source] = ()
    unconsented: int = 0
    ruled_out: int = 0


def take(
    post: PastPost,
    archive: Archive,
    choice: Choice | None,
    rule: AutoRule | None,
    *,
    channel_mode_allowed: bool,
) -> Take:
    """What becomes of a message; what its rule leaves alone, an archive leaves alone too.

    Whoever starts an archive directs that his own pictures go along, unless he said never. Where
    there is no rule, every file of those who agreed is taken.
    """
    if not post.is_from_person or not post.sources:
        return Take()
    fitting = range(len(post.files)) if rule is None else pick(post.files, rule.filter)
    if rule is not None and rule.is_paused:
        fitting = []
    ruled_out = len(post.files) - len(fitting)
    if not fitting:
        return Take(ruled_out=ruled_out)
    if post.author_id == archive.started_by and choice is None:
        choice = Choice.ALWAYS
    files = Post(is_from_person=True, age_s=0.0, files=len(fitting))
    mode = ChannelMode.ASK if rule is None else rule.known_mode
    action = decide(files, mode, choice, channel_mode_allowed=channel_mode_allowed)
    if action is not Action.UPLOAD:
        return Take(unconsented=len(fitting), ruled_out=ruled_out)
    return Take([post.sources[place] for place in fitting], ruled_out=ruled_out)


@dataclass(frozen=True, slots=True)
class Price:
    """What an archive costs at the pace that is left to the least urgent work."""

    pictures: int
    per_hour: float

    @property
    def cost_credits(self) -> int:
        """All uploads together."""
        return self.pictures * COST_UPLOAD

    @property
    def duration_s(self) -> float:
        """How long it takes, if nobody else uploads more than usual."""
        return self.pictures / self.per_hour * HOUR_S


def pace_per_hour(rules: Rules, share: GuildShare) -> float:
    """The uploads an hour that a guild's background work can count on."""
    kinds = [PoolKind.CLIENT, PoolKind.USER, PoolKind.GUILD]
    if not rules.is_commercial:
        kinds.append(PoolKind.UPLOADS)
    return max(0.1, min(_pace(rules, kind, share) for kind in kinds))


def _pace(rules: Rules, kind: PoolKind, share: GuildShare) -> float:
    rule = rules.rule(kind)
    limit = rule.limit
    if kind is PoolKind.GUILD and share.guild_credits is not None:
        limit = min(limit, share.guild_credits)
    usable = limit - rules.floor(kind, limit, Work.BACKGROUND)
    each = 1 if kind is PoolKind.UPLOADS else COST_UPLOAD
    return usable / each * HOUR_S / rule.window_s


class ArchiveStore(Protocol):
    """Keeps archives; each call is one transaction."""

    async def add(self, archive: Archive) -> Archive | None:
        """Keep a new one and number it; ``None`` while another of its guild is begun.

        One that was only counted or offered makes room.
        """
        ...

    async def archive(self, archive_id: int) -> Archive | None:
        """One of them."""
        ...

    async def active(self) -> Sequence[Archive]:
        """Those that the bot works on by itself, oldest first."""
        ...

    async def move(self, archive: Archive, to: ArchiveState, *, trouble: str = "") -> bool:
        """Change the state, if it still is what ``archive`` says; running begins at the start."""
        ...

    async def advance(self, archive: Archive) -> None:
        """Keep how far it came and what it counted, unless its state has changed."""
        ...

    async def put_board(self, archive_id: int, channel_id: int, message_id: int) -> None:
        """Remember the message that shows how it goes."""
        ...

    async def tally(self, archive: Archive) -> Mapping[JobState, int]:
        """Its files by their state."""
        ...

    async def waiting(self, archive: Archive) -> Sequence[tuple[int, int]]:
        """Its unsettled files, each with its user."""
        ...

    async def known(self, archive: Archive, post: PastPost) -> frozenset[int]:
        """Which attachments of a post others had uploaded, or wait to."""
        ...

    async def choices(self, guild_id: int) -> Mapping[int, Choice]:
        """What the guild's members decided, by user."""
        ...
