import asyncio
from datetime import timedelta

import pytest

from bot.accounts.account import LinkedAccount
from bot.accounts.codes import PendingLink
from bot.accounts.tickets import Stage, Ticket
from bot.accounts.vault import Vault
from bot.errors import LinkedElsewhereError, StorageError
from bot.storage.engine import Database
from bot.storage.link_tickets import SqlPendingStore, SqlTicketStore
from bot.storage.links import SqlLinkStore
from tests.bot.accounts.making import (
    ALICE,
    BOB,
    MARMALADE,
    NOON,
    PENGUIN,
    new_link,
    new_vault,
)

LATER = NOON + timedelta(minutes=10)


@pytest.fixture
def links(database: Database) -> SqlLinkStore:
    return SqlLinkStore(database)


@pytest.fixture
def tickets(database: Database) -> SqlTicketStore:
    return SqlTicketStore(database)


@pytest.fixture
def pendings(database: Database) -> SqlPendingStore:
    return SqlPendingStore(database)


@pytest.fixture
def vault() -> Vault:
    return new_vault()


async def linked(
    links: SqlLinkStore, vault: Vault, user_id: int = ALICE, account_id: int = MARMALADE
) -> LinkedAccount:
    return (await links.link(new_link(vault, user_id, account_id), replace=False, at=NOON)).account


# --- links


async def test_a_first_link_is_the_default_and_comes_back_as_it_was_stored(
    links: SqlLinkStore, vault: Vault
) -> None:
    new = new_link(vault)

    account = (await links.link(new, replace=False, at=NOON)).account

    assert await links.default_of(ALICE) == account
    assert await links.find(ALICE, MARMALADE) == account
    assert account.is_default
    assert account.tokens == new.tokens
    assert (account.linked_at, account.refreshed_at) == (NOON, NOON)
    assert account.expires_at == new.expires_at


async def test_linking_the_same_account_again_refreshes_its_row(
    links: SqlLinkStore, vault: Vault
) -> None:
    first = await linked(links, vault)
    again = new_link(vault, access="access-2")

    outcome = await links.link(again, replace=False, at=LATER)

    assert outcome.account.id == first.id
    assert outcome.account.version == first.version + 1
    assert outcome.account.tokens == again.tokens
    assert outcome.replaced is None
    assert len(await links.links_of(ALICE)) == 1


async def test_a_further_account_stands_beside_the_default(
    links: SqlLinkStore, vault: Vault
) -> None:
    first = await linked(links, vault)

    outcome = await links.link(new_link(vault, ALICE, PENGUIN), replace=False, at=LATER)

    assert not outcome.account.is_default
    assert await links.links_of(ALICE) == [first, outcome.account]


async def test_another_living_link_becomes_the_default_when_its_holder_says_so(
    links: SqlLinkStore, vault: Vault
) -> None:
    first = await linked(links, vault)
    await linked(links, vault, ALICE, PENGUIN)
    await linked(links, vault, BOB, PENGUIN + 1)

    chosen = await links.make_default(ALICE, PENGUIN)

    assert chosen is not None
    assert [link.is_default for link in await links.links_of(ALICE)] == [True, False]
    assert await links.default_of(ALICE) == chosen
    assert await links.make_default(ALICE, PENGUIN + 1) is None
    await links.revoke(first, at=LATER)
    assert await links.make_default(ALICE, MARMALADE) is None
    assert await links.default_of(ALICE) == chosen


async def test_replacing_deletes_the_former_default(links: SqlLinkStore, vault: Vault) -> None:
    first = await linked(links, vault)

    outcome = await links.link(new_link(vault, ALICE, PENGUIN), replace=True, at=LATER)

    assert outcome.replaced == first
    assert outcome.account.is_default
    assert await links.links_of(ALICE) == [outcome.account]


async def test_replacing_by_the_same_account_replaces_nothing(
    links: SqlLinkStore, vault: Vault
) -> None:
    await linked(links, vault)

    outcome = await links.link(new_link(vault), replace=True, at=LATER)

    assert outcome.replaced is None
    assert outcome.account.is_default


async def test_replacing_by_an_account_that_stood_aside_makes_it_the_default(
    links: SqlLinkStore, vault: Vault
) -> None:
    await linked(links, vault)
    await linked(links, vault, ALICE, PENGUIN)

    outcome = await links.link(new_link(vault, ALICE, PENGUIN), replace=True, at=LATER)

    assert await links.links_of(ALICE) == [outcome.account]
    assert outcome.account.is_default


async def test_a_revoked_default_gives_way_without_being_asked(
    links: SqlLinkStore, vault: Vault
) -> None:
    dead = await linked(links, vault)
    await links.revoke(dead, at=NOON)

    outcome = await links.link(new_link(vault, ALICE, PENGUIN), replace=False, at=LATER)

    assert outcome.account.is_default
    assert outcome.replaced is not None
    assert outcome.replaced.imgur_account_id == MARMALADE


async def test_an_account_that_somebody_else_holds_is_refused(
    links: SqlLinkStore, vault: Vault
) -> None:
    await linked(links, vault)

    with pytest.raises(LinkedElsewhereError):
        await links.link(new_link(vault, BOB), replace=True, at=LATER)

    assert await links.links_of(BOB) == []


async def test_an_account_whose_former_link_is_revoked_is_free(
    links: SqlLinkStore, vault: Vault
) -> None:
    await links.revoke(await linked(links, vault), at=NOON)

    outcome = await links.link(new_link(vault, BOB), replace=False, at=LATER)

    assert outcome.account.user_id == BOB
    with pytest.raises(LinkedElsewhereError):
        await links.link(new_link(vault, ALICE), replace=False, at=LATER)


async def test_linking_again_heals_a_revoked_link(links: SqlLinkStore, vault: Vault) -> None:
    await links.revoke(await linked(links, vault), at=NOON)

    account = await linked(links, vault)

    assert account.revoked_at is None
    assert account.tokens is not None


async def test_unlinking_all_leaves_nothing_and_says_what_is_gone(
    links: SqlLinkStore, vault: Vault
) -> None:
    await linked(links, vault)
    await linked(links, vault, ALICE, PENGUIN)
    await linked(links, vault, BOB, 1003)

    gone = await links.unlink(ALICE, None)

    assert {link.imgur_account_id for link in gone} == {MARMALADE, PENGUIN}
    assert await links.links_of(ALICE) == []
    assert len(await links.links_of(BOB)) == 1


async def test_unlinking_the_default_promotes_the_oldest_of_the_rest(
    links: SqlLinkStore, vault: Vault
) -> None:
    await linked(links, vault)
    await links.link(new_link(vault, ALICE, 1003), replace=False, at=LATER)
    await links.link(new_link(vault, ALICE, PENGUIN), replace=False, at=NOON)

    await links.unlink(ALICE, MARMALADE)

    assert [(x.imgur_account_id, x.is_default) for x in await links.links_of(ALICE)] == [
        (PENGUIN, True),
        (1003, False),
    ]


async def test_unlinking_one_beside_the_default_leaves_the_default(
    links: SqlLinkStore, vault: Vault
) -> None:
    first = await linked(links, vault)
    await linked(links, vault, ALICE, PENGUIN)

    await links.unlink(ALICE, PENGUIN)

    assert await links.links_of(ALICE) == [first]


async def test_one_of_many_claims_the_refresh_of_a_version(
    links: SqlLinkStore, vault: Vault
) -> None:
    account = await linked(links, vault)

    claims = await asyncio.gather(*(links.claim(account, now=NOON, until=LATER) for _ in range(20)))

    assert claims.count(True) == 1


async def test_a_claim_ends_by_itself(links: SqlLinkStore, vault: Vault) -> None:
    account = await linked(links, vault)
    await links.claim(account, now=NOON, until=LATER)

    assert await links.claim(account, now=LATER, until=LATER + timedelta(minutes=1))


async def test_a_claim_that_is_given_back_can_be_taken(links: SqlLinkStore, vault: Vault) -> None:
    account = await linked(links, vault)
    await links.claim(account, now=NOON, until=LATER)
    await links.release(account)

    assert await links.claim(account, now=NOON, until=LATER)


async def test_tokens_are_renewed_for_the_version_that_was_read_only(
    links: SqlLinkStore, vault: Vault
) -> None:
    account = await linked(links, vault)
    await links.claim(account, now=NOON, until=LATER)
    new = new_link(vault, access="access-2", expires_at=NOON + timedelta(days=56))

    renewed = await links.renew(account, new, at=LATER)

    assert renewed is not None
    assert renewed.version == account.version + 1
    assert renewed.tokens == new.tokens
    assert (renewed.linked_at, renewed.refreshed_at) == (NOON, LATER)
    assert await links.renew(account, new_link(vault), at=LATER) is None
    assert not await links.claim(account, now=LATER, until=LATER)
    assert await links.claim(renewed, now=NOON, until=LATER)


async def test_revoking_wipes_the_tokens_of_the_version_that_was_read_only(
    links: SqlLinkStore, vault: Vault
) -> None:
    account = await linked(links, vault)

    assert await links.revoke(account, at=LATER)

    dead = await links.find(ALICE, MARMALADE)
    assert dead is not None
    assert dead.tokens is None
    assert dead.revoked_at == LATER
    assert not await links.revoke(account, at=LATER)
    assert not await links.revoke(dead, at=LATER)


async def test_a_claim_of_a_process_that_died_is_forgotten(
    links: SqlLinkStore, vault: Vault
) -> None:
    account = await linked(links, vault)
    assert await links.claim(account, now=NOON, until=LATER)
    assert not await links.claim(account, now=NOON, until=LATER)

    await links.forget_claims()

    assert await links.claim(account, now=NOON, until=LATER)


async def test_a_revocation_is_told_once(links: SqlLinkStore, vault: Vault) -> None:
    account = await linked(links, vault)
    assert not await links.take_untold(ALICE, at=NOON)
    await links.revoke(account, at=NOON)

    [dead] = await links.untold()
    assert dead.user_id == ALICE

    told = [await links.take_untold(ALICE, at=LATER) for _ in range(3)]

    assert told == [True, False, False]
    assert await links.untold() == []
    assert not await links.take_untold(BOB, at=LATER)


async def test_half_a_revocation_cannot_be_stored(
    database: Database, links: SqlLinkStore, vault: Vault
) -> None:
    await linked(links, vault)

    with pytest.raises(StorageError):
        async with database.write() as connection:
            await connection.exec_driver_sql("UPDATE links SET revoked_at = 1")


# --- tickets

ADDRESS, BROWSER, STATE, OTHER = (bytes([n]) * 32 for n in range(4))


def ticket(user_id: int = ALICE, stage: Stage = Stage.MINTED) -> Ticket:
    return Ticket(
        user_id=user_id,
        user_name="alice",
        application_id=900,
        interaction_token=b"sealed",
        interaction_expires_at=NOON + timedelta(minutes=15),
        replace=True,
        stage=stage,
        expires_at=LATER,
    )


async def minted(tickets: SqlTicketStore, user_id: int = ALICE) -> None:
    await tickets.put(ticket(user_id), address=ADDRESS, state=None)


async def bound(tickets: SqlTicketStore, stage: Stage) -> None:
    await minted(tickets)
    await tickets.bind(ADDRESS, browser=BROWSER, state=STATE, stage=stage, now=NOON)


async def test_a_ticket_comes_back_as_it_was_stored(tickets: SqlTicketStore) -> None:
    await minted(tickets)

    assert await tickets.look(ADDRESS, now=NOON) == ticket()
    assert await tickets.look(OTHER, now=NOON) is None


async def test_a_ticket_is_gone_at_the_instant_it_expires(tickets: SqlTicketStore) -> None:
    await bound(tickets, Stage.PROVED)

    assert await tickets.look(ADDRESS, now=LATER) is None
    assert await tickets.consume(STATE, browser=BROWSER, now=LATER) is None
    assert await tickets.abandon(BROWSER, now=LATER) is None
    assert not await tickets.knows(STATE, now=LATER)
    assert await tickets.consume(STATE, browser=BROWSER, now=LATER - timedelta(milliseconds=1))


async def test_a_users_new_ticket_replaces_the_former_one(tickets: SqlTicketStore) -> None:
    await minted(tickets)

    await tickets.put(ticket(), address=OTHER, state=None)

    assert await tickets.look(ADDRESS, now=NOON) is None
    assert await tickets.look(OTHER, now=NOON) is not None


@pytest.mark.parametrize("stage", [Stage.PROVED, Stage.UNPROVED])
async def test_a_ticket_is_consumed_once_with_both_secrets(
    tickets: SqlTicketStore, stage: Stage
) -> None:
    await bound(tickets, stage)

    assert await tickets.consume(STATE, browser=OTHER, now=NOON) is None
    assert await tickets.consume(OTHER, browser=BROWSER, now=NOON) is None
    assert await tickets.consume_pasted(STATE, user_id=ALICE, now=NOON) is None
    takers = await asyncio.gather(
        *(tickets.consume(STATE, browser=BROWSER, now=NOON) for _ in range(50))
    )
    assert len([taker for taker in takers if taker is not None]) == 1


async def test_a_ticket_that_stands_at_discord_cannot_be_consumed(
    tickets: SqlTicketStore,
) -> None:
    await bound(tickets, Stage.AT_DISCORD)

    assert await tickets.consume(STATE, browser=BROWSER, now=NOON) is None


async def test_discords_state_is_spent_once_and_opens_the_next_leg(
    tickets: SqlTicketStore,
) -> None:
    await bound(tickets, Stage.AT_DISCORD)
    next_leg = {"browser": BROWSER, "stage": Stage.PROVED, "now": NOON}

    assert not await tickets.issue(ALICE, state=OTHER, **next_leg)
    assert await tickets.spend(STATE, browser=OTHER, now=NOON) is None
    assert await tickets.spend(STATE, browser=BROWSER, now=NOON) is not None
    assert await tickets.spend(STATE, browser=BROWSER, now=NOON) is None
    assert await tickets.issue(ALICE, state=OTHER, **next_leg)
    assert not await tickets.issue(ALICE, state=STATE, **next_leg)
    assert await tickets.consume(OTHER, browser=BROWSER, now=NOON) is not None


async def test_a_browser_that_takes_the_ticket_over_voids_what_the_other_reached(
    tickets: SqlTicketStore,
) -> None:
    await bound(tickets, Stage.PROVED)

    again = await tickets.bind(
        ADDRESS, browser=OTHER, state=ADDRESS, stage=Stage.AT_DISCORD, now=NOON
    )

    assert again is not None
    assert again.stage is Stage.AT_DISCORD
    assert await tickets.consume(STATE, browser=BROWSER, now=NOON) is None
    assert await tickets.abandon(BROWSER, now=NOON) is None


async def test_a_pasted_state_is_the_users_own_and_works_once(tickets: SqlTicketStore) -> None:
    await tickets.put(ticket(stage=Stage.PASTING), address=None, state=STATE)

    assert await tickets.consume_pasted(STATE, user_id=BOB, now=NOON) is None
    assert await tickets.consume(STATE, browser=BROWSER, now=NOON) is None
    assert await tickets.consume_pasted(STATE, user_id=ALICE, now=NOON) is not None
    assert await tickets.consume_pasted(STATE, user_id=ALICE, now=NOON) is None


async def test_abandoning_dropping_and_sweeping_delete(tickets: SqlTicketStore) -> None:
    await bound(tickets, Stage.AT_DISCORD)
    assert await tickets.abandon(BROWSER, now=NOON) is not None
    assert await tickets.look(ADDRESS, now=NOON) is None

    await minted(tickets)
    await tickets.drop(ALICE)
    assert await tickets.look(ADDRESS, now=NOON) is None

    await minted(tickets)
    await tickets.put(ticket(BOB), address=OTHER, state=None)
    await tickets.sweep(now=LATER - timedelta(milliseconds=1))
    assert await tickets.look(ADDRESS, now=NOON) is not None
    await tickets.sweep(now=LATER)
    assert await tickets.look(ADDRESS, now=NOON) is None


# --- links that wait for their code


def pending(vault: Vault, code: bytes = b"sealed code") -> PendingLink:
    return PendingLink(
        link=new_link(vault, table="pending_links"),
        replace=True,
        code=code,
        tries_left=5,
        expires_at=LATER,
    )


async def test_every_try_counts_and_the_last_one_is_the_last(
    pendings: SqlPendingStore, vault: Vault
) -> None:
    kept = pending(vault)
    await pendings.put(kept)

    tries = await asyncio.gather(*(pendings.use_try(ALICE, now=NOON) for _ in range(8)))

    found = [one for one in tries if one is not None]
    assert sorted(one.tries_left for one in found) == [0, 1, 2, 3, 4]
    assert {one.link for one in found} == {kept.link}
    assert {one.replace for one in found} == {True}


async def test_a_pending_link_is_taken_once(pendings: SqlPendingStore, vault: Vault) -> None:
    await pendings.put(pending(vault))
    found = await pendings.use_try(ALICE, now=NOON)
    assert found is not None

    taken = await asyncio.gather(*(pendings.take(found, now=NOON) for _ in range(10)))

    assert taken.count(True) == 1
    assert await pendings.use_try(ALICE, now=NOON) is None


async def test_a_newer_pending_link_is_not_taken_for_the_former(
    pendings: SqlPendingStore, vault: Vault
) -> None:
    await pendings.put(pending(vault))
    former = await pendings.use_try(ALICE, now=NOON)
    assert former is not None
    await pendings.put(pending(vault, code=b"another sealed code"))

    assert not await pendings.take(former, now=NOON)
    assert await pendings.use_try(ALICE, now=NOON) is not None


async def test_a_pending_link_expires_and_can_be_dropped_and_swept(
    pendings: SqlPendingStore, vault: Vault
) -> None:
    await pendings.put(pending(vault))
    assert await pendings.use_try(ALICE, now=LATER) is None

    await pendings.drop(ALICE)
    assert await pendings.use_try(ALICE, now=NOON) is None

    await pendings.put(pending(vault))
    await pendings.sweep(now=LATER)
    assert await pendings.use_try(ALICE, now=NOON) is None
