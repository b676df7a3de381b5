"""What finds past uploads again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.accounts.vault import KeyRing, Vault
from bot.library.shelf import Shelf
from bot.storage.engine import Database
from bot.storage.library import SqlLibraryStore
from bot.uploads.job import (
    Answer,
    Job,
    JobState,
    NewBatch,
    NewJob,
    Origin,
    Source,
    Uploaded,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALICE, BOB, HERE, THERE = 1, 2, 10, 20


@pytest.fixture
def store(database: Database) -> SqlLibraryStore:
    return SqlLibraryStore(database, Vault(KeyRing.generate("k1")))


async def put(
    store: SqlLibraryStore,
    number: int,
    *,
    user_id: int = ALICE,
    guild_id: int | None = HERE,
    is_private: bool = False,
    state: JobState = JobState.UPLOADED,
    **words: str,
) -> Job:
    """A file of somebody's that came as far as ``state``."""
    source = Source(
        url="https://cdn/x",
        filename=words.get("filename", f"file-{number}.png"),
        is_attachment=True,
        channel_id=3,
        message_id=1000 + number,
        attachment_id=2000 + number,
    )
    added = await store.add(
        NewBatch(
            key=f"interaction:{number}",
            origin=Origin.SLASH,
            user_id=user_id,
            guild_id=guild_id,
            answer=Answer(is_private=is_private, channel_id=3),
            jobs=[NewJob(source, words.get("title"), words.get("description"))],
        ),
        NOW,
    )
    assert added is not None
    (job,) = added[1]
    image_id = f"abc{number:04}"
    answer = Uploaded(image_id, f"https://i.imgur.com/{image_id}.png", "image/png", NOW)
    done = replace(job, state=state, uploaded=answer if state is JobState.UPLOADED else None)
    assert await store.save(done, was=JobState.ACCEPTED)
    return done


async def ids(store: SqlLibraryStore, shelf: Shelf, offset: int = 0, limit: int = 50) -> list[int]:
    entries = await store.entries(shelf, offset=offset, limit=limit)
    return [entry.job.id for entry in entries]


async def test_a_shelf_holds_its_own_uploads_newest_first(store: SqlLibraryStore) -> None:
    first, second = await put(store, 1), await put(store, 2, guild_id=THERE)
    theirs = await put(store, 3, user_id=BOB)
    await put(store, 4, state=JobState.FAILED)
    hidden = await put(store, 5, is_private=True)
    assert await ids(store, Shelf(ALICE)) == [hidden.id, second.id, first.id]
    assert await ids(store, Shelf(ALICE, HERE)) == [theirs.id, first.id]
    assert await store.count(Shelf(ALICE)) == 3
    assert await ids(store, Shelf(ALICE), offset=1, limit=1) == [second.id]


@pytest.mark.parametrize(
    "text",
    ["sunset", "OVER THE", "photo_1", "abc0001.png", "https://imgur.com/abc0001", "100%"],
)
async def test_a_text_finds_its_upload_and_no_other(store: SqlLibraryStore, text: str) -> None:
    wanted = await put(
        store, 1, title="Sunset 100%", description="over the sea", filename="photo_1.png"
    )
    await put(store, 2, title="1000", filename="photo-1.png")
    assert await ids(store, Shelf(ALICE, text=text)) == [wanted.id]


async def test_an_upload_is_found_by_its_attachment_and_its_message(store: SqlLibraryStore) -> None:
    wanted, _ = await put(store, 1), await put(store, 2)
    assert [entry.job.id for entry in await store.from_attachment(2001)] == [wanted.id]
    assert [entry.job.id for entry in await store.from_message(1001)] == [wanted.id]
    assert not await store.from_attachment(1001)


async def test_what_is_overdue_is_found_in_the_order_of_its_end(store: SqlLibraryStore) -> None:
    late, later, kept = await put(store, 1), await put(store, 2), await put(store, 3)
    await store.keep_until(later.id, NOW - timedelta(hours=1))
    await store.keep_until(late.id, NOW - timedelta(hours=2))
    await store.keep_until(kept.id, NOW + timedelta(hours=1))
    assert [entry.job.id for entry in await store.expired(NOW, 10)] == [late.id, later.id]
    assert [entry.job.id for entry in await store.expired(NOW, 1)] == [late.id]
    await store.keep_until(late.id, None)
    assert [entry.job.id for entry in await store.expired(NOW, 10)] == [later.id]


async def test_a_deleted_upload_stands_nowhere(store: SqlLibraryStore) -> None:
    job = await put(store, 1)
    await store.keep_until(job.id, NOW)
    assert await store.save(replace(job, state=JobState.DELETED), was=JobState.UPLOADED)
    assert await store.entry(job.id) is None
    assert not await store.expired(NOW, 10)
    assert not await store.from_message(1001)
    assert await store.count(Shelf(ALICE)) == 0
