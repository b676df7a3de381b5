"""The optional tail of list paths, ``/{sort}/{window}/{page}``, and slices of lists. Pure.

Source: https://apidocs.imgur.com/#paging-results; that any part may be left out and that a number
always is the page was seen with clients that do so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sandbox.imgur.calls import Call, Refusal

GALLERY_PAGE = 60
ACCOUNT_PAGE = 50
LARGEST_PAGE = 100

WINDOWS_H: dict[str, float | None] = {
    "day": 24,
    "week": 7 * 24,
    "month": 30 * 24,
    "year": 365 * 24,
    "all": None,
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Tail:
    """A list path's tail; empty text where a part was left out."""

    sort: str = ""
    window: str = ""
    page: int = 0


def read_tail(call: Call, sorts: Sequence[str], *, windows: bool = True) -> Tail:
    """Sort, window and page, the page also from the query.

    Raises:
        Refusal: A part that is none of them; the sandbox does not guess.
    """
    sort = window = ""
    page = int(call.param("page")) if call.param("page").isdigit() else 0
    for part in call.rest:
        if part.isdigit():
            page = int(part)
        elif part in sorts:
            sort = part
        elif windows and part in WINDOWS_H:
            window = part
        else:
            raise Refusal(400, f"The sandbox does not know {part!r} in {call.request.path}")
    return Tail(sort, window, page)


def gallery_page(items: Sequence[T], page: int) -> list[T]:
    """A page of the gallery; past the end it is empty."""
    return list(items[page * GALLERY_PAGE : (page + 1) * GALLERY_PAGE])


def account_page(call: Call, items: Sequence[T], page: int) -> list[T]:
    """A page of an account's list; its length is the caller's, up to 100."""
    wanted = call.param("perPage")
    length = min(int(wanted), LARGEST_PAGE) if wanted.isdigit() else ACCOUNT_PAGE
    return list(items[page * length : (page + 1) * length])


def since(window: str, now: datetime) -> datetime | None:
    """When a window began; ``None`` for all time."""
    hours = WINDOWS_H.get(window)
    return None if hours is None else now - timedelta(hours=hours)
