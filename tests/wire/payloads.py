"""Entities as Discord writes them in answers and events.

Source: https://docs.discord.com/developers/resources/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.wire.permissions import channel_permissions
from tests.wire.rendering import of_component, of_embed
from tests.wire.snowflakes import minted_at

if TYPE_CHECKING:
    from datetime import datetime

    from tests.wire.entities import Channel, Guild, Member, Message, Role, User

Payload = dict[str, Any]


def instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def of_user(user: User) -> Payload:
    return {
        "id": str(user.id),
        "username": user.name,
        "global_name": None,
        "discriminator": "0",
        "avatar": None,
        "bot": user.bot,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }


def of_own_user(user: User) -> Payload:
    return of_user(user) | {
        "mfa_enabled": False,
        "locale": user.locale,
        "verified": True,
        "email": None,
    }


def of_member(member: Member) -> Payload:
    """A member without its user, as in messages and resolved data."""
    return {
        "roles": [str(role.id) for role in member.roles],
        "nick": member.nick,
        "avatar": None,
        "banner": None,
        "joined_at": instant(member.joined_at),
        "premium_since": None,
        "communication_disabled_until": None,
        "pending": False,
        "flags": 0,
        "mute": False,
        "deaf": False,
    }


def of_full_member(member: Member) -> Payload:
    return of_member(member) | {"user": of_user(member.user)}


def of_interacting_member(member: Member, channel: Channel) -> Payload:
    permissions = channel_permissions(member.user, channel)
    return of_full_member(member) | {"permissions": str(int(permissions))}


def of_role(role: Role) -> Payload:
    return {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(int(role.permissions)),
        "position": role.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def of_channel(channel: Channel) -> Payload:
    base: Payload = {"id": str(channel.id), "type": int(channel.type), "flags": 0}
    base["last_message_id"] = str(max(channel.history)) if channel.history else None
    if channel.guild is None:
        return base | {"recipients": [of_user(user) for user in channel.recipients]}
    base |= {"guild_id": str(channel.guild.id), "name": channel.name, "rate_limit_per_user": 0}
    base["parent_id"] = str(channel.parent.id) if channel.parent else None
    if channel.is_thread:
        return base | _of_thread(channel)
    return base | {
        "position": 0,
        "nsfw": channel.nsfw,
        "topic": channel.topic,
        "permission_overwrites": [
            {
                "id": str(target),
                "type": overwrite.kind,
                "allow": str(int(overwrite.allow)),
                "deny": str(int(overwrite.deny)),
            }
            for target, overwrite in channel.overwrites.items()
        ],
    }


def of_partial_channel(channel: Channel, viewer: User) -> Payload:
    """A channel as interactions carry it: with the viewer's permissions in it."""
    payload = of_channel(channel)
    payload.pop("permission_overwrites", None)
    if channel.guild is not None:
        payload["permissions"] = str(int(channel_permissions(viewer, channel)))
    return payload


def _of_thread(thread: Channel) -> Payload:
    return {
        "owner_id": str(thread.owner.id if thread.owner else 0),
        "thread_metadata": {
            "archived": thread.archived,
            "archive_timestamp": instant(minted_at(thread.id)),
            "auto_archive_duration": 1440,
            "locked": False,
            "create_timestamp": instant(minted_at(thread.id)),
        },
        "message_count": len(thread.messages),
        "member_count": 1,
        "total_message_sent": len(thread.messages),
    }


def of_guild(guild: Guild) -> Payload:
    """What GET /guilds/{id} answers."""
    return _GUILD_DEFAULTS | {
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner.id),
        "roles": [of_role(role) for role in guild.roles.values()],
        "preferred_locale": guild.locale,
    }


def of_guild_create(guild: Guild, bot: User, *, with_members: bool) -> Payload:
    """What GUILD_CREATE carries; without the members intent only the bot is listed."""
    members = [
        of_full_member(member)
        for member in guild.members.values()
        if with_members or member.user is bot
    ]
    visible = [
        of_channel(channel)
        for channel in guild.channels.values()
        if channel_permissions(bot, channel)
    ]
    return of_guild(guild) | {
        "joined_at": instant(guild.members[bot.id].joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "voice_states": [],
        "members": members,
        "channels": [channel for channel in visible if "thread_metadata" not in channel],
        "threads": [channel for channel in visible if "thread_metadata" in channel],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def of_interaction_guild(guild: Guild) -> Payload:
    return {"id": str(guild.id), "locale": guild.locale, "features": []}


_GUILD_DEFAULTS: Payload = {
    "icon": None,
    "description": None,
    "home_header": None,
    "splash": None,
    "discovery_splash": None,
    "features": [],
    "banner": None,
    "application_id": None,
    "region": "deprecated",
    "afk_channel_id": None,
    "afk_timeout": 300,
    "system_channel_id": None,
    "system_channel_flags": 0,
    "widget_enabled": False,
    "widget_channel_id": None,
    "verification_level": 0,
    "default_message_notifications": 0,
    "mfa_level": 0,
    "explicit_content_filter": 0,
    "max_presences": None,
    "max_members": 500000,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
    "vanity_url_code": None,
    "premium_tier": 0,
    "premium_subscription_count": 0,
    "rules_channel_id": None,
    "safety_alerts_channel_id": None,
    "public_updates_channel_id": None,
    "premium_progress_bar_enabled": False,
    "nsfw": False,
    "nsfw_level": 0,
    "emojis": [],
    "stickers": [],
    "incidents_data": None,
}


def of_message(message: Message, viewer: User) -> Payload:
    """What GET on a message answers; `me` of reactions is the viewer's."""
    payload = of_basic_message(message)
    if message.reply_to_id is not None:
        original = message.reply_to
        if original is not None and original.deleted:
            original = None
        payload["referenced_message"] = of_basic_message(original) if original else None
    if message.reactions:
        payload["reactions"] = [_of_reaction(each, viewer) for each in message.reactions.values()]
    return payload


def of_basic_message(message: Message) -> Payload:
    payload = _of_visible_parts(message) | {
        "id": str(message.id),
        "channel_id": str(message.channel.id),
        "author": of_user(message.author),
        "pinned": message.pinned,
        "mention_everyone": False,
        "tts": False,
    }
    optional = {
        "nonce": message.nonce,
        "webhook_id": message.webhook_id and str(message.webhook_id),
        "application_id": message.application_id and str(message.application_id),
        "interaction_metadata": message.interaction_metadata,
        "message_reference": _of_reference(message),
    }
    if message.forwarded is not None:
        payload["message_snapshots"] = [{"message": _of_visible_parts(message.forwarded)}]
    return payload | {key: value for key, value in optional.items() if value is not None}


def of_message_event(message: Message, viewer: User) -> Payload:
    """What MESSAGE_CREATE and MESSAGE_UPDATE carry: the guild and the author's membership too."""
    payload = of_message(message, viewer)
    guild = message.channel.guild
    payload["channel_type"] = int(message.channel.type)
    if guild is not None:
        payload["guild_id"] = str(guild.id)
        if message.author.id in guild.members and message.webhook_id is None:
            payload["member"] = of_member(guild.members[message.author.id])
    return payload


def _of_visible_parts(message: Message) -> Payload:
    return {
        "type": int(message.type),
        "content": message.content,
        "mentions": [of_user(user) for user in message.mentions],
        "mention_roles": [],
        "attachments": [file.payload() for file in message.attachments],
        "embeds": [of_embed(embed, message.attachments) for embed in message.embeds],
        "timestamp": instant(message.sent_at),
        "edited_timestamp": instant(message.edited_at),
        "flags": message.flags,
        "components": [of_component(part, message.attachments) for part in message.components],
    }


def _of_reference(message: Message) -> Payload | None:
    if message.forwarded is not None:
        return _reference(message.forwarded.channel, message.forwarded.id, kind=1)
    if message.reply_to_id is not None:
        return _reference(message.channel, message.reply_to_id, kind=0)
    return None


def _reference(channel: Channel, message_id: int, kind: int) -> Payload:
    reference = {"type": kind, "channel_id": str(channel.id), "message_id": str(message_id)}
    return reference | ({"guild_id": str(channel.guild.id)} if channel.guild else {})


def _of_reaction(reaction: Any, viewer: User) -> Payload:
    return {
        "emoji": {"id": None, "name": reaction.emoji},
        "count": len(reaction.users),
        "count_details": {"normal": len(reaction.users), "burst": 0},
        "burst_colors": [],
        "me_burst": False,
        "me": viewer in reaction.users,
    }
