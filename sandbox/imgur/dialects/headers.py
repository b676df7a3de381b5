"""The headers of either backend. Pure.

Source: headers of recorded answers. Classic tells the user pool's reset as an epoch that moves
with every answer; the new backend counts seconds down and adds the client pool's reset.
"""

from datetime import datetime

from sandbox.imgur.calls import Dialect
from sandbox.imgur.limits import HOUR_S, Purse

_ALLOWED_HEADERS = (
    "Authorization, Content-Type, Accept, X-Mashape-Authorization, IMGURPLATFORM, "
    "IMGURUIDJAFO, sessionCount, IMGURMWBETA, IMGURMWBETAOPTIN"
)


def stock_headers(dialect: Dialect) -> dict[str, str]:
    """What stands on every answer of the API."""
    common = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "GET, PUT, POST, PATCH, DELETE, OPTIONS",
        "X-Frame-Options": "DENY",
        "X-Served-By": "cache-sandbox-SBX",
        "X-Cache": "MISS",
        "X-Cache-Hits": "0",
    }
    if dialect is Dialect.CLASSIC:
        return common | {
            "Access-Control-Allow-Headers": _ALLOWED_HEADERS,
            "Cache-Control": "no-store, no-cache, must-revalidate, post-check=0, pre-check=0",
        }
    return common | {
        "Access-Control-Allow-Headers": f"{_ALLOWED_HEADERS}, X-Imgur-Defender-Bypass",
        "Access-Control-Allow-Credentials": "true",
    }


def rate_headers(purse: Purse, dialect: Dialect, now: datetime) -> dict[str, str]:
    """The pools after this call, in the backend's own form."""
    if purse.client is None:
        return {
            "X-RateLimit-Requests-Limit": str(purse.user.limit),
            "X-RateLimit-Requests-Remaining": str(purse.user.remaining),
            "X-RateLimit-Requests-Reset": str(purse.user.reset_in_s(now)),
        }
    user, client = purse.user, purse.client
    if dialect is Dialect.CLASSIC:
        headers = {
            "X-RateLimit-UserLimit": str(user.limit),
            "X-RateLimit-UserRemaining": str(user.remaining),
            "X-RateLimit-UserReset": str(int(now.timestamp()) + HOUR_S),
            "X-RateLimit-ClientLimit": str(client.limit),
            "X-RateLimit-ClientRemaining": str(client.remaining),
        }
    else:
        headers = {
            "X-Ratelimit-Userlimit": str(user.limit),
            "X-Ratelimit-Userremaining": str(user.remaining),
            "X-Ratelimit-Userreset": str(user.reset_in_s(now)),
            "X-Ratelimit-Clientlimit": str(client.limit),
            "X-Ratelimit-Clientremaining": str(client.remaining),
            "X-Ratelimit-Clientreset": str(client.reset_in_s(now)),
        }
    if purse.post is not None:
        headers |= {
            "X-Post-Rate-Limit-Limit": str(purse.post.limit),
            "X-Post-Rate-Limit-Remaining": str(purse.post.remaining),
            "X-Post-Rate-Limit-Reset": str(purse.post.reset_in_s(now)),
        }
    return headers
