"""Fresh links to files whose signed links are too old."""

from collections.abc import Callable

import aiohttp
import discord

from bot.errors import FetchError, SourceGoneError
from bot.uploads.job import Source

_SERVER_TROUBLE = 500
_TOO_MANY = 429


class DiscordAttachments:
    """Looks a file's message up again; an ``Attachments``."""

    def __init__(self, client: Callable[[], discord.Client | None]) -> None:
        self._client = client

    async def fresh_url(self, source: Source) -> str:
        """A newly signed link to a file, found by the ids of its message.

        Raises:
            SourceGoneError: The file or its message is gone, or it hangs on none.
            FetchError: Discord cannot tell at present.
        """
        client = self._client()
        if source.channel_id is None or source.message_id is None:
            raise SourceGoneError("the file hangs on no message")
        if client is None:
            raise FetchError("the bot is not connected yet")
        channel = client.get_partial_messageable(source.channel_id)
        try:
            message = await channel.fetch_message(source.message_id)
        except discord.HTTPException as error:
            if error.status >= _SERVER_TROUBLE or error.status == _TOO_MANY:
                raise FetchError(f"Discord does not show the message: {error}") from error
            raise SourceGoneError(f"the message is gone ({error.status})") from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise FetchError("Discord could not be asked for the message") from error
        files = [
            *message.attachments,
            *(file for snapshot in message.message_snapshots for file in snapshot.attachments),
        ]
        for file in files:
            if file.id == source.attachment_id:
                return file.url
        raise SourceGoneError("the message no longer has the file")
