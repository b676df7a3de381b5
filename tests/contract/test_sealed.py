"""Moving everything that is sealed to another key, while the bot works (T10)."""

import asyncio
import importlib
import pkgutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import LargeBinary, text

import bot.storage
from bot.accounts.codes import Codes
from bot.accounts.tickets import Tickets
from bot.accounts.tokens import Tokens
from bot.accounts.vault import KeyRing, Vault
from bot.errors import UnknownKeyError
from bot.imgur.wire import Bearer
from bot.storage.albums import SqlAlbumStore
from bot.storage.engine import Database
from bot.storage.link_tickets import SqlPendingStore, SqlTicketStore
from bot.storage.links import SqlLinkStore
from bot.storage.schema import Sealed, metadata
from bot.storage.sealed import SqlSealedValues
from bot.storage.uploads import SqlJobStore
from bot.uploads.albums import NewAlbum
from bot.uploads.job import JobState
from sandbox.imgur.server import Options, serve
from tests.bot.accounts.imgur_door import open_door
from tests.bot.accounts.linked import issue, link, oauth
from tests.bot.accounts.making import ALICE, MARMALADE, NOON, asker, new_link
from tests.bot.accounts.still_clock import StillClock
from tests.contract.test_job_store import new_batch, ready, uploaded

for module in pkgutil.iter_modules(bot.storage.__path__, "bot.storage."):
    importlib.import_module(module.name)

OLD, NEW = (KeyRing.generate(name).keys for name in ("old", "new"))
PEOPLE = 120


@pytest.fixture
def before() -> Vault:
    return Vault(KeyRing(OLD))


@pytest.fixture
def during() -> Vault:
    return Vault(KeyRing({**NEW, **OLD}))


@pytest.fixture
def after() -> Vault:
    return Vault(KeyRing(NEW))


async def with_one_of_each(database: Database, vault: Vault, clock: StillClock) -> str:
    """Rows with a value in every sealed column; returns the code that one of them waits for."""
    await SqlLinkStore(database).link(new_link(vault), replace=False, at=NOON)
    await Tickets(SqlTicketStore(database), vault, clock).mint(asker(), replace=False)
    pending = new_link(vault, table="pending_links")
    code = await Codes(SqlPendingStore(database), vault, clock).hold(pending, replace=False)
    jobs = SqlJobStore(database, vault)
    added = await jobs.add(new_batch(files=2), NOON)
    assert added is not None
    for advance, job in zip((ready, uploaded), added[1], strict=True):
        assert await jobs.save(advance(job), was=JobState.ACCEPTED)
    albums = SqlAlbumStore(database, vault)
    album = await albums.want(NewAlbum("upload:1", "Holidays"), ALICE, None, NOON)
    await albums.keep(replace(album, imgur_id="AbCdEf1", deletehash="secret-of-album"))
    return code


async def filled_columns(database: Database) -> Sequence[str]:
    filled = []
    async with database.read() as connection:
        for column in sealed_columns():
            query = text(f"SELECT count({column.name}) FROM {column.table.name}")
            if (await connection.execute(query)).scalar_one():
                filled.append(str(column))
    return filled


def sealed_columns() -> list[object]:
    return [c for t in metadata.sorted_tables for c in t.columns if isinstance(c.type, Sealed)]


def test_every_binary_column_is_sealed_or_a_digest() -> None:
    open_ones = [
        str(column)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary) and not isinstance(column.type, Sealed)
    ]

    assert [name for name in open_ones if not name.endswith("_digest")] == []


async def test_every_kind_of_value_moves_and_opens_where_it_belongs(
    database: Database, before: Vault, during: Vault, after: Vault
) -> None:
    clock = StillClock()
    code = await with_one_of_each(database, before, clock)
    everything = sum((await SqlSealedValues(database, before).by_key()).values())
    assert len(await filled_columns(database)) == len(sealed_columns())

    assert await SqlSealedValues(database, during).reseal() == everything

    sealed = SqlSealedValues(database, after)
    assert await sealed.by_key() == {"new": everything}
    assert await sealed.locked() == {}
    jobs = SqlJobStore(database, after)
    [waiting, done] = await jobs.jobs_of(1)
    assert waiting == ready(waiting)
    assert done == uploaded(done)
    tokens = Tokens(SqlLinkStore(database), after, None, clock)
    assert await tokens.credential_for(ALICE) == Bearer(MARMALADE, "access-1")
    (album,) = await SqlAlbumStore(database, after).albums_of(ALICE, None)
    assert album.deletehash == "secret-of-album"
    pending = await Codes(SqlPendingStore(database), after, clock).redeem(ALICE, code)
    assert pending.link.username == f"account-{MARMALADE}"


async def test_a_second_move_finds_nothing(
    database: Database, before: Vault, during: Vault
) -> None:
    for user_id in range(1, PEOPLE + 1):
        new = new_link(before, user_id, user_id)
        await SqlLinkStore(database).link(new, replace=False, at=NOON)
    sealed = SqlSealedValues(database, during)

    assert await sealed.reseal() == 2 * PEOPLE
    assert await sealed.reseal() == 0


async def test_commands_and_refreshes_go_on_meanwhile(
    database: Database, before: Vault, during: Vault, after: Vault
) -> None:
    clock = StillClock()
    async with (
        serve(options=Options(now=clock.now)) as imgur,
        open_door(imgur.url) as door,
    ):
        links = SqlLinkStore(database)
        token = issue(imgur)
        await link(links, before, token, user_id=1)
        for user_id in range(2, 40):
            new = new_link(before, user_id, user_id)
            await links.link(new, replace=False, at=NOON)
        tokens = Tokens(links, during, oauth(door, imgur, clock), clock)

        _, renewed, *used = await asyncio.gather(
            SqlSealedValues(database, during).reseal(),
            tokens.renewed(1, Bearer(token.account_id, token.access)),
            *(tokens.credential_for(user_id) for user_id in range(2, 40) for _ in range(3)),
        )

        assert all(isinstance(credential, Bearer) for credential in used)
        assert await SqlSealedValues(database, after).locked() == {}
        assert await Tokens(links, after, None, clock).credential_for(1) == renewed


async def test_a_wrong_key_is_noticed_also_behind_the_right_name(
    database: Database, before: Vault
) -> None:
    impostor = Vault(KeyRing({"old": bytes(32)}))
    assert await SqlSealedValues(database, impostor).locked() == {}
    await SqlLinkStore(database).link(new_link(before), replace=False, at=NOON)

    assert await SqlSealedValues(database, impostor).locked() == {"old": 2}
    assert await SqlSealedValues(database, before).locked() == {}


async def test_one_damaged_row_is_no_wrong_key_and_is_left_alone(
    database: Database, before: Vault, during: Vault
) -> None:
    links = SqlLinkStore(database)
    await links.link(new_link(before), replace=False, at=NOON)
    await links.link(new_link(before, 22, 1002), replace=False, at=NOON)
    async with database.write() as connection:
        for column in ("access_token", "refresh_token"):
            theirs = f"SELECT {column} FROM links WHERE user_id = 22"
            swap = f"UPDATE links SET {column} = ({theirs}) WHERE user_id = 11"
            await connection.execute(text(swap))

    assert await SqlSealedValues(database, during).locked() == {}
    assert await SqlSealedValues(database, during).reseal() == 2


async def test_with_the_wrong_keys_nothing_is_refreshed_that_could_not_be_kept(
    database: Database, before: Vault
) -> None:
    clock = StillClock()
    async with (
        serve(options=Options(now=clock.now)) as imgur,
        open_door(imgur.url) as door,
    ):
        links = SqlLinkStore(database)
        token = issue(imgur)
        await link(links, before, token)
        clock.advance(days=27, hours=12)
        before.lock()

        credential = await Tokens(links, before, oauth(door, imgur, clock), clock).credential_for(
            ALICE
        )

        assert credential == Bearer(token.account_id, token.access)
        assert door.requests == []
        with pytest.raises(UnknownKeyError):
            before.seal(b"anything", "anywhere")
        assert clock.now() - NOON > timedelta(days=27)
