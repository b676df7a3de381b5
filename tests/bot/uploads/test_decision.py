"""What happens to a file after something went wrong."""

from dataclasses import replace

import pytest

from bot.errors import (
    AddressRefusedError,
    BotError,
    FetchError,
    FileTypeRefusedError,
    ImgurDownError,
    LinkRevokedError,
    OutOfCreditsError,
    ProcessingFailedError,
    RateLimitedError,
    ResponseFormatError,
    ServerError,
    SourceGoneError,
    TransportError,
)
from bot.uploads.decision import (
    MAX_ATTEMPTS,
    GiveUp,
    TryAgain,
    after_fetching,
    after_sending,
    is_worth_repeating,
)
from bot.uploads.job import Failure, Job, Origin, Source

SOURCE = Source(url="https://cdn.example/a.png", filename="a.png", is_attachment=True)


def job(attempts: int = 1, *, was_ambiguous: bool = False) -> Job:
    return Job(1, 1, 0, SOURCE, attempts=attempts, was_ambiguous=was_ambiguous)


def test_a_passing_failure_to_fetch_is_tried_again() -> None:
    assert isinstance(after_fetching(job(), FetchError("reset")), TryAgain)


def test_fetching_is_given_up_after_the_last_try() -> None:
    assert after_fetching(job(MAX_ATTEMPTS), FetchError("reset")) == GiveUp()


@pytest.mark.parametrize("error", [SourceGoneError("gone"), AddressRefusedError("inside")])
def test_what_cannot_be_fetched_ever_is_not_tried_again(error: BotError) -> None:
    assert after_fetching(job(), error) == GiveUp()


def test_a_refusal_for_lack_of_credits_only_makes_it_wait() -> None:
    error = RateLimitedError("429", status=429, pool="user", retry_after_s=60)
    assert after_sending(job(99), Origin.SLASH, error) == TryAgain(0.0)


@pytest.mark.parametrize(("wait_s", "pause_s"), [(0.0, 2.0), (10.0, 10.0), (3600.0, 30.0)])
def test_an_album_that_cannot_be_paid_for_is_looked_at_again_now_and_then(
    wait_s: float, pause_s: float
) -> None:
    error = OutOfCreditsError(pool="post", wait_s=wait_s)
    assert after_sending(job(99), Origin.SLASH, error) == TryAgain(pause_s)


def test_an_outage_is_waited_for() -> None:
    error = ImgurDownError("open", retry_after_s=30.0)
    assert after_sending(job(), Origin.SLASH, error) == TryAgain(30.0)


AMBIGUOUS = [
    TransportError("lost", maybe_applied=True),
    ResponseFormatError("html", status=200, maybe_applied=True),
    ServerError("503", status=503),
]


@pytest.mark.parametrize("error", AMBIGUOUS)
def test_a_lost_answer_is_left_to_the_user_who_asked(error: BotError) -> None:
    assert after_sending(job(), Origin.SLASH, error) == GiveUp(is_ambiguous=True)


@pytest.mark.parametrize("error", AMBIGUOUS)
def test_a_lost_answer_of_an_automatic_upload_is_tried_once_more(error: BotError) -> None:
    first = after_sending(job(), Origin.AUTO, error)
    assert isinstance(first, TryAgain)
    assert first.is_ambiguous
    again = after_sending(job(was_ambiguous=True), Origin.AUTO, error)
    assert again == GiveUp(is_ambiguous=True)


@pytest.mark.parametrize("error", AMBIGUOUS)
def test_a_lost_answer_of_an_upload_into_an_account_is_looked_for_once(error: BotError) -> None:
    lost = replace(job(), imgur_account_id=5)
    first = after_sending(lost, Origin.SLASH, error)
    assert isinstance(first, TryAgain)
    assert first.is_ambiguous
    again = after_sending(replace(lost, was_ambiguous=True), Origin.SLASH, error)
    assert again == GiveUp(is_ambiguous=True)


def test_what_certainly_did_not_arrive_is_sent_again() -> None:
    error = TransportError("refused", maybe_applied=False)
    assert isinstance(after_sending(job(), Origin.SLASH, error), TryAgain)
    assert after_sending(job(MAX_ATTEMPTS), Origin.SLASH, error) == GiveUp()


@pytest.mark.parametrize(
    "error",
    [
        FileTypeRefusedError("1003", status=400, code=1003),
        ProcessingFailedError("1001", status=500, code=1001),
        LinkRevokedError("dead"),
    ],
)
def test_a_refusal_is_final(error: BotError) -> None:
    assert after_sending(job(), Origin.AUTO, error) == GiveUp()


def test_only_passing_failures_are_worth_repeating() -> None:
    lost = replace(job(), failure=Failure("TransportError", {}, "abc"))
    refused = replace(job(), failure=Failure("UnsupportedTypeError", {}, "abc"))
    assert is_worth_repeating(lost)
    assert not is_worth_repeating(refused)
