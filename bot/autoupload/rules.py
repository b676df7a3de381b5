"""What to do with a post where automatic uploads are on. Pure.

A member's pictures go to a public host only when that member wants it. Channel mode is for private
servers whose operator allows it: a standing notice there says so, and anyone can opt out.
Source: https://support-dev.discord.com/hc/en-us/articles/8562894815383 (Developer Terms, §5 b)
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto
from typing import Protocol

from bot.uploads.albums import NewAlbum
from bot.uploads.job import ReplyStyle, Source

#: About older posts nobody is asked: the member has moved on.
MAX_POST_AGE_S = 900.0
#: Who agreed beforehand has older ones uploaded too, if the bot was away; links on Discord die
#: after a day.
MAX_MISSED_AGE = timedelta(days=1)
#: An unanswered question means no; after this long its author may be asked again.
QUESTION_LIFE = timedelta(days=1)


class ChannelMode(StrEnum):
    """How a channel handles its members' pictures."""

    ASK = "ask"
    CHANNEL = "channel"


class Choice(StrEnum):
    """What a member decided for a server, once and for all."""

    ALWAYS = "always"
    NEVER = "never"


class Action(Enum):
    """What follows a post."""

    LEAVE = auto()
    ASK = auto()
    UPLOAD = auto()


@dataclass(frozen=True, slots=True)
class Post:
    """What matters of a message.

    Attributes:
        is_from_person: Written by a member: no bot, webhook, other app or Discord itself.
        files: How many of its files look like pictures or videos.
    """

    is_from_person: bool
    age_s: float
    files: int


class FileKind(StrEnum):
    """What a file claims to be; its bytes decide later."""

    PICTURE = "picture"
    GIF = "gif"
    VIDEO = "video"


class Target(StrEnum):
    """What a rule is about."""

    CHANNEL = "channel"
    CATEGORY = "category"
    ROLE = "role"


class AlbumBy(StrEnum):
    """Which posts share an album."""

    NONE = "none"
    CHANNEL = "channel"
    MONTH = "month"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class PostFile:
    """What Discord says of one file of a post."""

    kind: FileKind
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Which files of a post a rule takes.

    Attributes:
        min_files: A post with fewer files that fit is left alone, and so is one with more than
            ``max_files``.
    """

    kinds: frozenset[FileKind] = frozenset(FileKind)
    min_bytes: int = 0
    max_bytes: int | None = None
    min_files: int = 1
    max_files: int | None = None


@dataclass(frozen=True, slots=True)
class AutoRule:
    """Where automatic uploads are on, and how they go there.

    Attributes:
        target_id: The channel's, category's or role's id.
        notice_id: The standing notice of channel mode; only channels can have one.
        is_album_only: The answer shows the album's link in place of its pictures'.
        follows_messages: Deleting a message deletes what was uploaded for it.
    """

    target_id: int
    guild_id: int
    mode: ChannelMode
    set_by: int
    set_at: datetime
    target: Target = Target.CHANNEL
    notice_id: int | None = None
    filter: Filter = field(default_factory=Filter)
    album_by: AlbumBy = AlbumBy.NONE
    style: ReplyStyle = ReplyStyle.REPLY
    is_album_only: bool = False
    follows_messages: bool = False
    is_paused: bool = False

    @property
    def known_mode(self) -> ChannelMode:
        """The mode that counts: without its standing notice a channel's members cannot know."""
        return self.mode if self.target is Target.CHANNEL else ChannelMode.ASK


@dataclass(frozen=True, slots=True)
class Consent:
    """A member's standing decision; the proof that it was his own.

    Attributes:
        given_in: The channel where he pressed the button.
        wording: Which text he was shown.
    """

    user_id: int
    guild_id: int
    choice: Choice
    given_at: datetime
    given_in: int
    wording: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question to an author, waiting for his answer.

    Attributes:
        asked_by: Who wants the upload: the author himself for automatic ones, else whoever used
            the menu.
        sources: The files in question.
    """

    id: int
    source_message_id: int
    channel_id: int
    guild_id: int
    author_id: int
    asked_by: int
    sources: Sequence[Source]
    asked_at: datetime


class AutoUploadStore(Protocol):
    """Keeps rules, decisions and open questions; each call is one transaction."""

    async def rules(self) -> Sequence[AutoRule]:
        """Every rule."""
        ...

    async def set_rules(self, guild_id: int, rules: Sequence[AutoRule]) -> None:
        """Replace a guild's rules."""
        ...

    async def consent(self, user_id: int, guild_id: int) -> Consent | None:
        """A member's standing decision."""
        ...

    async def consents_of(self, user_id: int) -> Sequence[Consent]:
        """All that a person decided, for whichever server."""
        ...

    async def decide(self, consent: Consent) -> None:
        """Keep a decision; the latest counts."""
        ...

    async def forget(self, user_id: int, guild_id: int) -> None:
        """Drop a member's decision."""
        ...

    async def ask(self, question: Question) -> Question | None:
        """Keep a question and number it; ``None`` when the same one is open to this author.

        One that is older than ``QUESTION_LIFE`` makes room.
        """
        ...

    async def take_question(self, question_id: int, author_id: int) -> Question | None:
        """Close a question by its author, once."""
        ...

    async def question(self, question_id: int) -> Question | None:
        """An open question."""
        ...


def decide(
    post: Post, mode: ChannelMode, choice: Choice | None, *, channel_mode_allowed: bool
) -> Action:
    """What follows a post in a channel of this mode, by a member who decided ``choice``."""
    if not post.is_from_person or post.files == 0 or post.age_s > MAX_MISSED_AGE.total_seconds():
        return Action.LEAVE
    if choice is Choice.NEVER:
        return Action.LEAVE
    if choice is Choice.ALWAYS:
        return Action.UPLOAD
    if mode is ChannelMode.CHANNEL and channel_mode_allowed:
        return Action.UPLOAD
    return Action.LEAVE if post.age_s > MAX_POST_AGE_S else Action.ASK


def judge(
    rule: AutoRule,
    files: Sequence[PostFile],
    choice: Choice | None,
    *,
    is_from_person: bool,
    age_s: float,
    channel_mode_allowed: bool,
) -> tuple[Action, Sequence[int]]:
    """What follows a post under a rule.

    Returns:
        The action, and the places of the files that it is about.
    """
    picked = pick(files, rule.filter)
    post = Post(is_from_person=is_from_person, age_s=age_s, files=len(picked))
    action = decide(post, rule.known_mode, choice, channel_mode_allowed=channel_mode_allowed)
    if rule.is_paused or action is Action.LEAVE:
        return Action.LEAVE, ()
    return action, picked


def pick(files: Sequence[PostFile], wanted: Filter) -> Sequence[int]:
    """The places of the files that fit; none when they are too few or too many."""
    fitting = [
        place
        for place, file in enumerate(files)
        if file.kind in wanted.kinds
        and file.size_bytes >= wanted.min_bytes
        and (wanted.max_bytes is None or file.size_bytes <= wanted.max_bytes)
    ]
    too_many = wanted.max_files is not None and len(fitting) > wanted.max_files
    return [] if len(fitting) < wanted.min_files or too_many else fitting


def album_for(
    rule: AutoRule, *, channel: tuple[int, str], author: tuple[int, str], posted_at: datetime
) -> NewAlbum | None:
    """The album that a post's pictures go into.

    Args:
        channel: Id and name, like ``author``.
        posted_at: In UTC, like the months.
    """
    (channel_id, channel_name), (author_id, author_name) = channel, author
    key, title = f"channel:{channel_id}", f"#{channel_name}"
    match rule.album_by:
        case AlbumBy.NONE:
            return None
        case AlbumBy.CHANNEL:
            return NewAlbum(key, title)
        case AlbumBy.MONTH:
            month = f"{posted_at:%Y-%m}"
            return NewAlbum(f"{key}:month:{month}", f"{title} {month}")
        case AlbumBy.AUTHOR:
            return NewAlbum(f"{key}:author:{author_id}", f"{title}: {author_name}")
