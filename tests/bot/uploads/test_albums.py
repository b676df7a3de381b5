"""Albums that uploads go into, against a real sandbox and a real database."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.accounts.vault import KeyRing, Vault
from bot.errors import OutOfCreditsError
from bot.imgur.client import ImgurClient
from bot.imgur.wire import Bearer, Credential, Request, Response
from bot.storage.albums import SqlAlbumStore
from bot.uploads.album_lists import AlbumLists
from bot.uploads.albums import Albums, NewAlbum
from bot.uploads.job import Album, Answer, Batch, Job, Origin, Source
from sandbox.imgur.server import Options, Sandbox, serve
from tests.bot.accounts.imgur_door import Door, open_door
from tests.bot.accounts.linked import issue
from tests.bot.accounts.making import ALICE, NOON, fresh_database
from tests.clocks import FakeClock

SOURCE = Source(url="https://cdn.example/a.png", filename="a.png", is_attachment=True)
WISH = NewAlbum("upload:1", "Holidays")


@dataclass
class Shelf:
    """Albums over a door to Imgur.

    Attributes:
        is_broke: Nothing can be paid for.
    """

    imgur: Sandbox
    door: Door
    store: SqlAlbumStore
    credential: Credential | None = None
    is_broke: bool = False

    async def send(self, request: Request) -> Response:
        if self.is_broke:
            raise OutOfCreditsError(pool="user", wait_s=60)
        return await self.door.send(request)

    def client(self, *_: object) -> ImgurClient:
        if self.credential is None:
            return ImgurClient(self, clock=FakeClock())
        return ImgurClient(self, self.credential, clock=FakeClock())

    @property
    def albums(self) -> Albums:
        """A newly started process's."""
        return Albums(self.store, self.client, FakeClock())

    @property
    def made(self) -> list[str]:
        """The titles of the albums that were made at Imgur."""
        made = [one for one in self.door.requests if one.path == "/3/album"]
        return [dict(request.form)["title"] for request in made]


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    async with (
        serve(options=Options(now=lambda: NOON)) as imgur,
        open_door(imgur.url) as door,
        fresh_database(tmp_path) as database,
    ):
        yield Shelf(imgur, door, SqlAlbumStore(database, Vault(KeyRing.generate("k1"))))


def batch_in(album: Album | None) -> Batch:
    answer = Answer(is_private=False)
    return Batch(1, "interaction:1", Origin.SLASH, ALICE, 10, answer, NOON, album=album)


def job(account_id: int | None = None) -> Job:
    return Job(1, 1, 0, SOURCE, imgur_account_id=account_id)


async def test_files_that_go_out_together_make_their_album_once(shelf: Shelf) -> None:
    albums = shelf.albums
    batch = batch_in(await albums.want(WISH, ALICE, None))
    targets = await asyncio.gather(*(albums.target(batch, job()) for _ in range(5)))
    assert shelf.made == ["Holidays"]
    assert len(set(targets)) == 1
    (album,) = await albums.made_by(ALICE)
    assert targets[0] == album.deletehash


async def test_the_next_process_finds_the_album_that_the_last_one_made(shelf: Shelf) -> None:
    batch = batch_in(await shelf.albums.want(WISH, ALICE, None))
    first = await shelf.albums.target(batch, job())
    assert await shelf.albums.target(batch, job()) == first
    assert shelf.made == ["Holidays"]


async def test_an_accounts_album_goes_by_its_id_and_takes_only_its_own_pictures(
    shelf: Shelf,
) -> None:
    token = issue(shelf.imgur)
    shelf.credential = Bearer(token.account_id, token.access)
    batch = batch_in(await shelf.albums.want(WISH, ALICE, token.account_id))
    target = await shelf.albums.target(batch, job(token.account_id))
    assert target in shelf.imgur.world.state.albums
    assert await shelf.albums.target(batch, job()) is None


async def test_an_album_that_exists_is_used_as_it_is(shelf: Shelf) -> None:
    token = issue(shelf.imgur)
    chosen = NewAlbum("imgur:AbCdEf1", "Holidays", imgur_id="AbCdEf1")
    batch = batch_in(await shelf.albums.want(chosen, ALICE, token.account_id))
    assert await shelf.albums.target(batch, job(token.account_id)) == "AbCdEf1"
    assert shelf.made == []


async def test_an_album_that_cannot_be_made_holds_no_picture_back(shelf: Shelf) -> None:
    batch = batch_in(await shelf.albums.want(WISH, ALICE, None))
    shelf.door.is_cut = True
    assert await shelf.albums.target(batch, job()) is None


async def test_an_album_that_cannot_be_paid_for_makes_its_picture_wait(shelf: Shelf) -> None:
    batch = batch_in(await shelf.albums.want(WISH, ALICE, None))
    shelf.is_broke = True
    with pytest.raises(OutOfCreditsError):
        await shelf.albums.target(batch, job())


async def test_after_an_album_was_lost_the_next_picture_makes_a_new_one(shelf: Shelf) -> None:
    albums = shelf.albums
    batch = batch_in(await albums.want(WISH, ALICE, None))
    first = await albums.target(batch, job())
    await albums.lost(batch)
    assert await albums.target(batch, job()) != first
    assert len(shelf.made) == 2


async def test_without_an_album_there_is_nothing_to_go_into(shelf: Shelf) -> None:
    assert await shelf.albums.target(batch_in(None), job()) is None


async def test_an_accounts_albums_are_looked_up_once_in_five_minutes(shelf: Shelf) -> None:
    token = issue(shelf.imgur)
    shelf.credential = Bearer(token.account_id, token.access)
    created = await shelf.client().album.create(title="Cats")
    blank = await shelf.client().album.create(title=" ")
    clock = FakeClock()
    lists = AlbumLists(shelf.client, clock)
    payer = replace(batch_in(None), id=2).payer
    for _ in range(3):
        listed = await lists.of(payer, token.account_id)
    titles = {one.imgur_id: one.title for one in listed}
    assert (titles[created.id], titles[blank.id]) == ("Cats", "Untitled")
    looks = [one for one in shelf.door.requests if one.path.endswith("/albums/0")]
    assert len(looks) == 1
    await clock.advance(301)
    await lists.of(payer, token.account_id)
    looks = [one for one in shelf.door.requests if one.path.endswith("/albums/0")]
    assert len(looks) == 2
