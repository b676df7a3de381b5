"""Posts of the time when the bot was away, found in the channels' histories."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence

import discord

from bot.autoupload.attendance import MAX_MISSED, Sighting, missed
from bot.autoupload.rules import MAX_MISSED_AGE
from bot.errors import ChannelClosedError, DiscordUnreachableError
from bot.services import Services
from bot.ui.history import read
from bot.ui.judging import rule_at

_log = logging.getLogger(__name__)

#: What can hold messages: a text or voice channel, or a thread.
_Place = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread


class Latecomers:
    """Finds them, one server after the other, and has them attended to."""

    def __init__(
        self, services: Services, attend: Callable[[discord.Message], Awaitable[None]]
    ) -> None:
        self._services = services
        self._attend = attend
        self._turn = asyncio.Lock()

    async def catch_up(self, guild: discord.Guild) -> None:
        """Attend to what was missed in a server; nothing is asked where there is nothing new."""
        attendance = self._services.attendance
        try:
            async with self._turn, attendance.catching_up(guild.id) as mark:
                oldest = discord.utils.utcnow() - MAX_MISSED_AGE
                since_id = max(mark, discord.utils.time_snowflake(oldest))
                for place in self._changed(guild, since_id):
                    for message in await self._missed(place, since_id):
                        await self._attend(message)
        except DiscordUnreachableError as error:
            _log.warning("posts missed in server %d cannot be looked for: %s", guild.id, error)

    def _changed(self, guild: discord.Guild, since_id: int) -> Iterable[_Place]:
        """Where something was posted, and a rule may want it."""
        channels = self._services.channels
        by_role = channels.has_role_rules(guild.id)
        for place in [*guild.channels, *guild.threads]:
            if not isinstance(place, _Place) or (place.last_message_id or 0) <= since_id:
                continue
            if by_role or rule_at(channels, place, None) is not None:
                yield place

    async def _missed(self, place: _Place, since_id: int) -> Sequence[discord.Message]:
        try:
            found = await read(place, since_id, limit=MAX_MISSED, oldest_first=False)
        except ChannelClosedError:
            return []
        by_id = {message.id: message for message in found}
        messages = [by_id[number] for number in missed(map(_sighting, found), since_id)]
        if self._services.channels.has_role_rules(place.guild.id):
            for message in messages:
                await _know_roles(message, place.guild)
        wanted = [message for message in messages if self._is_wanted(message)]
        if wanted:
            _log.info("found %d missed posts in channel %d", len(wanted), place.id)
        return wanted

    def _is_wanted(self, message: discord.Message) -> bool:
        """Whether there was a rule for it when it was posted."""
        rule = rule_at(self._services.channels, message.channel, message.author)
        return rule is not None and rule.set_at <= message.created_at


def _sighting(message: discord.Message) -> Sighting:
    me, reference = message.guild.me if message.guild else None, message.reference
    is_ours = me is not None and message.author.id == me.id
    return Sighting(
        message.id,
        has_files=bool(message.attachments),
        answers=reference.message_id if is_ours and reference is not None else None,
    )


async def _know_roles(message: discord.Message, guild: discord.Guild) -> None:
    """Histories do not say what the gateway does: the roles of an author."""
    try:
        message.author = await guild.fetch_member(message.author.id)
    except discord.HTTPException as error:
        _log.info("the roles of a message's author are not known: %s", error)
