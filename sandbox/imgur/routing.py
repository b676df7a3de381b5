"""From a method and a path to a row of the table of calls. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.imgur.calls import Route


@dataclass(frozen=True, slots=True)
class Match:
    """A row with what its path's variable parts held."""

    route: Route
    args: dict[str, str]
    rest: tuple[str, ...]


class Router:
    """Finds rows; fixed words win over variable parts, longer paths over optional tails."""

    def __init__(self, routes: Iterable[Route]) -> None:
        ordered = sorted(routes, key=lambda route: _rank(route.path))
        self._rows = [(route, tuple(route.path.strip("/").split("/"))) for route in ordered]

    def find(self, method: str, path: str) -> Match | None:
        """The row for a call, or ``None``."""
        parts = tuple(part for part in path.split("/") if part)
        for route, pattern in self._rows:
            if route.method != method:
                continue
            matched = _match(route, pattern, parts)
            if matched is not None:
                return matched
        return None

    def methods(self, path: str) -> set[str]:
        """The methods under which the path would be known."""
        return {route.method for route, _ in self._rows if self.find(route.method, path)}

    @property
    def routes(self) -> list[Route]:
        """All rows."""
        return [route for route, _ in self._rows]


def _rank(path: str) -> tuple[int, ...]:
    """Sorts literals before ``{names}`` before ``*``, part by part."""
    order = [2 if part == "*" else int(part.startswith("{")) for part in path.strip("/").split("/")]
    return (*order, 3)


def _match(route: Route, pattern: tuple[str, ...], parts: tuple[str, ...]) -> Match | None:
    rest: tuple[str, ...] = ()
    if pattern[-1] == "*":
        pattern = pattern[:-1]
        parts, rest = parts[: len(pattern)], parts[len(pattern) :]
    if len(parts) != len(pattern):
        return None
    args: dict[str, str] = {}
    for wanted, found in zip(pattern, parts, strict=True):
        if wanted.startswith("{"):
            args[wanted[1:-1]] = found
        elif wanted != found:
            return None
    return Match(route, args, rest)
