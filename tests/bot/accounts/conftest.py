from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.accounts.vault import Vault
from bot.storage.engine import Database
from bot.storage.links import SqlLinkStore
from sandbox.imgur.server import Options, Sandbox, serve
from tests.bot.accounts.imgur_door import Door, open_door
from tests.bot.accounts.linked import Deaths
from tests.bot.accounts.making import fresh_database, new_vault
from tests.bot.accounts.still_clock import StillClock


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def vault() -> Vault:
    return new_vault()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with fresh_database(tmp_path) as database:
        yield database


@pytest.fixture
def links(database: Database) -> SqlLinkStore:
    return SqlLinkStore(database)


@pytest.fixture
async def imgur(clock: StillClock) -> AsyncIterator[Sandbox]:
    async with serve(options=Options(now=clock.now)) as sandbox:
        yield sandbox


@pytest.fixture
async def door(imgur: Sandbox) -> AsyncIterator[Door]:
    async with open_door(imgur.url) as door:
        yield door


@pytest.fixture
def deaths() -> Deaths:
    return Deaths()
