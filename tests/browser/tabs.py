"""Browser tabs of people who are signed in to Discord, and the linking pages for them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, Request, expect

from tests.bot.web.site import Site, serve_site
from tests.browser.conftest import PATIENCE_MS
from tests.ports import held

DONE = "Your Imgur account is linked"


@dataclass
class Tab:
    """A page, and everything that it asked for and complained about."""

    page: Page
    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def asked(self, request: Request) -> None:
        self.requests.append(request)

    def origins(self) -> set[str]:
        return {"{0.scheme}://{0.netloc}".format(urlsplit(r.url)) for r in self.requests}

    async def heading(self, text: str) -> None:
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(text)


@asynccontextmanager
async def serve_here(folder: Path, *, with_proof: bool = True) -> AsyncIterator[Site]:
    with held() as port:
        base_url = f"http://127.0.0.1:{port}"
        async with serve_site(folder, with_proof=with_proof, base_url=base_url, port=port) as site:
            yield site


@asynccontextmanager
async def tab_of(
    chromium: Browser, site: Site, user_id: int, **options: object
) -> AsyncIterator[Tab]:
    """A tab of somebody who is signed in to Discord."""
    context: BrowserContext = await chromium.new_context(**options)
    context.set_default_timeout(PATIENCE_MS)
    cookie = {"name": "discord_user", "value": str(user_id), "url": site.discord.url}
    await context.add_cookies([cookie])
    tab = Tab(await context.new_page())
    tab.page.on("request", tab.asked)
    tab.page.on("console", lambda message: tab.complaints.append(message.text))
    tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
    try:
        yield tab
    finally:
        await context.close()


async def press_continue(tab: Tab, address: str) -> None:
    await tab.page.goto(address)
    await tab.page.get_by_role("button", name="Continue").click()


async def press_at_imgur(tab: Tab, button: str) -> None:
    await tab.page.get_by_role("button", name=button).click()
