"""Who and what there is: users, roles, guilds, channels, messages. Plain, mutable records."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from tests.patience import PATIENCE_S
from tests.wire.permissions import NOTHING, TALK, Permission
from tests.wire.reading import MessageText

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tests.wire.files import FileStore, StoredFile
    from tests.wire.waiting import Changes


class ChannelType(IntEnum):
    TEXT = 0
    DM = 1
    VOICE = 2
    CATEGORY = 4
    NEWS = 5
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


class MessageFlag:
    SUPPRESS_EMBEDS = 1 << 2
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    COMPONENTS_V2 = 1 << 15


class MessageType(IntEnum):
    DEFAULT = 0
    PINNED = 6
    JOIN = 7
    REPLY = 19
    COMMAND_REPLY = 20
    CONTEXT_MENU_REPLY = 23


@dataclass(eq=False)
class User:
    id: int
    name: str
    bot: bool = False
    locale: str = "en-US"
    accepts_dms: bool = True

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(eq=False)
class Role:
    id: int
    name: str
    permissions: Permission = NOTHING
    position: int = 1


@dataclass(eq=False)
class Member:
    user: User
    guild: Guild
    joined_at: datetime
    roles: list[Role] = field(default_factory=list)
    nick: str | None = None


@dataclass(frozen=True)
class Overwrite:
    """A channel's exception for a role (kind 0) or a member (kind 1)."""

    kind: int
    allow: Permission = NOTHING
    deny: Permission = NOTHING


@dataclass(eq=False)
class Guild:
    id: int
    name: str
    owner: User
    created_at: datetime
    locale: str = "en-US"
    attachment_size_limit_bytes: int = 10 * 1024 * 1024
    has_bot: bool = True
    everyone: Role = field(init=False)
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.everyone = Role(self.id, "@everyone", TALK, position=0)
        self.roles[self.id] = self.everyone


@dataclass(eq=False)
class Channel:
    id: int
    type: ChannelType
    changes: Changes
    files: FileStore
    name: str = ""
    guild: Guild | None = None
    parent: Channel | None = None
    nsfw: bool = False
    topic: str | None = None
    archived: bool = False
    owner: User | None = None
    recipients: list[User] = field(default_factory=list)
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    history: dict[int, Message] = field(default_factory=dict)
    """Every message that is there, ephemeral ones too, by id."""

    @property
    def is_thread(self) -> bool:
        return self.type in (ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD)

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"

    @property
    def messages(self) -> list[Message]:
        """What everyone in the channel sees, oldest first."""
        visible = [message for message in self.history.values() if not message.ephemeral]
        return sorted(visible, key=lambda message: message.id)

    @property
    def text(self) -> str:
        return "\n".join(f"{message.author.name}: {message.text}" for message in self.messages)

    async def until(
        self, predicate: Callable[[Channel], Any], timeout_s: float = PATIENCE_S
    ) -> Any:
        """Wait until the predicate holds for this channel; returns what it returned."""
        return await self.changes.until(lambda: predicate(self), timeout_s, lambda: self.text)


@dataclass(eq=False)
class Reaction:
    emoji: str
    users: list[User] = field(default_factory=list)


@dataclass(eq=False)
class Message(MessageText):
    """A message as it stands now; what is visible of it is read through `MessageText`."""

    id: int
    channel: Channel
    author: User
    sent_at: datetime
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[StoredFile] = field(default_factory=list)
    flags: int = 0
    type: MessageType = MessageType.DEFAULT
    reply_to: Message | None = None
    forwarded: Message | None = None
    reply_to_id: int | None = None
    nonce: str | int | None = None
    webhook_id: int | None = None
    application_id: int | None = None
    interaction_metadata: dict[str, Any] | None = None
    visible_to: User | None = None
    """The only one who sees an ephemeral message."""
    edited_at: datetime | None = None
    reactions: dict[str, Reaction] = field(default_factory=dict)
    mentions: list[User] = field(default_factory=list)
    pinned: bool = False
    deleted: bool = False
    edits: int = 0

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & MessageFlag.EPHEMERAL)

    @property
    def loading(self) -> bool:
        """Whether it still says that the application is thinking."""
        return bool(self.flags & MessageFlag.LOADING)

    @property
    def components_v2(self) -> bool:
        return bool(self.flags & MessageFlag.COMPONENTS_V2)

    @property
    def jump_url(self) -> str:
        where = self.channel.guild.id if self.channel.guild else "@me"
        return f"https://discord.com/channels/{where}/{self.channel.id}/{self.id}"

    async def until(
        self, predicate: Callable[[Message], Any], timeout_s: float = PATIENCE_S
    ) -> Any:
        """Wait until the predicate holds for this message; returns what it returned."""
        return await self.channel.changes.until(
            lambda: predicate(self), timeout_s, lambda: self.text
        )
