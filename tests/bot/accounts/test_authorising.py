"""Calls in a user's name, and tokens that die on the way (T9)."""

import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from bot.accounts.authorising import AuthorisingSender
from bot.accounts.tokens import Tokens
from bot.accounts.vault import Vault
from bot.clock import SystemClock
from bot.errors import DeadTokenError, LinkRevokedError, NotLinkedError, RateLimitedError
from bot.imgur.reading import check
from bot.imgur.senders import HttpSender
from bot.imgur.wire import COST_UPLOAD, Anonymous, Bearer, FilePart, Request, Response
from bot.storage.links import SqlLinkStore
from sandbox.imgur.faults import Armed, parse
from sandbox.imgur.people import DEMO_CLIENT_ID, Token
from sandbox.imgur.records import Image as StoredImage
from sandbox.imgur.server import Sandbox
from tests.bot.accounts.imgur_door import Door
from tests.bot.accounts.linked import Deaths, issue, link, oauth
from tests.bot.accounts.making import ALICE
from tests.bot.accounts.still_clock import StillClock

MINE = Request(method="GET", path="/3/account/me/images", endpoint="/3/account/me/images")


@pytest.fixture
def tokens(  # noqa: PLR0917 (fixtures)
    links: SqlLinkStore, vault: Vault, door: Door, imgur: Sandbox, clock: StillClock, deaths: Deaths
) -> Tokens:
    return Tokens(links, vault, oauth(door, imgur, clock), clock, deaths)


@pytest.fixture
async def pair(links: SqlLinkStore, vault: Vault, imgur: Sandbox) -> Token:
    pair = issue(imgur)
    await link(links, vault, pair)
    return pair


@pytest.fixture
def sender(door: Door, tokens: Tokens) -> AuthorisingSender:
    return AuthorisingSender(door, tokens, ALICE)


def paths(door: Door) -> list[str]:
    return [request.path for request in door.requests]


async def test_a_linked_users_calls_carry_his_token(
    sender: AuthorisingSender, pair: Token, door: Door
) -> None:
    answer = await sender.send(MINE)

    assert answer.status == 200
    assert [request.credential for request in door.requests] == [
        Bearer(pair.account_id, pair.access)
    ]


async def test_who_has_linked_nothing_calls_as_the_application(
    sender: AuthorisingSender, door: Door
) -> None:
    await sender.send(MINE)

    assert [request.credential for request in door.requests] == [Anonymous()]


async def test_a_call_for_one_account_is_never_made_without_it(door: Door, tokens: Tokens) -> None:
    sender = AuthorisingSender(door, tokens, ALICE, imgur_account_id=1)

    with pytest.raises(NotLinkedError):
        await sender.send(MINE)

    assert door.requests == []


@pytest.mark.usefixtures("pair")
async def test_a_call_with_a_credential_of_its_own_keeps_it(
    sender: AuthorisingSender, door: Door
) -> None:
    own = Request(method="GET", path="/3/credits", credential=Bearer(5, "own"))

    await sender.send(own)

    assert door.requests == [own]


async def test_a_dead_token_is_renewed_and_the_call_sent_again(
    sender: AuthorisingSender, pair: Token, door: Door
) -> None:
    pair.access_dead = True

    answer = await sender.send(MINE)

    check(MINE, answer)
    assert paths(door) == [MINE.path, "/oauth2/token", MINE.path]


async def test_a_renewed_token_that_is_dead_too_is_the_callers_to_know(
    sender: AuthorisingSender, pair: Token, door: Door, imgur: Sandbox
) -> None:
    pair.access_dead = True
    refusal = Armed(parse("token-invalid"), path=MINE.path, times=None)
    imgur.world.armoury.armed.append(refusal)

    answer = await sender.send(MINE)

    with pytest.raises(DeadTokenError):
        check(door.requests[0], answer)
    assert paths(door) == [MINE.path, "/oauth2/token", MINE.path]


@pytest.mark.usefixtures("pair")
async def test_a_new_token_that_is_refused_like_a_dead_one_has_met_a_limit(tokens: Tokens) -> None:
    gateway = Gateway()

    with pytest.raises(RateLimitedError):
        await AuthorisingSender(gateway, tokens, ALICE).send(MINE)

    assert gateway.asked == 2


async def test_an_upload_whose_token_died_lands_once_and_in_the_right_account(
    tokens: Tokens, pair: Token, imgur: Sandbox
) -> None:
    pair.access_dead = True
    picture = Picture()
    async with HttpSender(DEMO_CLIENT_ID, SystemClock(), api_url=imgur.url) as http:
        answer = await AuthorisingSender(http, tokens, ALICE).send(upload(picture))

    assert answer.status == 200
    assert picture.passes == 2
    [image] = uploaded(imgur)
    assert image.account_id == pair.account_id


async def test_after_a_revocation_nothing_is_uploaded_anonymously(
    tokens: Tokens, pair: Token, imgur: Sandbox, deaths: Deaths
) -> None:
    pair.access_dead = pair.refresh_dead = True
    async with HttpSender(DEMO_CLIENT_ID, SystemClock(), api_url=imgur.url) as http:
        sender = AuthorisingSender(http, tokens, ALICE)
        for _ in range(3):
            with pytest.raises(LinkRevokedError):
                await sender.send(upload(Picture()))

    assert uploaded(imgur) == []
    await tokens.settled()
    assert deaths.told == [ALICE]


class Gateway:
    """Refuses everybody as it also refuses dead tokens, with credits left."""

    def __init__(self) -> None:
        self.asked = 0

    async def send(self, request: Request) -> Response:
        assert isinstance(request.credential, Bearer)
        self.asked += 1
        headers = {"x-ratelimit-userremaining": "1990", "x-ratelimit-clientremaining": "12000"}
        return Response(429, headers, b'{"errors":[{"code":"429","status":"Too Many Requests"}]}')


def uploaded(imgur: Sandbox) -> list[StoredImage]:
    """What did not hang in the gallery from the beginning."""
    return [image for image in imgur.world.state.images.values() if not image.drawn]


class Picture:
    """A small PNG; counts how often it is read."""

    def __init__(self) -> None:
        buffer = io.BytesIO()
        Image.new("RGB", (8, 8), "teal").save(buffer, "PNG")
        self._bytes = buffer.getvalue()
        self.size_bytes = len(self._bytes)
        self.passes = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.passes += 1
        yield self._bytes


def upload(picture: Picture) -> Request:
    part = FilePart("image", "p.png", "image/png", picture)
    return Request(method="POST", path="/3/image", file=part, cost_credits=COST_UPLOAD)
