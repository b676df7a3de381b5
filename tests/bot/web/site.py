"""The linking pages with Imgur and Discord behind them, and browsers in front."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp

from bot.accounts.account import Linked, LinkedAccount
from bot.accounts.announcing import InteractionRef
from bot.accounts.codes import Codes
from bot.accounts.imgur_oauth import ImgurOAuth
from bot.accounts.linking import Linking
from bot.accounts.tickets import Tickets
from bot.accounts.tokens import Tokens
from bot.accounts.vault import Vault
from bot.clock import SystemClock
from bot.errors import BotError
from bot.imgur.senders import HttpSender
from bot.storage.link_tickets import SqlPendingStore, SqlTicketStore
from bot.storage.links import SqlLinkStore
from bot.web.discord_identity import DiscordIdentity
from bot.web.server import serve_pages
from sandbox.imgur.people import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
from sandbox.imgur.server import Options, Sandbox
from sandbox.imgur.server import serve as serve_imgur
from tests.bot.accounts.making import fresh_database, new_vault
from tests.bot.accounts.still_clock import StillClock
from tests.bot.web.small_discord import CLIENT_SECRET, SmallDiscord, serve_discord

BASE_URL = "https://bot.example"


@dataclass
class Notebook:
    """A ``LinkAnnouncer`` that writes down what it should tell."""

    linked_to: list[tuple[InteractionRef, Linked]] = field(default_factory=list)
    failures: list[tuple[InteractionRef, BotError]] = field(default_factory=list)

    async def linked(self, ref: InteractionRef, linked: Linked) -> None:
        self.linked_to.append((ref, linked))

    async def failed(self, ref: InteractionRef, error: BotError) -> None:
        self.failures.append((ref, error))

    async def revoked(self, _account: LinkedAccount) -> bool:
        return True


@dataclass
class Site:
    """Everything that runs."""

    base_url: str
    port: int
    linking: Linking
    tokens: Tokens
    links: SqlLinkStore
    vault: Vault
    clock: StillClock
    notebook: Notebook
    discord: SmallDiscord
    imgur: Sandbox
    folder: Path

    async def bindings(self, *user_ids: int) -> list[tuple[int, str]]:
        """Who is linked to which account."""
        return [
            (user_id, link.username)
            for user_id in user_ids
            for link in await self.linking.status(user_id)
        ]


@asynccontextmanager
async def serve_site(
    folder: Path, *, with_proof: bool = True, base_url: str = BASE_URL, port: int = 0
) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        clock, vault, notebook = StillClock(), new_vault(), Notebook()
        options = Options(callback_url=f"{base_url}/callback/imgur", now=clock.now)
        imgur = await stack.enter_async_context(serve_imgur(options=options))
        discord = await stack.enter_async_context(serve_discord())
        database = await stack.enter_async_context(fresh_database(folder))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        sender = HttpSender(DEMO_CLIENT_ID, SystemClock(), api_url=imgur.url)
        await stack.enter_async_context(sender)
        links = SqlLinkStore(database)
        oauth = ImgurOAuth(
            sender,
            api_url=imgur.url,
            client_id=DEMO_CLIENT_ID,
            client_secret=DEMO_CLIENT_SECRET,
            clock=clock,
        )
        identity = DiscordIdentity(
            session,
            api_url=f"{discord.url}/api/v10",
            authorize_url=f"{discord.url}/oauth2/authorize",
            client_secret=CLIENT_SECRET,
            redirect_uri=f"{base_url}/callback/discord",
        )
        linking = Linking(
            links=links,
            tickets=Tickets(SqlTicketStore(database), vault, clock),
            codes=Codes(SqlPendingStore(database), vault, clock),
            vault=vault,
            imgur=oauth,
            pages_url=base_url,
            identity=identity if with_proof else None,
            announcer=notebook,
            clock=clock,
            keys_fit=True,
        )
        bound_port = await stack.enter_async_context(
            serve_pages(linking, base_url=base_url, host="127.0.0.1", port=port, clock=clock)
        )
        yield Site(
            base_url=base_url,
            port=bound_port,
            linking=linking,
            tokens=Tokens(links, vault, oauth, clock),
            links=links,
            vault=vault,
            clock=clock,
            notebook=notebook,
            discord=discord,
            imgur=imgur,
            folder=folder,
        )


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Any
    text: str
    data: Any = None

    @property
    def location(self) -> str:
        return str(self.headers["Location"])


class Browser:
    """A person's browser: its own cookies, and signed in to Discord as somebody or nobody."""

    def __init__(self, site: Site, http: aiohttp.ClientSession, discord_user: int | None) -> None:
        self._site = site
        self._http = http
        self.discord_user = discord_user
        self.cookies: dict[str, str] = {}

    async def get(self, address: str, **headers: str) -> Answer:
        return await self._ours("GET", address, headers)

    async def press_continue(self, address: str, origin: str | None = None) -> Answer:
        return await self._ours("POST", address, {"Origin": origin or self._site.base_url})

    async def land(self, redirect: str, **headers: str) -> Answer:
        """Open a callback page and do what its script does."""
        parts = urlsplit(redirect)
        assert (await self.get(parts.path)).status == 200
        fields = {
            "query": f"?{parts.query}" if parts.query else "",
            "fragment": f"#{parts.fragment}" if parts.fragment else "",
        }
        return await self.post(parts.path, fields, **headers)

    async def post(self, path: str, fields: Any, **headers: str) -> Answer:
        usual = {"Origin": self._site.base_url}
        return await self._ours("POST", path, usual | headers, json=fields)

    async def at_discord(self, address: str) -> str:
        """Visit Discord's authorise page; returns where it redirects to."""
        cookies = {"discord_user": str(self.discord_user)} if self.discord_user else {}
        async with self._http.get(address, cookies=cookies, allow_redirects=False) as response:
            assert response.status == 302
            return response.headers["Location"]

    async def at_imgur(self, address: str, account: str = "marmalade", press: str = "allow") -> str:
        """Press a button on Imgur's page; returns where it redirects to."""
        form = {"account": account, "answer": press}
        async with self._http.post(address, data=form, allow_redirects=False) as response:
            assert response.status == 302
            return response.headers["Location"]

    async def up_to_imgur(self, address: str) -> str:
        """Continue and prove who one is; returns Imgur's address."""
        leaving = (await self.press_continue(address)).location
        if not leaving.startswith(self._site.discord.url):
            return leaving
        answer = await self.land(await self.at_discord(leaving))
        return str(answer.data["next"])

    async def link(self, address: str, account: str = "marmalade") -> Answer:
        """The whole way."""
        return await self.land(await self.at_imgur(await self.up_to_imgur(address), account))

    async def _ours(
        self, method: str, address: str, headers: dict[str, str], **more: Any
    ) -> Answer:
        parts = urlsplit(address)
        url = f"http://127.0.0.1:{self._site.port}{parts.path}"
        if self.cookies:
            pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            headers = headers | {"Cookie": pairs}
        async with self._http.request(
            method, url, headers=headers, allow_redirects=False, **more
        ) as response:
            self._keep(response.headers.getall("Set-Cookie", []))
            text = await response.text()
            is_json = response.content_type == "application/json" and text
            data = await response.json() if is_json else None
            return Answer(response.status, response.headers, text, data)

    def _keep(self, set_cookies: list[str]) -> None:
        for line in set_cookies:
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value


@asynccontextmanager
async def browser_of(site: Site, discord_user: int | None) -> AsyncIterator[Browser]:
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        yield Browser(site, http, discord_user)


def state_in(address: str) -> str:
    """The state that an authorise address carries."""
    found = re.search(r"[?&]state=([^&#]+)", address)
    assert found is not None
    return found[1]


def redirect_with(state: str, **fragment: str) -> str:
    """What Imgur might redirect to."""
    return f"{BASE_URL}/callback/imgur?{urlencode({'state': state})}#{urlencode(fragment)}"
