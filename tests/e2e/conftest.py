"""The real process between two stand-ins that outlive it."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image as Picture

from sandbox.imgur.people import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
from sandbox.imgur.records import Album, Image
from sandbox.imgur.server import Options, Sandbox, serve
from tests.e2e import ledger
from tests.e2e.process import RUN_BOT, BotProcess
from tests.patience import PATIENCE_S
from tests.wire.driver import DiscordWire
from tests.wire.entities import Channel, Guild, Message, User
from tests.wire.files import Attachment
from tests.wire.interactions import Interaction


@dataclass
class Town:
    """A server with a channel and people, a bot, and Imgur.

    Attributes:
        environment: What the bot is started with; a test may add to it before it starts.
        web: What Imgur finds when it fetches an address itself.
    """

    discord: DiscordWire
    imgur: Sandbox
    bot: BotProcess
    guild: Guild
    channel: Channel
    alice: User
    bob: User
    moderator: User
    web: dict[str, bytes]

    @property
    def environment(self) -> dict[str, str]:
        return self.bot.environment

    @property
    def database(self) -> Path:
        """The bot's own, where it is a file."""
        return self.bot.directory / "data" / "bot.sqlite3"

    async def open(self) -> None:
        """Start the bot and wait until people can use it."""
        await self.discord.gone()  # a killed bot's socket may outlive it for a moment
        await self.bot.start()
        await self.bot.while_running(self.discord.ready())

    async def tell_imgur(self, command: str, **what: object) -> Any:
        """One of the sandbox's own calls (``sandbox/imgur/admin.py``)."""
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.imgur.url}/sandbox/{command}", json=what) as answer,
        ):
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def imgur_state(self) -> dict[str, Any]:
        """Everything that the sandbox holds."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.imgur.url}/sandbox/state") as answer,
        ):
            state: dict[str, Any] = await answer.json()
            return state

    async def ops(self, path: str) -> str:
        """An answer of the bot's operators' port."""
        port = (await self.bot.wait_for_log(r"health and metrics at http://127.0.0.1:(\d+)"))[1]
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}{path}") as answer,
        ):
            return await answer.text()

    async def figures(self, *lines: str) -> str:
        """All figures of the operators' port, once these lines are among them."""
        figures = await self.ops("/metrics")
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not {*lines} <= {*figures.splitlines()}:
                    figures = await self.ops("/metrics")
        except TimeoutError:
            raise AssertionError(f"Not all of {lines} are among:\n{figures}") from None
        return figures

    async def kept(self, query: str) -> list[tuple[Any, ...]]:
        """The first rows that a query finds in the bot's database, also while it runs."""
        return await ledger.until(self.database, query)

    async def operator(self, command: str) -> tuple[int, str]:
        """Run ``python -m bot`` with this command beside the bot: exit code and all it printed."""
        process = BotProcess(self.bot.directory, self.environment, command=(*RUN_BOT[:-1], command))
        await process.start()
        return (await process.exited()).code, process.log

    async def imgur_file(self, image_id: str) -> bytes:
        """A picture's bytes exactly as Imgur received them."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.imgur.url}/sandbox/files/{image_id}") as answer,
        ):
            return await answer.read()

    @property
    def imgur_images(self) -> list[Image]:
        """The pictures beyond those that Imgur began with."""
        return list(self.imgur.world.state.uploads())

    @property
    def imgur_albums(self) -> list[Album]:
        """The albums that hold such pictures, or none, and were made since the start."""
        ours = {image.id for image in self.imgur_images}
        albums = self.imgur.world.state.albums.values()
        return [album for album in albums if not album.image_ids or ours & {*album.image_ids}]

    @property
    def pictures(self) -> int:
        """How many pictures Imgur holds beyond those that it began with."""
        return len(self.imgur.world.state.uploads())


@asynccontextmanager
async def open_town(folder: Path) -> AsyncIterator[Town]:
    """A town whose bot is yet to be started; it must stop cleanly at the end."""
    (folder / "bot").mkdir()
    web: dict[str, bytes] = {}

    async def fetch(address: str) -> bytes:
        if address not in web:
            raise ValueError(address)
        return web[address]

    options = Options(fetch=fetch)
    async with DiscordWire() as discord, serve(folder / "imgur", options=options) as imgur:
        guild = discord.create_guild("Town")
        environment = {
            **discord.environment(),
            "IMGUR_API_URL": imgur.url,
            "IMGUR_CLIENT_ID": DEMO_CLIENT_ID,
            "IMGUR_CLIENT_SECRET": DEMO_CLIENT_SECRET,
            "OPS_PORT": "0",
            "WEB_PORT": "0",
            "LOG_LEVEL": "DEBUG",
        }
        bot = BotProcess(folder / "bot", environment)
        built = Town(
            discord=discord,
            imgur=imgur,
            bot=bot,
            guild=guild,
            channel=discord.create_channel(guild),
            alice=discord.create_user("alice", guild),
            bob=discord.create_user("bob", guild),
            moderator=discord.create_moderator("mo", guild),
            web=web,
        )
        try:
            yield built
            end = await bot.terminate() if bot.is_running else None
        finally:
            print(bot.log[-20_000:])  # pytest shows it when the test failed
            await bot.kill()
        assert end is None or end.code == 0, "the bot did not stop cleanly"
        discord.assert_clean()


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as built:
        yield built


def png(seed: int = 0, size: tuple[int, int] = (64, 48)) -> Attachment:
    """A real picture, another one for each seed."""
    buffer = io.BytesIO()
    colour = (seed * 37 % 256, seed * 91 % 256, 120)
    Picture.new("RGB", size, colour).save(buffer, "PNG")
    return Attachment(f"picture-{seed}.png", buffer.getvalue(), "image/png")


async def finished(upload: Interaction, timeout_s: float = PATIENCE_S) -> Message:
    """The card of an upload that is done."""
    await upload.until(
        lambda it: it.response is not None and "Delete" in it.response.labels, timeout_s
    )
    assert upload.response is not None
    return upload.response


#: How long Discord waits for a first answer.
FIRST_ANSWER_S = 3.0
_TRIES = 5


async def answered_in_time(
    ask: Callable[[], Awaitable[Interaction]], within_s: float = FIRST_ANSWER_S
) -> Interaction:
    """One of a few like interactions, most of which got their first answer in time.

    Only where the stand-in waits longer than Discord does: else a late one is lost.

    A busy machine makes this one or that one late; a slow bot is late more often than not.
    """
    took_s: list[float] = []
    while len(took_s) < _TRIES:
        asked = await ask()
        await asked.until_acknowledged()
        assert asked.acknowledged_after_s is not None
        took_s.append(asked.acknowledged_after_s)
        if sum(took < within_s for took in took_s) > _TRIES // 2:
            return asked
    raise AssertionError(f"Answered after {took_s} s, mostly not within {within_s} s.")


from tests.e2e.linking_town import linking  # noqa: E402, F401 (a fixture that builds on these)
