"""Whether and when a request is sent again. Pure.

Imgur knows no idempotency key, so a write is repeated only where it certainly did not arrive.
"""

from bot.errors import (
    ImgurDownError,
    ImgurError,
    RateLimitedError,
    ResponseFormatError,
    ServerError,
    TransportError,
)
from bot.imgur.refusals import retry_after_s
from bot.imgur.wire import Request, Response

MAX_TRIES = 3
#: Who is asked to wait longer does not wait here.
MAX_WAIT_S = 10.0

_FIRST_PAUSE_S = 0.5
_LEAST_STATED_S = 1.0


def pause_before_retry(
    request: Request,
    failure: ImgurError | None,
    response: Response | None,
    *,
    tries: int,
    chance: float,
) -> float | None:
    """Seconds to wait before the next try, or ``None`` to leave it at this one.

    Args:
        failure: What an answer states, or what came in place of one.
        tries: How many there were.
        chance: From 0 to 1; spreads those who failed together.
    """
    if tries >= MAX_TRIES or not _is_worth_it(request, failure):
        return None
    jitter_s = chance * _FIRST_PAUSE_S * 2 ** (tries - 1)
    stated_s = _stated_s(failure, response)
    pause_s = jitter_s if stated_s is None else max(stated_s, _LEAST_STATED_S) + jitter_s
    return pause_s if pause_s <= MAX_WAIT_S else None


def _is_worth_it(request: Request, failure: ImgurError | None) -> bool:
    if isinstance(failure, ImgurDownError):
        return False
    if isinstance(failure, TransportError):
        return request.is_repeatable or not failure.maybe_applied
    passing = isinstance(failure, ServerError | RateLimitedError | ResponseFormatError)
    return request.is_repeatable and passing


def _stated_s(failure: ImgurError | None, response: Response | None) -> float | None:
    if isinstance(failure, RateLimitedError):
        return failure.retry_after_s
    return None if response is None else retry_after_s(response.headers)
