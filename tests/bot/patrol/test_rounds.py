"""What a look at a link shows, and how the patrol walks."""

from dataclasses import dataclass, field
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import TransportError
from bot.imgur.wire import Response
from bot.library.shelf import Entry
from bot.patrol.rounds import Patrol, Sight, sight_of
from bot.uploads.job import Answer, Batch, Job, JobState, Origin, Source, Uploaded
from tests.clocks import FakeClock

PICTURE = {"content-type": "image/png"}
REMOVED = {"location": "https://i.imgur.com/removed.png"}


@pytest.mark.parametrize(
    ("status", "headers", "sight"),
    [
        (200, PICTURE, Sight.THERE),
        (206, {"content-type": "video/mp4"}, Sight.THERE),
        (302, REMOVED, Sight.GONE),
        (302, {"location": "/removed.png"}, Sight.GONE),
        (404, {}, Sight.GONE),
        (410, {}, Sight.GONE),
        (302, {"location": "https://imgur.com/abc1234"}, Sight.UNCLEAR),
        (302, {}, Sight.UNCLEAR),
        (200, {"content-type": "text/html"}, Sight.UNCLEAR),
        (429, {}, Sight.UNCLEAR),
        (403, {}, Sight.UNCLEAR),
        (503, {}, Sight.UNCLEAR),
    ],
)
def test_only_a_plain_answer_says_something(
    status: int, headers: dict[str, str], sight: Sight
) -> None:
    assert sight_of(status, headers) is sight


@given(st.integers(100, 599), st.text(max_size=20), st.text(max_size=40))
def test_no_trouble_of_the_host_makes_a_picture_gone(status: int, kind: str, place: str) -> None:
    if sight_of(status, {"content-type": kind, "location": place}) is Sight.GONE:
        assert status in {404, 410} or (300 <= status < 400 and "/removed.png" in place)


@dataclass
class OneLink:
    """A store with a single upload; tests read what was noted."""

    is_due: bool = True
    notes: list[tuple[datetime, bool | None]] = field(default_factory=list)

    async def next_unseen(self, *, before: datetime, uploaded_before: datetime) -> Entry | None:
        assert before < uploaded_before
        if not self.is_due:
            return None
        now = uploaded_before
        link = "https://i.imgur.com/abc1234.png"
        job = Job(
            id=1,
            batch_id=1,
            position=0,
            source=Source("https://cdn/a.png", "a.png", is_attachment=True),
            state=JobState.UPLOADED,
            uploaded=Uploaded("abc1234", link, "image/png", now),
        )
        batch = Batch(1, "interaction:1", Origin.SLASH, 1, 10, Answer(is_private=False), now)
        return Entry(batch, job)

    async def seen(self, job_id: int, at: datetime, *, is_lost: bool | None) -> None:
        assert job_id == 1
        self.notes.append((at, is_lost))


@dataclass
class Host:
    """An image host that answers the same to everything."""

    status: int
    headers: dict[str, str]
    asked: int = 0

    async def glance(self, address: str) -> Response:
        self.asked += 1
        if not self.status:
            raise TransportError("no answer", maybe_applied=False)
        return Response(self.status, self.headers, b"", address)


@pytest.mark.parametrize(
    ("status", "headers", "is_lost"), [(200, PICTURE, False), (302, REMOVED, True), (429, {}, None)]
)
async def test_what_was_seen_is_noted(
    status: int, headers: dict[str, str], *, is_lost: bool | None
) -> None:
    store, host, clock = OneLink(), Host(status, headers), FakeClock()
    await Patrol(store, host.glance, clock, links_per_hour=60).look_at_next()
    assert store.notes == [(clock.now(), is_lost)]


@pytest.mark.parametrize(
    ("status", "per_hour", "looks"), [(200, 60, 60), (200, 0, 0), (429, 60, 6), (0, 60, 6)]
)
async def test_the_walk_is_slow_and_slower_where_it_is_refused(
    status: int, per_hour: int, looks: int
) -> None:
    store, host, clock = OneLink(), Host(status, PICTURE), FakeClock()
    async with Patrol(store, host.glance, clock, links_per_hour=per_hour).running():
        await clock.advance(3600)
    assert abs(host.asked - looks) <= 1


async def test_nothing_is_asked_where_nothing_is_due() -> None:
    store, host, clock = OneLink(is_due=False), Host(200, PICTURE), FakeClock()
    async with Patrol(store, host.glance, clock, links_per_hour=60).running():
        await clock.advance(3600)
    assert not host.asked
