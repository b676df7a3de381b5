"""What a file's picture is called in its account."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.uploads.job import Answer, Batch, Job, JobState, Origin, Source
from bot.uploads.reconciling import mark_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BATCH = Batch(1, "interaction:7", Origin.SLASH, 1, 10, Answer(is_private=False), NOW)
JOB = Job(1, 1, 0, Source("u", "n", is_attachment=True), imgur_account_id=5)


def test_a_file_has_the_same_mark_at_each_try() -> None:
    again = replace(JOB, state=JobState.SENDING, attempts=2, was_ambiguous=True)
    assert mark_of(BATCH, again) == mark_of(BATCH, JOB)


def test_no_two_files_have_the_same_mark() -> None:
    others = [
        (BATCH, replace(JOB, id=2)),
        (replace(BATCH, key="interaction:8"), JOB),  # the same numbers in another database
    ]
    assert len({mark_of(BATCH, JOB), *(mark_of(*other) for other in others)}) == 3


def test_what_belongs_to_nobody_has_no_mark() -> None:
    assert mark_of(BATCH, replace(JOB, imgur_account_id=None)) is None
