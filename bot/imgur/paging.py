"""Lists that come in pages."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.imgur.wire import Request, Response, Sender

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page.

    Attributes:
        items: Without what was on an earlier page already.
        cost_credits: What it cost by Imgur's price list; 0 where it was remembered.
    """

    number: int
    items: Sequence[T]
    cost_credits: int


class Meter:
    """A sender that adds up the price of what it sends."""

    def __init__(self, inner: Sender) -> None:
        self._inner = inner
        self.cost_credits = 0

    def __repr__(self) -> str:
        return f"Meter({self._inner!r})"

    async def send(self, request: Request) -> Response:
        """Send it.

        Raises:
            ImgurError: No answer arrived.
        """
        response = await self._inner.send(request)
        if not response.is_remembered:
            self.cost_credits += request.cost_credits
        return response


class Pages(Generic[T]):
    """The pages of a list, asked for one by one; ends with the list.

    Attributes:
        cost_credits: What all pages so far have cost.
    """

    def __init__(
        self,
        fetch: Callable[[int], Awaitable[Sequence[T]]],
        meter: Meter,
        *,
        first: int = 0,
        last: int | None = None,
    ) -> None:
        self._fetch = fetch
        self._meter = meter
        self._first = first
        self._last = last

    @property
    def cost_credits(self) -> int:
        """What all pages so far have cost."""
        return self._meter.cost_credits

    async def __aiter__(self) -> AsyncIterator[Page[T]]:
        """Yield pages until one is empty, or brings nothing new.

        Lists move while they are read: an item that slid to the next page is left out there.

        Raises:
            ImgurError: A page could not be read.
        """
        seen: set[object] = set()
        number = self._first
        while self._last is None or number <= self._last:
            before = self._meter.cost_credits
            items = await self._fetch(number)
            new = [item for item in items if _name(item) not in seen]
            if not new:
                return
            seen.update(_name(item) for item in new)
            yield Page(number, new, self._meter.cost_credits - before)
            number += 1


def _name(item: object) -> object:
    """What tells an item from others: its id, or the item itself where it is one."""
    return getattr(item, "id", item)
