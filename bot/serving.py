"""Keeps a bot connected to Discord while its uploads run, until it is asked to stop."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import nullcontext

import aiohttp
import discord

from bot.app import App
from bot.discord_bot import GATEWAY_PATIENCE_S, point_at, run_bot
from bot.errors import DiscordUnreachableError, SettingsError

_log = logging.getLogger(__name__)

_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0


async def serve(app: App, extensions: Sequence[str], stop: asyncio.Event) -> None:
    """Run until ``stop`` is set: uploads on their way finish first, then the bot leaves Discord.

    Raises:
        SettingsError: Discord does not know the token.
        DiscordUnreachableError: No gateway connection stood for too long.
    """
    connected = asyncio.create_task(stay_connected(app, extensions))
    stopped = asyncio.create_task(stop.wait())
    try:
        # With the wrong keys, waiting uploads could only fail: they are kept for the right ones.
        async with app.pipeline.running() if app.keys_fit else nullcontext():
            await asyncio.wait({connected, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if stopped.done():
                _log.info("stopping")
    finally:
        stopped.cancel()
        connected.cancel()
        await asyncio.gather(stopped, connected, return_exceptions=True)
    if not connected.cancelled():
        connected.result()


async def stay_connected(app: App, extensions: Sequence[str]) -> None:
    """Keep a bot connected to Discord until it is cancelled.

    Raises:
        SettingsError: Discord does not know the token.
        DiscordUnreachableError: No gateway connection stood for too long.
    """
    settings, clock = app.settings, app.clock
    patience_ends_at = clock.monotonic() + GATEWAY_PATIENCE_S
    pause_s, reads_messages = _FIRST_PAUSE_S, True
    while True:
        try:
            if settings.uses_foreign_discord:
                await point_at(settings.discord_api_url)
            bot = app.new_bot(extensions, reads_messages=reads_messages)
            await run_bot(bot, settings.discord_token.get_secret_value(), clock)
        except discord.PrivilegedIntentsRequired:
            _log.warning(
                "Discord does not let this bot see messages, so automatic uploads are off: turn on "
                "the message content intent at https://discord.com/developers/applications"
            )
            reads_messages = False
        except discord.LoginFailure as error:
            raise SettingsError(
                "DISCORD_TOKEN", "is not a token that Discord knows", "the bot's token"
            ) from error
        except _PASSING as error:
            if clock.monotonic() >= patience_ends_at:
                raise DiscordUnreachableError("Discord could not be reached") from error
            _log.warning("Discord cannot be reached (%s), trying again in %.0f s", error, pause_s)
            await clock.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)


#: What a network or a Discord in trouble throws. AttributeError: discord.py's own first connection
#: trips over its missing socket when the gateway refuses it.
_PASSING = (
    DiscordUnreachableError,
    discord.HTTPException,
    discord.GatewayNotFound,
    discord.ConnectionClosed,
    aiohttp.ClientError,
    AttributeError,
    OSError,
    TimeoutError,
)
