from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.accounts.making import ALICE, BOB
from tests.bot.web.site import Browser, Site, browser_of, serve_site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """With ``DISCORD_CLIENT_SECRET``: Discord proves who a visitor is."""
    async with serve_site(tmp_path) as site:
        yield site


@pytest.fixture
async def alices(site: Site) -> AsyncIterator[Browser]:
    """Alice's browser."""
    async with browser_of(site, ALICE) as browser:
        yield browser


@pytest.fixture
async def bobs(site: Site) -> AsyncIterator[Browser]:
    """Bob's browser."""
    async with browser_of(site, BOB) as browser:
        yield browser
