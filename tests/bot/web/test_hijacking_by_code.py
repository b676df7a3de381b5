"""The same without ``DISCORD_CLIENT_SECRET``: a code stands in for Discord's proof."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import TicketError, WrongCodeError
from tests.bot.accounts.making import ALICE, BOB, asker
from tests.bot.web.site import Browser, Site, serve_site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve_site(tmp_path, with_proof=False) as site:
        yield site


async def test_without_the_code_an_approving_victim_links_nothing(
    site: Site, bobs: Browser
) -> None:
    answer = await bobs.link(await site.linking.begin(asker()))

    assert answer.status == 200
    assert answer.data["kind"] == "code"
    assert dict(answer.data["facts"])["Discord user"] == "alice"
    assert await site.bindings(ALICE, BOB) == []


async def test_a_guessed_code_is_void_after_five_tries(site: Site, bobs: Browser) -> None:
    answer = await bobs.link(await site.linking.begin(asker()))

    for tries_left in (4, 3, 2, 1, 0):
        with pytest.raises(WrongCodeError) as caught:
            await site.linking.confirm_code(ALICE, "BBBB-BBBB")
        assert caught.value.tries_left == tries_left
    with pytest.raises(TicketError):
        await site.linking.confirm_code(ALICE, answer.data["name"])
    assert await site.bindings(ALICE, BOB) == []


async def test_the_code_is_of_no_use_to_another_user(site: Site, bobs: Browser) -> None:
    answer = await bobs.link(await site.linking.begin(asker()))

    with pytest.raises(TicketError):
        await site.linking.confirm_code(BOB, answer.data["name"])

    assert await site.bindings(ALICE, BOB) == []


async def test_the_code_links_the_user_who_asked(site: Site, alices: Browser) -> None:
    answer = await alices.link(await site.linking.begin(asker()))

    typed = answer.data["name"].lower().replace("-", " ")
    linked = await site.linking.confirm_code(ALICE, typed)

    assert linked.account.username == "marmalade"
    assert await site.bindings(ALICE) == [(ALICE, "marmalade")]
    with pytest.raises(TicketError):
        await site.linking.confirm_code(ALICE, typed)


async def test_a_code_is_too_old_after_ten_minutes(site: Site, alices: Browser) -> None:
    answer = await alices.link(await site.linking.begin(asker()))
    site.clock.advance(minutes=10)

    with pytest.raises(TicketError):
        await site.linking.confirm_code(ALICE, answer.data["name"])
