"""Discord waits three seconds for a first answer, however slow everybody else is."""

from tests.e2e.conftest import Town, finished, png
from tests.e2e.test_belongings import link, look, open_one, upload


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
    await town.tell_imgur("faults", fault="slow", delay_s=60, times=9)


async def test_a_form_that_waits_for_a_slow_imgur_is_refused_in_time(town: Town) -> None:
    await town.open()
    await link(town, town.alice)
    await upload(town, town.alice, "Mine")
    message = await look(town, town.alice)
    await open_one(town, town.alice, message, "Mine")
    await slow_imgur(town)
    for label in ("Edit", "Put in the gallery"):
        press = await town.discord.click(town.alice, message, label)
        await press.until(lambda it: "Imgur could not be reached" in it.text, 3)


async def test_albums_that_a_slow_imgur_does_not_tell_are_left_out_in_time(town: Town) -> None:
    await town.open()
    await link(town, town.alice)
    await slow_imgur(town)
    offered = await town.discord.autocomplete(
        town.alice, town.channel, "upload", {"album": "cats"}, focused="album"
    )
    choices = await offered.until_choices()
    assert [choice["name"] for choice in choices] == ["New album: cats"]
    values = {"image": png(), "album": "imgur:abcdefg"}
    asked = await town.discord.slash(town.alice, town.channel, "upload", values)
    await asked.until(lambda it: "Imgur could not be reached" in it.text, 3)
    assert town.pictures == 0
