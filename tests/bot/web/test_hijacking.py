"""Somebody else's link (T1, T2): an attacker, Alice, and a victim, Bob, each in an own browser.

Whatever the attacker has the victim do, nobody's Imgur account ends at the wrong Discord user.
"""

import pytest

from bot.errors import TicketError, WrongVisitorError
from sandbox.imgur.people import DEMO_CLIENT_ID
from tests.bot.accounts.making import ALICE, BOB, asker
from tests.bot.web.site import Browser, Site, redirect_with, state_in


async def test_a_victim_who_opens_the_attackers_link_is_stopped_before_imgur(
    site: Site, bobs: Browser
) -> None:
    address = await site.linking.begin(asker(ALICE, "alice"))

    leaving = (await bobs.press_continue(address)).location
    answer = await bobs.land(await bobs.at_discord(leaving))

    assert answer.status == 403
    assert "next" not in answer.data
    assert await site.bindings(ALICE, BOB) == []

    own = await site.linking.begin(asker(BOB, "bob"))
    assert (await bobs.link(own)).status == 200
    assert await site.bindings(ALICE, BOB) == [(BOB, "marmalade")]


async def test_a_victim_who_is_handed_the_attackers_imgur_page_links_nothing(
    site: Site, alices: Browser, bobs: Browser
) -> None:
    imgur_page = await alices.up_to_imgur(await site.linking.begin(asker()))

    answer = await bobs.land(await bobs.at_imgur(imgur_page, "pixelpenguin"))

    assert answer.status == 403
    assert await site.bindings(ALICE, BOB) == []


async def test_a_victim_with_a_cookie_of_his_own_links_nothing_for_the_attacker(
    site: Site, alices: Browser, bobs: Browser
) -> None:
    imgur_page = await alices.up_to_imgur(await site.linking.begin(asker()))
    await bobs.up_to_imgur(await site.linking.begin(asker(BOB, "bob")))

    answer = await bobs.land(await bobs.at_imgur(imgur_page, "pixelpenguin"))

    assert answer.status == 403
    assert await site.bindings(ALICE, BOB) == []


async def test_a_browser_that_lost_its_cookie_is_refused(site: Site, alices: Browser) -> None:
    imgur_page = await alices.up_to_imgur(await site.linking.begin(asker()))
    alices.cookies.clear()

    answer = await alices.land(await alices.at_imgur(imgur_page))

    assert answer.status == 403
    assert await site.bindings(ALICE) == []


async def test_a_cookie_lost_before_discords_answer_is_refused(site: Site, alices: Browser) -> None:
    leaving = (await alices.press_continue(await site.linking.begin(asker()))).location
    back = await alices.at_discord(leaving)
    alices.cookies.clear()

    assert (await alices.land(back)).status == 403


async def test_imgurs_answer_before_discords_is_refused(site: Site, bobs: Browser) -> None:
    address = await site.linking.begin(asker())
    leaving = (await bobs.press_continue(address)).location
    tokens = await bobs.at_imgur(f"{site.imgur.url}{_authorize('anything')}")
    fragment = tokens.partition("#")[2]

    for state in (state_in(leaving), "anything"):
        answer = await bobs.land(f"/callback/imgur?state={state}#{fragment}")
        assert answer.status in {403, 410}
    assert await site.bindings(ALICE, BOB) == []


async def test_the_attackers_own_discord_code_proves_nothing_in_the_victims_browser(
    site: Site, alices: Browser, bobs: Browser
) -> None:
    address = await site.linking.begin(asker())
    attackers = await alices.at_discord((await alices.press_continue(address)).location)
    code = attackers.partition("code=")[2]
    victims = (await bobs.press_continue(address)).location

    answer = await bobs.land(f"/callback/discord?state={state_in(victims)}&code={code}")

    assert answer.status == 410
    assert await site.bindings(ALICE, BOB) == []


async def test_a_stolen_link_is_of_no_use_in_the_thiefs_browser(
    site: Site, alices: Browser, bobs: Browser
) -> None:
    bobs_address = await site.linking.begin(asker(BOB, "bob"))

    leaving = (await alices.press_continue(bobs_address)).location
    answer = await alices.land(await alices.at_discord(leaving))

    assert answer.status == 403
    assert await site.bindings(ALICE, BOB) == []
    assert (await bobs.link(bobs_address)).status == 200


async def test_the_attackers_tokens_with_the_victims_state_are_refused(
    site: Site, alices: Browser, bobs: Browser
) -> None:
    bobs_page = await bobs.up_to_imgur(await site.linking.begin(asker(BOB, "bob")))
    await alices.up_to_imgur(await site.linking.begin(asker()))
    tokens = await alices.at_imgur(bobs_page, "pixelpenguin")

    answer = await alices.land(tokens)

    assert answer.status == 403
    assert await site.bindings(ALICE, BOB) == []


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://bot.example.evil"])
async def test_a_foreign_page_cannot_press_continue(site: Site, bobs: Browser, origin: str) -> None:
    address = await site.linking.begin(asker())

    answer = await bobs.press_continue(address, origin)

    assert answer.status == 403
    assert bobs.cookies == {}


# --- pasted addresses


async def test_a_pasted_address_links_the_user_it_was_made_for(site: Site, alices: Browser) -> None:
    imgur_page = await site.linking.begin_paste(asker())

    linked = await site.linking.paste(ALICE, f" {await alices.at_imgur(imgur_page)}\n")

    assert linked.account.username == "marmalade"


async def test_an_address_made_for_somebody_else_is_refused(site: Site, bobs: Browser) -> None:
    imgur_page = await site.linking.begin_paste(asker(ALICE))
    landed = await bobs.at_imgur(imgur_page)

    with pytest.raises(WrongVisitorError):
        await site.linking.paste(BOB, landed)

    assert await site.bindings(ALICE, BOB) == []


async def test_a_pasted_address_works_once(site: Site, alices: Browser) -> None:
    landed = await alices.at_imgur(await site.linking.begin_paste(asker()))
    await site.linking.paste(ALICE, landed)

    with pytest.raises(TicketError):
        await site.linking.paste(ALICE, landed)


async def test_an_address_for_pasting_is_of_no_use_to_the_page(site: Site, alices: Browser) -> None:
    landed = await alices.at_imgur(await site.linking.begin_paste(asker()))

    assert (await alices.land(landed)).status in {403, 410}
    assert await site.bindings(ALICE) == []


@pytest.mark.parametrize("pasted", ["", "hello", "https://example.org", redirect_with("S")])
async def test_what_is_no_such_address_is_refused(site: Site, pasted: str) -> None:
    await site.linking.begin_paste(asker())

    with pytest.raises(TicketError):
        await site.linking.paste(ALICE, pasted)


def _authorize(state: str) -> str:
    return f"/oauth2/authorize?client_id={DEMO_CLIENT_ID}&response_type=token&state={state}"
