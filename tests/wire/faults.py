"""Answers that go wrong on demand: errors, rate limits, delays, cut lines, gates."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from tests.wire.gates import Gate

_CLOUDFLARE_PAGE = "<!DOCTYPE html><title>Access denied | discord.com used Cloudflare</title>"


@dataclass(eq=False)
class Fault:
    """What happens to the next `times` requests that match.

    Attributes:
        path: A pattern below /api/v10, as in "/channels/*/messages".
        status: Answered instead of the real answer; None leaves the real one.
        after_effect: The request is carried out before it goes wrong.
        cut: The line is cut instead of an answer.
        gate: Requests wait here first (or, after the effect, before their answer).
        hits: How often it has struck.
    """

    method: str
    path: str
    times: float = 1
    status: int | None = None
    payload: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    after_effect: bool = False
    delay_s: float = 0
    cut: bool = False
    gate: Gate | None = None
    hits: int = 0

    def matches(self, method: str, path: str) -> bool:
        return (
            self.hits < self.times and self.method in ("*", method) and fnmatchcase(path, self.path)
        )


class Faults:
    """The faults that tests have planted, oldest first."""

    def __init__(self) -> None:
        self._planted: list[Fault] = []

    def plant(self, fault: Fault) -> Fault:
        self._planted.append(fault)
        return fault

    def lift(self, fault: Fault) -> None:
        self._planted.remove(fault)

    def strike(self, method: str, path: str) -> Fault | None:
        """The fault that this request runs into, if any."""
        for fault in self._planted:
            if fault.matches(method, path):
                fault.hits += 1
                return fault
        return None

    def fail(
        self,
        method: str,
        path: str,
        status: int,
        *,
        times: float = 1,
        code: int = 0,
        after_effect: bool = False,
    ) -> Fault:
        """An error in Discord's format; `after_effect` carries the request out all the same."""
        payload = {"message": f"{status}: planted", "code": code}
        return self.plant(Fault(method, path, times, status, payload, after_effect=after_effect))

    def rate_limit(
        self,
        method: str,
        path: str,
        retry_after_s: float,
        *,
        times: float = 1,
        scope: str = "user",
    ) -> Fault:
        """A 429 as Discord itself sends it; `scope` is user, shared or global."""
        headers = {
            "Via": "1.1 google",
            "Retry-After": str(max(1, round(retry_after_s))),
            "X-RateLimit-Scope": scope,
        }
        if scope == "global":
            headers["X-RateLimit-Global"] = "true"
        payload = {
            "message": "You are being rate limited.",
            "retry_after": retry_after_s,
            "global": scope == "global",
        }
        return self.plant(Fault(method, path, times, 429, payload, headers))

    def cloudflare_ban(
        self, method: str = "*", path: str = "*", *, times: float = float("inf")
    ) -> Fault:
        """A 429 page in HTML without `Via`: the host is banned for invalid requests."""
        headers = {"Content-Type": "text/html", "Retry-After": "3600"}
        return self.plant(Fault(method, path, times, 429, _CLOUDFLARE_PAGE, headers))

    def budget(
        self,
        method: str,
        path: str,
        *,
        limit: int,
        remaining: int,
        reset_after_s: float,
        times: float = 1,
    ) -> Fault:
        """Real answers that carry rate limit headers."""
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset-After": str(reset_after_s),
            "X-RateLimit-Bucket": "planted",
        }
        return self.plant(Fault(method, path, times, headers=headers))

    def delay(self, method: str, path: str, seconds: float, *, times: float = 1) -> Fault:
        return self.plant(Fault(method, path, times, delay_s=seconds))

    def cut(self, method: str, path: str, *, times: float = 1, after_effect: bool = False) -> Fault:
        """The connection ends without an answer; `after_effect`: although it was carried out."""
        return self.plant(Fault(method, path, times, cut=True, after_effect=after_effect))

    def hold(self, method: str, path: str, *, times: float = 1, after_effect: bool = False) -> Gate:
        """Requests wait at the returned gate until the test opens it."""
        gate = Gate()
        self.plant(Fault(method, path, times, gate=gate, after_effect=after_effect))
        return gate
