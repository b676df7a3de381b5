"""What Discord says about the bot's own application."""

from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp
import discord

from bot.discord_bot import point_at
from bot.errors import DiscordUnreachableError, SettingsError


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """An application as its operator set it up.

    Attributes:
        reads_messages: Whether the message content intent is granted, in full or within limits.
        redirects: Where people may be sent back to after they sign in; Discord may leave it out.
        guilds: About how many servers it is in; ``None`` where Discord does not say.
    """

    name: str
    reads_messages: bool
    redirects: Sequence[str]
    guilds: int | None


async def application_of(client: discord.Client) -> ApplicationFacts:
    """Ask Discord through a client that is logged in.

    Raises:
        DiscordUnreachableError: It does not answer.
    """
    try:
        info = await client.application_info()
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        raise DiscordUnreachableError(f"no answer: {type(error).__name__}") from error
    flags = info.flags
    return ApplicationFacts(
        name=info.name,
        reads_messages=flags.gateway_message_content or flags.gateway_message_content_limited,
        redirects=tuple(info.redirect_uris or ()),
        guilds=info.approximate_guild_count,
    )


async def ask_about_application(token: str, *, api_url: str | None) -> ApplicationFacts:
    """Log in for this one question, without connecting to the gateway.

    Args:
        api_url: Where it is not Discord's own.

    Raises:
        SettingsError: Discord does not know the token.
        DiscordUnreachableError: It does not answer.
    """
    if api_url is not None:
        await point_at(api_url)
    async with discord.Client(intents=discord.Intents.none()) as client:
        try:
            await client.login(token)
        except discord.LoginFailure as error:
            reason = "is not a token that Discord knows"
            raise SettingsError("DISCORD_TOKEN", reason, "the bot's token") from error
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            raise DiscordUnreachableError(f"no answer: {type(error).__name__}") from error
        return await application_of(client)
