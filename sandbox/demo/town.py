"""The simulated Discord's server, its channels and people.

SimCord numbers things in the order in which they are made, so a fixed order means fixed ids: what
the bot stored about a channel at the last start still holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import discord
from simcord import ChannelHandle, Env, GuildHandle, MemberActor, RoleHandle, UserHandle

#: Things are made in this order, and so are ids: new ones go to the end.
_CHANNELS = {
    "general": "Commands work in every channel. Type / to see them.",
    "pictures": "For automatic uploads: turn them on as Mo, with /settings.",
    "after-dark": "Age-restricted: /gallery shows more here.",
}
_PEOPLE = ("Alice", "Bob", "Mo")
_AGE_RESTRICTED = "after-dark"
_MODERATOR = "Mo"


@dataclass(frozen=True, slots=True)
class Room:
    """What a tab can show: a channel, and those who may look into it."""

    name: str
    channel: ChannelHandle
    viewers: tuple[MemberActor | UserHandle, ...]


@dataclass(frozen=True, slots=True)
class Town:
    """The server's people, and its channels before their direct messages with the bot."""

    people: tuple[MemberActor, ...]
    rooms: tuple[Room, ...]

    @property
    def operator(self) -> MemberActor:
        """Who runs the bot: the moderator."""
        return self.people[_PEOPLE.index(_MODERATOR)]

    @property
    def channels(self) -> tuple[ChannelHandle, ...]:
        """The server's channels, without the direct messages."""
        return tuple(room.channel for room in self.rooms if room.channel.guild is not None)


def build_town(env: Env) -> Town:
    """Make it, before anything else is made and before the bot looks."""
    guild = env.create_guild("Demo")
    moderators = guild.create_role(
        "Moderators", permissions=discord.Permissions(manage_guild=True, manage_messages=True)
    )
    channels = {
        name: guild.create_text_channel(name, topic=topic) for name, topic in _CHANNELS.items()
    }
    people = tuple(_join(env, guild, name, moderators) for name in _PEOPLE)
    restrict(env, channels[_AGE_RESTRICTED])
    rooms = [Room(f"#{name}", channel, people) for name, channel in channels.items()]
    rooms += [
        Room(f"{name}'s direct messages", member.user.dm_channel, (member.user,))
        for name, member in zip(_PEOPLE, people, strict=True)
    ]
    return Town(people, tuple(rooms))


def _join(env: Env, guild: GuildHandle, name: str, moderators: RoleHandle) -> MemberActor:
    user = env.create_user(name.lower(), global_name=name)
    return guild.add_member(user, roles=[moderators] if name == _MODERATOR else [])


def restrict(env: Env, channel: ChannelHandle) -> None:
    """Let the bot see a channel as age-restricted, which SimCord itself does not know.

    Each event is looked at on its way, before it reaches the bot.
    """
    wanted = str(channel.id)

    def mark(_event: str, payload: Mapping[str, Any]) -> None:
        for one in (payload, payload.get("channel"), *(payload.get("channels") or ())):
            if isinstance(one, dict) and one.get("id") == wanted:
                one["nsfw"] = True

    env.backend.subscribers.insert(0, mark)
