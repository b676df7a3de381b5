"""Telling what becomes of a batch, also when it changes while it is being told."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

from bot.uploads.announcing import Announcements, Delivery, News, Receipt
from bot.uploads.job import Answer, Batch, Job, JobState, JobStore, Origin, Source
from tests.clocks import FakeClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BATCH = Batch(1, "interaction:1", Origin.SLASH, 1, 10, Answer(is_private=False), NOON)
FAILED = Job(1, 1, 0, Source("u", "n", is_attachment=True), state=JobState.FAILED)


class Scene:
    """One batch, and a Discord that takes its time with what it is told."""

    def __init__(self) -> None:
        self.row, self.job = BATCH, FAILED
        self.shown: list[JobState] = []
        self.is_asked = asyncio.Event()
        self.answers = asyncio.Event()
        self.announcements = Announcements(self, cast("JobStore", self), FakeClock(), News)

    async def show(self, news: News) -> Receipt:
        self.shown += [job.state for job in news.jobs]
        self.is_asked.set()
        await self.answers.wait()
        return Receipt(Delivery.DELIVERED)

    async def batch(self, _: int) -> Batch:
        return self.row

    async def jobs_of(self, _: int) -> Sequence[Job]:
        return [self.job]

    async def told(self, _: int, at: datetime, message_id: int | None) -> None:
        assert message_id is None
        if self.job.is_settled:
            self.row = replace(self.row, told_at=at)


async def test_what_ends_while_its_former_end_is_being_told_is_told_too() -> None:
    scene = Scene()
    scene.announcements.want(BATCH.id)
    await scene.is_asked.wait()
    scene.job = replace(FAILED, state=JobState.ACCEPTED)  # somebody presses "Try again"
    scene.announcements.want(BATCH.id, hurry=True)
    scene.answers.set()
    for _ in range(100):
        await asyncio.sleep(0)
    scene.job = replace(FAILED, state=JobState.UPLOADED)
    scene.announcements.want(BATCH.id, hurry=True)
    await scene.announcements.settled()
    assert scene.shown == [JobState.FAILED, JobState.ACCEPTED, JobState.UPLOADED]
    assert scene.row.told_at is not None


async def test_an_end_is_told_once_however_often_it_is_wanted() -> None:
    scene = Scene()
    scene.announcements.want(BATCH.id)
    await scene.is_asked.wait()
    scene.announcements.want(BATCH.id, hurry=True)
    scene.answers.set()
    await scene.announcements.settled()
    assert scene.shown == [JobState.FAILED]
