"""What every group of calls is made of."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar
from urllib.parse import quote

from bot.clock import Clock
from bot.errors import ValidationError
from bot.imgur.reading import check, read
from bot.imgur.wire import Credential, Method, Request, Sender

T = TypeVar("T")

#: By name; ``None`` is left out, a list becomes ``name[]`` several times.
Fields = Mapping[str, str | int | bool | Sequence[str] | None]

_PLACE = re.compile(r"\{\w+\}")
_BAD_REQUEST = 400


class Endpoints:
    """A group of calls in the name of one credential.

    Every call may raise ``ImgurError``, as one of its subclasses, and whatever the senders raise
    that stack around the network, such as ``CreditError``.
    """

    def __init__(self, sender: Sender, credential: Credential, clock: Clock) -> None:
        self._sender = sender
        self._credential = credential
        self._clock = clock

    async def _read(
        self,
        wanted: type[T],
        method: Method,
        template: str,
        *parts: str | int,
        query: Fields | None = None,
        form: Fields | None = None,
    ) -> T:
        """Make a call and read what it is made for."""
        request = self._request(method, template, *parts, query=query, form=form)
        return read(request, await self._sender.send(request), wanted)

    async def _do(
        self, method: Method, template: str, *parts: str | int, form: Fields | None = None
    ) -> None:
        """Make a call that either was done or was not."""
        request = self._request(method, template, *parts, form=form)
        check(request, await self._sender.send(request))

    async def _toggle(self, template: str, *parts: str | int) -> bool:
        """Turn a favourite on or off; answers ``"favorited"`` or ``"unfavorited"``."""
        outcome: object = await self._read(object, "POST", template, *parts)
        return outcome != "unfavorited"

    def _request(
        self,
        method: Method,
        template: str,
        *parts: str | int,
        query: Fields | None = None,
        form: Fields | None = None,
    ) -> Request:
        """The request for a path whose ``{places}`` are filled in order."""
        return Request(
            method=method,
            path=filled(template, parts),
            endpoint=template,
            credential=self._credential,
            query=pairs(query or {}),
            form=pairs(form or {}),
        )


def filled(template: str, parts: Sequence[str | int]) -> str:
    """A path with its places filled, each part escaped.

    Raises:
        ValidationError: A part is empty, or would lead to another path.
    """
    left = iter(parts)

    def fill(_: re.Match[str]) -> str:
        part = str(next(left)).strip()
        if not part.strip("."):
            raise ValidationError(f"{template}: an id is missing", status=_BAD_REQUEST)
        return quote(part, safe="")

    return _PLACE.sub(fill, template)


def pairs(fields: Fields) -> tuple[tuple[str, str], ...]:
    """Fields as Imgur wants them."""
    found: list[tuple[str, str]] = []
    for name, value in fields.items():
        if isinstance(value, bool):
            found.append((name, "true" if value else "false"))
        elif isinstance(value, str | int):
            found.append((name, str(value)))
        elif value is not None:
            found.extend((f"{name}[]", each) for each in value)
    return tuple(found)
