"""The linking pages in a real browser."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Route, expect

from bot.web.language import KINDS
from bot.web.rendering import pages_by_language
from bot.web.texts import LANGUAGES
from tests.bot.accounts.making import ALICE, asker
from tests.bot.web.site import Site
from tests.browser.tabs import DONE, press_at_imgur, press_continue, serve_here, tab_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve_here(tmp_path) as site:
        yield site


@pytest_asyncio.fixture(loop_scope="session")
async def code_site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve_here(tmp_path, with_proof=False) as site:
        yield site


async def test_clicking_through_links_the_account(chromium: Browser, site: Site) -> None:
    async with tab_of(chromium, site, ALICE) as tab:
        await press_continue(tab, await site.linking.begin(asker()))
        await press_at_imgur(tab, "Allow")
        await tab.heading(DONE)

        assert await site.bindings(ALICE) == [(ALICE, "marmalade")]
        await expect(tab.page.locator(".name")).to_have_text("marmalade")
        assert tab.page.url == f"{site.base_url}/callback/imgur"
        assert tab.origins() <= {site.base_url, site.discord.url, site.imgur.url}
        assert tab.complaints == []


async def test_nothing_of_the_answer_stays_in_the_browser(chromium: Browser, site: Site) -> None:
    async with tab_of(chromium, site, ALICE) as tab:
        await press_continue(tab, await site.linking.begin(asker()))
        await press_at_imgur(tab, "Allow")
        await tab.heading(DONE)

        kept = await tab.page.evaluate(
            "() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie,"
            " document.documentElement.outerHTML, history.state, location.href])"
        )
        cookies = await tab.page.context.cookies(site.base_url)

    for token in site.imgur.world.state.tokens:
        assert token.access not in kept
        assert token.refresh not in kept
    assert [c["name"] for c in cookies] == ["discord_user"]


async def test_only_the_form_says_where_it_came_from(chromium: Browser, site: Site) -> None:
    async with tab_of(chromium, site, ALICE) as tab:
        await press_continue(tab, await site.linking.begin(asker()))
        await press_at_imgur(tab, "Allow")
        await tab.heading(DONE)

        for request in tab.requests:
            referer = (await request.all_headers()).get("referer", "")
            to_us = request.url.startswith(f"{site.base_url}/link/") and request.method == "POST"
            at_imgur = request.url.startswith(site.imgur.url)
            assert to_us or at_imgur or site.base_url not in referer
            assert "/callback/" not in referer


async def test_denying_is_said_and_links_nothing(chromium: Browser, site: Site) -> None:
    async with tab_of(chromium, site, ALICE) as tab:
        await press_continue(tab, await site.linking.begin(asker()))
        await press_at_imgur(tab, "Deny")

        await tab.heading("Nothing was linked")
        assert tab.complaints == []
    assert await site.bindings(ALICE) == []


async def test_a_reload_and_a_second_press_end_in_a_sentence(chromium: Browser, site: Site) -> None:
    async with tab_of(chromium, site, ALICE) as tab:
        address = await site.linking.begin(asker())
        await press_continue(tab, address)
        await press_at_imgur(tab, "Allow")
        await tab.heading(DONE)

        await tab.page.reload()
        await tab.heading("Nothing left to do here")
        assert tab.complaints == []
        await tab.page.goto(address)
        await tab.heading("This link is no longer valid")
    assert await site.bindings(ALICE) == [(ALICE, "marmalade")]


async def test_going_back_and_pressing_again_still_links(chromium: Browser, site: Site) -> None:
    async with tab_of(chromium, site, ALICE) as tab:
        address = await site.linking.begin(asker())
        await press_continue(tab, address)
        await expect(tab.page.get_by_role("button", name="Allow")).to_be_visible()

        await press_continue(tab, address)
        await press_at_imgur(tab, "Allow")

        await tab.heading(DONE)


async def test_the_keyboard_is_enough_and_the_end_gets_the_focus(
    chromium: Browser, site: Site
) -> None:
    async with tab_of(chromium, site, ALICE) as tab:
        await tab.page.goto(await site.linking.begin(asker()))
        await tab.page.keyboard.press("Tab")
        await tab.page.keyboard.press("Enter")
        await press_at_imgur(tab, "Allow")
        await tab.heading(DONE)

        assert await tab.page.evaluate("document.activeElement.tagName") == "H1"
        assert await tab.page.title() == DONE
        snapshot = await tab.page.get_by_role("main").aria_snapshot()
    assert 'heading "Your Imgur account is linked" [level=1]' in snapshot


async def test_without_discords_proof_the_page_shows_a_code_and_whom_it_links(
    chromium: Browser, code_site: Site
) -> None:
    async with tab_of(chromium, code_site, ALICE) as tab:
        await press_continue(tab, await code_site.linking.begin(asker()))
        await press_at_imgur(tab, "Allow")
        await tab.heading("Type this code in Discord")

        code = await tab.page.locator(".name").inner_text()
        facts = await tab.page.locator(".facts").inner_text()
        assert tab.complaints == []

    assert re.fullmatch(r"[B-Z]{4}-[B-Z]{4}", code)
    assert facts.split() == ["Imgur", "account", "marmalade", "Discord", "user", "alice"]
    assert await code_site.bindings(ALICE) == []
    await code_site.linking.confirm_code(ALICE, code)
    assert await code_site.bindings(ALICE) == [(ALICE, "marmalade")]


# --- what can be in the way


async def test_without_javascript_the_page_says_so(chromium: Browser, site: Site) -> None:
    async with tab_of(chromium, site, ALICE, java_script_enabled=False) as tab:
        await tab.page.goto(f"{site.base_url}/callback/imgur?state=S#access_token=T")

        await expect(tab.page.locator("noscript h1")).to_be_visible()
        await expect(tab.page.locator(".result")).to_be_hidden()


async def test_a_broken_connection_ends_in_a_sentence(chromium: Browser, site: Site) -> None:
    async def cut(route: Route) -> None:
        if route.request.method == "POST":
            await route.abort()
        else:
            await route.continue_()

    async with tab_of(chromium, site, ALICE) as tab:
        await tab.page.route("**/callback/**", cut)
        await tab.page.goto(f"{site.base_url}/callback/imgur?state=S#access_token=T")

        await tab.heading("This page could not finish")
        assert "#" not in tab.page.url


async def test_no_other_page_can_frame_ours(chromium: Browser, site: Site) -> None:
    address = await site.linking.begin(asker())
    async with tab_of(chromium, site, ALICE) as tab:
        await tab.page.goto(f"{site.imgur.url}/oauth2/authorize")
        await tab.page.evaluate(
            "address => new Promise(done => { const frame = document.createElement('iframe');"
            " frame.onload = done; frame.src = address; document.body.append(frame); })",
            address,
        )

        framed = tab.page.frames[1]
        assert framed.url.startswith("chrome-error:")


@pytest.mark.parametrize("code", LANGUAGES)
async def test_no_page_scrolls_sideways_on_the_narrowest_phone(
    chromium: Browser, code: str
) -> None:
    """Source: https://www.w3.org/TR/WCAG22/#reflow (320 CSS pixels)."""
    pages = pages_by_language()[code]
    page = await chromium.new_page(viewport={"width": 320, "height": 600})
    invitation = pages.invitation("n" * 32, proves_first=True, form_targets=())
    for shown in (invitation, *(pages.message(outcome) for outcome in KINDS)):
        await page.set_content(shown.html)
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, await page.title()
    await page.close()
