"""The Discord client: which intents, which commands, one handler for what goes wrong.

The only place that points discord.py at another address than Discord's.
"""

import asyncio
import logging
import secrets
import sys
from collections.abc import Sequence
from typing import Any

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands
from yarl import URL

from bot.clock import Clock
from bot.errors import BotError, ChoiceError, DiscordUnreachableError
from bot.services import Services
from bot.ui.announcer import DiscordAnnouncer
from bot.ui.failures import tell_failure
from bot.ui.presses import Pick, Press, Presses

_log = logging.getLogger(__name__)

#: Without any gateway connection for this long the process ends, for its supervisor: discord.py's
#: own first connection gives up by recursion much later.
GATEWAY_PATIENCE_S = 600.0
_LOOK_EVERY_S = 5.0


#: What a client does that still shows the commands of a former version.
_OUTDATED = (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch)
_RELOAD = (
    "This command has changed since your Discord loaded it. Restart Discord, or reload it with "
    "Ctrl+R, and use it again."
)
_UNUSABLE = (
    "What was chosen there cannot be used: it is gone, or in a server that this bot is not a "
    "member of."
)


class CommandTree(app_commands.CommandTree["ImgurBot"]):
    """Commands, and what is said when one fails."""

    async def on_error(
        self, interaction: discord.Interaction["ImgurBot"], error: app_commands.AppCommandError, /
    ) -> None:
        """Tell the person, whatever it was."""
        cause: Exception = error
        if isinstance(error, app_commands.CommandInvokeError):
            cause = error.original
        elif isinstance(error, app_commands.TransformerError):
            cause = ChoiceError(_UNUSABLE)
        elif isinstance(error, _OUTDATED):
            cause = ChoiceError(_RELOAD)
        await tell_failure(interaction, cause)


class ImgurBot(commands.AutoShardedBot):
    """The bot; whatever it uses was opened around it.

    Attributes:
        services: What cogs may use.
        presses: Which handler answers which button.
        reads_messages: Whether Discord lets it see what members post.
    """

    def __init__(
        self,
        services: Services,
        announcer: DiscordAnnouncer,
        extensions: Sequence[str],
        *,
        reads_messages: bool = True,
        **options: Any,
    ) -> None:
        # What voice would need is left out on purpose.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(
                guilds=True, guild_messages=True, message_content=reads_messages
            ),
            tree_cls=CommandTree,
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            **options,
        )
        self.services = services
        self.presses = Presses()
        self.reads_messages = reads_messages
        self._announcer = announcer
        self._extensions_to_load = extensions

    async def setup_hook(self) -> None:
        """Load the cogs and publish their commands."""
        self.add_dynamic_items(Press, Pick)
        for extension in self._extensions_to_load:
            await self.load_extension(extension)
        published = await self.tree.sync()
        _log.info("published %d commands", len(published))
        self._announcer.speak_through(self)

    async def on_ready(self) -> None:
        """Say who it is and how to invite it."""
        _log.info("connected as %s, in %d servers", self.user, len(self.guilds))
        _log.info("invite it with %s", self.invite_link)

    async def on_error(self, event_method: str, /, *_: Any, **__: Any) -> None:
        """Log under a reference what kept an event from being followed."""
        error, reference = sys.exception(), secrets.token_hex(3)
        if isinstance(error, BotError):
            kind = type(error).__name__
            _log.error("%s was not followed: %s: %s [ref %s]", event_method, kind, error, reference)
        else:
            _log.error("%s failed [ref %s]", event_method, reference, exc_info=error)

    async def on_command_error(self, *_: object) -> None:
        """Mentioning the bot is no command; there is nothing to say."""

    async def process_commands(self, message: discord.Message, /) -> None:
        """There are no commands in messages."""

    @property
    def invite_link(self) -> str:
        """The address that adds the bot to a server with the permissions that it uses."""
        return discord.utils.oauth_url(
            self.application_id or 0,
            permissions=discord.Permissions(
                view_channel=True,
                send_messages=True,
                send_messages_in_threads=True,
                read_message_history=True,
                attach_files=True,
                embed_links=True,
                add_reactions=True,
                create_public_threads=True,
            ),
            scopes=("bot", "applications.commands"),
        )

    async def is_operator(self, user: discord.User | discord.Member) -> bool:
        """Whether a person runs this bot: owns its application at Discord, or is in its team.

        Raises:
            discord.HTTPException: Discord does not say whose application it is.
        """
        return await self.is_owner(user)

    @property
    def is_connected(self) -> bool:
        """Whether any shard has a gateway connection."""
        return any(not shard.is_closed() for shard in self.shards.values())


async def point_at(api_url: str) -> None:
    """Send everything that discord.py does to another address.

    Both the base of all calls and the default gateway are set: after an invalid session discord.py
    dials the default.

    Raises:
        DiscordUnreachableError: That address does not say where its gateway is.
    """
    discord.http.Route.BASE = api_url
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session,
            session.get(f"{api_url}/gateway") as response,
        ):
            response.raise_for_status()
            gateway = (await response.json(content_type=None))["url"]
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
        raise DiscordUnreachableError(f"{api_url}/gateway does not answer: {error}") from error
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway)
    _log.info("Discord is at %s, its gateway at %s", api_url, gateway)


async def watch_gateway(bot: ImgurBot, clock: Clock) -> None:
    """Return never, unless no gateway connection stands for too long.

    Raises:
        DiscordUnreachableError: Ten minutes have passed without one.
    """
    connected_at = clock.monotonic()
    while clock.monotonic() - connected_at < GATEWAY_PATIENCE_S:
        await clock.sleep(_LOOK_EVERY_S)
        if bot.is_connected:
            connected_at = clock.monotonic()
    raise DiscordUnreachableError("no gateway connection stood for ten minutes")


async def run_bot(bot: ImgurBot, token: str, clock: Clock) -> None:
    """Run the bot until it is cancelled or fails.

    Raises:
        DiscordUnreachableError: No gateway connection stood for too long.
        discord.LoginFailure: Discord does not know the token.
        discord.PrivilegedIntentsRequired: Discord does not let it see what members post.
    """
    running = asyncio.create_task(bot.start(token))
    watching = asyncio.create_task(watch_gateway(bot, clock))
    try:
        done, _ = await asyncio.wait({running, watching}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        watching.cancel()
        await bot.close()
        running.cancel()
        await asyncio.gather(running, watching, return_exceptions=True)
