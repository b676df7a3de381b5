from dataclasses import replace

import pytest

from bot.errors import (
    ImgurDownError,
    ImgurError,
    NotFoundError,
    RateLimitedError,
    ResponseFormatError,
    ServerError,
    TransportError,
)
from bot.imgur.retries import MAX_WAIT_S, pause_before_retry
from bot.imgur.wire import COST_UPLOAD, Request, Response
from tests.bot.imgur.scripted import raw

READ = Request(method="GET", path="/3/image/a")
UPLOAD = Request(method="POST", path="/3/image", cost_credits=COST_UPLOAD)
LOST = TransportError("lost", maybe_applied=True)
UNSENT = TransportError("unsent", maybe_applied=False)
BROKEN = ServerError("broken", status=503)


def limited(wait_s: float) -> RateLimitedError:
    return RateLimitedError("slow", status=429, pool="user", retry_after_s=wait_s)


def pause(
    request: Request,
    failure: ImgurError | None,
    response: Response | None = None,
    *,
    tries: int = 1,
    chance: float = 1.0,
) -> float | None:
    return pause_before_retry(request, failure, response, tries=tries, chance=chance)


@pytest.mark.parametrize(
    ("request_", "failure", "again"),
    [
        (READ, None, False),
        (READ, LOST, True),
        (READ, BROKEN, True),
        (READ, ResponseFormatError("html", status=200), True),
        (READ, limited(2), True),
        (READ, limited(60), False),
        (READ, NotFoundError("gone", status=404), False),
        (READ, ImgurDownError("down", retry_after_s=1), False),
        (UPLOAD, UNSENT, True),
        (UPLOAD, LOST, False),
        (UPLOAD, BROKEN, False),
        (UPLOAD, limited(2), False),
        (UPLOAD, ImgurDownError("down", retry_after_s=1), False),
        (replace(READ, method="DELETE"), BROKEN, False),
    ],
)
def test_only_what_cannot_happen_twice_is_sent_again(
    request_: Request, failure: ImgurError | None, again: object
) -> None:
    assert (pause(request_, failure) is not None) is again


def test_there_are_three_tries_at_most() -> None:
    assert pause(READ, LOST, tries=2) is not None
    assert pause(READ, LOST, tries=3) is None


def test_pauses_grow_and_are_spread_over_their_whole_length() -> None:
    assert [pause(READ, LOST, tries=tries) for tries in (1, 2)] == [0.5, 1.0]
    assert pause(READ, LOST, chance=0.0) == 0.0


@pytest.mark.parametrize(("stated", "least"), [("0", 0.0), ("3", 3.0), ("nonsense", 0.0)])
def test_retry_after_is_respected(stated: str, least: float) -> None:
    answer = raw(b"", status=503, retry_after=stated)
    assert pause(READ, BROKEN, answer, chance=0.0) == least


def test_who_is_asked_to_wait_long_does_not_wait_here() -> None:
    assert pause(READ, BROKEN, raw(b"", status=503, retry_after=str(int(MAX_WAIT_S + 1)))) is None
