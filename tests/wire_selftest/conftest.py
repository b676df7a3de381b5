import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.e2e.process import BotProcess
from tests.wire.driver import DiscordWire

Api = Callable[..., Coroutine[Any, Any, tuple[int, Any]]]
SELFTEST_BOT = [sys.executable, str(Path(__file__).with_name("selftest_bot.py"))]


@pytest.fixture
async def discord() -> AsyncIterator[DiscordWire]:
    async with DiscordWire(check_answers=True) as wire:
        yield wire
        assert not wire.rest.crashes
        assert not wire.answer_violations, "\n".join(map(str, wire.answer_violations))


@pytest.fixture
async def api(discord: DiscordWire) -> AsyncIterator[Api]:
    """Calls the HTTP API as the bot: `await api("GET", "/users/@me")` is (status, answer)."""
    headers = {"Authorization": f"Bot {discord.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:

        async def call(method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
            url = discord.api_url + path
            async with session.request(method, url, json=body, **more) as response:
                return response.status, await response.json() if response.content_length else None

        yield call


def selftest_bot(wire: DiscordWire, directory: Path, **environment: str) -> BotProcess:
    environment = {
        "DISCORD_API_URL": wire.api_url,
        "GATEWAY_URL": wire.gateway.url,
        "DISCORD_TOKEN": wire.token,
    } | environment
    return BotProcess(directory, environment, command=SELFTEST_BOT)


@pytest.fixture
async def bot(discord: DiscordWire, tmp_path: Path) -> AsyncIterator[BotProcess]:
    """The self-test bot, connected; its requests must all have been right."""
    discord.world.callback_window_s = 60  # how soon this bot answers on a busy machine is no matter
    async with selftest_bot(discord, tmp_path) as process:
        await process.while_running(discord.ready())
        yield process
        discord.assert_clean()
