"""Requests as records, and which function answers which."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.wire.refusals import invalid, not_found, unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tests.wire.files import Attachment
    from tests.wire.world import World

API_PREFIX = "/api/v10"


@dataclass(eq=False)
class Call:
    """One request that the bot made, and what it was answered.

    Attributes:
        path: Below /api/v10, as it came.
        payload: The JSON body, `payload_json` of a multipart body, or the form's fields.
        parts: The path's ids and tokens by name.
        at: When it came; `at_s` is the same on the monotonic clock.
        status: What was answered, 0 while under way or when the line was cut.
    """

    method: str
    path: str
    query: dict[str, str]
    payload: Any
    files: list[Attachment]
    authorization: str
    content_type: str
    at: datetime
    at_s: float
    parts: dict[str, str] = field(default_factory=dict)
    status: int = 0
    answer: Any = None

    def id(self, name: str) -> int:
        """An id of the path."""
        text = self.parts[name]
        if not text.isdecimal():
            raise invalid(name, "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')
        return int(text)

    def matches(self, method: str, path: str) -> bool:
        return self.method == method and fnmatchcase(self.path, path)

    @property
    def scheme(self) -> str:
        return self.authorization.partition(" ")[0]

    @property
    def credentials(self) -> str:
        return self.authorization.partition(" ")[2]

    @property
    def body(self) -> dict[str, Any]:
        """The payload, which must be an object."""
        if not isinstance(self.payload, dict):
            raise invalid("_", "MODEL_TYPE_CONVERT", "Only dictionaries may be used.")
        return self.payload


Answer = tuple[int, Any]
Handler: TypeAlias = "Callable[[World, Call], Answer]"
NO_CONTENT: Answer = (204, None)


@dataclass(frozen=True)
class _Route:
    method: str
    template: str
    pattern: re.Pattern[str]
    handler: Handler
    scheme: str


class Routes:
    """A table of handlers; the first that matches answers."""

    def __init__(self) -> None:
        self._routes: list[_Route] = []

    def on(
        self, method: str, template: str, *, scheme: str = "Bot"
    ) -> Callable[[Handler], Handler]:
        """Register the decorated function; `{names}` in the template become `call.parts`.

        Args:
            method: The HTTP method.
            template: The path below /api/v10.
            scheme: Which authorisation it needs: Bot, Bearer, or "" for none.
        """
        pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template) + "$")

        def register(handler: Handler) -> Handler:
            self._routes.append(_Route(method, template, pattern, handler, scheme))
            return handler

        return register

    def include(self, other: Routes) -> None:
        self._routes += other._routes

    def find(self, call: Call) -> _Route:
        """The route of this call; fills in `call.parts`.

        Raises:
            RefusedError: 404 for no such route, 401 for the wrong kind of authorisation.
        """
        refusal = not_found()
        for route in self._routes:
            match = route.pattern.match(call.path)
            if match is None or route.method != call.method:
                continue
            if route.scheme in ("", call.scheme):
                call.parts = match.groupdict()
                return route
            refusal = unauthorized()
        raise refusal
