import base64
import hashlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from tests.wire.driver import DiscordWire

REDIRECT_URI = "http://127.0.0.1:1/callback/discord"
VERIFIER = "a" * 43
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


def question(discord: DiscordWire, **more: str) -> dict[str, str]:
    return {
        "client_id": str(discord.world.bot.id),
        "response_type": "code",
        "scope": "identify",
        "redirect_uri": REDIRECT_URI,
        "state": "s1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    } | more


async def redirected(
    discord: DiscordWire, browser: aiohttp.ClientSession, **more: Any
) -> dict[str, str]:
    query = question(discord, **more)
    async with browser.get(discord.authorize_url, params=query, allow_redirects=False) as answer:
        assert answer.status == 302
        location = urlsplit(answer.headers["Location"])
    assert location._replace(query="").geturl() == REDIRECT_URI
    return {key: values[0] for key, values in parse_qs(location.query).items()}


async def exchanged(
    discord: DiscordWire, browser: aiohttp.ClientSession, code: str, **more: str
) -> tuple[int, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT_URI,
        "client_id": str(discord.world.bot.id),
        "client_secret": discord.client_secret,
        "code_verifier": VERIFIER,
    } | more
    async with browser.post(f"{discord.api_url}/oauth2/token", data=form) as answer:
        return answer.status, await answer.json()


async def test_a_code_becomes_a_token_that_names_its_user(
    discord: DiscordWire, browser: aiohttp.ClientSession
) -> None:
    discord.oauth.signed_in = ann = discord.create_user("ann")
    result = await redirected(discord, browser)
    assert result["state"] == "s1"

    status, token = await exchanged(discord, browser, result["code"])

    assert (status, token["token_type"], token["scope"]) == (200, "Bearer", "identify")
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    async with browser.get(f"{discord.api_url}/users/@me", headers=headers) as answer:
        assert (await answer.json())["id"] == str(ann.id)
    assert (await exchanged(discord, browser, result["code"]))[1]["error"] == "invalid_grant"
    discord.assert_clean()


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"code": "made-up"}, "invalid_grant"),
        ({"code_verifier": "b" * 43}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:1/other"}, "invalid_grant"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
async def test_a_wrong_exchange_is_refused(
    discord: DiscordWire, browser: aiohttp.ClientSession, wrong: dict[str, str], error: str
) -> None:
    discord.oauth.signed_in = discord.create_user("ann")
    code = (await redirected(discord, browser))["code"]

    status, answer = await exchanged(discord, browser, wrong.pop("code", code), **wrong)

    assert (status, answer["error"]) == (401 if error == "invalid_client" else 400, error)


async def test_credentials_may_come_as_basic_authorisation(
    discord: DiscordWire, browser: aiohttp.ClientSession
) -> None:
    discord.oauth.signed_in = discord.create_user("ann")
    code = (await redirected(discord, browser))["code"]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT_URI,
        "code_verifier": VERIFIER,
    }
    pair = f"{discord.world.bot.id}:{discord.client_secret}"
    headers = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    url = f"{discord.api_url}/oauth2/token"
    async with browser.post(url, data=form, headers=headers) as answer:
        assert answer.status == 200


async def test_a_revoked_token_names_nobody(
    discord: DiscordWire, browser: aiohttp.ClientSession
) -> None:
    discord.oauth.signed_in = discord.create_user("ann")
    code = (await redirected(discord, browser))["code"]
    token = (await exchanged(discord, browser, code))[1]["access_token"]
    client = {"client_id": str(discord.world.bot.id), "client_secret": discord.client_secret}
    async with browser.post(
        f"{discord.api_url}/oauth2/token/revoke", data=client | {"token": token}
    ) as answer:
        assert (answer.status, await answer.json()) == (200, {})

    headers = {"Authorization": f"Bearer {token}"}
    async with browser.get(f"{discord.api_url}/users/@me", headers=headers) as answer:
        assert answer.status == 401
    assert discord.oauth.revoked == [token]


async def test_each_browser_is_signed_in_by_its_own_cookie(
    discord: DiscordWire, browser: aiohttp.ClientSession
) -> None:
    discord.oauth.signed_in = discord.create_user("ann")
    bob = discord.create_user("bob")
    cookie = discord.oauth.cookie(bob)
    browser.cookie_jar.update_cookies({cookie["name"]: cookie["value"]})

    code = (await redirected(discord, browser))["code"]
    token = (await exchanged(discord, browser, code))[1]["access_token"]

    assert discord.oauth.tokens[token].user is bob


async def test_the_page_asks_and_takes_no_for_an_answer(
    discord: DiscordWire, browser: aiohttp.ClientSession
) -> None:
    discord.oauth.signed_in = discord.create_user("ann")
    discord.oauth.asks = True
    query = question(discord)
    async with browser.get(discord.authorize_url, params=query) as page:
        text = await page.text()
    assert "Signed in as ann" in text
    assert ">Authorize</button>" in text

    async with browser.post(
        discord.authorize_url, params=query, data={"press": "cancel"}, allow_redirects=False
    ) as answer:
        assert "error=access_denied" in answer.headers["Location"]
        assert "state=s1" in answer.headers["Location"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "1"},
        {"response_type": "token"},
        {"scope": ""},
        {"redirect_uri": "http://evil.example/"},
        {"code_challenge_method": "plain"},
    ],
)
async def test_a_wrong_question_never_redirects(
    discord: DiscordWire, browser: aiohttp.ClientSession, wrong: dict[str, str]
) -> None:
    discord.oauth.signed_in = discord.create_user("ann")
    discord.oauth.redirect_uris = {REDIRECT_URI}

    query = question(discord, **wrong)
    async with browser.get(discord.authorize_url, params=query, allow_redirects=False) as answer:
        assert answer.status == 400
