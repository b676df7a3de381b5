"""What every store of albums must do."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from bot.accounts.vault import KeyRing, Vault
from bot.storage.albums import SqlAlbumStore
from bot.storage.engine import Database
from bot.storage.uploads import SqlJobStore
from bot.uploads.albums import NewAlbum
from tests.contract.test_job_store import new_batch

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALICE, BOB, ACCOUNT = 1, 2, 77
HOLIDAYS = NewAlbum("upload:5", "Holidays")


@pytest.fixture
def vault() -> Vault:
    return Vault(KeyRing.generate("k1"))


@pytest.fixture
def store(database: Database, vault: Vault) -> SqlAlbumStore:
    return SqlAlbumStore(database, vault)


async def test_the_same_wish_finds_the_same_album(store: SqlAlbumStore) -> None:
    first = await store.want(HOLIDAYS, ALICE, None, NOW)
    assert await store.want(HOLIDAYS, BOB, None, NOW) == first
    assert (await store.want(HOLIDAYS, ALICE, ACCOUNT, NOW)).id != first.id


async def test_an_albums_deletehash_comes_back_and_lies_sealed(
    store: SqlAlbumStore, database: Database
) -> None:
    album = await store.want(HOLIDAYS, ALICE, None, NOW)
    made = replace(album, imgur_id="AbCdEf1", deletehash="hush")
    await store.keep(made)
    assert await store.album(album.id) == made
    assert await store.album(album.id + 1) is None
    async with database.read() as connection:
        sealed = (await connection.execute(text("SELECT deletehash FROM albums"))).scalar_one()
    assert b"hush" not in bytes(sealed)


async def test_only_albums_that_were_asked_for_by_name_and_made_are_offered(
    store: SqlAlbumStore,
) -> None:
    for number in (1, 2):
        album = await store.want(NewAlbum(f"upload:{number}", str(number)), ALICE, None, NOW)
        await store.keep(replace(album, imgur_id=f"id{number}"))
    automatic = await store.want(NewAlbum("channel:9", "of a channel"), ALICE, None, NOW)
    await store.keep(replace(automatic, imgur_id="id9"))
    await store.want(NewAlbum("upload:3", "not made yet"), ALICE, None, NOW)
    assert [album.title for album in await store.albums_of(ALICE, None)] == ["2", "1"]
    assert await store.albums_of(BOB, None) == []
    assert await store.albums_of(ALICE, ACCOUNT) == []


async def test_a_batch_comes_back_with_its_album_as_it_is_now(
    store: SqlAlbumStore, database: Database, vault: Vault
) -> None:
    jobs = SqlJobStore(database, vault)
    album = await store.want(HOLIDAYS, ALICE, None, NOW)
    added = await jobs.add(replace(new_batch(), album_row=album.id), NOW)
    assert added is not None
    assert added[0].album == album
    made = replace(album, imgur_id="AbCdEf1", deletehash="hush")
    await store.keep(made)
    batch = await jobs.batch(added[0].id)
    assert batch is not None
    assert batch.album == made
