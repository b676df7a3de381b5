"""People: they join guilds, write, post pictures, call commands, press buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.wire import modals, slash
from tests.wire.components import LINK_STYLE, MENUS, PREMIUM_STYLE, Component, Kind
from tests.wire.drafts import fill
from tests.wire.entities import Channel, ChannelType, Guild, Message, MessageType, Role, User
from tests.wire.interactions import Interaction, InteractionKind, begin, deliver
from tests.wire.permissions import NOTHING, Permission, channel_permissions
from tests.wire.slash import NotPossibleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.wire.files import Attachment
    from tests.wire.gateway import Gateway
    from tests.wire.world import World


class Actions:
    """What people do. Each action returns once it has left for the bot.

    Actions that Discord's client would not offer raise `NotPossibleError`; `forged=True` sends
    them all the same, as a modified client or stale screen would.
    """

    world: World
    gateway: Gateway

    # Places and people

    def create_guild(
        self,
        name: str = "Guild",
        owner: User | None = None,
        *,
        has_bot: bool = True,
        shard: int = 0,
    ) -> Guild:
        """A guild; with `has_bot=False` the bot is only user-installed there."""
        where = (shard, self.gateway.shard_count)
        return self.world.create_guild(name, owner, has_bot=has_bot, shard=where)

    def create_user(
        self, name: str, *guilds: Guild, locale: str = "en-US", bot: bool = False
    ) -> User:
        """A person (or another bot) who is a member of these guilds."""
        user = self.world.create_user(name, locale=locale, bot=bot)
        for guild in guilds:
            self.world.add_member(guild, user)
        return user

    def create_moderator(self, name: str, guild: Guild) -> User:
        """A member who may manage the guild and its messages."""
        user = self.create_user(name, guild)
        self.grant(guild, user, Permission.MANAGE_GUILD | Permission.MANAGE_MESSAGES)
        return user

    def grant(self, guild: Guild, user: User, permissions: Permission) -> Role:
        """Give the user (or `discord.world.bot`) one more role, with these permissions."""
        role = self.world.create_role(guild, f"{user.name}'s", permissions)
        self.world.set_roles(guild, user, *guild.members[user.id].roles, role)
        return role

    def create_channel(self, guild: Guild, name: str = "general", *, nsfw: bool = False) -> Channel:
        return self.world.create_channel(guild, name, nsfw=nsfw)

    def create_thread(self, parent: Channel, owner: User, name: str = "thread") -> Channel:
        if parent.guild is None:
            raise NotPossibleError("Direct messages have no threads.")
        kind = ChannelType.PUBLIC_THREAD
        return self.world.create_channel(parent.guild, name, kind=kind, parent=parent, owner=owner)

    def dm(self, user: User) -> Channel:
        """The direct messages between this user and the bot."""
        return self.world.dm(user)

    def overwrite(
        self,
        channel: Channel,
        target: User | Role,
        *,
        allow: Permission = NOTHING,
        deny: Permission = NOTHING,
    ) -> None:
        """The channel's exception for a role or user; a later call replaces it."""
        self.world.overwrite(channel, target, allow=allow, deny=deny)

    # Messages

    async def post_message(
        self,
        author: User,
        channel: Channel,
        content: str = "",
        attachments: Sequence[Attachment] = (),
        *,
        reply_to: Message | None = None,
        forwarded: Message | None = None,
        embeds: Sequence[dict[str, Any]] = (),
        webhook: bool = False,
        kind: MessageType | None = None,
        age_s: float = 0,
    ) -> Message:
        """Someone posts; also a bot (an author with `bot=True`) or a webhook.

        Args:
            author: Who writes; with `webhook`, the name under which the webhook writes.
            channel: Where.
            content: The text.
            attachments: The files.
            reply_to: The message that is answered.
            forwarded: The message whose snapshot this one carries.
            embeds: What bots and webhooks may attach.
            webhook: Whether a webhook posts it.
            kind: The message's type; worked out when None.
            age_s: How long ago it was posted (its id and timestamp say so).
        """
        message_id = self.world.mint(age_s)
        message = Message(
            id=message_id,
            channel=channel,
            author=author,
            sent_at=self.world.clock.ago(age_s),
            forwarded=forwarded,
            reply_to=reply_to,
            reply_to_id=reply_to.id if reply_to else None,
            webhook_id=author.id if webhook else None,
            type=kind or (MessageType.REPLY if reply_to else MessageType.DEFAULT),
        )
        fill(message, {"content": content, "embeds": list(embeds)}, list(attachments))
        self.world.publish(message)
        await self.gateway.flushed()
        return message

    async def edit_message(self, message: Message, content: str) -> None:
        fill(message, {"content": content}, [])
        self.world.edited(message)
        await self.gateway.flushed()

    async def delete_message(self, message: Message) -> None:
        """The author or a moderator deletes the message; its files are gone from the CDN."""
        self.world.delete(message)
        await self.gateway.flushed()

    async def react(self, user: User, message: Message, emoji: str) -> None:
        self.world.react(message, user, emoji)
        await self.gateway.flushed()

    # Interactions

    async def slash(
        self,
        user: User,
        channel: Channel,
        command: str,
        options: dict[str, Any] | None = None,
        *,
        forged: bool = False,
    ) -> Interaction:
        """The user calls "upload" or, with subcommands, "gallery search"."""
        found, data = slash.command_data(self.world, channel, command, options or {})
        if not forged:
            slash.check_available(found, user, channel)
        kind = InteractionKind.COMMAND
        return await self._deliver(begin(self.world, kind, user, channel, data, command=command))

    async def autocomplete(
        self,
        user: User,
        channel: Channel,
        command: str,
        options: dict[str, Any],
        *,
        focused: str,
    ) -> Interaction:
        """The user is typing the focused option; the bot's `choices` come with the answer."""
        _, data = slash.command_data(self.world, channel, command, options, focused=focused)
        kind = InteractionKind.AUTOCOMPLETE
        return await self._deliver(begin(self.world, kind, user, channel, data, command=command))

    async def context_menu(
        self,
        user: User,
        channel: Channel,
        command: str,
        target: Message | User,
        *,
        forged: bool = False,
    ) -> Interaction:
        """Right-click on a message or a user, then Apps, then the command."""
        found, data = slash.menu_data(self.world, channel, command, target)
        if not forged:
            slash.check_available(found, user, channel)
        kind = InteractionKind.COMMAND
        return await self._deliver(begin(self.world, kind, user, channel, data, command=command))

    async def click(
        self, user: User, message: Message, name: str, *, forged: bool = False
    ) -> Interaction:
        """The user presses the button with this label, emoji or custom id.

        With `forged` the name is sent as a custom id that need not be there.
        """
        data: dict[str, Any] = {"custom_id": name, "component_type": int(Kind.BUTTON), "id": 1}
        if not forged:
            button = _usable(message.component(name), user, message)
            if button["type"] != Kind.BUTTON or button["style"] in (LINK_STYLE, PREMIUM_STYLE):
                raise NotPossibleError(f"{name!r} is not a button that tells the bot.")
            data |= {"custom_id": button["custom_id"], "id": button["id"]}
        return await self._use(user, message, data)

    async def select(
        self, user: User, message: Message, name: str, values: Sequence[Any]
    ) -> Interaction:
        """The user chooses in the menu with this custom id or placeholder.

        Args:
            user: Who chooses.
            message: The message with the menu.
            name: The menu.
            values: Options by label or value; users, roles or channels for those menus.
        """
        menu = _usable(message.component(name), user, message)
        if menu["type"] not in MENUS:
            raise NotPossibleError(f"{name!r} is not a menu.")
        resolver = slash.Resolver(self.world, message.channel)
        chosen = [_chosen(menu, value, resolver) for value in values]
        least, most = menu.get("min_values", 1), menu.get("max_values", 1)
        if not least <= len(chosen) <= most:
            raise NotPossibleError(f"{name!r} takes {least} to {most} values.")
        data = {"custom_id": menu["custom_id"], "component_type": menu["type"], "id": menu["id"]}
        return await self._use(user, message, data | {"values": chosen} | resolver.as_field())

    async def submit_modal(
        self, opened: Interaction, values: dict[str, Any] | None = None
    ) -> Interaction:
        """The user fills in the modal that this interaction opened, and submits it.

        Args:
            opened: The interaction that the bot answered with a modal.
            values: By custom id or label; see `modals.submission`.
        """
        data = modals.submission(opened, values or {})
        interaction = begin(
            self.world,
            InteractionKind.MODAL_SUBMIT,
            opened.user,
            opened.channel,
            data,
            source=opened.source,
            opener=opened,
            command=opened.command,
        )
        return await self._deliver(interaction)

    async def repeat(self, interaction: Interaction) -> None:
        """Discord delivers the same interaction once more."""
        await self._deliver(interaction)

    async def _use(self, user: User, message: Message, data: dict[str, Any]) -> Interaction:
        kind, channel = InteractionKind.COMPONENT, message.channel
        name = data["custom_id"]
        interaction = begin(self.world, kind, user, channel, data, source=message, command=name)
        return await self._deliver(interaction)

    async def _deliver(self, interaction: Interaction) -> Interaction:
        deliver(interaction)
        await self.gateway.flushed()
        return interaction


def _usable(component: Component, user: User, message: Message) -> Component:
    if message.deleted or message.visible_to not in (None, user):
        raise NotPossibleError(f"{user.name} does not see this message.")
    if not channel_permissions(user, message.channel) & Permission.VIEW_CHANNEL:
        raise NotPossibleError(f"{user.name} does not see this channel.")
    if component.get("disabled"):
        raise NotPossibleError("It is disabled.")
    return component


def _chosen(menu: Component, value: Any, resolver: slash.Resolver) -> str:
    if menu["type"] != Kind.STRING_SELECT:
        return str(resolver.any(value))
    for option in menu["options"]:
        if value in (option["label"], option["value"]):
            return str(option["value"])
    there = [option["label"] for option in menu["options"]]
    raise NotPossibleError(f"There is no option {value!r}; there are {there}")
