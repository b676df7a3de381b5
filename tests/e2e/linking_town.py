"""A town whose bot has pages of its own, and a browser in front of them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import aiohttp
import pytest

from tests.bot.web.site import Browser
from tests.e2e.conftest import Town
from tests.ports import held
from tests.wire.entities import User
from tests.wire.interactions import Interaction


@dataclass
class LinkingTown:
    """A town whose bot has pages of its own."""

    town: Town
    browser: Browser

    async def ask(self, user: User) -> tuple[Interaction, str]:
        """Use ``/account link``; returns where its button leads."""
        asked = await self.town.discord.slash(user, self.town.channel, "account link")
        await asked.until(lambda it: it.links)
        (address,) = [link for link in asked.links if "/link/" in link]
        return asked, address

    async def link(self, user: User, account: str = "marmalade") -> Interaction:
        """Go all the way, in a browser that is signed in as that user."""
        asked, address = await self.ask(user)
        self.town.discord.oauth.signed_in = user
        imgur = await self.browser.up_to_imgur(address)
        redirect = await self.browser.at_imgur(imgur, account)
        assert (await self.browser.land(redirect)).status == 200
        return asked


@pytest.fixture
async def linking(town: Town) -> AsyncIterator[LinkingTown]:
    with held() as port:
        base_url = f"http://127.0.0.1:{port}"
        town.bot.environment |= {
            "PUBLIC_BASE_URL": base_url,
            "WEB_PORT": str(port),
            "DISCORD_CLIENT_SECRET": town.discord.client_secret,
        }
        await town.tell_imgur(
            "applications",
            client_id=town.environment["IMGUR_CLIENT_ID"],
            callback_url=f"{base_url}/callback/imgur",
        )
        discord = SimpleNamespace(url=town.discord.api_url.removesuffix("/api/v10"))
        site = SimpleNamespace(base_url=base_url, port=port, discord=discord)
        async with aiohttp.ClientSession() as http:
            yield LinkingTown(town, Browser(site, http, None))


def stored_bytes(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in (directory / "data").glob("bot.sqlite3*"))
