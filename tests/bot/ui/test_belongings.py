"""What an account holds, as cards."""

from collections.abc import Iterator
from typing import Any

import pytest
from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UploadNotFoundError
from bot.imgur.models import Album, GalleryItem, Image
from bot.ui.belonging_questions import Submission, album_choice
from bot.ui.belongings import (
    SHOWN,
    Kind,
    Listing,
    Spot,
    item_card,
    may_be_shared,
    shelf_card,
)
from bot.ui.gallery import GalleryQuery

LINK = "https://i.imgur.com/abc1234.png"
IMAGES = Listing(Kind.IMAGES, 1001, "marmalade")
ids = st.text("abcXYZ0189", min_size=5, max_size=15)


def images(number: int) -> list[Image]:
    return [Image(id=f"abc{index:04}", link=LINK, title=f"No. {index}") for index in range(number)]


def buttons(view: ui.LayoutView) -> dict[str, ui.Button[Any]]:
    return {str(one.label): one for one in _buttons(view)}


def _buttons(view: ui.LayoutView) -> Iterator[ui.Button[Any]]:
    for item in view.walk_children():
        inner = getattr(item, "item", item)
        if isinstance(inner, ui.Button):
            yield inner


@pytest.mark.parametrize("title", [None, "", "   "])
def test_an_album_without_a_name_has_one_to_be_chosen_by(title: str | None) -> None:
    albums = [Album(id="a1b2c", link=LINK, title=title), Album(id="d3e4f", link=LINK, title=" x ")]
    children = album_choice(Spot(1, 0, 0, ""), albums).walk_children()
    menus = [getattr(child, "item", child) for child in children]
    labels = [one.label for menu in menus if isinstance(menu, ui.Select) for one in menu.options]
    assert labels == ["Album a1b2c", "x"]


@given(st.integers(1, 10**12), st.integers(0, 9999), st.integers(0, 99), st.just("") | ids)
def test_a_place_comes_back_from_its_custom_id(row: int, page: int, start: int, item: str) -> None:
    spot = Spot(row, page, start, item)
    assert Spot.parse(str(spot)) == spot
    assert len(f"imgur-pick:own-into:{spot}") <= 100


@pytest.mark.parametrize(
    ("number", "page", "start", "usable"),
    [
        (SHOWN, 0, 0, []),
        (SHOWN + 1, 0, 0, ["Next"]),
        (SHOWN + 1, 0, SHOWN, ["Back"]),
        (50, 0, 45, ["Back", "Next"]),  # Imgur's page is full: there may be another
        (3, 1, 0, ["Back"]),
    ],
)
def test_pages_turn_only_where_there_is_something(
    number: int, page: int, start: int, usable: list[str]
) -> None:
    shown = buttons(shelf_card(IMAGES, Spot(1, page, start), images(number)))
    assert [label for label in ("Back", "Next") if not shown[label].disabled] == usable


def test_mature_belongings_are_not_shared_and_strangers_must_be_known_to_be_safe() -> None:
    assert may_be_shared(Kind.IMAGES, Image(id="a1b2c", link=LINK))
    assert not may_be_shared(Kind.IMAGES, Image(id="a1b2c", link=LINK, nsfw=True))
    assert not may_be_shared(Kind.ALBUMS, Album(id="a1b2c", link=LINK, nsfw=True))
    assert not may_be_shared(Kind.FAVOURITES, GalleryItem(id="a1b2c", link=LINK))
    assert may_be_shared(Kind.FAVOURITES, GalleryItem(id="a1b2c", link=LINK, nsfw=False))


@pytest.mark.parametrize(
    ("kind", "offered", "missing"),
    [
        (Kind.IMAGES, "Add to an album", "Look inside"),
        (Kind.INSIDE, "Take out of the album", "Put in the gallery"),
        (Kind.FAVOURITES, "No longer a favourite", "Delete"),
    ],
)
def test_each_list_offers_what_can_be_done_with_it(kind: Kind, offered: str, missing: str) -> None:
    listing = Listing(kind, 1001, "marmalade", "Alb1234")
    shown = buttons(item_card(listing, Spot(1), images(1)[0]))
    assert offered in shown
    assert missing not in shown


def test_strangers_words_do_nothing_in_a_card() -> None:
    hostile = Image(id="a1b2c", link=LINK, title="@everyone [x](https://evil.example) <@1>")
    for view in (item_card(IMAGES, Spot(1), hostile), shelf_card(IMAGES, Spot(1), [hostile])):
        texts = [one.content for one in view.walk_children() if isinstance(one, ui.TextDisplay)]
        text = "\n".join(texts)
        assert "@everyone" not in text
        assert "](https" not in text.replace("\\](", "")
        assert "<@1>" not in text


def test_rows_of_another_kind_are_refused() -> None:
    submission = Submission(1001, "1:0:0:abc1234", "abc1234", is_album=True, title="T", tags="a, b")
    assert Submission.from_row(submission.to_row()) == submission
    assert list(submission.tag_list) == ["a", "b"]
    assert Listing.from_row(IMAGES.to_row()) == IMAGES
    with pytest.raises(UploadNotFoundError):
        Listing.from_row(submission.to_row())
    with pytest.raises(UploadNotFoundError):
        GalleryQuery.from_row(IMAGES.to_row())
    with pytest.raises(UploadNotFoundError):
        Submission.from_row(IMAGES.to_row())
