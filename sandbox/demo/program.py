"""Everything together: SimCord's Discord, the sandbox Imgur, the bot between them, and a tab."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import discord
import simcord

from bot.app import App, open_app
from cogs import EXTENSIONS
from sandbox.demo.cdn import CdnTransport, TidyCdn
from sandbox.demo.choices import DISCORD_SECRET, Choices
from sandbox.demo.door import serve_door
from sandbox.demo.elsewhere import Elsewhere
from sandbox.demo.pictures import Pictures
from sandbox.demo.sign_in_pages import SignInPages
from sandbox.demo.signing_in import SignIn
from sandbox.demo.timekeeping import RealClock, catch_up, keep_time
from sandbox.demo.town import Town, build_town
from sandbox.demo.window import Window
from sandbox.imgur.admin import Person
from sandbox.imgur.server import Options
from sandbox.imgur.server import serve as serve_imgur

SAMPLES = Path(__file__).parent.parent / "samples"

#: How long the tab waits for the bot after a press. Not longer: it also waits for each timer of the
#: bot's that ends in this time, such as the one of aiohttp's that closes idle connections.
_SETTLE_S = 3.0


async def run(choices: Choices, stop: asyncio.Event, ready: Callable[[str], None]) -> None:
    """Run the demo until ``stop`` is set or the session is ended in the tab.

    Args:
        ready: Called with the tab's address as soon as it can be opened.

    Raises:
        OSError: A port is taken.
        BotError: The folder cannot be used.
    """
    async with AsyncExitStack() as stack:
        env, town = await stack.enter_async_context(_discord())
        http = await stack.enter_async_context(aiohttp.ClientSession())
        pictures = Pictures(http, choices.imgur_url, env.backend.cdn)
        window = Window(env, pictures, choices.ports[0])
        await stack.enter_async_context(_imgur(choices, town, window))
        await stack.enter_async_context(_door(choices, env, town, window))
        app = await stack.enter_async_context(_bot(choices, env, town))
        await stack.enter_async_context(app.pipeline.running())
        await stack.enter_async_context(_meanwhile(keep_time(env)))
        await stack.enter_async_context(window.open(town.rooms[0]))
        ready(window.url)
        await _first_of(stop.wait(), window.ended())


@asynccontextmanager
async def _discord() -> AsyncIterator[tuple[simcord.Env, Town]]:
    """A Discord with a town in it, at the present time.

    A client that does nothing holds the place of the bot, whose services are opened inside, so
    that whatever they do (also in answer to a browser) goes to this Discord.
    """
    nobody = discord.AutoShardedClient(intents=discord.Intents(guilds=True), shard_count=1)
    async with simcord.run(nobody, check_errors=False, settle_timeout=_SETTLE_S) as env:
        env.backend.cdn = TidyCdn()
        env.backend.edit_bot_profile("Imgur")
        town = build_town(env)
        catch_up(env)
        yield env, town


@asynccontextmanager
async def _bot(choices: Choices, env: simcord.Env, town: Town) -> AsyncIterator[App]:
    cdn = CdnTransport(env.backend.cdn)
    async with open_app(choices.settings(), RealClock(), cdn_transport=cdn) as app:
        bot = app.new_bot(EXTENSIONS, shard_count=1)
        bot.owner_id = town.operator.id  # SimCord's applications belong to themselves
        await env.restart_bot(bot)
        # Otherwise the tab calls each refusal that the bot explains an uncertain outcome.
        vars(bot.tree).pop("on_error")
        yield app


@asynccontextmanager
async def _imgur(choices: Choices, town: Town, window: Window) -> AsyncIterator[None]:
    """The sandbox Imgur; its tab can post pictures as anyone into any channel."""
    places = {
        f"{member.id}:{channel.id}": (member, channel)
        for channel in town.channels
        for member in town.people
    }

    def people() -> list[Person]:
        return [
            Person(key, f"{member.user.global_name} in #{channel.name}")
            for key, (member, channel) in places.items()
        ]

    async def post_as(key: str, text: str, files: list[tuple[str, bytes]]) -> None:
        member, channel = places[key]
        async with window.turn():
            await member.send(channel, text, attachments=files)

    async with serve_imgur(
        choices.folder / "imgur",
        port=choices.ports[1],
        options=Options(callback_url=f"{choices.pages_url}/callback/imgur"),
        people=people,
        post_as=post_as,
        samples=SAMPLES,
    ) as imgur:
        imgur.world.state.switches.polls_needed = 0  # films are ready at once
        yield


@asynccontextmanager
async def _door(
    choices: Choices, env: simcord.Env, town: Town, window: Window
) -> AsyncIterator[None]:
    sign_in = SignIn(
        client_id=str(env.backend.application_id),
        client_secret=DISCORD_SECRET,
        redirect_uri=f"{choices.pages_url}/callback/discord",
    )

    routes = [*SignInPages(town, sign_in).routes(), *Elsewhere(town, window).routes()]
    async with serve_door(routes, choices.ports[3]):
        yield


@asynccontextmanager
async def _meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Work in the background while the block runs."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _first_of(*waits: Awaitable[object]) -> None:
    """Return when the first has; the others are given up."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
