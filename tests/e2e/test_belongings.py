"""A linked account through the real process: choosing, looking through, speaking in its name."""

import re

import aiohttp

from tests.e2e.conftest import Town, finished, png
from tests.wire.entities import Message, User


async def link(town: Town, user: User, account: str = "marmalade") -> None:
    """Link by pasting the address that Imgur redirects to."""
    asked = await town.discord.slash(user, town.channel, "account link")
    card = await asked.until_answered()
    if not asked.links:
        await town.discord.click(user, card, "Add another account")
        await card.until(lambda it: it.links)
    (imgur,) = [one for one in card.links if "/oauth2/authorize" in one]
    form = {"account": account, "answer": "allow"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(imgur, data=form, allow_redirects=False) as answer,
    ):
        redirect = answer.headers["Location"]
    opened = await town.discord.click(user, card, "Paste the address")
    await opened.until_modal()
    await town.discord.submit_modal(opened, {"Whole address": redirect})
    await asked.until(lambda it: f"Linked as {account}" in it.text)


async def upload(town: Town, user: User, title: str, **options: str) -> None:
    values = {"image": png(len(title)), "title": title, **options}
    await finished(await town.discord.slash(user, town.channel, "upload", values))


async def look(town: Town, user: User, what: str = "images") -> Message:
    shown = await town.discord.slash(user, town.channel, f"account {what}")
    return await shown.until_answered()


async def open_one(town: Town, user: User, message: Message, title: str) -> None:
    await town.discord.select(user, message, "Look at one of them", [f"1. {title}"])
    await message.until(lambda it: f"### {title}" in it.text)


async def test_uploads_go_where_they_are_sent(town: Town) -> None:
    await town.open()
    await link(town, town.alice)
    await link(town, town.alice, "pixelpenguin")
    offered = await town.discord.autocomplete(
        town.alice, town.channel, "upload", {"account": "pix"}, focused="account"
    )
    (choice,) = await offered.until_choices()
    await upload(town, town.alice, "default")
    await upload(town, town.alice, "chosen", account=choice["value"])
    await upload(town, town.alice, "nobody's", account="anonymous")
    accounts = town.imgur.world.state.accounts
    owners = {
        image.title: image.account_id and accounts[image.account_id].url
        for image in town.imgur.world.state.uploads()
    }
    assert owners == {"default": "marmalade", "chosen": "pixelpenguin", "nobody's": None}


async def test_a_card_of_ones_own_pictures_outlives_a_restart(town: Town) -> None:
    await town.open()
    await link(town, town.alice)
    await upload(town, town.alice, "Old title")
    message = await look(town, town.alice)
    await open_one(town, town.alice, message, "Old title")
    await town.bot.terminate()
    await town.open()
    opened = await town.discord.click(town.alice, message, "Edit")
    await opened.until_modal()
    await town.discord.submit_modal(opened, {"Title": "New title"})
    await message.until(lambda it: "### New title" in it.text)
    (image,) = town.imgur.world.state.uploads()
    assert image.title == "New title"
    await town.discord.click(town.alice, message, "Delete")
    await message.until(lambda it: "Yes, delete it" in it.labels)
    await town.discord.click(town.alice, message, "Yes, delete it")
    await message.until(lambda it: "Deleted from Imgur" in it.text)
    assert not town.imgur.world.state.uploads()


async def test_anothers_forged_press_is_refused_and_changes_nothing(town: Town) -> None:
    await town.open()
    await link(town, town.alice)
    await link(town, town.bob, "pixelpenguin")
    await upload(town, town.alice, "Mine")
    message = await look(town, town.alice)
    await open_one(town, town.alice, message, "Mine")
    ids = [one for one in message.custom_ids if "own-" in one]
    assert len(ids) >= 6
    for custom_id in ids:
        refused = await town.discord.click(town.bob, message, custom_id, forged=True)
        await refused.until(lambda it: "Only the person whose account this is" in it.text)
    assert len(town.imgur.world.state.uploads()) == 1


async def test_a_vote_and_a_comment_are_the_pressers_own(town: Town) -> None:
    await town.open()
    await link(town, town.bob)
    search = await town.discord.slash(town.alice, town.channel, "gallery search", {"query": "cats"})
    message = await search.until_answered()
    custom_id = message.component("Upvote")["custom_id"]
    post = town.imgur.world.state.posts[re.sub(r".*:", "", custom_id)]
    refused = await town.discord.click(town.alice, message, "Upvote")
    await refused.until(lambda it: "no linked Imgur account" in it.text)
    assert not post.votes
    voted = await town.discord.click(town.bob, message, "Upvote")
    await voted.until(lambda it: "as **marmalade**" in it.text)
    assert list(post.votes.values()) == ["up"]
    opened = await town.discord.click(town.bob, message, "Comment")
    await opened.until_modal()
    said = await town.discord.submit_modal(opened, {"Comment": "Lovely"})
    await said.until(lambda it: "Your comment is on Imgur" in it.text)
    comments = town.imgur.world.state.comments.values()
    assert [one.text for one in comments if one.text == "Lovely"]
