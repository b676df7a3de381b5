"""Looking around in the gallery through the real process."""

import re

from tests.e2e.conftest import Town
from tests.wire.entities import Message


async def search(town: Town, **options: str) -> Message:
    shown = await town.discord.slash(
        town.alice, town.channel, "gallery search", {"query": "cats", **options}
    )
    return await shown.until_answered()


def number(message: Message) -> int:
    found = re.search(r"result (\d+)", message.text)
    assert found
    return int(found[1])


async def test_search_shows_a_picture_and_pages_through_the_results(town: Town) -> None:
    await town.open()
    message = await search(town)
    assert message.links
    first = number(message)
    await town.discord.click(town.alice, message, "Next")
    await message.until(lambda it: number(it) > first)
    second = number(message)
    await town.discord.click(town.alice, message, "Back")
    await message.until(lambda it: number(it) == first)
    jumping = await town.discord.click(town.alice, message, "Jump to…")
    await jumping.until_modal()
    await town.discord.submit_modal(jumping, {"Number of the result": str(second)})
    await message.until(lambda it: number(it) == second)


async def test_a_page_that_was_just_seen_costs_nothing(town: Town) -> None:
    await town.open()
    message = await search(town)
    spent = town.imgur.world.state.truth.requests
    for _ in range(3):
        before = number(message)
        await town.discord.click(town.alice, message, "Next")
        await message.until(lambda it, before=before: number(it) != before)
    assert town.imgur.world.state.truth.requests == spent


async def test_only_the_person_who_searched_turns_the_pages(town: Town) -> None:
    await town.open()
    message = await search(town)
    refused = await town.discord.click(town.bob, message, "Next")
    await refused.until_answered()
    assert "Only the person who searched" in refused.text


async def test_buttons_work_after_a_restart(town: Town) -> None:
    await town.open()
    message = await search(town)
    first = number(message)
    await town.bot.terminate()
    await town.open()
    await town.discord.click(town.alice, message, "Next")
    await message.until(lambda it: number(it) > first)


async def test_only_what_is_known_to_be_safe_is_shown_in_an_ordinary_channel(town: Town) -> None:
    await town.open()
    restricted = town.discord.create_channel(town.guild, "after-dark", nsfw=True)
    hot = await town.discord.slash(town.alice, restricted, "gallery hot")
    there = await hot.until_answered()
    assert "hidden here" not in there.text
    hot = await town.discord.slash(town.alice, town.channel, "gallery hot")
    here = await hot.until_answered()
    posts = town.imgur.world.state.posts
    unsafe = {post_id for post_id, post in posts.items() if post.nsfw is not False}
    assert unsafe
    for _ in range(70):
        assert not any(one in link for link in here.links for one in unsafe)
        before = number(here)
        turned = await town.discord.click(town.alice, here, "Next")
        await turned.until(lambda it, before=before: number(here) != before or it.followups)
        if turned.followups:
            break


async def test_top_takes_a_window_and_a_kind(town: Town) -> None:
    await town.open()
    shown = await town.discord.slash(
        town.alice, town.channel, "gallery top", {"window": "year", "type": "album"}
    )
    message = await shown.until_answered()
    assert "top of the year" in message.text
    assert "pictures" in message.text


async def test_nothing_found_is_said(town: Town) -> None:
    await town.open()
    shown = await town.discord.slash(
        town.alice, town.channel, "gallery search", {"query": "zzqqxx no such thing"}
    )
    await shown.until_answered()
    assert "Nothing was found" in shown.text
