"""The same picture twice, in every order in which twins can meet."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.errors import StorageBusyError
from bot.uploads.job import (
    Answer,
    Batch,
    Job,
    JobState,
    JobStore,
    Origin,
    Source,
    Spooled,
    Uploaded,
)
from bot.uploads.twins import Twins

if TYPE_CHECKING:
    from bot.uploads.ending import Endings

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Shelf:
    """The two calls of a store that twins make."""

    def __init__(self) -> None:
        self.uploaded: dict[str, Job] = {}
        self.is_busy = False

    async def twin_of(self, _batch: Batch, job: Job) -> Job | None:
        if self.is_busy:
            raise StorageBusyError("held")
        assert job.spooled is not None
        return self.uploaded.get(job.spooled.sha256)


class Ends:
    """How files end, without anything around it."""

    def __init__(self) -> None:
        self.settled: list[Job] = []
        self.first_is_gone = False
        self.twins: Twins | None = None

    async def save(self, _job: Job, *, was: JobState) -> bool:
        return was is JobState.READY and not self.first_is_gone

    async def settle(self, job: Job) -> None:
        self.settled.append(job)
        assert self.twins is not None
        await self.twins.ended(job)


class Scene:
    def __init__(self) -> None:
        self.store, self.ends, self.passed = Shelf(), Ends(), list[int]()
        self.twins = self.ends.twins = Twins(
            cast("JobStore", self.store),
            cast("Endings", self.ends),
            lambda _batch, job: self.passed.append(job.id),
        )

    async def admit(self, number: int, digest: str = "aa", **batch: Any) -> Job:
        job = Job(
            id=number,
            batch_id=number,
            position=0,
            source=Source("u", "n", is_attachment=True),
            state=JobState.READY,
            spooled=Spooled(name=f"{number}", key=b"", sha256=digest),
        )
        await self.twins.admit(batch_of(number, batch), job)
        return job

    async def end(self, job: Job, state: JobState) -> None:
        if state is JobState.UPLOADED:
            uploaded = Uploaded(f"id{job.id}", "link", "image/png", NOW, deletehash="key")
            job = replace(job, uploaded=uploaded)
            assert job.spooled is not None
            self.store.uploaded[job.spooled.sha256] = job
        await self.twins.ended(replace(job, state=state))


def batch_of(number: int, facts: Mapping[str, Any]) -> Batch:
    batch = Batch(number, f"k{number}", Origin.SLASH, 1, 10, Answer(is_private=False), NOW)
    return replace(batch, **facts)


async def test_of_twins_under_way_one_goes_and_the_other_gets_its_link() -> None:
    scene = Scene()
    first = await scene.admit(1)
    await scene.admit(2)
    assert scene.passed == [1]
    await scene.end(first, JobState.UPLOADED)
    (second,) = scene.ends.settled
    assert scene.passed == [1]
    assert second.uploaded is not None
    assert (second.id, second.same_as, second.uploaded.image_id) == (2, 1, "id1")
    assert second.uploaded.deletehash is None


@pytest.mark.parametrize("end", [JobState.FAILED, JobState.CANCELLED])
async def test_when_the_first_does_not_arrive_the_next_goes(end: JobState) -> None:
    scene = Scene()
    first = await scene.admit(1)
    await scene.admit(2)
    await scene.admit(3)
    await scene.end(first, end)
    assert scene.passed == [1, 2]


async def test_a_twin_that_was_cancelled_while_it_waited_does_not_go() -> None:
    scene = Scene()
    first = await scene.admit(1)
    second = await scene.admit(2)
    await scene.end(second, JobState.CANCELLED)
    await scene.end(first, JobState.FAILED)
    assert scene.passed == [1]


@pytest.mark.parametrize("other", [{"guild_id": 11}, {"guild_id": None}])
async def test_other_places_have_no_twins_under_way(other: dict[str, Any]) -> None:
    scene = Scene()
    await scene.admit(1)
    await scene.admit(2, **other)
    assert scene.passed == [1, 2]


async def test_other_bytes_are_no_twins() -> None:
    scene = Scene()
    await scene.admit(1)
    await scene.admit(2, digest="bb")
    await scene.admit(3, digest="")
    await scene.admit(4, digest="")
    assert scene.passed == [1, 2, 3, 4]


async def test_when_twins_cannot_be_looked_for_the_file_goes() -> None:
    scene = Scene()
    scene.store.is_busy = True
    await scene.admit(1)
    assert scene.passed == [1]


async def test_when_the_first_is_deleted_in_that_moment_the_second_goes() -> None:
    scene = Scene()
    first = await scene.admit(1)
    await scene.admit(2)
    scene.ends.first_is_gone = True
    await scene.end(first, JobState.UPLOADED)
    assert scene.passed == [1, 2]
    assert scene.ends.settled == []
