import asyncio

import pytest

from bot.accounts.imgur_oauth import ImgurOAuth
from bot.errors import InvalidGrantError, ResponseFormatError
from sandbox.imgur.faults import Armed, parse
from sandbox.imgur.server import Sandbox
from tests.bot.accounts.imgur_door import Door
from tests.bot.accounts.linked import issue, oauth
from tests.bot.accounts.still_clock import StillClock


@pytest.fixture
def office(door: Door, imgur: Sandbox, clock: StillClock) -> ImgurOAuth:
    return oauth(door, imgur, clock)


async def test_the_exchange_says_whose_account_it_is(office: ImgurOAuth, imgur: Sandbox) -> None:
    pair = issue(imgur, "pixelpenguin")

    grant = await office.exchange(pair.refresh)

    assert (grant.account_id, grant.username) == (pair.account_id, "pixelpenguin")
    assert grant.tokens.access == imgur.world.state.tokens[-1].access
    assert "access" not in repr(grant.tokens) or grant.tokens.access not in repr(grant)


async def test_another_applications_token_is_refused(office: ImgurOAuth, imgur: Sandbox) -> None:
    pair = issue(imgur)
    pair.client_id = "another"

    with pytest.raises(InvalidGrantError):
        await office.exchange(pair.refresh)


async def test_an_answer_in_html_is_not_taken_for_a_refusal(
    office: ImgurOAuth, imgur: Sandbox
) -> None:
    imgur.world.armoury.armed.append(Armed(parse("html-200"), path="/oauth2/token"))

    with pytest.raises(ResponseFormatError):
        await office.exchange(issue(imgur).refresh)


async def test_the_page_is_probed_once_in_ten_minutes(
    office: ImgurOAuth, imgur: Sandbox, door: Door, clock: StillClock
) -> None:
    assert await asyncio.gather(*(office.is_open() for _ in range(10))) == [True] * 10
    imgur.world.state.switches.oauth_closed = "page"
    assert await office.is_open()
    assert len(door.requests) == 1

    clock.advance(minutes=10)

    assert not await office.is_open()
    assert len(door.requests) == 2


async def test_a_page_out_of_reach_is_probed_again_after_a_minute(
    office: ImgurOAuth, door: Door, clock: StillClock
) -> None:
    door.is_cut = True
    assert not await office.is_open()
    door.is_cut = False
    assert not await office.is_open()

    clock.advance(minutes=1)

    assert await office.is_open()


def test_people_are_sent_to_imgurs_page_with_their_state(
    office: ImgurOAuth, imgur: Sandbox
) -> None:
    assert office.site == f"{imgur.url}/oauth2/authorize"
    address = office.authorize_address("S t")
    assert address.startswith(f"{office.site}?client_id=")
    assert "response_type=token" in address
    assert "state=S+t" in address
