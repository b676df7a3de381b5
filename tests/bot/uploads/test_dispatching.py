"""What those are told who wait for credits."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.credits.brake import DryDay
from bot.credits.limiter import Limiter
from bot.credits.pools import Payer, Pool, PoolKind, Rules
from bot.uploads.backlog import Backlog
from bot.uploads.dispatching import Dispatcher
from bot.uploads.ending import Endings
from bot.uploads.job import Job, JobState
from simulation.day import batch_of, job_of
from tests.bot.credits.shelf import Shelf
from tests.clocks import FakeClock

if TYPE_CHECKING:
    from bot.uploads.announcing import Announcements

UPLOADS = Pool(PoolKind.UPLOADS)


class Scene:
    """A queue of which nothing can go: the hour's uploads are used up."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.limiter = Limiter(Rules(), Shelf(), self.clock)
        self.limiter._ledger.window(UPLOADS).spend(50, 0)
        self.told: list[int] = []
        self.saved: list[Job] = []
        self.left: list[int] = []
        self.backlog = Backlog(self.limiter)
        nobody = cast("Any", None)
        endings = Endings(
            store=cast("Any", self),
            spool=nobody,
            admission=cast("Any", self),
            announcements=cast("Announcements", self),
            clock=self.clock,
            then=self._then,
        )
        self.dispatcher = Dispatcher(
            backlog=self.backlog,
            limiter=self.limiter,
            courier=nobody,
            endings=endings,
            announcements=cast("Announcements", self),
            clock=self.clock,
        )

    def wait(self, number: int, payer: Payer) -> None:
        job = replace(job_of(number), state=JobState.READY)
        self.dispatcher.add(batch_of(number, payer), job)

    # --- what the dispatcher and the endings are connected to -------------------------------------

    def want(self, batch_id: int, *, hurry: bool = False) -> None:
        assert isinstance(hurry, bool)
        self.told.append(batch_id)

    async def save(self, job: Job, *, was: JobState) -> bool:
        assert was is JobState.READY
        self.saved.append(job)
        return True

    def leave(self, job: Job) -> bool:
        self.left.append(job.id)
        return True

    async def _then(self, _: Job) -> None:
        pass


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    built = Scene()
    yield built
    await built.dispatcher.stop(0)


async def test_a_wait_is_told_once_while_it_stays_as_it_is(scene: Scene) -> None:
    scene.wait(1, Payer(1, 10))
    scene.dispatcher.begin()
    await scene.clock.advance(300)
    assert scene.told == [1]


async def test_a_wait_that_moved_by_a_tenth_is_told_anew(scene: Scene) -> None:
    first, late = range(40), range(40, 80)
    for number in first:
        scene.wait(number, Payer(number, 10))
    scene.dispatcher.begin()
    await scene.clock.advance(1)
    assert set(scene.told) == set(first)
    scene.told.clear()
    for number in late:  # of another server, to which half of the next hour belongs
        scene.wait(number, Payer(number, 20))
    await scene.clock.advance(60)
    moved = {number for number in scene.told if number in first}
    assert moved
    assert moved == set(range(min(moved), 40))
    assert min(moved) in range(20, 30)
    assert len(scene.told) == len(moved) + len(late)


async def test_nobody_is_left_waiting_when_uploads_pause(scene: Scene) -> None:
    scene.wait(1, Payer(1, 10))
    scene.wait(2, Payer(2, 20))
    scene.dispatcher.begin()
    await scene.clock.advance(1)
    for day in (1, 2):
        scene.limiter._brake.note(DryDay(datetime(2026, 3, day, tzinfo=UTC).date(), is_ours=True))
    await scene.clock.advance(60)
    assert [(job.id, job.state) for job in scene.saved] == [
        (1, JobState.FAILED),
        (2, JobState.FAILED),
    ]
    assert {job.failure.kind for job in scene.saved if job.failure} == {"UploadsPausedError"}
    assert scene.left == [1, 2]
    assert len(scene.backlog) == 0
