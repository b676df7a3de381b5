"""The real bot in SimCord's Discord, its services opened around it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
import pytest_asyncio
import simcord

from bot.app import App, open_app
from bot.settings import Settings
from cogs import EXTENSIONS
from sandbox.demo.cdn import CdnTransport
from sandbox.demo.timekeeping import RealClock
from sandbox.imgur.people import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
from sandbox.imgur.server import Sandbox, serve
from tests.patience import PATIENCE_S

#: SimCord waits for timers of the bot's that end so soon, and for no later ones.
SOON_S = 5.0


@dataclass
class House:
    """A server with people in it, the bot, and Imgur behind."""

    env: simcord.Env
    app: App
    imgur: Sandbox
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    alice: simcord.MemberActor
    bob: simcord.MemberActor
    mo: simcord.MemberActor

    async def until(self, holds: Callable[[], Any], timeout_s: float = PATIENCE_S) -> Any:
        """Wait for work that goes on outside the bot's own tasks."""
        async with asyncio.timeout(timeout_s):
            while not (result := holds()):  # noqa: ASYNC110 (nothing tells of it)
                await asyncio.sleep(0.01)
        return result

    def text(self, message: discord.Message | None = None) -> str:
        """What a message says; the channel's last one by default."""
        shown = message or self.channel.last_message
        return "" if shown is None else "\n".join(texts_of(shown))


def texts_of(message: discord.Message) -> list[str]:
    found = [message.content] if message.content else []
    for component in message.components:
        children = getattr(component, "children", [])
        found += [part.content for part in children if hasattr(part, "content")]
    return found


@pytest.fixture
def simcord_bot(monkeypatch: pytest.MonkeyPatch) -> discord.AutoShardedClient:
    """Holds the place of the bot until its services are open; SimCord is patient with both."""
    monkeypatch.setitem(simcord.Env.__init__.__kwdefaults__, "settle_timeout", PATIENCE_S)
    for name in ("_is_parked", "_callback_is_parked"):
        monkeypatch.setattr(f"simcord.env.{name}", _looking_ahead(getattr(simcord.env, name)))
    return discord.AutoShardedClient(intents=discord.Intents(guilds=True), shard_count=1)


def _looking_ahead(is_parked: Callable[..., bool]) -> Callable[..., bool]:
    """SimCord's own question whether something waits for a later time, asked with our idea of soon.

    SimCord waits as long for timers as it waits for work.
    """

    def asked(state: object, waiting: object, deadline: float) -> bool:
        return is_parked(state, waiting, deadline - PATIENCE_S + SOON_S)

    return asked


@pytest_asyncio.fixture
async def house(simcord_env: simcord.Env, tmp_path: Path) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        imgur = await stack.enter_async_context(serve(tmp_path / "imgur"))
        settings = Settings(
            _env_file=None,
            discord_token="simulated-token",
            discord_cdn_hosts="cdn.simcord.invalid",
            imgur_client_id=DEMO_CLIENT_ID,
            imgur_client_secret=DEMO_CLIENT_SECRET,
            imgur_api_url=imgur.url,
            data_dir=tmp_path / "bot",
            ops_port=0,
        )
        cdn = CdnTransport(simcord_env.backend.cdn)
        with simcord_env.time_context():
            app = await stack.enter_async_context(
                open_app(settings, RealClock(), cdn_transport=cdn)
            )
            await simcord_env.restart_bot(app.new_bot(EXTENSIONS, shard_count=1))
            await stack.enter_async_context(app.pipeline.running())
        guild = simcord_env.create_guild()
        moderators = guild.create_role(
            "Moderators",
            permissions=discord.Permissions(manage_guild=True, manage_messages=True),
        )
        yield House(
            env=simcord_env,
            app=app,
            imgur=imgur,
            guild=guild,
            channel=guild.create_text_channel("general"),
            alice=guild.add_member(simcord_env.create_user("alice")),
            bob=guild.add_member(simcord_env.create_user("bob")),
            mo=guild.add_member(simcord_env.create_user("mo"), roles=[moderators]),
        )
