"""Votes, favourites and comments from the gallery's cards."""

import re
from typing import Any

import discord
import pytest

from sandbox.imgur.records import Post
from tests.cogs.conftest import House
from tests.cogs.linked import Looking, link
from tests.cogs.test_belongings import buttons


async def found(house: House) -> tuple[discord.Message, Post]:
    """A result of Alice's search that everybody sees, and the post that it shows."""
    result = await house.alice.slash(house.channel, "gallery search", query="cats")
    assert result.response is not None
    message: discord.Message = result.response.message
    ids = [re.search(r"post-vote:up:(\w+)", button.custom_id or "") for button in buttons(message)]
    (post_id,) = [one[1] for one in ids if one]
    return message, house.imgur.world.state.posts[post_id]


async def pressed(house: House, message: discord.Message, label: str) -> Looking:
    """Bob presses on Alice's result."""
    return Looking(house, house.bob, await house.bob.click(message, label=label))


@pytest.mark.parametrize(("label", "vote"), [("Upvote", "up"), ("Downvote", "down")])
async def test_whoever_presses_votes_with_his_own_account_and_may_take_it_back(
    house: House, label: str, vote: str
) -> None:
    mine = await link(house, house.bob, "pixelpenguin")
    await link(house, house.alice)
    message, post = await found(house)
    answer = await pressed(house, message, label)
    assert answer.shown.ephemeral
    assert post.votes == {mine.id: vote}
    assert f"voted this post {vote}, as **pixelpenguin**" in answer.text
    await answer.press("Take it back")
    assert not post.votes


async def test_a_favourite_is_kept_once_however_often_it_is_pressed(house: House) -> None:
    mine = await link(house, house.bob)
    message, post = await found(house)
    for _ in range(2):
        answer = await pressed(house, message, "Favourite")
        assert [kept.item_id for kept in mine.favorites] == [post.id]
    await answer.press("Take it back")
    assert not mine.favorites
    assert "no longer among" in answer.text


async def test_a_comment_is_written_under_ones_name_and_can_be_deleted(house: House) -> None:
    mine = await link(house, house.bob)
    message, post = await found(house)
    opened = await house.bob.click(message, label="Comment")
    form = Looking(house, house.bob, opened)
    answer = Looking(house, house.bob, await form.fill(opened, Comment="What a *cat*!"))
    (comment,) = [
        one
        for one in house.imgur.world.state.comments.values()
        if one.post_id == post.id and one.account_id == mine.id
    ]
    assert comment.text == "What a *cat*!"
    assert r"What a \*cat\*!" in answer.text
    await answer.press("Delete the comment")
    assert comment.deleted


@pytest.mark.simcord(check_errors=False)  # SimCord counts what the bot answers kindly too
@pytest.mark.parametrize("label", ["Upvote", "Favourite", "Comment"])
async def test_without_an_account_there_is_a_button_that_links_one(
    house: House, label: str
) -> None:
    message, post = await found(house)
    answer = await pressed(house, message, label)
    assert answer.shown.ephemeral
    assert "You have no linked Imgur account" in answer.text
    assert not post.votes
    await answer.press("Link an account")


@pytest.mark.simcord(check_errors=False)
async def test_a_comment_of_somebody_else_stays(house: House) -> None:
    await link(house, house.bob)
    message, _ = await found(house)
    opened = await house.bob.click(message, label="Comment")
    form = Looking(house, house.bob, opened)
    answer: Any = Looking(house, house.bob, await form.fill(opened, Comment="mine"))
    await house.bob.slash(house.channel, "account unlink")
    await link(house, house.bob, "pixelpenguin")
    await answer.press("Delete the comment")
    comments = house.imgur.world.state.comments.values()
    assert not any(one.deleted for one in comments if one.text == "mine")
    assert [one for one in comments if one.text == "mine"]
