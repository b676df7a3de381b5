"""Linking hijacked, in two real browsers (T1, T2): an attacker, Alice, and a victim, Bob.

Whatever the attacker sends, swaps, guesses or repeats, no Imgur account ends at the wrong Discord
user, and the victim can still link his own. The same over HTTP, step by step, is in
``tests/bot/web/test_hijacking.py``.
"""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.async_api import Browser, expect

from bot.errors import LinkError
from sandbox.imgur.people import DEMO_CLIENT_ID
from tests.bot.accounts.making import ALICE, BOB, asker
from tests.bot.web.site import Site, state_in
from tests.browser.tabs import DONE, Tab, press_at_imgur, press_continue, serve_here, tab_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SOMEBODY_ELSE = "This link belongs to somebody else"
SHOWN_CODE = "Type this code in Discord"


@dataclass
class Scene:
    """Both browsers, and the pages between them."""

    site: Site
    attacker: Tab
    victim: Tab

    async def attackers_link(self) -> str:
        return await self.site.linking.begin(asker(ALICE, "alice"))

    async def victims_link(self) -> str:
        return await self.site.linking.begin(asker(BOB, "bob"))

    async def up_to_imgur(self, tab: Tab, address: str) -> str:
        await press_continue(tab, address)
        await expect(tab.page.get_by_role("button", name="Allow")).to_be_visible()
        return tab.page.url

    async def at_imgur(self, tab: Tab, state: str) -> None:
        """Allow access on Imgur's page with a state that the attacker chose."""
        query = {"client_id": DEMO_CLIENT_ID, "response_type": "token", "state": state}
        await tab.page.goto(f"{self.site.imgur.url}/oauth2/authorize?{urlencode(query)}")
        await press_at_imgur(tab, "Allow")

    async def type_code(self, user_id: int, typed: str) -> None:
        """Type a code in Discord; it must not be taken."""
        with pytest.raises(LinkError):
            await self.site.linking.confirm_code(user_id, typed)


Attack = Callable[[Scene], Awaitable[None]]


# --- Discord vouches for the visitor


async def the_victim_opens_the_attackers_link_and_approves_everything(scene: Scene) -> None:
    await press_continue(scene.victim, await scene.attackers_link())

    await scene.victim.heading(SOMEBODY_ELSE)
    assert scene.site.imgur.url not in scene.victim.origins()


async def the_victim_is_sent_the_attackers_imgur_page(scene: Scene) -> None:
    imgur_page = await scene.up_to_imgur(scene.attacker, await scene.attackers_link())

    await scene.victim.page.goto(imgur_page)
    await press_at_imgur(scene.victim, "Allow")

    await scene.victim.heading(SOMEBODY_ELSE)


async def the_victim_is_sent_it_in_the_middle_of_linking_himself(scene: Scene) -> None:
    imgur_page = await scene.up_to_imgur(scene.attacker, await scene.attackers_link())
    await scene.up_to_imgur(scene.victim, await scene.victims_link())

    await scene.victim.page.goto(imgur_page)
    await press_at_imgur(scene.victim, "Allow")

    await scene.victim.heading(SOMEBODY_ELSE)


async def the_attackers_browser_loses_its_cookie_at_imgur(scene: Scene) -> None:
    await scene.up_to_imgur(scene.attacker, await scene.attackers_link())
    await scene.attacker.page.context.clear_cookies()

    await press_at_imgur(scene.attacker, "Allow")

    await scene.attacker.heading(SOMEBODY_ELSE)


async def the_two_browsers_swap_their_cookies_at_imgur(scene: Scene) -> None:
    tabs = (scene.attacker, scene.victim)
    await scene.up_to_imgur(scene.attacker, await scene.attackers_link())
    await scene.up_to_imgur(scene.victim, await scene.victims_link())
    held = [await tab.page.context.cookies(scene.site.base_url) for tab in tabs]
    for tab, cookies in zip(tabs, reversed(held), strict=True):
        await tab.page.context.clear_cookies()
        await tab.page.context.add_cookies(cookies)

    for tab in tabs:
        await press_at_imgur(tab, "Allow")
        await tab.heading(SOMEBODY_ELSE)


async def imgur_is_visited_before_discord(scene: Scene) -> None:
    await press_continue(scene.victim, await scene.attackers_link())
    await scene.victim.heading(SOMEBODY_ELSE)

    for state in (scene.site.discord.visits[-1]["state"], "of-the-attackers-choice"):
        await scene.at_imgur(scene.victim, state)
        await scene.victim.heading("This link is no longer valid")


async def the_attackers_proof_is_planted_in_the_victims_browser(scene: Scene) -> None:
    address = await scene.attackers_link()
    # The page at the end of the redirects cannot pass the code on, so it stays good.
    await scene.attacker.page.route("**/callback/discord", lambda route: route.abort())
    await press_continue(scene.attacker, address)
    await scene.attacker.heading("This page could not finish")
    [proof] = [
        r.url for r in scene.attacker.requests if "/callback/discord?" in r.url and "code=" in r.url
    ]

    await scene.victim.page.goto(address)
    await scene.victim.page.goto(proof)

    await scene.victim.heading(SOMEBODY_ELSE)


async def the_attacker_finishes_the_victims_stolen_link_with_his_own_account(scene: Scene) -> None:
    await press_continue(scene.attacker, await scene.victims_link())

    await scene.attacker.heading(SOMEBODY_ELSE)
    assert scene.site.imgur.url not in scene.attacker.origins()


# --- a code stands in for Discord


async def the_code_stays_with_the_victim_and_the_attacker_guesses(scene: Scene) -> None:
    await press_continue(scene.victim, await scene.attackers_link())
    await press_at_imgur(scene.victim, "Allow")
    await scene.victim.heading(SHOWN_CODE)
    code = await scene.victim.page.locator(".name").inner_text()

    for guess in ("BBBB-BBBB", "CCCC-CCCC", "DDDD-DDDD", "FFFF-FFFF", "GGGG-GGGG", code):
        await scene.type_code(ALICE, guess)


async def the_attacker_has_no_code_at_all(scene: Scene) -> None:
    await press_continue(scene.victim, await scene.attackers_link())
    await press_at_imgur(scene.victim, "Allow")
    await scene.victim.heading(SHOWN_CODE)

    for nothing in ("", "-", "        "):
        await scene.type_code(ALICE, nothing)


async def the_victim_types_the_code_of_the_attackers_link(scene: Scene) -> None:
    await press_continue(scene.victim, await scene.attackers_link())
    await press_at_imgur(scene.victim, "Allow")
    await scene.victim.heading(SHOWN_CODE)
    code = await scene.victim.page.locator(".name").inner_text()

    await scene.type_code(BOB, code)


async def without_a_code_the_attackers_imgur_page_meets_the_victims_cookie(scene: Scene) -> None:
    imgur_page = await scene.up_to_imgur(scene.attacker, await scene.attackers_link())
    await scene.up_to_imgur(scene.victim, await scene.victims_link())

    await scene.victim.page.goto(imgur_page)
    await press_at_imgur(scene.victim, "Allow")
    await scene.victim.heading(SOMEBODY_ELSE)

    await scene.victim.page.context.clear_cookies()
    await scene.at_imgur(scene.victim, state_in(imgur_page))
    await scene.victim.heading(SOMEBODY_ELSE)


WITH_PROOF: list[Attack] = [
    the_victim_opens_the_attackers_link_and_approves_everything,
    the_victim_is_sent_the_attackers_imgur_page,
    the_victim_is_sent_it_in_the_middle_of_linking_himself,
    the_attackers_browser_loses_its_cookie_at_imgur,
    the_two_browsers_swap_their_cookies_at_imgur,
    imgur_is_visited_before_discord,
    the_attackers_proof_is_planted_in_the_victims_browser,
    the_attacker_finishes_the_victims_stolen_link_with_his_own_account,
]
WITH_CODE: list[Attack] = [
    the_code_stays_with_the_victim_and_the_attacker_guesses,
    the_attacker_has_no_code_at_all,
    the_victim_types_the_code_of_the_attackers_link,
    without_a_code_the_attackers_imgur_page_meets_the_victims_cookie,
]


@pytest.mark.parametrize(
    ("attack", "with_proof"),
    [(attack, True) for attack in WITH_PROOF] + [(attack, False) for attack in WITH_CODE],
    ids=lambda value: value.__name__ if callable(value) else "",
)
async def test_nobodys_account_ends_at_the_wrong_user(
    chromium: Browser, tmp_path: Path, attack: Attack, *, with_proof: bool
) -> None:
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(serve_here(tmp_path, with_proof=with_proof))
        attacker = await stack.enter_async_context(tab_of(chromium, site, ALICE))
        victim = await stack.enter_async_context(tab_of(chromium, site, BOB))
        scene = Scene(site, attacker, victim)

        await attack(scene)

        assert await site.bindings(ALICE, BOB) == []
        own = await stack.enter_async_context(tab_of(chromium, site, BOB))
        await press_continue(own, await scene.victims_link())
        await press_at_imgur(own, "Allow")
        if not with_proof:
            await own.heading(SHOWN_CODE)
            code = await own.page.locator(".name").inner_text()
            await site.linking.confirm_code(BOB, code)
        else:
            await own.heading(DONE)
        assert await site.bindings(ALICE, BOB) == [(BOB, "marmalade")]
