from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.accounts.identity import challenge_of, verifier_for
from bot.errors import LinkingUnavailableError, TicketError
from bot.web.discord_identity import DiscordIdentity
from tests.bot.accounts.making import ALICE, APPLICATION_ID
from tests.bot.web.small_discord import CLIENT_SECRET, SmallDiscord, serve_discord

VERIFIER = verifier_for("the browser's cookie")


@pytest.fixture
async def discord() -> AsyncIterator[SmallDiscord]:
    async with serve_discord() as discord:
        yield discord


@pytest.fixture
async def identity(discord: SmallDiscord) -> AsyncIterator[DiscordIdentity]:
    async with aiohttp.ClientSession() as session:
        yield DiscordIdentity(
            session,
            api_url=f"{discord.url}/api/v10",
            authorize_url=f"{discord.url}/oauth2/authorize",
            client_secret=CLIENT_SECRET,
            redirect_uri="https://bot.example/callback/discord",
        )


def code_of(discord: SmallDiscord, user_id: int) -> str:
    discord.codes["good"] = (user_id, challenge_of(VERIFIER))
    return "good"


async def test_a_code_says_whose_it_is_and_its_token_is_given_back(
    identity: DiscordIdentity, discord: SmallDiscord
) -> None:
    code = code_of(discord, ALICE)

    assert await identity.user_id(APPLICATION_ID, code=code, verifier=VERIFIER) == ALICE

    assert len(discord.issued) == 1
    assert discord.tokens == {}


async def test_a_code_of_another_browser_is_refused(
    identity: DiscordIdentity, discord: SmallDiscord
) -> None:
    code = code_of(discord, ALICE)

    with pytest.raises(TicketError):
        await identity.user_id(APPLICATION_ID, code=code, verifier=verifier_for("another"))


async def test_discord_being_down_is_said(identity: DiscordIdentity, discord: SmallDiscord) -> None:
    discord.is_down = True

    with pytest.raises(LinkingUnavailableError) as caught:
        await identity.user_id(APPLICATION_ID, code="any", verifier=VERIFIER)

    assert caught.value.cause == "discord"


async def test_nobody_listening_is_discord_being_down() -> None:
    async with aiohttp.ClientSession() as session:
        identity = DiscordIdentity(
            session,
            api_url="http://127.0.0.1:9/api/v10",
            authorize_url="",
            client_secret=CLIENT_SECRET,
            redirect_uri="",
        )

        with pytest.raises(LinkingUnavailableError):
            await identity.user_id(APPLICATION_ID, code="any", verifier=VERIFIER)


def test_the_verifier_is_as_long_as_the_standard_asks_and_follows_the_cookie() -> None:
    assert len(VERIFIER) == 43
    assert verifier_for("the browser's cookie") == VERIFIER
    assert verifier_for("another cookie") != VERIFIER


def test_a_challenge_is_the_one_of_the_standards_example() -> None:
    # Source: https://www.rfc-editor.org/rfc/rfc7636#appendix-B
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
