"""``/account images``, ``albums`` and ``favourites``, as their owner uses them."""

import re
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest

from bot.discord_bot import ImgurBot
from bot.library.shelf import Shelf
from sandbox.imgur.people import Account, Favorite
from sandbox.imgur.records import Album, Image
from tests.cogs.conftest import House
from tests.cogs.linked import Looking, fields, link
from tests.cogs.test_upload import labels, uploaded


def belongings(house: House, account: Account, number: int) -> list[Image]:
    """Pictures in an account, the newest first."""
    state = house.imgur.world.state
    example = next(iter(state.images.values()))
    made = []
    for index in range(number):
        image = replace(
            example,
            id=state.new_word(7),
            deletehash=state.new_word(15),
            created_at=state.began_at - timedelta(minutes=index),
            account_id=account.id,
            title=f"Picture {index + 1}",
        )
        state.images[image.id] = image
        made.append(image)
    return made


def an_album(house: House, account: Account, pictures: list[Image], title: str = "Trip") -> Album:
    state = house.imgur.world.state
    album = Album(
        id=state.new_word(7),
        deletehash=state.new_word(15),
        account_id=account.id,
        created_at=state.began_at,
        image_ids=[picture.id for picture in pictures],
        title=title,
    )
    state.albums[album.id] = album
    return album


async def look(house: House, what: str = "images", **options: str) -> Looking:
    shown = await house.alice.slash(house.channel, f"account {what}", **options)
    assert shown.ephemeral
    return Looking(house, house.alice, shown)


async def test_pictures_are_shown_nine_at_a_time(house: House) -> None:
    belongings(house, await link(house, house.alice), 60)
    looking = await look(house)
    assert "Your images · marmalade" in looking.text
    assert re.findall(r"(\d+)\. \*\*Picture", looking.text) == [str(n) for n in range(1, 10)]
    for _ in range(6):
        await looking.press("Next")
    # Imgur's first page ends with the fiftieth.
    assert re.findall(r"(\d+)\. \*\*Picture", looking.text)[0] == "51"
    await looking.press("Back")
    assert re.findall(r"(\d+)\. \*\*Picture", looking.text) == ["46", "47", "48", "49", "50"]


async def test_an_uploaded_picture_is_among_them(house: House) -> None:
    await link(house, house.alice)
    await uploaded(house, title="My cat")
    assert "My cat" in (await look(house)).text


async def test_words_are_edited_beginning_with_the_present_ones(house: House) -> None:
    (image,) = belongings(house, await link(house, house.alice), 1)
    looking = await look(house)
    await looking.choose(image.id)
    opened = await looking.press("Edit")
    await looking.fill(opened, Title="A better one", Description="Seen at noon")
    assert (image.title, image.description) == ("A better one", "Seen at noon")
    assert "A better one" in looking.text
    again = await looking.press("Edit")
    assert fields(again) == {"Title": "A better one", "Description": "Seen at noon"}
    assert "Changed." in looking.text


@pytest.mark.parametrize("press", ["Keep", "Yes, delete it"])
async def test_deleting_asks_first(house: House, press: str) -> None:
    image, other = belongings(house, await link(house, house.alice), 2)
    looking = await look(house)
    await looking.choose(image.id)
    await looking.press("Delete")
    assert "Picture 1" in looking.text
    assert not image.deleted
    await looking.press(press)
    assert image.deleted is (press != "Keep")
    assert not other.deleted
    assert ("Deleted from Imgur" in looking.text) is image.deleted


async def test_a_picture_deleted_in_the_account_is_so_in_the_library_and_on_its_card(
    house: House,
) -> None:
    await link(house, house.alice)
    await uploaded(house, title="My cat")
    (image,) = house.imgur.world.state.uploads()
    looking = await look(house)
    await looking.choose(image.id)
    await looking.press("Delete")
    await looking.press("Yes, delete it")
    await house.until(
        lambda: "Deleted from Imgur" in house.text(house.channel.history(viewer=house.mo)[0])
    )
    assert await house.app.services.library.count(Shelf(house.alice.id)) == 0


@pytest.mark.parametrize(
    "action", ["open", "share", "edit", "delete", "delete-yes", "album", "publish", "list"]
)
async def test_nobody_else_may_use_the_buttons(house: House, action: str) -> None:
    (image,) = belongings(house, await link(house, house.alice), 1)
    looking = await look(house)
    await looking.choose(image.id)
    await link(house, house.bob, "pixelpenguin")
    ids = [button.custom_id or "" for button in buttons(looking.message)]
    (row,) = [one.removeprefix("imgur:own-delete:") for one in ids if "own-delete:" in one]
    bot = house.app.announcer.client
    assert isinstance(bot, ImgurBot)
    said: list[str] = []

    async def tell(text: str, **_: object) -> None:
        said.append(text)

    # Discord lets nobody else press on a message that only Alice sees; a forger might get there.
    response = SimpleNamespace(is_done=lambda: False, send_message=tell)
    forged = SimpleNamespace(user=house.bob, guild_id=None, response=response)
    await bot.presses.answer(cast("Any", forged), f"own-{action}", row)
    assert "Only the person whose account this is can do that" in said[0]
    assert not image.deleted


def buttons(message: discord.Message) -> list[discord.Button]:
    return [
        button
        for component in message.components
        for row in getattr(component, "children", [])
        for button in getattr(row, "children", [])
        if isinstance(button, discord.Button)
    ]


async def test_sharing_shows_the_picture_to_everybody_and_pings_nobody(house: House) -> None:
    (image,) = belongings(house, await link(house, house.alice), 1)
    image.title = "@everyone look"
    looking = await look(house)
    await looking.choose(image.id)
    await looking.press("Share here")
    card = house.channel.last_message
    assert card is not None
    assert image.id in house.text(card)
    assert not card.flags.ephemeral
    assert not card.mention_everyone
    assert not card.mentions
    assert not card.role_mentions


@pytest.mark.simcord(check_errors=False)  # SimCord counts what the bot answers kindly too
async def test_what_is_not_known_to_be_safe_is_not_shared_in_an_ordinary_channel(
    house: House,
) -> None:
    account = await link(house, house.alice)
    state = house.imgur.world.state
    post = next(post for post in state.posts.values() if post.nsfw is None)
    account.favorites.append(Favorite(post.id, state.began_at))
    looking = await look(house, "favourites")
    await looking.choose(post.id)
    before = house.channel.last_message
    refused = await looking.press("Share here")
    assert "age-restricted channels only" in refused.followups[-1].content
    assert house.channel.last_message == before


async def test_an_album_is_made_filled_emptied_and_deleted(house: House) -> None:
    account = await link(house, house.alice)
    (image,) = belongings(house, account, 1)
    albums = await look(house, "albums")
    assert "no albums in this account yet" in albums.text
    opened = await albums.press("New album")
    await albums.fill(opened, Title="Summer")
    (album,) = [one for one in house.imgur.world.state.albums.values() if one.title == "Summer"]
    assert album.account_id == account.id

    images = await look(house)
    await images.choose(image.id)
    question = Looking(house, house.alice, await images.press("Add to an album"))
    await question.choose(album.id)
    assert album.image_ids == [image.id]
    assert "Added to Summer" in question.text

    albums = await look(house, "albums")
    await albums.choose(album.id)
    await albums.press("Look inside")
    assert "Picture 1" in albums.text
    await albums.choose(image.id)
    await albums.press("Take out of the album")
    assert not album.image_ids
    assert not image.deleted
    await albums.press("All albums")
    await albums.choose(album.id)
    await albums.press("Delete")
    await albums.press("Yes, delete it")
    assert album.deleted


async def test_a_picture_goes_into_a_new_album(house: House) -> None:
    account = await link(house, house.alice)
    (image,) = belongings(house, account, 1)
    images = await look(house)
    await images.choose(image.id)
    question = Looking(house, house.alice, await images.press("Add to an album"))
    opened = await question.press("A new album")
    await question.fill(opened, Title="Winter", Description="Snow")
    (album,) = [one for one in house.imgur.world.state.albums.values() if one.title == "Winter"]
    assert album.image_ids == [image.id]
    assert "Added to Winter" in question.text


async def test_a_post_is_worded_confirmed_and_taken_back(house: House) -> None:
    account = await link(house, house.alice)
    (image,) = belongings(house, account, 1)
    state = house.imgur.world.state
    tag = next(iter(state.tags))
    looking = await look(house)
    await looking.choose(image.id)
    opened = await looking.press("Put in the gallery")
    await looking.fill(opened, Title="For all", Tags=tag)
    assert "For all" in looking.text
    assert "https://imgur.com/rules" in looking.text
    assert "marmalade" in looking.text
    assert image.id not in state.posts
    await looking.press("Yes, put it in")
    assert state.posts[image.id].title == "For all"
    assert state.posts[image.id].tags == [tag]
    assert state.posts[image.id].nsfw is None
    assert "in Imgur's gallery now" in looking.text


async def test_an_album_is_posted_as_mature(house: House) -> None:
    account = await link(house, house.alice)
    album = an_album(house, account, belongings(house, account, 2))
    looking = await look(house, "albums")
    await looking.choose(album.id)
    opened = await looking.press("Put in the gallery")
    await looking.fill(opened, Title="Not for all")
    await looking.press("Yes, as mature content")
    post = house.imgur.world.state.posts[album.id]
    assert post.is_album
    assert post.nsfw is True


async def test_favourites_are_listed_and_dropped(house: House) -> None:
    account = await link(house, house.alice)
    state = house.imgur.world.state
    post = next(post for post in state.posts.values() if post.nsfw is False)
    account.favorites.append(Favorite(post.id, state.began_at))
    looking = await look(house, "favourites")
    await looking.choose(post.id)
    assert "No longer a favourite" in labels(looking.message)
    assert "Edit" not in labels(looking.message)
    await looking.press("No longer a favourite")
    assert not account.favorites
    assert "no favourites yet" in looking.text


async def test_the_account_option_chooses_whose_are_shown(house: House) -> None:
    await link(house, house.alice)
    second = await link(house, house.alice, "pixelpenguin")
    belongings(house, second, 1)
    assert "no pictures in this account yet" in (await look(house)).text
    looking = await look(house, account="pixelpenguin")
    assert "Your images · pixelpenguin" in looking.text
    assert "Picture 1" in looking.text


@pytest.mark.simcord(check_errors=False)
async def test_without_a_linked_account_there_is_a_button_to_link(house: House) -> None:
    refused = Looking(house, house.alice, await house.alice.slash(house.channel, "account images"))
    assert "You have no linked Imgur account" in refused.text
    assert labels(refused.message) == ["Link an account"]


@pytest.mark.simcord(check_errors=False)
async def test_after_unlinking_the_old_card_does_nothing_any_more(house: House) -> None:
    (image,) = belongings(house, await link(house, house.alice), 1)
    looking = await look(house)
    await looking.choose(image.id)
    await looking.press("Delete")
    await house.alice.slash(house.channel, "account unlink")
    await looking.press("Yes, delete it")
    assert not image.deleted
