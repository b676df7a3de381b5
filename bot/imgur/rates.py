"""What Imgur's rate headers say. Pure.

Source: https://apidocs.imgur.com/#rate-limits for the names; that the reset comes as an epoch from
one backend and as seconds from the other was seen in recorded answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

#: A reset above this is an epoch time, below it a number of seconds.
EPOCH_THRESHOLD = 1_000_000_000

HOUR_S = 3600.0
DAY_S = 86400.0
MONTH_S = 31 * DAY_S


@dataclass(frozen=True, slots=True)
class PoolReading:
    """One pool as one answer's headers show it; ``None`` is "not said", never zero.

    Attributes:
        reset_s: Seconds from the answer's arrival to the reset, within ``0 … window``.
    """

    limit: int | None = None
    remaining: int | None = None
    reset_s: float | None = None


@dataclass(frozen=True, slots=True)
class RateReading:
    """The three published pools."""

    user: PoolReading = PoolReading()
    client: PoolReading = PoolReading()
    post: PoolReading = PoolReading()


def read_rates(headers: Mapping[str, str], *, now_epoch_s: float) -> RateReading:
    """Read the rate headers of an answer.

    Args:
        headers: Names in lower case.
        now_epoch_s: The wall clock when the answer arrived, to turn an epoch reset into seconds.

    Returns:
        What could be understood. Absent, negative or nonsensical figures read as ``None``, so that
        a bad header never adds a credit.
    """
    return RateReading(
        user=PoolReading(
            limit=_count(headers.get("x-ratelimit-userlimit")),
            remaining=_count(headers.get("x-ratelimit-userremaining")),
            reset_s=_reset(headers.get("x-ratelimit-userreset"), HOUR_S, now_epoch_s),
        ),
        client=_plan(headers, now_epoch_s)
        or PoolReading(
            limit=_count(headers.get("x-ratelimit-clientlimit")),
            remaining=_count(headers.get("x-ratelimit-clientremaining")),
            reset_s=_reset(headers.get("x-ratelimit-clientreset"), DAY_S, now_epoch_s),
        ),
        post=PoolReading(
            limit=_count(headers.get("x-post-rate-limit-limit")),
            remaining=_count(headers.get("x-post-rate-limit-remaining")),
            reset_s=_reset(headers.get("x-post-rate-limit-reset"), HOUR_S, now_epoch_s),
        ),
    )


def _plan(headers: Mapping[str, str], now_epoch_s: float) -> PoolReading | None:
    """What RapidAPI says of a commercial plan, which takes the place of the client's pool.

    Source: https://docs.rapidapi.com/docs/response-headers
    """
    remaining = _count(headers.get("x-ratelimit-requests-remaining"))
    if remaining is None:
        return None
    return PoolReading(
        limit=_count(headers.get("x-ratelimit-requests-limit")),
        remaining=remaining,
        reset_s=_reset(headers.get("x-ratelimit-requests-reset"), MONTH_S, now_epoch_s),
    )


def _count(text: str | None) -> int | None:
    if text is None or not text.strip().isascii() or not text.strip().isdigit():
        return None
    return int(text)


def _reset(text: str | None, window_s: float, now_epoch_s: float) -> float | None:
    value = _count(text)
    if value is None:
        return None
    seconds = value - now_epoch_s if value >= EPOCH_THRESHOLD else float(value)
    return min(max(seconds, 0.0), window_s)
