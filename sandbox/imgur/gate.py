"""Who pays for a call, and whether there is enough. Pure.

Source: https://apidocs.imgur.com/#rate-limits; in what words a dry pool answers was recorded.
"""

from datetime import datetime
from math import ceil

from sandbox.imgur.calls import Caller, Dialect, Refusal
from sandbox.imgur.dialects.errors import too_fast
from sandbox.imgur.limits import Limits, Pool, Purse


def purse_for(limits: Limits, caller: Caller, *, post: bool, upload: bool, now: datetime) -> Purse:
    """The pools on which a call draws.

    Commercial use has a pool of its own and knows none of the others.
    """
    if caller.commercial_key:
        return Purse(limits.pool("commercial", caller.commercial_key, now), None, None, None)
    client_id = caller.application.client_id
    if caller.account is None:
        user = limits.pool("user", f"{caller.remote}/{client_id}", now)
    else:
        user = limits.pool("account", f"{caller.account.url}/{client_id}", now)
    return Purse(
        user=user,
        client=limits.pool("client", client_id, now),
        post=limits.pool("post", caller.remote, now) if post else None,
        uploads=limits.pool("uploads", caller.remote, now) if upload else None,
    )


def admit(limits: Limits, purse: Purse, cost: int, dialect: Dialect, now: datetime) -> None:
    """Let a call through, or turn it away; a POST's token is gone either way.

    Raises:
        Refusal: 429 in the backend's words; no credit was taken.
    """
    short = purse.shortage(cost)
    if purse.post is not None and short is not purse.post:
        purse.post.spend(1, now)
    if short is not None:
        limits.refuse(short, now)
        raise _refusal(short, dialect, now, upload=purse.uploads is not None)
    if purse.client is not None and limits.blocked(purse.client.owner, now):
        raise Refusal(429, "Too Many Requests", array=True)
    if purse.uploads is not None:
        purse.uploads.spend(1, now)


def _refusal(pool: Pool, dialect: Dialect, now: datetime, *, upload: bool) -> Refusal:
    if dialect is Dialect.NEW or pool.kind in {"uploads", "commercial"}:
        return Refusal(429, "Too Many Requests", array=True)
    if upload:
        return too_fast(max(1, ceil(pool.reset_in_s(now) / 60)))
    return Refusal(429, "Too Many Requests", code=1025)
