"""Old messages: an archive's, with the one that shows how it goes, and what the bot has missed."""

import logging
from collections.abc import Sequence
from typing import Any

import discord

from bot.archive.archivist import Look
from bot.archive.plan import Archive, Page, PastPost
from bot.errors import ChannelClosedError, DiscordUnreachableError
from bot.ui.announcer import UNREACHABLE, DiscordAnnouncer
from bot.ui.archive import archive_card
from bot.ui.judging import is_from_person, place_ids, role_ids
from bot.ui.sources import attachment_source, looks_like_media, post_file

_log = logging.getLogger(__name__)

#: As many as Discord gives at once.
_PAGE = 100


class DiscordHistory:
    """A ``History``."""

    def __init__(self, announcer: DiscordAnnouncer) -> None:
        self._announcer = announcer

    async def page(self, archive: Archive) -> Page:
        """The messages after an archive's cursor.

        Raises:
            ChannelClosedError: The bot may not read there, or the channel is gone.
            DiscordUnreachableError: Not at present.
        """
        client = self._client
        channel = client.get_partial_messageable(archive.channel_id, guild_id=archive.guild_id)
        found = await read(channel, archive.cursor_id, limit=_PAGE, oldest_first=True)
        wanted = [message for message in found if message.id <= archive.until_id]
        return Page(
            posts=[_post(message) for message in wanted],
            cursor_id=wanted[-1].id if wanted else archive.cursor_id,
            is_last=len(found) < _PAGE or len(wanted) < len(found),
            place_ids=place_ids(await self._place(archive)),
        )

    async def _place(self, archive: Archive) -> Any:
        try:
            place = self._client.get_channel(archive.channel_id)
            # A thread that Discord has put aside is not at hand.
            return place or await self._client.fetch_channel(archive.channel_id)
        except (discord.Forbidden, discord.NotFound) as error:
            raise ChannelClosedError(f"channel {archive.channel_id}: {error}") from error
        except UNREACHABLE as error:
            raise DiscordUnreachableError(f"a channel cannot be looked up: {error}") from error

    async def roles_of(self, guild_id: int, user_id: int) -> Sequence[int]:
        """A member's roles, the highest first; none for who has left.

        Raises:
            DiscordUnreachableError: Not at present.
        """
        guild = self._client.get_guild(guild_id)
        if guild is None:
            raise DiscordUnreachableError(f"server {guild_id} is not known yet")
        try:
            return role_ids(await guild.fetch_member(user_id))
        except discord.NotFound:
            return []
        except UNREACHABLE as error:
            raise DiscordUnreachableError(f"a member cannot be looked up: {error}") from error

    @property
    def _client(self) -> discord.Client:
        client = self._announcer.client
        if client is None:
            raise DiscordUnreachableError("the bot is not connected yet")
        return client


async def read(
    channel: discord.abc.Messageable, after_id: int, *, limit: int, oldest_first: bool
) -> Sequence[discord.Message]:
    """The oldest or the newest messages after this one, in this order.

    Raises:
        ChannelClosedError: The bot may not read there, or the channel is gone.
        DiscordUnreachableError: Not at present.
    """
    after = discord.Object(after_id)
    messages = channel.history(limit=limit, after=after, oldest_first=oldest_first)
    try:
        return [message async for message in messages]
    except (discord.Forbidden, discord.NotFound) as error:
        raise ChannelClosedError(f"a channel cannot be read: {error}") from error
    except UNREACHABLE as error:
        raise DiscordUnreachableError(f"messages cannot be read: {error}") from error


class DiscordBoard:
    """A ``Board``."""

    def __init__(self, announcer: DiscordAnnouncer) -> None:
        self._announcer = announcer

    async def show(self, look: Look) -> None:
        """Edit the archive's message; trouble with that is nobody's."""
        archive, client = look.archive, self._announcer.client
        if client is None or archive.board_channel_id is None or archive.board_id is None:
            return
        channel = client.get_partial_messageable(
            archive.board_channel_id, guild_id=archive.guild_id
        )
        try:
            await channel.get_partial_message(archive.board_id).edit(view=archive_card(look))
        except UNREACHABLE as error:
            _log.info("archive %d cannot be shown: %s", archive.id, error)


def _post(message: discord.Message) -> PastPost:
    # Only what its author posted himself: a link, an embed or something forwarded may be anybody's.
    files = [item for item in message.attachments if looks_like_media(item)]
    return PastPost(
        message_id=message.id,
        author_id=message.author.id,
        is_from_person=is_from_person(message),
        sources=[attachment_source(item, message) for item in files],
        files=[post_file(item) for item in files],
    )
