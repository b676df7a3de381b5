"""Receiving files, and stopping at every moment of it."""

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.uploads.arrivals import Arrivals
from bot.uploads.ending import Endings
from bot.uploads.job import Batch, Job, JobState, JobStore, Source
from tests.clocks import FakeClock

if TYPE_CHECKING:
    from bot.uploads.receiving import Receiver

JOB = Job(
    id=1,
    batch_id=1,
    position=0,
    source=Source("u", "n", is_attachment=True),
    state=JobState.ACCEPTED,
)
MOMENTS = ("before the attempt is committed", "after it is committed", "while bytes arrive")


class Scene:
    """One row, one source, and a stop at a chosen moment."""

    def __init__(self, moment: str) -> None:
        self.row = JOB
        self._moment = moment
        self._saves = 0
        self.reached = asyncio.Event()

    async def save(self, job: Job, *, was: JobState) -> bool:
        assert self.row.state is was
        self._saves += 1
        if self._saves == 1:
            await self._at("before the attempt is committed")
        self.row = job
        if self._saves == 1:
            await self._at("after it is committed")
        return True

    async def receive(self, _: Job) -> Job:
        await self._at("while bytes arrive")
        raise AssertionError("it stops before")

    async def _at(self, moment: str) -> None:
        if moment == self._moment:
            self.reached.set()
            await asyncio.Event().wait()


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_stop_at_any_moment_is_no_failed_attempt(moment: str) -> None:
    scene, clock = Scene(moment), FakeClock()
    unused = cast("Any", None)
    endings = Endings(
        store=cast("JobStore", scene),
        spool=unused,
        admission=unused,
        announcements=unused,
        clock=clock,
        then=unused,
    )
    arrivals = Arrivals(cast("Receiver", scene), unused, endings, unused, clock)
    arrivals.add(cast("Batch", None), JOB)
    arrivals.begin()
    await scene.reached.wait()
    await arrivals.stop()
    assert scene.row == JOB
