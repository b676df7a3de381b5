"""From what an answer states to one named error. Pure.

Imgur says no in many forms and words; the tables below are what was seen.
Source: https://api.imgur.com/errorhandling for the statuses; the codes and the words are from
recorded answers and from reports in the issue trackers of other clients.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from bot.errors import (
    ApiError,
    AuthenticationRequiredError,
    DeadTokenError,
    FileTooLargeError,
    FileTypeRefusedError,
    InvalidClientIdError,
    InvalidGrantError,
    NetworkRefusedError,
    NotFoundError,
    OverCapacityError,
    PermissionDeniedError,
    ProcessingFailedError,
    RateLimitedError,
    ServerError,
    ValidationError,
)
from bot.imgur.rates import DAY_S, HOUR_S, PoolReading, RateReading, read_rates
from bot.imgur.wire import Bearer, Request, Response

#: How long to stay away where nothing says how long.
DEFAULT_WAIT_S = 60.0
#: Imgur's unpublished cap on uploads was met after this many POST requests in an hour.
HIDDEN_UPLOAD_CAP = 50

_TOKEN_PATH = "/oauth2/token"  # noqa: S105 (a path, not a token)
_UNIT_S = {"second": 1.0, "minute": 60.0, "hour": 3600.0}
_STATED_WAIT = re.compile(r"(\d{1,5})\s+(?:more\s+)?(second|minute|hour)")


@dataclass(frozen=True, slots=True)
class Stated:
    """What an answer says about its own failure.

    Attributes:
        status: HTTP's, or the body's where HTTP claims success.
        code: Imgur's internal number.
        wait_s: How long it asks to stay away.
        is_array: Whether it came as the new backend's ``errors[]``.
    """

    status: int
    message: str = ""
    code: int | None = None
    wait_s: float | None = None
    is_array: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """One kind of failure and the signs of it."""

    error: type[ApiError]
    codes: frozenset[int]
    words: tuple[str, ...]

    def fits(self, stated: Stated, text: str) -> bool:
        return stated.code in self.codes or any(word in text for word in self.words)


def _row(error: type[ApiError], *signs: int | str) -> _Row:
    codes = frozenset(sign for sign in signs if isinstance(sign, int))
    return _Row(error, codes, tuple(sign for sign in signs if isinstance(sign, str)))


#: Tried from the top; numbers are Imgur's codes, words are looked for in the lower-case message.
_ROWS = (
    _row(OverCapacityError, 1203, "over capacity"),
    _row(
        NetworkRefusedError,
        1016,
        "banned country",
        "these actions are forbidden",
        "in your region",
        "in your country",
    ),
    _row(
        RateLimitedError,
        429,
        1025,
        2008,
        "too fast",
        "too many requests",
        "rate limit",
        "quota",
    ),
    _row(
        InvalidClientIdError,
        "invalid client_id",
        "application key",
        "invalid api key",
        "not subscribed to this api",
    ),
    _row(DeadTokenError, "access token", "malformed auth header"),
    _row(FileTypeRefusedError, 1003, "file type invalid"),
    _row(FileTooLargeError, 1000, 1002, "over the size limit", "exceeds", "too large"),
    _row(
        ProcessingFailedError,
        1001,
        "stripping metadata",
        "internal expectation failed",
        "could not process upload",
    ),
    _row(
        AuthenticationRequiredError,
        "authentication required",
        "requires authentication",
        "not authorized to access",
    ),
    _row(
        PermissionDeniedError,
        403,
        "unauthorized",
        "permission denied",
        "not the owner",
        "you must own",
    ),
    _row(
        NotFoundError,
        "unable to find",
        "not found",
        "was found with the id",
        "does not exist",
        "not be found",
        "could not find",
        "error occurred while fetching",
    ),
    _row(ValidationError, " required", "invalid url", "no image data"),
)
_GRANT = _row(
    InvalidGrantError, "refresh token", "invalid pin", "invalid code", "authorization code"
)

_BY_STATUS: Mapping[int, type[ApiError]] = {
    401: AuthenticationRequiredError,
    403: PermissionDeniedError,
    404: NotFoundError,
    410: NotFoundError,
    413: FileTooLargeError,
    415: FileTypeRefusedError,
    417: ProcessingFailedError,
    429: RateLimitedError,
}
_UNAUTHORIZED = 401
_MAX_DIGITS = 6


def error_for(request: Request, response: Response, stated: Stated) -> ApiError:
    """The one named error for what an answer states."""
    kind = _kind(request, response, stated)
    message = " ".join(stated.message.split())[:200] or f"status {stated.status}"
    if issubclass(kind, RateLimitedError):
        pool, wait_s = _limit(request, response, stated)
        return kind(
            message, status=stated.status, code=stated.code, pool=pool, retry_after_s=wait_s
        )
    return kind(message, status=stated.status, code=stated.code)


def wait_in(text: str) -> float | None:
    """Seconds that a message asks to wait, such as "Please wait 59 more minutes"."""
    found = _STATED_WAIT.search(text)
    return None if found is None else int(found[1]) * _UNIT_S[found[2]]


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """The header ``Retry-After`` in seconds; ``None`` where it says nothing of use."""
    text = headers.get("retry-after", "").strip()
    seconds = int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else 0
    return float(seconds) if seconds > 0 else None


def _kind(request: Request, response: Response, stated: Stated) -> type[ApiError]:
    text = stated.message.lower()
    if request.path == _TOKEN_PATH and _is_grant_refused(stated, text):
        return InvalidGrantError
    kind = next((row.error for row in _ROWS if row.fits(stated, text)), None)
    kind = kind or _by_status(stated.status)
    if isinstance(request.credential, Bearer) and _blames_token(request, response, stated, kind):
        return DeadTokenError
    return kind


def _by_status(status: int) -> type[ApiError]:
    if status >= 500:  # noqa: PLR2004 (HTTP's bound)
        return ServerError
    is_refusal = status >= 400  # noqa: PLR2004 (HTTP's bound)
    return _BY_STATUS.get(status, ValidationError if is_refusal else ApiError)


def _is_grant_refused(stated: Stated, text: str) -> bool:
    return _GRANT.fits(stated, text) or (stated.status == _UNAUTHORIZED and "client" not in text)


def _blames_token(
    request: Request, response: Response, stated: Stated, kind: type[ApiError]
) -> bool:
    """Whether a call for an account failed because of its token, whatever the answer says."""
    if kind is AuthenticationRequiredError:
        return True
    if kind is PermissionDeniedError:
        return stated.status == _UNAUTHORIZED
    if kind is not RateLimitedError or not stated.is_array:
        return False
    rates = _rates(response)
    has_credits = bool(rates.user.remaining) and bool(rates.client.remaining)
    return has_credits and rates.post.remaining != 0 and not _at_hidden_cap(request, rates)


def _at_hidden_cap(request: Request, rates: RateReading) -> bool:
    limit, remaining = rates.post.limit, rates.post.remaining
    if not request.is_upload or limit is None or remaining is None:
        return False
    return limit - remaining >= HIDDEN_UPLOAD_CAP


def _limit(request: Request, response: Response, stated: Stated) -> tuple[str, float]:
    """Which pool an answer calls empty, and for how many seconds."""
    pool, wait_s = _emptied(response)
    if stated.wait_s is not None:
        wait_s = stated.wait_s
        pool = "uploads" if request.is_upload else "unknown"
    elif pool == "unknown" and request.is_upload and _has_something_left(response):
        pool = "uploads"  # so it is the unpublished cap that was met
    wait_s = wait_s or retry_after_s(response.headers) or DEFAULT_WAIT_S
    return pool, min(max(wait_s, 1.0), DAY_S)


def _has_something_left(response: Response) -> bool:
    rates = _rates(response)
    return bool(rates.user.remaining or rates.client.remaining)


def _emptied(response: Response) -> tuple[str, float | None]:
    rates = _rates(response)
    pools: Sequence[tuple[str, PoolReading]] = (
        ("post", rates.post),
        ("user", rates.user),
        ("client", rates.client),
    )
    for name, pool in pools:
        if pool.remaining == 0:
            return name, pool.reset_s or HOUR_S
    if response.headers.get("x-ratelimit-requests-remaining") == "0":
        return "client", HOUR_S  # RapidAPI's own quota
    return "unknown", None


def _rates(response: Response) -> RateReading:
    try:
        now_epoch_s = parsedate_to_datetime(response.headers["date"]).timestamp()
    except (KeyError, ValueError, OverflowError):
        now_epoch_s = 0.0  # then an epoch reset reads as the whole window
    return read_rates(response.headers, now_epoch_s=now_epoch_s)
