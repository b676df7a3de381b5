"""Discord waits three seconds for a first answer, however slow everybody else is."""

from functools import partial
from itertools import count

import pytest

from tests.e2e.conftest import Town, answered_in_time, finished, png
from tests.e2e.test_belongings import link, look, open_one, upload
from tests.patience import PATIENCE_S
from tests.wire.interactions import Interaction


@pytest.fixture(autouse=True)
def patient(town: Town) -> None:
    """Who is late is seen here, in place of an interaction that Discord has forgotten."""
    town.discord.world.callback_window_s = PATIENCE_S


async def test_an_upload_is_answered_within_a_second(town: Town) -> None:
    await town.open()
    numbers = count()

    async def ask() -> Interaction:
        options = {"image": png(next(numbers)), "title": "A <@1> title"}
        return await town.discord.slash(town.alice, town.channel, "upload", options)

    await finished(await answered_in_time(ask, 1))


async def test_whatever_is_asked_is_answered_in_time(town: Town) -> None:
    await town.open()
    discord, alice, channel = town.discord, town.alice, town.channel
    post = await discord.post_message(alice, channel, attachments=[png()])
    card = await finished(await discord.context_menu(alice, channel, "Upload to Imgur", post))
    for ask in (
        lambda: discord.slash(alice, channel, "quota"),
        lambda: discord.slash(alice, channel, "library mine"),
        lambda: discord.slash(alice, channel, "gallery search", {"query": "cats"}),
        lambda: discord.slash(alice, channel, "upload"),
        lambda: discord.slash(town.moderator, channel, "settings"),
        lambda: discord.context_menu(alice, channel, "Upload to Imgur", post),
        lambda: discord.autocomplete(alice, channel, "upload", {"album": "c"}, focused="album"),
        lambda: discord.click(alice, card, "Link forms"),
    ):
        await answered_in_time(ask)


async def test_a_slow_discord_does_not_delay_the_answer_to_upload_what_was_found(
    town: Town,
) -> None:
    await town.open()
    post = await town.discord.post_message(town.alice, town.channel, attachments=[png()])
    link = {"link": post.jump_url}
    found = await town.discord.slash(town.alice, town.channel, "restore", link)
    await found.until(lambda it: "No copy on Imgur yet" in it.text)
    assert found.response is not None
    gate = town.discord.faults.hold("GET", "/channels/*/messages/*")
    press = await town.discord.click(town.alice, found.response, "Upload to Imgur")
    await gate.reached()
    await press.until_acknowledged()
    gate.open()
    await finished(press)


async def slow_imgur(town: Town) -> None:
    await town.tell_imgur("faults", fault="slow", delay_s=60, times=None)


async def test_a_form_that_waits_for_a_slow_imgur_is_refused_in_time(town: Town) -> None:
    await town.open()
    await link(town, town.alice)
    await upload(town, town.alice, "Mine")
    message = await look(town, town.alice)
    await open_one(town, town.alice, message, "Mine")
    await slow_imgur(town)
    for label in ("Edit", "Put in the gallery"):
        press = await answered_in_time(partial(town.discord.click, town.alice, message, label))
        assert "Imgur could not be reached" in press.text


async def test_albums_that_a_slow_imgur_does_not_tell_are_left_out_in_time(town: Town) -> None:
    await town.open()
    await link(town, town.alice)
    await slow_imgur(town)
    typed = {"album": "cats"}
    offered = await answered_in_time(
        lambda: town.discord.autocomplete(
            town.alice, town.channel, "upload", typed, focused="album"
        )
    )
    choices = await offered.until_choices()
    assert [choice["name"] for choice in choices] == ["New album: cats"]
    values = {"image": png(), "album": "imgur:abcdefg"}
    asked = await answered_in_time(
        lambda: town.discord.slash(town.alice, town.channel, "upload", values)
    )
    assert "Imgur could not be reached" in asked.text
    assert town.pictures == 0
