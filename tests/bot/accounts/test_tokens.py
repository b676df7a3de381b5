"""Renewal and death of tokens (T8, T9), and rows that were tampered with (T10)."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.accounts.account import LinkedAccount
from bot.accounts.tokens import Tokens
from bot.accounts.vault import KeyRing, Vault
from bot.errors import (
    ImgurError,
    LinkingUnavailableError,
    LinkRevokedError,
    NotLinkedError,
    ResponseFormatError,
    TamperedError,
    UnknownKeyError,
)
from bot.imgur.wire import Anonymous, Bearer, Request, Response
from bot.storage.links import SqlLinkStore
from sandbox.imgur.people import Token
from sandbox.imgur.server import Sandbox
from tests.bot.accounts.imgur_door import Door
from tests.bot.accounts.linked import LIFE, Deaths, issue, link, oauth
from tests.bot.accounts.making import ALICE, BOB, NOON
from tests.bot.accounts.still_clock import StillClock


@pytest.fixture
def tokens(  # noqa: PLR0917 (fixtures)
    links: SqlLinkStore, vault: Vault, door: Door, imgur: Sandbox, clock: StillClock, deaths: Deaths
) -> Tokens:
    return Tokens(links, vault, oauth(door, imgur, clock), clock, deaths)


@pytest.fixture
def pair(imgur: Sandbox) -> Token:
    return issue(imgur)


@pytest.fixture
async def alices(links: SqlLinkStore, vault: Vault, pair: Token) -> LinkedAccount:
    return await link(links, vault, pair)


def access_of(credential: Bearer | Anonymous) -> str:
    assert isinstance(credential, Bearer)
    return credential.access_token


async def test_who_has_linked_nothing_is_anonymous(tokens: Tokens, door: Door) -> None:
    assert await tokens.credential_for(ALICE) == Anonymous()
    assert door.requests == []


async def test_a_fresh_token_is_used_as_it_is(
    tokens: Tokens, alices: LinkedAccount, pair: Token, door: Door
) -> None:
    credential = await tokens.credential_for(ALICE)

    assert credential == Bearer(alices.imgur_account_id, pair.access)
    assert door.requests == []


async def test_one_account_can_be_asked_for(
    tokens: Tokens, alices: LinkedAccount, pair: Token
) -> None:
    credential = await tokens.credential_for(ALICE, alices.imgur_account_id)

    assert access_of(credential) == pair.access
    with pytest.raises(NotLinkedError):
        await tokens.credential_for(ALICE, 1)
    with pytest.raises(NotLinkedError):
        await tokens.credential_for(BOB, alices.imgur_account_id)


@pytest.mark.parametrize(
    ("life", "margin"),
    [
        (timedelta(hours=1), timedelta(minutes=6)),
        (timedelta(days=28), timedelta(days=1)),
        (timedelta(days=3650), timedelta(days=1)),
    ],
)
async def test_a_token_is_due_a_tenth_of_its_life_or_a_day_before_its_end(
    alices: LinkedAccount, life: timedelta, margin: timedelta
) -> None:
    account = replace(alices, refreshed_at=NOON, expires_at=NOON + life)

    assert not account.is_due(NOON + life - margin - timedelta(seconds=1))
    assert account.is_due(NOON + life - margin)


@pytest.mark.parametrize("rotates", [False, True])
async def test_a_hundred_commands_on_an_expired_token_refresh_it_once(
    *,
    tokens: Tokens,
    alices: LinkedAccount,
    imgur: Sandbox,
    door: Door,
    clock: StillClock,
    rotates: bool,
) -> None:
    imgur.world.state.switches.rotate_refresh = rotates
    clock.advance(days=28)

    credentials = await asyncio.gather(*(tokens.credential_for(ALICE) for _ in range(100)))

    assert len({access_of(credential) for credential in credentials}) == 1
    assert [request.path for request in door.requests] == ["/oauth2/token"]
    assert clock.now() == NOON + LIFE  # nobody had to look again
    assert alices.imgur_account_id == credentials[0].account_id
    assert tokens.refreshes == {"renewed": 1, "refused": 0, "failed": 0}


@pytest.mark.usefixtures("alices")
async def test_two_processes_refresh_it_once(
    links: SqlLinkStore, vault: Vault, door: Door, imgur: Sandbox, clock: StillClock
) -> None:
    imgur.world.state.switches.rotate_refresh = True
    clock.advance(days=28)
    processes = [Tokens(links, vault, oauth(door, imgur, clock), clock) for _ in range(3)]

    credentials = await asyncio.gather(
        *(process.credential_for(ALICE) for process in processes for _ in range(10))
    )

    assert len({access_of(credential) for credential in credentials}) == 1
    assert len(door.requests) == 1


@pytest.mark.usefixtures("alices")
async def test_the_new_pair_is_stored_before_anybody_uses_it(
    tokens: Tokens, links: SqlLinkStore, vault: Vault, imgur: Sandbox, clock: StillClock
) -> None:
    clock.advance(days=28)

    credential = await tokens.credential_for(ALICE)

    other_process = Tokens(links, vault, None, clock)
    assert await other_process.credential_for(ALICE) == credential
    [account] = await links.links_of(ALICE)
    assert account.version == 2
    issued = imgur.world.state.tokens[-1]
    assert account.expires_at == clock.now() + timedelta(seconds=issued.expires_in_s)


@pytest.mark.usefixtures("alices")
async def test_a_caller_who_goes_away_does_not_cut_the_refresh_off(
    links: SqlLinkStore, vault: Vault, door: Door, imgur: Sandbox, clock: StillClock
) -> None:
    clock.advance(days=28)

    async def go_away() -> None:
        caller.cancel()

    tokens = Tokens(links, vault, oauth(Meanwhile(door, go_away), imgur, clock), clock)
    caller = asyncio.create_task(tokens.credential_for(ALICE))
    with pytest.raises(asyncio.CancelledError):
        await caller
    await tokens.settled()

    assert (await links.links_of(ALICE))[0].version == 2


# --- Imgur out of reach


@pytest.mark.usefixtures("alices")
async def test_while_imgur_is_away_a_living_token_is_used_on(
    tokens: Tokens, links: SqlLinkStore, pair: Token, door: Door, clock: StillClock
) -> None:
    door.is_cut = True
    clock.advance(seconds=(LIFE - timedelta(hours=1)).total_seconds())

    assert access_of(await tokens.credential_for(ALICE)) == pair.access

    door.is_cut = False
    assert access_of(await tokens.credential_for(ALICE)) != pair.access
    assert (await links.links_of(ALICE))[0].revoked_at is None


@pytest.mark.usefixtures("alices")
async def test_while_imgur_is_away_an_expired_token_is_an_error_and_no_revocation(
    tokens: Tokens, door: Door, clock: StillClock
) -> None:
    door.is_cut = True
    clock.advance(days=28)

    with pytest.raises(ImgurError):
        await tokens.credential_for(ALICE)

    door.is_cut = False
    assert isinstance(await tokens.credential_for(ALICE), Bearer)
    assert clock.now() == NOON + LIFE  # nor to wait for a claim to end
    assert tokens.refreshes == {"renewed": 1, "refused": 0, "failed": 1}


@pytest.mark.usefixtures("alices")
async def test_without_a_client_secret_tokens_are_used_while_they_live(
    links: SqlLinkStore, vault: Vault, pair: Token, clock: StillClock
) -> None:
    tokens = Tokens(links, vault, None, clock)
    clock.advance(seconds=(LIFE - timedelta(hours=1)).total_seconds())
    assert access_of(await tokens.credential_for(ALICE)) == pair.access

    clock.advance(hours=1)

    with pytest.raises(LinkingUnavailableError):
        await tokens.credential_for(ALICE)


# --- a process that dies between Imgur's answer and the commit


@pytest.mark.usefixtures("alices")
@pytest.mark.parametrize("rotates", [False, True])
async def test_after_a_crash_the_next_start_works_or_asks_to_link_again_once(
    *,
    links: SqlLinkStore,
    vault: Vault,
    door: Door,
    imgur: Sandbox,
    clock: StillClock,
    rotates: bool,
) -> None:
    imgur.world.state.switches.rotate_refresh = rotates
    clock.advance(days=28)
    dead = Tokens(links, vault, oauth(Dying(door), imgur, clock), clock)
    with pytest.raises(Dying.Death):
        await dead.credential_for(ALICE)

    deaths = Deaths()
    tokens = Tokens(links, vault, oauth(door, imgur, clock), clock, deaths)
    try:
        outcome = isinstance(await tokens.credential_for(ALICE), Bearer)
    except LinkRevokedError:
        outcome = False

    assert outcome is not rotates
    await tokens.settled()
    await tokens.tell_revoked()
    assert deaths.told == [ALICE] * rotates


# --- revoked at Imgur


async def test_a_revoked_link_is_wiped_told_once_and_never_anonymous(
    *,
    tokens: Tokens,
    links: SqlLinkStore,
    alices: LinkedAccount,
    pair: Token,
    door: Door,
    clock: StillClock,
    deaths: Deaths,
) -> None:
    pair.access_dead = pair.refresh_dead = True
    clock.advance(days=28)

    ends = await asyncio.gather(
        *(tokens.credential_for(ALICE) for _ in range(20)), return_exceptions=True
    )
    later = await asyncio.gather(tokens.credential_for(ALICE), return_exceptions=True)

    assert all(isinstance(end, LinkRevokedError) for end in [*ends, *later])
    assert len(door.requests) == 1
    assert tokens.refreshes == {"renewed": 0, "refused": 1, "failed": 0}
    await tokens.settled()
    await asyncio.gather(*(tokens.tell_revoked() for _ in range(20)))
    assert deaths.told == [ALICE]
    stored = await links.find(ALICE, alices.imgur_account_id)
    assert stored is not None
    assert stored.tokens is None


async def test_linking_again_ends_the_revocation(
    *,
    tokens: Tokens,
    links: SqlLinkStore,
    vault: Vault,
    alices: LinkedAccount,
    imgur: Sandbox,
    deaths: Deaths,
) -> None:
    await links.revoke(alices, at=NOON)
    with pytest.raises(LinkRevokedError):
        await tokens.credential_for(ALICE)

    fresh = issue(imgur)
    await link(links, vault, fresh)

    assert access_of(await tokens.credential_for(ALICE)) == fresh.access
    await tokens.tell_revoked()
    assert deaths.told == []


async def test_while_discord_is_away_the_news_of_a_death_waits(
    tokens: Tokens, links: SqlLinkStore, alices: LinkedAccount, deaths: Deaths
) -> None:
    await links.revoke(alices, at=NOON)
    deaths.is_away = True
    await tokens.tell_revoked()
    deaths.is_away = False

    await tokens.tell_revoked()
    await tokens.tell_revoked()

    assert deaths.told == [ALICE]


async def test_a_link_renewed_by_hand_while_imgur_refused_the_old_one_stays(
    *,
    links: SqlLinkStore,
    vault: Vault,
    alices: LinkedAccount,
    pair: Token,
    door: Door,
    imgur: Sandbox,
    clock: StillClock,
) -> None:
    pair.refresh_dead = True
    clock.advance(days=28)
    fresh = issue(imgur)

    async def link_again() -> None:
        await link(links, vault, fresh, expires_at=clock.now() + LIFE)

    tokens = Tokens(links, vault, oauth(Meanwhile(door, link_again), imgur, clock), clock)

    assert access_of(await tokens.credential_for(ALICE)) == fresh.access
    assert alices.version == 1


@pytest.mark.usefixtures("alices")
async def test_unlinking_during_a_refresh_wins(
    links: SqlLinkStore, vault: Vault, door: Door, imgur: Sandbox, clock: StillClock
) -> None:
    clock.advance(days=28)

    async def unlink() -> None:
        await links.unlink(ALICE, None)

    tokens = Tokens(links, vault, oauth(Meanwhile(door, unlink), imgur, clock), clock)

    with pytest.raises(NotLinkedError):
        await tokens.credential_for(ALICE)
    assert await links.links_of(ALICE) == []


async def test_tokens_of_another_account_are_not_taken(
    *,
    tokens: Tokens,
    links: SqlLinkStore,
    alices: LinkedAccount,
    pair: Token,
    imgur: Sandbox,
    clock: StillClock,
) -> None:
    penguin = imgur.world.state.account_named("pixelpenguin")
    assert penguin is not None
    pair.account_id = penguin.id
    clock.advance(days=28)

    with pytest.raises(ResponseFormatError):
        await tokens.credential_for(ALICE)

    stored = await links.find(ALICE, alices.imgur_account_id)
    assert stored is not None
    assert stored.version == alices.version


# --- called dead


async def test_a_hundred_calls_with_a_dead_token_renew_it_once(
    tokens: Tokens, alices: LinkedAccount, pair: Token, door: Door
) -> None:
    dead = Bearer(alices.imgur_account_id, pair.access)

    fresh = await asyncio.gather(*(tokens.renewed(ALICE, dead) for _ in range(100)))

    assert len({bearer.access_token for bearer in fresh}) == 1
    assert fresh[0].access_token != pair.access
    assert len(door.requests) == 1


async def test_a_token_that_was_renewed_meanwhile_is_not_renewed_again(
    tokens: Tokens, alices: LinkedAccount, pair: Token, door: Door
) -> None:
    dead = Bearer(alices.imgur_account_id, pair.access)
    fresh = await tokens.renewed(ALICE, dead)

    assert await tokens.renewed(ALICE, dead) == fresh
    assert len(door.requests) == 1


# --- tampering


@pytest.mark.usefixtures("alices")
async def test_a_row_given_to_another_user_does_not_open(tokens: Tokens, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "bot.sqlite3") as foreign:
        foreign.execute("UPDATE links SET user_id = ?", (BOB,))
    foreign.close()

    with pytest.raises(TamperedError):
        await tokens.credential_for(BOB)


async def test_swapped_rows_open_for_neither(
    *,
    tokens: Tokens,
    links: SqlLinkStore,
    vault: Vault,
    alices: LinkedAccount,
    imgur: Sandbox,
    tmp_path: Path,
) -> None:
    bobs = await link(links, vault, issue(imgur, "pixelpenguin"), BOB)
    assert alices.tokens is not None
    assert bobs.tokens is not None
    with sqlite3.connect(tmp_path / "bot.sqlite3") as foreign:
        for sealed, row in ((bobs.tokens, alices.id), (alices.tokens, bobs.id)):
            foreign.execute(
                "UPDATE links SET access_token = ?, refresh_token = ? WHERE id = ?",
                (sealed.access, sealed.refresh, row),
            )
    foreign.close()

    for user_id in (ALICE, BOB):
        with pytest.raises(TamperedError):
            await tokens.credential_for(user_id)


@pytest.mark.usefixtures("alices")
async def test_the_wrong_key_opens_nothing_and_wipes_nothing(
    links: SqlLinkStore, clock: StillClock, door: Door
) -> None:
    tokens = Tokens(links, Vault(KeyRing.generate("k2")), None, clock)

    with pytest.raises(UnknownKeyError):
        await tokens.credential_for(ALICE)

    assert (await links.links_of(ALICE))[0].tokens is not None
    assert door.requests == []


class Dying:
    """Hears Imgur's answer and dies."""

    class Death(BaseException):
        pass

    def __init__(self, door: Door) -> None:
        self._door = door

    async def send(self, request: Request) -> Response:
        await self._door.send(request)
        raise Dying.Death


class Meanwhile:
    """Lets something happen while Imgur thinks."""

    def __init__(self, door: Door, happening: Callable[[], Awaitable[None]]) -> None:
        self._door = door
        self._happening = happening

    async def send(self, request: Request) -> Response:
        answer = await self._door.send(request)
        await self._happening()
        return answer
