"""Timed deletion."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.credits.pools import Payer, Work
from bot.errors import (
    BotError,
    OutOfCreditsError,
    PermissionDeniedError,
    TransportError,
    UploadNotFoundError,
)
from bot.library.keeping import KEEP, Expiry, kept_until
from bot.library.shelf import Entry, Shelf
from bot.uploads.job import Answer, Batch, Job, JobState, Origin, Source, Uploaded

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def entry(number: int) -> Entry:
    picture = Uploaded(f"abc{number:04}", "https://i.imgur.com/x.png", "image/png", NOW)
    job = Job(
        id=number,
        batch_id=1,
        position=0,
        source=Source("https://cdn/a.png", "a.png", is_attachment=True),
        state=JobState.UPLOADED,
        uploaded=picture,
        keep_until=NOW - timedelta(hours=number),
    )
    return Entry(Batch(1, "k", Origin.SLASH, 1, 10, Answer(is_private=False), NOW), job)


@dataclass
class Shelves:
    """A library of overdue uploads; only what Expiry needs of it does something."""

    overdue: list[Entry]
    put_off: dict[int, datetime | None] = field(default_factory=dict)

    async def expired(self, now: datetime, limit: int) -> Sequence[Entry]:
        assert now == NOW
        return self.overdue[:limit]

    async def keep_until(self, job_id: int, instant: datetime | None) -> None:
        self.put_off[job_id] = instant

    async def count(self, shelf: Shelf) -> int:
        raise AssertionError(shelf)

    async def entries(self, shelf: Shelf, *, offset: int, limit: int) -> Sequence[Entry]:
        raise AssertionError(shelf, offset, limit)

    async def entry(self, job_id: int) -> Entry | None:
        raise AssertionError(job_id)

    async def from_attachment(self, attachment_id: int) -> Sequence[Entry]:
        raise AssertionError(attachment_id)

    async def from_message(self, message_id: int) -> Sequence[Entry]:
        raise AssertionError(message_id)


@dataclass
class Imgur:
    """Deletes, or fails at the second picture."""

    failure: BotError | None = None
    asked: list[int] = field(default_factory=list)

    async def delete(self, batch: Batch, job: Job, payer: Payer) -> Job:
        assert payer == Payer(batch.user_id, batch.guild_id, Work.AUTO)
        self.asked.append(job.id)
        if job.id == 2 and self.failure is not None:
            raise self.failure
        return replace(job, state=JobState.DELETED)


def test_how_long_a_picture_is_kept_counts_from_now() -> None:
    assert kept_until("1 day", NOW) == NOW + timedelta(days=1)
    assert kept_until("forever", NOW) is None
    lives = [life for life in KEEP.values() if life is not None]
    assert lives == sorted(lives)


async def test_everything_overdue_is_deleted() -> None:
    imgur = Imgur()
    await Expiry(Shelves([entry(1), entry(2), entry(3)]), imgur).end_overdue(NOW)
    assert imgur.asked == [1, 2, 3]


@pytest.mark.parametrize(
    "failure",
    [OutOfCreditsError(pool="client", wait_s=60), TransportError("cut", maybe_applied=True)],
)
async def test_without_credits_or_answers_it_goes_on_in_the_next_round(failure: BotError) -> None:
    shelves, imgur = Shelves([entry(1), entry(2), entry(3)]), Imgur(failure)
    await Expiry(shelves, imgur).end_overdue(NOW)
    assert imgur.asked == [1, 2]
    assert not shelves.put_off


async def test_what_imgur_refuses_to_delete_is_tried_tomorrow_and_holds_up_nothing() -> None:
    shelves, imgur = (
        Shelves([entry(1), entry(2), entry(3)]),
        Imgur(PermissionDeniedError("no", status=403)),
    )
    await Expiry(shelves, imgur).end_overdue(NOW)
    assert imgur.asked == [1, 2, 3]
    assert shelves.put_off == {2: NOW + timedelta(days=1)}


async def test_what_is_gone_already_holds_up_nothing() -> None:
    shelves, imgur = Shelves([entry(1), entry(2), entry(3)]), Imgur(UploadNotFoundError("gone"))
    await Expiry(shelves, imgur).end_overdue(NOW)
    assert imgur.asked == [1, 2, 3]
    assert not shelves.put_off
