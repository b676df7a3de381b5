"""What Imgur's answers mean to an operator, by the sandbox's answers."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest

from bot.checkup import Finding, Outcome
from bot.clock import SystemClock
from bot.doctor.imgur import about_credits, examine_imgur
from bot.imgur.models import Credits
from bot.imgur.senders import HttpSender
from sandbox.imgur.faults import Armed, parse
from sandbox.imgur.people import DEMO_CLIENT_ID
from sandbox.imgur.server import Sandbox, serve


@pytest.fixture
async def imgur(tmp_path: Path) -> AsyncIterator[Sandbox]:
    async with serve(tmp_path) as running:
        yield running


async def look(
    imgur: Sandbox, *, client_id: str = DEMO_CLIENT_ID, linking: bool = True
) -> dict[str, Finding]:
    clock = SystemClock()
    async with HttpSender(client_id, clock, api_url=imgur.url) as sender:
        found = await examine_imgur(sender, clock, client_id=client_id, linking_is_set_up=linking)
    return {one.subject: one for one in found}


async def test_all_is_well_and_no_upload_is_spent(imgur: Sandbox) -> None:
    found = await look(imgur)
    assert {one.outcome for one in found.values()} == {Outcome.FINE}
    assert "enough for" in found["Imgur credits"].text
    assert not imgur.world.state.uploads()


async def test_an_unknown_client_id_is_named(imgur: Sandbox) -> None:
    found = await look(imgur, client_id="0123456789abcde")
    assert found["Imgur client id"].outcome is Outcome.BROKEN
    assert "IMGUR_CLIENT_ID" in found["Imgur client id"].text


@pytest.mark.parametrize(
    ("fault", "subject", "words"),
    [
        ("edge-forbidden", "Imgur uploads", "refuses the country or network"),
        ("banned-country", "Imgur uploads", "refuses the country or network"),
        ("over-capacity-403", "Imgur uploads", "a limit is reached"),
        ("cut-while-reading", "Imgur uploads", "does not answer this host"),
        ("status:500", "Imgur uploads", "answers with an error"),
    ],
)
async def test_a_refused_upload_says_why_while_the_rest_works(
    imgur: Sandbox, fault: str, subject: str, words: str
) -> None:
    imgur.world.armoury.armed.append(Armed(parse(fault), "POST", "/3/image"))
    found = await look(imgur)
    assert found[subject].outcome is Outcome.BROKEN
    assert words in found[subject].text
    assert found["Imgur client id"].outcome is Outcome.FINE


@pytest.mark.parametrize(("closed", "words"), [("page", "Error (1024)"), ("capacity", "capacity")])
async def test_a_closed_authorise_page_is_told_apart(
    imgur: Sandbox, closed: Literal["page", "capacity"], words: str
) -> None:
    imgur.world.state.switches.oauth_closed = closed
    found = await look(imgur)
    assert found["Imgur linking"].outcome is Outcome.BROKEN
    assert words in found["Imgur linking"].text


async def test_without_a_secret_linking_is_only_noted(imgur: Sandbox) -> None:
    found = await look(imgur, linking=False)
    assert found["Imgur linking"].outcome is Outcome.NOTE
    assert "IMGUR_CLIENT_SECRET" in found["Imgur linking"].text


def test_too_few_credits_for_an_upload_are_a_failure() -> None:
    some = about_credits(Credits(user_remaining=25, client_remaining=12_000))
    none = about_credits(Credits(user_remaining=9, client_remaining=12_000))
    assert some.outcome is Outcome.FINE
    assert "enough for 2 uploads" in some.text
    assert none.outcome is Outcome.BROKEN
