"""Discord's permissions and how they add up.

Source: https://docs.discord.com/developers/topics/permissions
"""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.wire.entities import Channel, Guild, User


class Permission(IntFlag):
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EXTERNAL_APPS = 1 << 50


EVERYTHING = Permission((1 << 53) - 1)
NOTHING = Permission(0)
TALK = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.ATTACH_FILES
    | Permission.EMBED_LINKS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.USE_EXTERNAL_APPS
)
"""What @everyone may do in a fresh guild, roughly."""


def guild_permissions(user: User, guild: Guild) -> Permission:
    """What roles give the user, before any channel's overwrites."""
    if user is guild.owner:
        return EVERYTHING
    member = guild.members.get(user.id)
    if member is None:
        return NOTHING
    granted = guild.everyone.permissions
    for role in member.roles:
        granted |= role.permissions
    return EVERYTHING if granted & Permission.ADMINISTRATOR else granted


def channel_permissions(user: User, channel: Channel) -> Permission:
    """What the user may do in the channel; a thread follows its parent."""
    if channel.guild is None:
        return TALK if user in channel.recipients or user.bot else NOTHING
    granted = guild_permissions(user, channel.guild)
    if granted == EVERYTHING:
        return granted
    granted = _overwritten(granted, user, channel.parent if channel.is_thread else channel)
    return granted if granted & Permission.VIEW_CHANNEL else NOTHING


def _overwritten(granted: Permission, user: User, channel: Channel | None) -> Permission:
    """Overwrites in Discord's order: @everyone, all the member's roles together, the member."""
    if channel is None or channel.guild is None:
        return granted
    member = channel.guild.members.get(user.id)
    roles = member.roles if member else []
    for tier in ([channel.guild.everyone.id], [role.id for role in roles], [user.id]):
        found = [channel.overwrites[key] for key in tier if key in channel.overwrites]
        for overwrite in found:
            granted &= ~overwrite.deny
        for overwrite in found:
            granted |= overwrite.allow
    return granted
