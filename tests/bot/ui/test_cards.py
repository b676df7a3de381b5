"""The card of a batch while its files are on their way, and of many at its end."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.cards import card, link_forms
from bot.ui.wording import size
from bot.uploads.announcing import News, Progress
from bot.uploads.job import (
    Album,
    Answer,
    Batch,
    Failure,
    Job,
    JobState,
    Origin,
    Source,
    Spooled,
    Uploaded,
)

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MIB = 1024 * 1024
BATCH = Batch(1, "interaction:1", Origin.SLASH, 1, 10, Answer(is_private=False), NOW)
SOURCE = Source(url="https://cdn.example/f.mp4", filename="film.mp4", is_attachment=True)
SPOOLED = Spooled("1-ab", bytes(32), "video/mp4", ".mp4", "video", 60 * MIB)
JOB = Job(1, 1, 0, SOURCE, JobState.SENDING, spooled=SPOOLED)


def text_of(news: News) -> str:
    return "\n".join(texts(card(news, now=NOW).to_components()))


def texts(parts: Sequence[Any]) -> list[str]:
    found = []
    for part in parts:
        found += [part["content"]] if "content" in part else []
        found += texts(part.get("components", []))
    return found


def done(position: int, title: str | None = None) -> Job:
    link = f"https://i.imgur.com/AbCdEf{position}.png"
    uploaded = Uploaded(f"AbCdEf{position}", link, "image/png", NOW)
    return replace(
        JOB, id=position, position=position, state=JobState.UPLOADED, title=title, uploaded=uploaded
    )


def test_a_file_on_its_way_shows_a_bar_its_bytes_and_when_it_is_there() -> None:
    text = text_of(News(BATCH, [JOB], progress={1: Progress(20 * MIB, 10.0)}))
    assert f"▰▰▰▰▱▱▱▱▱▱▱▱ {size(20 * MIB)} of {size(60 * MIB)}" in text
    assert f"<t:{int(NOW.timestamp()) + 20}:R>" in text


def test_what_is_all_sent_waits_for_an_answer_and_silence_is_named() -> None:
    sent = text_of(News(BATCH, [JOB], progress={1: Progress(60 * MIB, 10.0)}))
    assert f"▰▰▰▰▰▰▰▰▰▰▰▰ {size(60 * MIB)}, all sent. Waiting for Imgur's answer…" in sent
    quiet = text_of(News(BATCH, [JOB], progress={1: Progress(60 * MIB, 10.0, is_quiet=True)}))
    assert "takes longer than usual" in quiet


@given(st.integers(0, 100 * MIB), st.floats(0, 1e6))
def test_the_bar_never_leaves_its_bounds(sent_bytes: int, elapsed_s: float) -> None:
    text = text_of(News(BATCH, [JOB], progress={1: Progress(sent_bytes, elapsed_s)}))
    assert text.count("▰") + text.count("▱") == (12 if sent_bytes else 0)


def test_ten_files_that_fail_at_length_fit_into_one_message() -> None:
    failure = Failure("NetworkRefusedError", {}, "abcdef")
    jobs = [
        replace(JOB, id=n, position=n, state=JobState.FAILED, failure=failure) for n in range(10)
    ]
    assert len(text_of(News(BATCH, jobs))) <= 4000


def test_link_forms_of_ten_files_fit_into_messages_and_lose_none() -> None:
    pages = link_forms(News(BATCH, [done(n, title="t" * 128) for n in range(10)]))
    assert all(len(page) <= 2000 for page in pages)
    assert all(f"i.imgur.com/AbCdEf{n}.png" in "".join(pages) for n in range(10))


@pytest.mark.parametrize("is_album_only", [True, False])
def test_an_albums_link_stands_beside_or_for_those_of_its_pictures(*, is_album_only: bool) -> None:
    album = Album(1, 1, "Holidays", imgur_id="Alb1234", deletehash="hush")
    answer = Answer(is_private=False, is_album_only=is_album_only)
    news = News(replace(BATCH, album=album, answer=answer), [done(1), done(2)])
    text = text_of(news)
    assert "https://imgur.com/a/Alb1234" in text
    assert ("i.imgur.com" in text) is not is_album_only
    assert "hush" not in text


def test_what_failed_is_said_also_where_only_the_album_is_shown() -> None:
    album = Album(1, 1, "Holidays", imgur_id="Alb1234")
    answer = Answer(is_private=False, is_album_only=True)
    failed = replace(JOB, position=1, state=JobState.FAILED, failure=Failure("X", {}, "abcdef"))
    news = News(replace(BATCH, album=album, answer=answer), [done(0), failed])
    assert "ref abcdef" in text_of(news)


SENT = Spooled("1-ab", b"", "image/png", ".png", "image", 2 * MIB, width=640, height=480)
ARRIVED = Uploaded("AbCdEf1", "https://i.imgur.com/AbCdEf1.png", "image/png", NOW)


@pytest.mark.parametrize(
    ("arrived", "said"),
    [
        ({"content_type": "image/jpeg"}, ["Imgur turned it from image/png into image/jpeg."]),
        ({"width": 320, "height": 240}, ["Imgur scaled it from 640 by 480 to 320 by 240 pixels."]),
        ({"size_bytes": MIB}, ["Imgur shrank it from 2.0 MB to 1.0 MB."]),
        (
            {"content_type": "image/jpeg", "width": 640, "height": 480, "size_bytes": MIB},
            [
                "Imgur turned it from image/png into image/jpeg.",
                "Imgur shrank it from 2.0 MB to 1.0 MB.",
            ],
        ),
        ({"width": 480, "height": 640}, []),
        ({"width": 640, "height": 480, "size_bytes": 2 * MIB}, []),
        ({"width": None, "height": None, "size_bytes": None}, []),
    ],
    ids=["type", "scaled", "shrunk", "type and bytes", "turned", "as it was", "not said"],
)
def test_how_imgurs_copy_differs_is_said(arrived: dict[str, Any], said: list[str]) -> None:
    uploaded = replace(ARRIVED, **arrived)
    job = replace(JOB, state=JobState.UPLOADED, spooled=SENT, uploaded=uploaded)
    text = text_of(News(BATCH, [job]))
    assert [line[3:] for line in text.split("\n") if line.startswith("-# Imgur ")] == said


def test_the_same_picture_again_is_not_said_to_be_changed() -> None:
    uploaded = replace(ARRIVED, content_type="image/jpeg")
    job = replace(JOB, state=JobState.UPLOADED, spooled=SENT, uploaded=uploaded, same_as=7)
    text = text_of(News(BATCH, [job]))
    assert "it cost nothing" in text
    assert "turned it" not in text


@pytest.mark.parametrize("kind", ["TransportError", "ServerError", "UploadsPausedError"])
@pytest.mark.parametrize("account_id", [None, 5])
def test_whatever_ends_an_upload_in_doubt_the_doubt_is_said(
    kind: str, account_id: int | None
) -> None:
    failed = replace(
        JOB,
        state=JobState.FAILED,
        was_ambiguous=True,
        imgur_account_id=account_id,
        failure=Failure(kind, {"maybe_applied": False, "until": "2026-12-01"}, "abcdef"),
    )
    text = text_of(News(BATCH, [failed]))
    assert "Nothing was uploaded" not in text
    assert "nobody knows" in text or "may have arrived" in text
    looks_first = "your Imgur account is looked through for it first" in text
    assert looks_first is (account_id is not None and "nobody knows" in text)


def test_a_file_in_doubt_is_not_called_cancelled_before_it_was_sent() -> None:
    cancelled = replace(JOB, state=JobState.CANCELLED)
    assert "before it was sent" in text_of(News(BATCH, [cancelled]))
    assert "before it was sent" not in text_of(
        News(BATCH, [replace(cancelled, was_ambiguous=True)])
    )


def test_a_lost_answer_is_not_called_nothing_uploaded() -> None:
    failure = Failure("TransportError", {"maybe_applied": True}, "abcdef")
    job = replace(JOB, state=JobState.FAILED, failure=failure, was_ambiguous=True)
    text = text_of(News(BATCH, [job]))
    assert "Perhaps not uploaded" in text
    assert "Nothing uploaded" not in text


@pytest.mark.parametrize(
    ("attempts", "said"), [(0, "goes out as soon as Imgur answers"), (1, "Imgur did not answer")]
)
def test_a_checked_file_without_a_turn_waits_for_imgur(attempts: int, said: str) -> None:
    job = replace(JOB, state=JobState.READY, attempts=attempts)
    assert said in text_of(News(BATCH, [job]))
