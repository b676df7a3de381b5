"""What an Imgur account holds, as its owner looks through it. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Self, TypeAlias

import discord
from discord import ui

from bot.errors import UploadNotFoundError
from bot.imgur.models import Album, GalleryItem, Image
from bot.ui.gallery import is_known_safe
from bot.ui.layout import GREEN, Row, panel
from bot.ui.presses import Pick, Press
from bot.ui.safe_text import safe_text
from bot.ui.wording import size

Belonging: TypeAlias = Image | Album | GalleryItem

#: How many are shown at once; Discord shows at most ten pictures in one gallery.
SHOWN = 9
_PRIMARY = discord.ButtonStyle.primary
_DANGER = discord.ButtonStyle.danger
_LABEL = 80


class Kind(StrEnum):
    """What is looked through."""

    IMAGES = "images"
    ALBUMS = "albums"
    FAVOURITES = "favourites"
    INSIDE = "inside"  # the pictures of one album


#: How many Imgur puts on one of its pages; an album comes whole.
#: Source: https://apidocs.imgur.com/#account, and recorded lists of favourites
_PAGE_SIZES = {Kind.IMAGES: 50, Kind.ALBUMS: 50, Kind.FAVOURITES: 60}
_EMPTY = {
    Kind.IMAGES: "There are no pictures in this account yet. `/upload` puts some there.",
    Kind.ALBUMS: "There are no albums in this account yet.",
    Kind.FAVOURITES: "There are no favourites yet. The gallery's cards have a button for them.",
    Kind.INSIDE: "This album holds no pictures. A picture's card has a button to add it.",
}


@dataclass(frozen=True, slots=True)
class Listing:
    """What somebody looks through.

    Attributes:
        account_id: Whose, as Imgur numbers accounts.
        username: Imgur's name of that account.
        album_id: The album, where its pictures are looked through.
    """

    kind: Kind
    account_id: int
    username: str
    album_id: str = ""

    def to_row(self) -> dict[str, str]:
        """As it is kept."""
        return {name: str(value) for name, value in asdict(self).items()}

    @classmethod
    def from_row(cls, row: dict[str, str]) -> Self:
        """From what was kept.

        Raises:
            UploadNotFoundError: Something else was kept under that number.
        """
        if row.get("kind") not in set(Kind):
            raise UploadNotFoundError("that row is no list of belongings")
        account_id = int(row["account_id"])
        return cls(Kind(row["kind"]), account_id, row["username"], row["album_id"])

    @property
    def heading(self) -> str:
        """What it is, in words."""
        what = "In this album" if self.kind is Kind.INSIDE else f"Your {self.kind}"
        return f"{what} · {safe_text(self.username, 60)}"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody is in a listing, as custom ids carry it.

    Attributes:
        row: The number under which the listing is kept.
        page: Imgur's page.
        start: The index of the first one shown.
        item: The id of the one that is looked at, if any.
        album: The id of an album that was chosen for it, if any.
    """

    row: int
    page: int = 0
    start: int = 0
    item: str = ""
    album: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """From the end of a custom id."""
        row, page, start, item, album = (text.split(":") + [""] * 4)[:5]
        return cls(int(row), int(page or 0), int(start or 0), item, album)

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.row, self.page, self.start, self.item)).rstrip(
            ":"
        )

    def at(self, item: str) -> "Spot":
        """The same place, looking at one."""
        return replace(self, item=item)

    @property
    def list_only(self) -> "Spot":
        """The same place, looking at the list."""
        return replace(self, item="", album="")


def is_last_page(kind: Kind, items: Sequence[object]) -> bool:
    """Whether Imgur has no further page; a full one may be the last all the same."""
    return len(items) < _PAGE_SIZES.get(kind, len(items) + 1)


def title_of(item: Belonging) -> str:
    """What an item is called, made harmless; without a title, by what it is and its id."""
    return safe_text(item.title or "", 100) or _unnamed(item)


def is_album(item: Belonging) -> bool:
    """Whether it is an album, of whatever list."""
    return isinstance(item, Album) or (isinstance(item, GalleryItem) and item.is_album)


def may_be_shared(kind: Kind, item: Belonging) -> bool:
    """Whether it may be shown to everybody in a channel that is not age-restricted.

    Others' posts must be known to be safe; of one's own only what is known to be mature stays.
    """
    if kind is Kind.FAVOURITES and isinstance(item, GalleryItem):
        return is_known_safe(item)
    return item.nsfw is not True


def _unnamed(item: Belonging) -> str:
    return f"{'Album' if is_album(item) else 'Picture'} {item.id}"


# --- the list -----------------------------------------------------------------------------------


def shelf_card(
    listing: Listing, spot: Spot, items: Sequence[Belonging], *, note: str = ""
) -> ui.LayoutView:
    """Some of a list, with a menu to look at one of them.

    Args:
        items: All of Imgur's page.
        note: What was just done.
    """
    shown = items[spot.start : spot.start + SHOWN]
    heading = f"### {listing.heading}" + (f"\n{note}" if note else "")
    if not shown:
        text = _EMPTY[listing.kind] if spot.page == spot.start == 0 else "There are no more."
        return panel(f"{heading}\n{text}", _turning(listing, spot, items))
    first = spot.page * _PAGE_SIZES.get(listing.kind, 0) + spot.start + 1
    lines = [f"{number}. {_line(item)}" for number, item in enumerate(shown, first)]
    options = [
        discord.SelectOption(label=_label(number, item), value=item.id)
        for number, item in enumerate(shown, first)
    ]
    return panel(
        heading,
        _grid(shown),
        "\n".join(lines),
        Row(Pick("own-open", spot.list_only, options, placeholder="Look at one of them")),
        _turning(listing, spot, items),
        colour=GREEN,
    )


def _turning(listing: Listing, spot: Spot, items: Sequence[Belonging]) -> Row:
    place = spot.list_only
    at_end = spot.start + SHOWN >= len(items) and is_last_page(listing.kind, items)
    at_start = spot.page == spot.start == 0
    row = Row(
        Press("own-back", place, label="Back", disabled=at_start),
        Press("own-on", place, label="Next", style=_PRIMARY, disabled=at_end),
    )
    if listing.kind is Kind.ALBUMS:
        row.add_item(Press("own-new", place, label="New album"))
    if listing.kind is Kind.INSIDE:
        row.add_item(Press("own-albums", place, label="All albums"))
    return row


def _grid(items: Sequence[Belonging]) -> ui.MediaGallery[ui.LayoutView] | None:
    stills = [(item, _still(item)) for item in items]
    media = [
        discord.MediaGalleryItem(
            still, description=(item.title or _unnamed(item))[:200], spoiler=item.nsfw is True
        )
        for item, still in stills
        if still
    ]
    return ui.MediaGallery(*media) if media else None


def _still(item: Belonging) -> str:
    if isinstance(item, Album):
        return item.file_link("jpg", of=item.cover, suffix="m") if item.cover else ""
    return item.thumbnail("m")


def _line(item: Belonging) -> str:
    facts = [f"**{title_of(item)}**"]
    if is_album(item):
        facts.append(_pictures(item))
    if item.uploaded_at is not None:
        facts.append(discord.utils.format_dt(item.uploaded_at, "d"))
    return " · ".join(facts)


def _label(number: int, item: Belonging) -> str:
    return f"{number}. {item.title or _unnamed(item)}"[:_LABEL]


def _pictures(item: Belonging) -> str:
    count = getattr(item, "images_count", None) or 0
    return f"{count} picture{'' if count == 1 else 's'}"


# --- one of them --------------------------------------------------------------------------------


def item_card(listing: Listing, spot: Spot, item: Belonging, *, note: str = "") -> ui.LayoutView:
    """One picture or album with what its owner can do about it."""
    text = f"### {title_of(item)}"
    if item.description:
        text += f"\n{safe_text(item.description, 1000)}"
    if note:
        text += f"\n{note}"
    return panel(text, pictures_of(item), _footnote(item), *_buttons(listing, spot, item))


def shared_card(item: Belonging, by: str) -> ui.LayoutView:
    """The same for everybody in a channel.

    Args:
        by: The name of whoever shares it; a mention would ping.
    """
    text = f"### {title_of(item)}"
    if item.description:
        text += f"\n{safe_text(item.description, 1000)}"
    link = item.page_link if is_album(item) else item.link
    return panel(
        text,
        pictures_of(item),
        f"{link}\n-# Shared by {safe_text(by, 60)}",
        Row(ui.Button(label="Open on Imgur", url=item.page_link)),
        colour=GREEN,
    )


def pictures_of(item: Belonging) -> ui.MediaGallery[ui.LayoutView] | None:
    """The picture, or the first ones of an album."""
    if is_album(item):
        inside = getattr(item, "images", None) or ()
        links = [image.media_link for image in inside[:SHOWN]] or [_still(item)]
    else:
        links = [item.media_link if isinstance(item, Image) else item.link]
    hides = item.nsfw is True
    media = [discord.MediaGalleryItem(link, spoiler=hides) for link in links if link]
    return ui.MediaGallery(*media) if media else None


def _footnote(item: Belonging) -> str:
    facts = [item.link]
    details = []
    if is_album(item):
        details.append(_pictures(item))
    elif isinstance(item, Image):
        if item.width and item.height:
            details.append(f"{item.width} by {item.height}")
        if item.size:
            details.append(size(item.size))
    if item.views is not None:
        details.append(f"{item.views:,} view{'' if item.views == 1 else 's'}")
    if item.uploaded_at is not None:
        details.append(discord.utils.format_dt(item.uploaded_at, "D"))
    if item.in_gallery:
        details.append("in the gallery")
    if details:
        facts.append(f"-# {' · '.join(details)}")
    return "\n".join(facts)


def _buttons(listing: Listing, spot: Spot, item: Belonging) -> Sequence[Row]:
    place = spot.at(item.id)
    first = Row(
        Press("own-list", spot.list_only, label="Back to the list"),
        ui.Button(label="Open on Imgur", url=item.page_link),
        Press("own-share", place, label="Share here"),
    )
    if listing.kind is Kind.FAVOURITES:
        first.add_item(Press("own-unfave", place, label="No longer a favourite"))
        return [first]
    second = Row(Press("own-edit", place, label="Edit"))
    if listing.kind is Kind.INSIDE:
        second.add_item(Press("own-take", place, label="Take out of the album"))
    elif is_album(item):
        second.add_item(Press("own-inside", place, label="Look inside"))
    else:
        second.add_item(Press("own-album", place, label="Add to an album"))
    if item.in_gallery:
        second.add_item(Press("own-withdraw", place, label="Take out of the gallery"))
    elif listing.kind is not Kind.INSIDE:
        second.add_item(Press("own-publish", place, label="Put in the gallery"))
    second.add_item(Press("own-delete", place, label="Delete", style=_DANGER))
    return [first, second]
