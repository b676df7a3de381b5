"""What keeps archives, the patrol's looks, reports, and wishes to be forgotten."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.accounts.vault import KeyRing, Vault
from bot.archive.plan import Archive, ArchiveState, PastPost
from bot.autoupload.rules import AutoRule, ChannelMode, Choice, Consent
from bot.library.shelf import Shelf
from bot.patrol.reporting import Subscription
from bot.privacy.erasing import Erasure
from bot.storage.archives import SqlArchiveStore
from bot.storage.autoupload import SqlAutoUploadStore
from bot.storage.engine import Database
from bot.storage.library import SqlLibraryStore
from bot.storage.patrol import SqlPatrolStore
from bot.storage.privacy import SqlPrivacyStore
from bot.uploads.job import (
    Answer,
    Batch,
    Job,
    JobState,
    NewBatch,
    NewJob,
    Origin,
    Source,
    Uploaded,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ALICE, HERE, THERE = 1, 10, 20
ARCHIVE = Archive(
    id=0,
    guild_id=HERE,
    channel_id=3,
    started_by=5,
    until_id=99,
    state=ArchiveState.COUNTING,
    created_at=NOW,
)


@pytest.fixture
def uploads(database: Database) -> SqlLibraryStore:
    return SqlLibraryStore(database, Vault(KeyRing.generate("k1")))


@pytest.fixture
def archives(database: Database) -> SqlArchiveStore:
    return SqlArchiveStore(database)


def source(number: int) -> Source:
    return Source(
        url="https://cdn/x",
        filename=f"{number}.png",
        is_attachment=True,
        channel_id=3,
        message_id=1000 + number,
        attachment_id=2000 + number,
    )


async def put(
    uploads: SqlLibraryStore,
    number: int,
    state: JobState = JobState.UPLOADED,
    *,
    key: str = "",
    guild_id: int = HERE,
    archive_id: int | None = None,
    at: datetime = NOW,
) -> tuple[Batch, Job]:
    added = await uploads.add(
        NewBatch(
            key=key or f"interaction:{number}",
            origin=Origin.ARCHIVE,
            user_id=ALICE,
            guild_id=guild_id,
            answer=Answer(is_private=False, channel_id=3),
            jobs=[NewJob(source(number))],
            archive_id=archive_id,
        ),
        at,
    )
    assert added is not None
    batch, (job,) = added
    if state is not JobState.ACCEPTED:
        link = f"https://i.imgur.com/abc{number:04}.png"
        answer = Uploaded(f"abc{number:04}", link, "image/png", at)
        done = replace(job, state=state, uploaded=answer if state is JobState.UPLOADED else None)
        assert await uploads.save(done, was=JobState.ACCEPTED)
    return batch, job


async def begun(archives: SqlArchiveStore, *states: ArchiveState) -> Archive:
    """An archive that went through these states."""
    archive = await archives.add(ARCHIVE)
    assert archive is not None
    for state in states:
        assert await archives.move(archive, state)
        archive = await kept(archives, archive)
    return archive


async def kept(archives: SqlArchiveStore, archive: Archive) -> Archive:
    found = await archives.archive(archive.id)
    assert found is not None
    return found


# --- archives -------------------------------------------------------------------------------------


async def test_an_archive_comes_back_whole(archives: SqlArchiveStore) -> None:
    archive = await begun(archives)
    assert archive == replace(ARCHIVE, id=archive.id)
    await archives.put_board(archive.id, 3, 77)
    moved = replace(archive, cursor_id=50, pictures=4, unconsented=2, known=1)
    await archives.advance(moved)
    assert await kept(archives, archive) == replace(moved, board_channel_id=3, board_id=77)


async def test_a_guild_has_one_archive_that_is_begun(archives: SqlArchiveStore) -> None:
    offered = await begun(archives, ArchiveState.OFFERED)
    running = await begun(archives, ArchiveState.OFFERED, ArchiveState.RUNNING)
    assert (await kept(archives, offered)).state is ArchiveState.CANCELLED
    assert await archives.add(ARCHIVE) is None
    elsewhere = await archives.add(replace(ARCHIVE, guild_id=THERE))
    assert elsewhere is not None
    assert [one.id for one in await archives.active()] == [running.id, elsewhere.id]
    assert await archives.move(running, ArchiveState.PAUSED)
    assert [one.id for one in await archives.active()] == [elsewhere.id]
    assert await archives.add(ARCHIVE) is None


async def test_running_begins_at_the_start_and_goes_on_where_it_was_paused(
    archives: SqlArchiveStore,
) -> None:
    archive = await begun(archives)
    await archives.advance(replace(archive, cursor_id=50, pictures=4, unconsented=2))
    for state in (ArchiveState.OFFERED, ArchiveState.RUNNING):
        assert await archives.move(await kept(archives, archive), state)
    running = await kept(archives, archive)
    assert (running.cursor_id, running.unconsented, running.pictures) == (0, 0, 4)
    await archives.advance(replace(running, cursor_id=30))
    for state in (ArchiveState.PAUSED, ArchiveState.RUNNING):
        assert await archives.move(await kept(archives, archive), state)
    assert (await kept(archives, archive)).cursor_id == 30


async def test_nothing_moves_an_archive_that_has_moved_elsewhere(archives: SqlArchiveStore) -> None:
    stale = await begun(archives)
    assert await archives.move(stale, ArchiveState.CANCELLED, trouble="ChannelClosedError")
    assert not await archives.move(stale, ArchiveState.OFFERED)
    await archives.advance(replace(stale, cursor_id=50))
    found = await kept(archives, stale)
    assert (found.state, found.cursor_id) == (ArchiveState.CANCELLED, 0)
    assert found.trouble == "ChannelClosedError"


async def test_an_archives_files_are_its_own(
    archives: SqlArchiveStore, uploads: SqlLibraryStore
) -> None:
    archive = await begun(archives)
    _, waiting = await put(uploads, 1, JobState.ACCEPTED, archive_id=archive.id)
    await put(uploads, 2, archive_id=archive.id)
    await put(uploads, 3, archive_id=archive.id + 1)
    await put(uploads, 4, JobState.ACCEPTED)
    assert await archives.tally(archive) == {JobState.ACCEPTED: 1, JobState.UPLOADED: 1}
    assert await archives.waiting(archive) == [(waiting.id, ALICE)]


async def test_what_others_uploaded_is_known_and_what_failed_is_not(
    archives: SqlArchiveStore, uploads: SqlLibraryStore
) -> None:
    archive = await begun(archives)
    await put(uploads, 1)
    await put(uploads, 2, JobState.FAILED)
    await put(uploads, 3, key=archive.key_of(1003), archive_id=archive.id)
    await put(uploads, 4, guild_id=THERE)
    await put(uploads, 5, JobState.ACCEPTED)

    async def known(*numbers: int) -> Sequence[int]:
        files = [source(number) for number in numbers]
        return sorted(
            await archives.known(
                archive, PastPost(1003, ALICE, is_from_person=True, sources=files, files=[])
            )
        )

    assert await known(1, 2, 3, 4, 5) == [2001, 2005]


async def test_a_guilds_decisions_are_its_own(
    archives: SqlArchiveStore, database: Database
) -> None:
    store = SqlAutoUploadStore(database)
    await store.decide(Consent(1, HERE, Choice.ALWAYS, NOW, given_in=3, wording=1))
    await store.decide(Consent(2, HERE, Choice.NEVER, NOW, given_in=3, wording=1))
    await store.decide(Consent(3, THERE, Choice.ALWAYS, NOW, given_in=3, wording=1))
    assert await archives.choices(HERE) == {1: Choice.ALWAYS, 2: Choice.NEVER}


# --- the patrol -----------------------------------------------------------------------------------


async def test_the_link_that_was_not_looked_at_for_longest_is_next(
    database: Database, uploads: SqlLibraryStore
) -> None:
    store = SqlPatrolStore(database, uploads)
    first, second = [(await put(uploads, number))[1] for number in (1, 2)]
    await put(uploads, 3, at=NOW + DAY)
    await put(uploads, 4, JobState.FAILED)

    async def next_id() -> int | None:
        entry = await store.next_unseen(before=NOW - DAY, uploaded_before=NOW)
        return None if entry is None else entry.job.id

    assert await next_id() == first.id
    await store.seen(first.id, NOW, is_lost=False)
    assert await next_id() == second.id
    await store.seen(second.id, NOW - 2 * DAY, is_lost=None)
    assert await next_id() == second.id
    await store.seen(second.id, NOW, is_lost=None)
    assert await next_id() is None


async def test_a_loss_is_dated_by_its_first_sight_and_can_turn_out_wrong(
    database: Database, uploads: SqlLibraryStore
) -> None:
    store = SqlPatrolStore(database, uploads)
    _, job = await put(uploads, 1)
    for at, is_lost in ((NOW, True), (NOW + DAY, True), (NOW + 2 * DAY, None)):
        await store.seen(job.id, at, is_lost=is_lost)
    (entry,) = await uploads.entries(Shelf(ALICE), offset=0, limit=5)
    assert entry.lost_at == NOW
    await store.seen(job.id, NOW + 3 * DAY, is_lost=False)
    (entry,) = await uploads.entries(Shelf(ALICE), offset=0, limit=5)
    assert entry.lost_at is None


async def test_a_report_counts_what_happened_since_the_last(
    database: Database, uploads: SqlLibraryStore
) -> None:
    store = SqlPatrolStore(database, uploads)
    await store.subscribe(Subscription(HERE, 3, set_by=5, set_at=NOW - DAY))
    for number, (at, is_lost) in enumerate(
        [(NOW, True), (NOW, False), (NOW - 2 * DAY, True), (NOW, None)], 1
    ):
        _, job = await put(uploads, number)
        await store.seen(job.id, at, is_lost=is_lost)
    await put(uploads, 9, guild_id=THERE)
    (due,) = await store.due(NOW - DAY)
    report = await store.report(due)
    assert (report.uploaded, report.looked_at, report.lost) == (4, 3, 1)
    assert [entry.job.source.filename for entry in report.shown] == ["1.png"]
    await store.sent(HERE, NOW)
    assert not await store.due(NOW - DAY)
    assert await store.unsubscribe(HERE)
    assert not await store.unsubscribe(HERE)


# --- people and guilds that go --------------------------------------------------------------------


async def test_a_person_is_exported_and_forgotten_on_every_engine(
    database: Database, uploads: SqlLibraryStore
) -> None:
    store = SqlPrivacyStore(database)
    await put(uploads, 1)
    await put(uploads, 2, JobState.ACCEPTED)
    await put(uploads, 3, at=NOW + DAY)
    wish = Erasure("last", ALICE, NOW, with_pictures=True)
    await store.ask(Erasure("first", ALICE, NOW, with_pictures=False))
    await store.ask(wish)
    assert set(await store.seen()) == {"first", "last"}
    assert await store.asked() == [wish]
    remains = await store.remains(ALICE, NOW)
    assert (remains.pictures, remains.unsettled) == (1, 1)
    assert {"batches", "jobs", "erasures"} <= set(await store.export(ALICE))
    await store.end_pictures(wish)
    assert [entry.job.source.filename for entry in await uploads.expired(NOW, 9)] == ["1.png"]
    assert ALICE in await store.people()
    await store.erase(wish)
    await store.carry_out(["last", "of somebody unknown"])
    assert set(await store.seen()) == {"first", "last", "of somebody unknown"}
    assert not await store.asked()
    assert await uploads.count(Shelf(ALICE)) == 1


async def test_a_guild_that_was_left_loses_its_own_and_its_members_keep_their_uploads(
    database: Database, uploads: SqlLibraryStore, archives: SqlArchiveStore
) -> None:
    store, channels = SqlPrivacyStore(database), SqlAutoUploadStore(database)
    await begun(archives)
    await channels.set_rules(THERE, [AutoRule(8, THERE, ChannelMode.ASK, 5, NOW)])
    await put(uploads, 1)
    await store.present({THERE}, NOW - DAY)
    assert await store.left_before(NOW) == [HERE]
    await store.present({HERE}, NOW - DAY)
    assert await store.left_before(NOW) == [THERE]
    await store.left(HERE, NOW - DAY)
    await store.purge(HERE)
    assert await store.left_before(NOW) == [THERE]
    assert not await archives.active()
    assert len(await channels.rules()) == 1
    (entry,) = await uploads.entries(Shelf(ALICE), offset=0, limit=5)
    assert entry.batch.guild_id is None
    assert entry.channel_id is None
    assert entry.job.source.message_id is None
    assert not await uploads.from_message(1001)
