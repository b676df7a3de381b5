"""Gallery results: which of them a channel may see, and how one is shown. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Self

import discord
from discord import ui

from bot.errors import UploadNotFoundError
from bot.imgur.models import GalleryItem
from bot.ui.layout import GREEN, Row, panel
from bot.ui.posts import post_buttons
from bot.ui.presses import Press
from bot.ui.safe_text import safe_text

#: How many results Imgur puts on one of its pages; the number of a result counts in these.
PAGE_SIZE = 60
#: Imgur drops some results after counting: a page with fewer than this is the last one.
_FULL_PAGE = 40
_PRIMARY = discord.ButtonStyle.primary


@dataclass(frozen=True, slots=True)
class GalleryQuery:
    """What is shown: a search, what is hot, or the top of a window.

    Attributes:
        kind: ``"search"``, ``"hot"`` or ``"top"``.
        media: ``"picture"``, ``"animated"``, ``"album"``, or empty for all.
    """

    kind: str
    text: str = ""
    sort: str = ""
    window: str = ""
    media: str = ""

    def to_row(self) -> dict[str, str]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def from_row(cls, row: dict[str, str]) -> Self:
        """From what was kept.

        Raises:
            UploadNotFoundError: Something else was kept under that number.
        """
        if row.get("kind") not in {"search", "hot", "top"}:
            raise UploadNotFoundError("that row is no search")
        return cls(**row)

    @property
    def heading(self) -> str:
        """What the user asked for, in words."""
        if self.kind == "search":
            return f"Imgur: {safe_text(self.text, 100)}"
        if self.kind == "top":
            return f"Imgur: top of the {self.window or 'day'}"
        return "Imgur: hot now"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a result stands: Imgur's page, and the index on it."""

    page: int = 0
    index: int = 0

    @property
    def number(self) -> int:
        """Counted from 1 over all pages."""
        return self.page * PAGE_SIZE + self.index + 1

    @classmethod
    def of_number(cls, number: int) -> Self:
        """The place of the result with that number."""
        return cls(*divmod(max(0, number - 1), PAGE_SIZE))

    @classmethod
    def parse(cls, text: str) -> Self:
        """From the end of a custom id, ``page:index``."""
        page, _, index = text.partition(":")
        return cls(int(page), int(index))

    def __str__(self) -> str:
        return f"{self.page}:{self.index}"


@dataclass(frozen=True, slots=True)
class Shelf:
    """One of Imgur's pages of results, as one channel may see it.

    Attributes:
        visible: The indexes of the results that may be shown, rising.
    """

    page: int
    items: Sequence[GalleryItem]
    visible: Sequence[int]

    @property
    def hidden(self) -> int:
        """How many results may not be shown here."""
        return len(self.items) - len(self.visible)

    def at_or_after(self, index: int) -> Place | None:
        """The first visible place from there on."""
        return next((Place(self.page, i) for i in self.visible if i >= index), None)

    def at_or_before(self, index: int) -> Place | None:
        """The last visible place up to there."""
        return next((Place(self.page, i) for i in reversed(self.visible) if i <= index), None)


def shelf(
    page: int, items: Sequence[GalleryItem], query: GalleryQuery, *, shows_mature: bool
) -> Shelf:
    """Sort out what may be shown.

    Args:
        shows_mature: The channel is age-restricted. Elsewhere only what Imgur knows to be safe is
            shown: "unknown" is not "safe".
    """
    visible = [
        index
        for index, item in enumerate(items)
        if (shows_mature or is_known_safe(item)) and _is_wanted(item, query.media)
    ]
    return Shelf(page, items, visible)


def is_known_safe(item: GalleryItem) -> bool:
    """Whether Imgur says that nothing in it is mature."""
    return item.nsfw is False and not any(image.nsfw for image in item.media)


def is_age_restricted(channel: object) -> bool:
    """Threads go by their parent; whatever Discord does not say is not restricted."""
    is_nsfw = getattr(channel, "is_nsfw", None)
    return bool(is_nsfw()) if callable(is_nsfw) else False


def _is_wanted(item: GalleryItem, media: str) -> bool:
    match media:
        case "album":
            return item.is_album and (item.images_count or 0) > 1
        case "animated":
            return any(image.animated for image in item.media)
        case "picture":
            return not any(image.animated for image in item.media)
        case _:
            return True


def result_card(
    item: GalleryItem, place: Place, on: Shelf, query: GalleryQuery, row: int
) -> ui.LayoutView:
    """One result with the buttons that lead on.

    Args:
        row: The number of the kept query.
    """
    is_first = on.page == 0 and not any(i < place.index for i in on.visible)
    is_last = len(on.items) < _FULL_PAGE and not any(i > place.index for i in on.visible)
    where = f"{row}:{place}"
    buttons = Row(
        Press("gallery-back", where, label="Back", disabled=is_first),
        Press("gallery-on", where, label="Next", style=_PRIMARY, disabled=is_last),
        Press("gallery-jump", where, label="Jump to…"),
        ui.Button(label="Open on Imgur", url=item.page_link),
    )
    return panel(
        f"### {query.heading}\n{_caption(item)}",
        ui.MediaGallery(discord.MediaGalleryItem(_picture(item))),
        f"-# {_footnote(item, place, on)}",
        buttons,
        Row(*post_buttons(item)),
        colour=GREEN,
    )


def nothing_card(query: GalleryQuery, on: Shelf) -> ui.LayoutView:
    """What is shown when no result may or can be."""
    text = "Nothing was found."
    if on.hidden:
        text = (
            "There are results, but none that Imgur knows to be safe. "
            "The rest is shown in age-restricted channels only."
        )
    return panel(f"### {query.heading}\n{text}")


def _caption(item: GalleryItem) -> str:
    return f"**{safe_text(item.title or 'Untitled')}**"


def _picture(item: GalleryItem) -> str:
    return item.media[0].media_link if item.media else item.thumbnail("h")


def _footnote(item: GalleryItem, place: Place, on: Shelf) -> str:
    facts = [f"result {place.number}"]
    if item.is_album and (item.images_count or 0) > 1:
        facts.append(f"{item.images_count} pictures")
    if item.points is not None:
        facts.append(f"{item.points:,} points")
    if item.account_url:
        facts.append(f"by {safe_text(item.account_url, 40)}")
    if on.hidden:
        facts.append(f"{on.hidden} hidden here")
    return " · ".join(facts)
