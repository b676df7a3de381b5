"""Where a request comes from, and how many may come from there. Pure but for the clock."""

import ipaddress
from collections import Counter
from collections.abc import Sequence

from bot.clock import Clock

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_PERIOD_S = 60.0
#: What one subscriber usually has of IPv6.
_V6_PREFIX = 64


def client_address(peer: str | None, forwarded_for: str | None, trusted: Sequence[Network]) -> str:
    """The visitor's address.

    Args:
        peer: Who is at the other end of the connection.
        forwarded_for: ``X-Forwarded-For``; only believed hop by hop, from the right, as far as
            trusted proxies wrote it.
        trusted: The proxies' networks.
    """
    hops = [hop.strip() for hop in (forwarded_for or "").split(",") if hop.strip()]
    address = peer or ""
    while hops and _is_within(address, trusted):
        address = hops.pop()
    return address


def _is_within(address: str, networks: Sequence[Network]) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in networks)


def _neighbourhood(address: str) -> str:
    """Addresses that most likely belong to one visitor, under one name."""
    parsed = _parsed(address)
    if parsed is None:
        return ""
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    return str(ipaddress.ip_network((int(parsed), _V6_PREFIX), strict=False))


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


class Allowance:
    """So many requests a minute from one address, and from all together.

    What it remembers is bounded by the latter.
    """

    def __init__(self, clock: Clock, *, each: int, together: int) -> None:
        self._clock = clock
        self._each = each
        self._together = together
        self._minute_began_s = clock.monotonic()
        self._counts: Counter[str] = Counter()

    def admits(self, address: str) -> bool:
        """Whether one more may come from there; counts it if so."""
        now_s = self._clock.monotonic()
        if now_s - self._minute_began_s >= _PERIOD_S:
            self._minute_began_s = now_s
            self._counts.clear()
        key = _neighbourhood(address)
        if self._counts[key] >= self._each or self._counts.total() >= self._together:
            return False
        self._counts[key] += 1
        return True
