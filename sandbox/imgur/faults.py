"""Failures on demand: which request is to be spoiled, and how an answer is spoiled. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from sandbox.imgur.canned import CANNED
from sandbox.imgur.messages import Delivery, Fault, Response

#: Faults that change how a true answer reaches the caller.
DELIVERIES = (
    "slow",
    "slow-drip",
    "cut-before-answer",
    "truncated",
    "no-rate-headers",
    "nonsense-rate-headers",
    "sunset",
)

#: Faults that end the exchange before there is an answer.
SILENCES = ("cut-while-reading", "no-answer")


@dataclass(slots=True)
class Armed:
    """A fault that waits for its request.

    Attributes:
        method: Empty matches every method.
        path: A pattern as in a shell, ``/3/image*``; empty matches every path.
        times: How many requests it still spoils; ``None`` is all of them.
        skip: How many matching requests pass unharmed first.
    """

    fault: Fault
    method: str = ""
    path: str = ""
    times: int | None = 1
    skip: int = 0

    def matches(self, method: str, path: str) -> bool:
        """Whether that request is meant."""
        return self.method in {"", method} and (not self.path or fnmatchcase(path, self.path))


@dataclass(slots=True)
class Armoury:
    """The faults that are armed, oldest first."""

    armed: list[Armed] = field(default_factory=list)

    def take(self, method: str, path: str, headers: Mapping[str, str]) -> Fault | None:
        """The fault for an arriving request; one that is used up disarms itself."""
        wish = headers.get("x-sandbox-fault", "")
        if wish:
            return parse(wish)
        for armed in self.armed:
            if not armed.matches(method, path):
                continue
            if armed.skip > 0:
                armed.skip -= 1
                continue
            if armed.times is not None:
                armed.times -= 1
            self.armed = [other for other in self.armed if other.times is None or other.times > 0]
            return armed.fault
        return None


def parse(text: str) -> Fault:
    """A fault from ``name`` or ``name:argument``.

    Raises:
        ValueError: There is no such fault; the message lists all names.
    """
    name, _, argument = text.strip().partition(":")
    if name not in names():
        raise ValueError(f"no fault named {name!r}; there are: {', '.join(names())}")
    if name == "status" and not argument.isdigit():
        raise ValueError("status needs a number, as in status:503")
    return Fault(name, argument)


def names() -> list[str]:
    """Every name that ``parse`` takes."""
    return sorted((*CANNED, *DELIVERIES, *SILENCES, "status"))


def spoil(response: Response, fault: Fault) -> Response:
    """A true answer, delivered or labelled as the fault wants it."""
    if fault.name in {"no-rate-headers", "nonsense-rate-headers"}:
        return replace(response, headers=_spoiled_headers(response.headers, fault))
    if fault.name == "sunset":
        later = {**response.headers, "Sunset": "Thu, 31 Dec 2026 23:59:59 GMT"}
        return replace(response, headers=later)
    deliveries = {
        "slow": Delivery(delay_s=float(fault.argument or 2)),
        "slow-drip": Delivery("drip", delay_s=float(fault.argument or 0.05)),
        "cut-before-answer": Delivery("cut"),
        "cut-while-reading": Delivery("cut"),
        "truncated": Delivery("truncate"),
        "no-answer": Delivery("hang"),
    }
    return replace(response, delivery=deliveries.get(fault.name, response.delivery))


def _spoiled_headers(headers: Mapping[str, str], fault: Fault) -> dict[str, str]:
    limits = [name for name in headers if "rate" in name.lower() and "limit" in name.lower()]
    kept = {name: value for name, value in headers.items() if name not in limits}
    nonsense = ("-5", "NaN", "", "99999999999999999999", "soon")
    if fault.name == "nonsense-rate-headers":
        kept |= {name: nonsense[index % 5] for index, name in enumerate(limits)}
    return kept
