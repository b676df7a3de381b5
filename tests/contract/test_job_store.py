"""What every store of jobs keeps."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.accounts.vault import KeyRing, Vault
from bot.errors import TamperedError
from bot.storage.engine import Database
from bot.storage.uploads import SqlJobStore
from bot.uploads.job import (
    Answer,
    Batch,
    Failure,
    Job,
    JobState,
    NewBatch,
    NewJob,
    Origin,
    Source,
    Spooled,
    Uploaded,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOKEN = "canary-interaction-token"
DELETEHASH = "canaryDeletehash"


@pytest.fixture
def store(database: Database) -> SqlJobStore:
    return SqlJobStore(database, Vault(KeyRing.generate("k1")))


def source(name: str = "a.png") -> Source:
    return Source(
        url=f"https://cdn.discordapp.com/attachments/1/2/{name}?ex=1&is=2&hm=3",
        filename=name,
        is_attachment=True,
        declared_bytes=10,
        channel_id=7,
        message_id=8,
        attachment_id=9,
    )


def new_batch(key: str = "interaction:1", files: int = 1, user_id: int = 1) -> NewBatch:
    return NewBatch(
        key=key,
        origin=Origin.SLASH,
        user_id=user_id,
        guild_id=10,
        answer=Answer(
            is_private=False,
            application_id=5,
            interaction_token=TOKEN,
            expires_at=NOW + timedelta(minutes=14),
            channel_id=7,
        ),
        jobs=[NewJob(source(f"{n}.png"), title=f"title {n}") for n in range(files)],
    )


async def add(store: SqlJobStore, batch: NewBatch | None = None) -> tuple[Batch, list[Job]]:
    added = await store.add(batch or new_batch(), NOW)
    assert added is not None
    return added[0], list(added[1])


def ready(job: Job) -> Job:
    spooled = Spooled(
        name="1-abcd", key=bytes(32), content_type="image/png", extension="png", size_bytes=10
    )
    return replace(job, state=JobState.READY, spooled=spooled)


def uploaded(job: Job) -> Job:
    answer = Uploaded(
        "abc1234", "https://i.imgur.com/abc1234.png", "image/png", NOW, deletehash=DELETEHASH
    )
    return replace(job, state=JobState.UPLOADED, uploaded=answer)


async def test_what_was_added_comes_back_whole(store: SqlJobStore) -> None:
    batch, jobs = await add(store, new_batch(files=2))
    assert await store.batch(batch.id) == batch
    assert await store.jobs_of(batch.id) == jobs
    assert batch.answer.interaction_token == TOKEN
    assert [job.title for job in jobs] == ["title 0", "title 1"]
    assert jobs[0].source == source("0.png")


async def test_the_same_cause_is_added_once(store: SqlJobStore) -> None:
    await add(store)
    assert await store.add(new_batch(), NOW) is None


async def test_a_job_moves_on_once(store: SqlJobStore) -> None:
    _, (job,) = await add(store)
    assert await store.save(ready(job), was=JobState.ACCEPTED)
    assert not await store.save(ready(job), was=JobState.ACCEPTED)
    assert await store.job(job.id) == ready(job)


async def test_an_uploaded_job_keeps_its_answer_and_forgets_its_spool_key(
    store: SqlJobStore,
) -> None:
    _, (job,) = await add(store)
    await store.save(uploaded(ready(job)), was=JobState.ACCEPTED)
    kept = await store.job(job.id)
    assert kept is not None
    assert kept.uploaded == uploaded(job).uploaded
    assert kept.spooled is not None
    assert kept.spooled.key == b""


async def test_a_failure_keeps_its_facts(store: SqlJobStore) -> None:
    _, (job,) = await add(store)
    failure = Failure("TooLargeError", {"limit_bytes": 10, "kind": "image/png"}, "abc123")
    await store.save(replace(job, state=JobState.FAILED, failure=failure), was=JobState.ACCEPTED)
    kept = await store.job(job.id)
    assert kept is not None
    assert kept.failure == failure


async def test_a_told_batch_is_told_once_and_its_token_is_gone(store: SqlJobStore) -> None:
    batch, (job,) = await add(store)
    await store.save(replace(job, state=JobState.CANCELLED), was=JobState.ACCEPTED)
    assert [untold.id for untold in await store.untold()] == [batch.id]
    await store.told(batch.id, NOW, 77)
    kept = await store.batch(batch.id)
    assert kept is not None
    assert kept.told_at == NOW
    assert kept.answer.interaction_token is None
    assert kept.answer.message_id == 77
    assert await store.untold() == []


async def test_a_batch_that_goes_on_is_not_told(store: SqlJobStore) -> None:
    batch, _ = await add(store)
    await store.told(batch.id, NOW, 77)
    kept = await store.batch(batch.id)
    assert kept is not None
    assert kept.told_at is None
    assert kept.answer.interaction_token == TOKEN


async def test_a_reopened_batch_answers_elsewhere(store: SqlJobStore) -> None:
    batch, (done, failed) = await add(store, new_batch(files=2))
    await store.save(uploaded(ready(done)), was=JobState.ACCEPTED)
    await store.save(replace(failed, state=JobState.FAILED), was=JobState.ACCEPTED)
    await store.told(batch.id, NOW, None)
    answer = replace(batch.answer, interaction_token="another-token", message_id=78)
    await store.reopen(replace(batch, answer=answer), [failed])
    kept = await store.batch(batch.id)
    assert kept is not None
    assert kept.answer == answer
    assert kept.told_at is None
    assert [job.state for job in await store.jobs_of(batch.id)] == [
        JobState.UPLOADED,
        JobState.ACCEPTED,
    ]


async def test_what_is_told_of_the_former_end_does_not_end_a_reopened_batch(
    store: SqlJobStore,
) -> None:
    batch, (job,) = await add(store)
    await store.save(replace(job, state=JobState.FAILED), was=JobState.ACCEPTED)
    await store.reopen(batch, [job])
    await store.told(batch.id, NOW, None)
    kept = await store.batch(batch.id)
    assert kept is not None
    assert kept.told_at is None
    assert kept.answer.interaction_token == TOKEN


async def test_a_users_waiting_jobs_are_his_unsettled_ones(store: SqlJobStore) -> None:
    _, (first, second) = await add(store, new_batch(files=2))
    await add(store, new_batch("interaction:2", user_id=2))
    await store.save(uploaded(ready(first)), was=JobState.ACCEPTED)
    assert [job.id for job in await store.waiting_of(1)] == [second.id]


async def test_spool_files_are_needed_while_they_wait(store: SqlJobStore) -> None:
    _, (job,) = await add(store)
    await store.save(ready(job), was=JobState.ACCEPTED)
    assert await store.spool_names() == {"1-abcd"}
    await store.save(uploaded(ready(job)), was=JobState.READY)
    assert await store.spool_names() == set()


async def test_nothing_secret_is_readable_in_the_file(store: SqlJobStore, tmp_path: Path) -> None:
    _, (job,) = await add(store)
    await store.save(uploaded(ready(job)), was=JobState.ACCEPTED)
    content = b"".join(path.read_bytes() for path in tmp_path.glob("bot.sqlite3*"))
    assert TOKEN.encode() not in content
    assert DELETEHASH.encode() not in content


async def test_a_deletehash_does_not_open_in_another_row(
    store: SqlJobStore, database: Database
) -> None:
    _, (first, second) = await add(store, new_batch(files=2))
    await store.save(uploaded(ready(first)), was=JobState.ACCEPTED)
    await store.save(uploaded(ready(second)), was=JobState.ACCEPTED)
    async with database.write() as connection:
        await connection.exec_driver_sql(
            "UPDATE jobs SET deletehash = (SELECT deletehash FROM jobs AS other "
            f"WHERE other.id = {first.id}) WHERE id = {second.id}"
        )
    with pytest.raises(TamperedError):
        await store.job(second.id)


async def test_told_batches_without_a_picture_are_forgotten(store: SqlJobStore) -> None:
    failed, (job,) = await add(store)
    failure = Failure("TooLargeError", {"limit_bytes": 1}, "abc123")
    await store.save(replace(job, state=JobState.FAILED, failure=failure), was=JobState.ACCEPTED)
    done, (other,) = await add(store, new_batch("interaction:2"))
    await store.save(uploaded(ready(other)), was=JobState.ACCEPTED)
    untold, _ = await add(store, new_batch("interaction:3"))
    for batch in (failed, done):
        await store.told(batch.id, NOW, None)
    await store.forget_failed(NOW + timedelta(days=30))
    assert await store.batch(failed.id) is None
    assert await store.job(job.id) is None
    assert await store.batch(done.id) is not None
    assert await store.batch(untold.id) is not None


async def uploaded_twin(
    store: SqlJobStore, key: str, *, account_id: int | None = None, guild_id: int | None = 10
) -> tuple[Batch, Job]:
    batch, (job,) = await add(store, replace(new_batch(key), guild_id=guild_id))
    done = replace(
        job,
        state=JobState.UPLOADED,
        imgur_account_id=account_id,
        spooled=Spooled(name="a", key=b"", sha256="ab" * 32),
        uploaded=Uploaded("abc1234", "https://i.imgur.com/abc1234.png", "image/png", NOW)
        if account_id is None
        else Uploaded("abc1234", "l", "image/png", NOW, account_id=account_id),
    )
    await store.save(replace(done, state=JobState.SENDING), was=JobState.ACCEPTED)
    await store.save(done, was=JobState.SENDING)
    return batch, done


async def test_a_twin_is_found_within_its_guild_and_owner_only(store: SqlJobStore) -> None:
    batch, job = await uploaded_twin(store, "a")
    found = await store.twin_of(batch, job)
    assert found is not None
    assert found.id == job.id
    assert await store.twin_of(replace(batch, guild_id=11), job) is None
    assert await store.twin_of(replace(batch, guild_id=None), job) is None
    assert await store.twin_of(batch, replace(job, imgur_account_id=5)) is None


async def test_in_direct_messages_twins_are_ones_own(store: SqlJobStore) -> None:
    batch, job = await uploaded_twin(store, "a", guild_id=None)
    assert await store.twin_of(batch, job) is not None
    assert await store.twin_of(replace(batch, user_id=2), job) is None


async def test_a_deleted_or_repeated_picture_is_no_twin(store: SqlJobStore) -> None:
    batch, job = await uploaded_twin(store, "a")
    _, copy = await uploaded_twin(store, "b")
    await store.save(replace(copy, same_as=job.id), was=JobState.UPLOADED)
    await store.save(replace(job, state=JobState.DELETED), was=JobState.UPLOADED)
    assert await store.twin_of(batch, job) is None


async def test_a_deleted_picture_is_marked_wherever_it_was_asked_for(store: SqlJobStore) -> None:
    first, job = await uploaded_twin(store, "a")
    second, copy = await uploaded_twin(store, "b")
    await store.save(replace(copy, same_as=job.id), was=JobState.UPLOADED)
    await uploaded_twin(store, "c", account_id=5)
    assert await store.picture_deleted("other", None) == []
    assert await store.picture_deleted("abc1234", 6) == []
    assert await store.picture_deleted("abc1234", None) == [first.id, second.id]
    assert await store.picture_deleted("abc1234", None) == []
    states = [
        one.state for key in (1, 2, 3) if (one := await store.job(job.id + key - 1)) is not None
    ]
    assert states == [JobState.DELETED, JobState.DELETED, JobState.UPLOADED]


async def twin_ready(store: SqlJobStore, key: str, first: Job) -> Job:
    """A file that would get the first one's link, as its last step."""
    _, (job,) = await add(store, new_batch(key))
    assert await store.save(ready(job), was=JobState.ACCEPTED)
    return replace(uploaded(job), same_as=first.id)


async def test_nobody_gets_the_link_of_a_picture_that_was_deleted_meanwhile(
    store: SqlJobStore,
) -> None:
    _, first = await uploaded_twin(store, "a")
    twin = await twin_ready(store, "b", first)
    await store.picture_deleted("abc1234", None)
    assert not await store.save(twin, was=JobState.READY)
    kept = await store.job(twin.id)
    assert kept is not None
    assert kept.state is JobState.READY


async def test_a_deleted_message_finds_the_uploads_that_follow_it(store: SqlJobStore) -> None:
    answer = Answer(is_private=False, channel_id=7, source_message_id=8)
    following = replace(new_batch("message:8"), answer=answer, follows_source=True)
    batch, _ = await add(store, following)
    await add(store, replace(following, key="message:8b", follows_source=False))
    await add(store, new_batch("interaction:2"))
    assert await store.batches_of_message(8) == [batch]
    assert await store.batches_of_message(9) == []


async def test_only_what_was_uploaded_unasked_of_that_member_there_is_found(
    store: SqlJobStore,
) -> None:
    auto = replace(new_batch("message:1", files=2), origin=Origin.AUTO)
    batch, (done, _) = await add(store, auto)
    assert await store.save(ready(done), was=JobState.ACCEPTED)
    assert await store.save(uploaded(done), was=JobState.READY)
    asked_for = (await add(store, new_batch("interaction:2")))[1][0]
    assert await store.save(uploaded(asked_for), was=JobState.ACCEPTED)
    found = await store.uploaded_automatically(1, 10)
    assert [(one.id, job.id) for one, job in found] == [(batch.id, done.id)]
    assert await store.uploaded_automatically(1, 11) == []
    assert await store.uploaded_automatically(2, 10) == []
