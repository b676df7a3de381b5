"""All that Discord knows. Changes here become events for the gateway; nothing here does I/O."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from tests.wire import payloads, refusals
from tests.wire.commands import CommandBook
from tests.wire.entities import (
    Channel,
    ChannelType,
    Guild,
    Member,
    Message,
    Overwrite,
    Reaction,
    Role,
    User,
)
from tests.wire.events import PRIVILEGED, Event, Intent
from tests.wire.files import FileStore
from tests.wire.permissions import NOTHING, Permission, channel_permissions
from tests.wire.snowflakes import Snowflakes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.wire.clock import WireClock
    from tests.wire.interactions import Interaction
    from tests.wire.waiting import Changes

V = TypeVar("V")


class World:
    """Guilds, people, messages, commands and interactions of one application's Discord.

    Attributes:
        bot: The application's bot user; its id is the application's id.
        approved_intents: The privileged intents switched on in the developer portal.
        emit: Where events go; the gateway puts itself there. Returns how many sockets it reached.
    """

    def __init__(self, clock: WireClock, changes: Changes) -> None:
        self.clock = clock
        self.changes = changes
        self.snowflakes = Snowflakes()
        self.files = FileStore(clock, self.snowflakes)
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.interactions: dict[str, Interaction] = {}
        self.bot = self.create_user("imgur-bot", bot=True)
        self.owner = self.create_user("operator")
        self.commands = CommandBook(self.bot.id, self.mint)
        self.approved_intents = PRIVILEGED
        self.emit: Callable[[Event], int] = lambda _: 0
        self.callback_window_s = 3.0
        self.token_life = timedelta(minutes=15)

    def mint(self, age_s: float = 0) -> int:
        return self.snowflakes.mint(self.clock.ago(age_s))

    # Building

    def create_user(self, name: str, *, bot: bool = False, locale: str = "en-US") -> User:
        user = User(self.mint(), name, bot=bot, locale=locale)
        self.users[user.id] = user
        return user

    def create_guild(
        self,
        name: str,
        owner: User | None = None,
        *,
        has_bot: bool = True,
        shard: tuple[int, int] = (0, 1),
    ) -> Guild:
        """A guild that the bot has joined, or (`has_bot=False`) one it is only used in.

        Args:
            shard: The shard that is to serve the guild, and the number of shards.
        """
        now = self.clock.real_now()
        guild_id = self.snowflakes.mint_for_shard(now, *shard)
        guild = Guild(guild_id, name, owner or self.owner, now, has_bot=has_bot)
        self.guilds[guild.id] = guild
        self._join(guild, guild.owner)
        if has_bot:
            self._join(guild, self.bot)
            data = payloads.of_guild_create(guild, self.bot, with_members=False)
            self.emit(Event("GUILD_CREATE", data, guild.id, Intent.GUILDS))
        return guild

    def add_member(self, guild: Guild, user: User, *roles: Role) -> Member:
        member = self._join(guild, user)
        member.roles = list(roles)
        data = payloads.of_full_member(member) | {"guild_id": str(guild.id)}
        self._tell(guild, "GUILD_MEMBER_ADD", data, Intent.GUILD_MEMBERS)
        return member

    def set_roles(self, guild: Guild, user: User, *roles: Role) -> None:
        member = guild.members[user.id]
        member.roles = list(roles)
        data = payloads.of_full_member(member) | {"guild_id": str(guild.id)}
        intent = Intent.NONE if user is self.bot else Intent.GUILD_MEMBERS
        self._tell(guild, "GUILD_MEMBER_UPDATE", data, intent)

    def remove_bot(self, guild: Guild) -> None:
        """Someone kicks the bot."""
        guild.has_bot = False
        del guild.members[self.bot.id]
        self.emit(Event("GUILD_DELETE", {"id": str(guild.id)}, guild.id, Intent.GUILDS))

    def create_role(self, guild: Guild, name: str, permissions: Permission = NOTHING) -> Role:
        role = Role(self.mint(), name, permissions, position=len(guild.roles))
        guild.roles[role.id] = role
        data = {"guild_id": str(guild.id), "role": payloads.of_role(role)}
        self._tell(guild, "GUILD_ROLE_CREATE", data)
        return role

    def create_channel(
        self,
        guild: Guild,
        name: str,
        *,
        kind: ChannelType = ChannelType.TEXT,
        nsfw: bool = False,
        parent: Channel | None = None,
        owner: User | None = None,
        channel_id: int | None = None,
    ) -> Channel:
        """A channel, or (with `kind`, `parent` and `owner`) a thread.

        Args:
            channel_id: For a thread started from a message: that message's id.
        """
        channel = Channel(
            channel_id or self.mint(), kind, self.changes, self.files, name, guild, parent, nsfw
        )
        channel.owner = owner
        self.channels[channel.id] = guild.channels[channel.id] = channel
        event = "THREAD_CREATE" if channel.is_thread else "CHANNEL_CREATE"
        self._tell_of_channel(channel, event)
        return channel

    def delete_channel(self, channel: Channel) -> None:
        if channel.guild is None:
            raise ValueError("Direct messages cannot be deleted.")
        self._tell_of_channel(channel, "CHANNEL_DELETE")
        del self.channels[channel.id], channel.guild.channels[channel.id]

    def overwrite(
        self,
        channel: Channel,
        target: User | Role,
        *,
        allow: Permission = NOTHING,
        deny: Permission = NOTHING,
    ) -> None:
        """Replace the channel's exception for this user or role."""
        kind = 1 if isinstance(target, User) else 0
        channel.overwrites[target.id] = Overwrite(kind, allow, deny)
        self._tell_of_channel(channel, "CHANNEL_UPDATE")

    def dm(self, user: User) -> Channel:
        """The channel of direct messages between the bot and this user."""
        for channel in self.channels.values():
            if channel.type is ChannelType.DM and user in channel.recipients:
                return channel
        channel = Channel(self.mint(), ChannelType.DM, self.changes, self.files)
        channel.recipients = [user]
        self.channels[channel.id] = channel
        return channel

    # Looking up; each refuses as Discord's REST does

    def user(self, user_id: int) -> User:
        return _found(self.users, user_id, refusals.unknown_user())

    def guild(self, guild_id: int) -> Guild:
        guild = _found(self.guilds, guild_id, refusals.unknown_guild())
        if not guild.has_bot:
            raise refusals.unknown_guild()
        return guild

    def channel(self, channel_id: int, *needed: Permission) -> Channel:
        """The channel, if the bot may see it and has what is needed there."""
        channel = _found(self.channels, channel_id, refusals.unknown_channel())
        granted = channel_permissions(self.bot, channel)
        if not granted & Permission.VIEW_CHANNEL:
            raise refusals.missing_access()
        if any(not granted & permission for permission in needed):
            raise refusals.missing_permissions()
        return channel

    def message(self, channel: Channel, message_id: int) -> Message:
        """The message, if it is there and not ephemeral."""
        message = _found(channel.history, message_id, refusals.unknown_message())
        if message.ephemeral:
            raise refusals.unknown_message()
        return message

    # Messages

    def publish(self, message: Message) -> Message:
        """Put a finished message into its channel and tell the bot, if it may see it."""
        message.channel.history[message.id] = message
        self._tell_of_message(message, "MESSAGE_CREATE")
        return message

    def edited(self, message: Message, *, silently: bool = False) -> None:
        """The message has been changed; `silently` leaves no edit mark (a deferral's end)."""
        message.edits += 1
        if not silently:
            message.edited_at = self.clock.real_now()
        self._tell_of_message(message, "MESSAGE_UPDATE")

    def delete(self, message: Message) -> None:
        """The message and its files are gone."""
        message.deleted = True
        for file in message.attachments:
            file.deleted = True
        del message.channel.history[message.id]
        if not message.ephemeral:
            self._tell_in_channel(message.channel, "MESSAGE_DELETE", {"id": str(message.id)})

    def react(self, message: Message, user: User, emoji: str) -> None:
        reaction = message.reactions.setdefault(emoji, Reaction(emoji))
        if user not in reaction.users:
            reaction.users.append(user)
            self._tell_of_reaction(message, user, emoji, "MESSAGE_REACTION_ADD")

    def unreact(self, message: Message, user: User, emoji: str) -> None:
        reaction = message.reactions.get(emoji)
        if reaction is None or user not in reaction.users:
            return
        reaction.users.remove(user)
        if not reaction.users:
            del message.reactions[emoji]
        self._tell_of_reaction(message, user, emoji, "MESSAGE_REACTION_REMOVE")

    # Telling

    def _join(self, guild: Guild, user: User) -> Member:
        member = Member(user, guild, self.clock.real_now())
        guild.members[user.id] = member
        return member

    def _tell(
        self, guild: Guild, name: str, data: payloads.Payload, intent: Intent = Intent.GUILDS
    ) -> None:
        if guild.has_bot:
            self.emit(Event(name, data, guild.id, intent))

    def _tell_of_channel(self, channel: Channel, name: str) -> None:
        if channel.guild is not None and channel_permissions(self.bot, channel):
            self._tell(channel.guild, name, payloads.of_channel(channel))

    def _tell_in_channel(
        self,
        channel: Channel,
        name: str,
        data: payloads.Payload,
        intents: tuple[Intent, Intent] = (Intent.GUILD_MESSAGES, Intent.DIRECT_MESSAGES),
    ) -> None:
        data = data | {"channel_id": str(channel.id)}
        if channel.guild is None:
            self.emit(Event(name, data, None, intents[1]))
        elif channel_permissions(self.bot, channel) and channel.guild.has_bot:
            data["guild_id"] = str(channel.guild.id)
            self.emit(Event(name, data, channel.guild.id, intents[0]))

    def _tell_of_reaction(self, message: Message, user: User, emoji: str, name: str) -> None:
        data: payloads.Payload = {
            "user_id": str(user.id),
            "message_id": str(message.id),
            "emoji": {"id": None, "name": emoji},
            "burst": False,
            "type": 0,
        }
        guild = message.channel.guild
        if guild is not None and name.endswith("ADD") and user.id in guild.members:
            data["member"] = payloads.of_full_member(guild.members[user.id])
        intents = (Intent.GUILD_MESSAGE_REACTIONS, Intent.DIRECT_MESSAGE_REACTIONS)
        self._tell_in_channel(message.channel, name, data, intents)

    def _tell_of_message(self, message: Message, name: str) -> None:
        channel = message.channel
        if message.ephemeral or not channel_permissions(self.bot, channel):
            return
        guild_id = channel.guild.id if channel.guild else None
        intent = Intent.GUILD_MESSAGES if guild_id else Intent.DIRECT_MESSAGES
        data = payloads.of_message_event(message, self.bot)
        content_is_open = self.content_is_open(message)
        self.emit(Event(name, data, guild_id, intent, content_is_open))

    def content_is_open(self, message: Message) -> bool:
        """Whether the bot sees the content without the message content intent."""
        own = message.author is self.bot
        return own or message.channel.guild is None or self.bot in message.mentions


def _found(table: dict[int, V], key: int, refusal: refusals.RefusedError) -> V:
    try:
        return table[key]
    except KeyError:
        raise refusal from None
