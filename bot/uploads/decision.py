"""What happens to a file after something went wrong. Pure.

The rule that matters: an upload is repeated by itself only where Imgur certainly has not got it.
Imgur knows no idempotency key, so a lost answer may mean a picture that nobody can find again; in
a linked account it can be found, and the next try begins with a look.
"""

from dataclasses import dataclass

from bot.errors import (
    AddressRefusedError,
    BotError,
    FetchError,
    FetchTimeoutError,
    ImgurDownError,
    OutOfCreditsError,
    ProcessingFailedError,
    RateLimitedError,
    ResponseFormatError,
    ServerError,
    SourceGoneError,
    SpoolError,
    SpoolFullError,
    StorageError,
    TransportError,
    UploadStalledError,
)
from bot.uploads.job import Job, Origin

#: A phase of a file is begun this often at most, crashes included.
MAX_ATTEMPTS = 3

_FIRST_PAUSE_S = 2.0
#: Nobody waits for these; one automatic repetition is better than a lost picture.
_UNATTENDED = frozenset({Origin.AUTO, Origin.ARCHIVE})
_LONGEST_WAIT_S = 30.0
_PASSING = frozenset(
    cls.__name__
    for cls in (
        BotError,
        FetchError,
        FetchTimeoutError,
        ImgurDownError,
        ResponseFormatError,
        ServerError,
        SpoolError,
        SpoolFullError,
        TransportError,
        UploadStalledError,
    )
)


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Begin the phase once more, after a pause.

    Attributes:
        is_ambiguous: The try that failed may have arrived all the same.
    """

    after_s: float
    is_ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Tell the user; nothing more happens by itself.

    Attributes:
        is_ambiguous: The picture may be on Imgur all the same.
    """

    is_ambiguous: bool = False


Verdict = TryAgain | GiveUp


def after_fetching(job: Job, error: BotError) -> Verdict:
    """What follows a download that failed."""
    is_final = isinstance(error, SourceGoneError | AddressRefusedError)
    is_passing = isinstance(error, FetchError | StorageError) and not is_final
    if is_passing and job.attempts < MAX_ATTEMPTS:
        return TryAgain(_pause_s(job))
    return GiveUp()


def after_sending(job: Job, origin: Origin, error: BotError) -> Verdict:
    """What follows an upload that failed."""
    if isinstance(error, OutOfCreditsError) and error.was_held:
        return TryAgain(0.0)  # the pools are as the other process left them, and tell the wait
    if isinstance(error, OutOfCreditsError):
        # Its own credits were held: it is what goes before it, an album, that has to wait.
        return TryAgain(min(max(error.wait_s, _FIRST_PAUSE_S), _LONGEST_WAIT_S))
    if isinstance(error, RateLimitedError):
        return TryAgain(0.0)  # the credit model knows when the next one may go
    if isinstance(error, ImgurDownError):
        return TryAgain(error.retry_after_s)
    if _may_have_arrived(error):
        can_be_asked_for = job.imgur_account_id is not None
        if (origin in _UNATTENDED or can_be_asked_for) and not job.was_ambiguous:
            return TryAgain(_pause_s(job), is_ambiguous=True)
        return GiveUp(is_ambiguous=True)
    if isinstance(error, TransportError | StorageError) and job.attempts < MAX_ATTEMPTS:
        return TryAgain(_pause_s(job))
    return GiveUp()


def is_worth_repeating(job: Job) -> bool:
    """Whether a failed file may well succeed when its user asks for it again."""
    return job.failure is not None and job.failure.kind in _PASSING


def _may_have_arrived(error: BotError) -> bool:
    if isinstance(error, TransportError | ResponseFormatError):
        return error.maybe_applied
    return isinstance(error, ServerError) and not isinstance(error, ProcessingFailedError)


def _pause_s(job: Job) -> float:
    return float(_FIRST_PAUSE_S * 2**job.attempts)
