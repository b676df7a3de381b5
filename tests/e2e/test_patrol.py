"""The patrol, its weekly report, and timed deletion through the real process."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.conftest import Town, finished, png
from tests.wire.entities import Message
from tests.wire.permissions import Permission

WEEK = timedelta(days=7)


def change(town: Town, statement: str, *values: object) -> None:
    """Change the stopped bot's database, as time would."""
    path = town.database
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, values)


def ago(span: timedelta) -> int:
    return round((datetime.now(UTC) - span).timestamp() * 1000)


async def uploaded_message(town: Town, number: int) -> Message:
    message = await town.discord.post_message(town.alice, town.channel, "look", [png(number)])
    menu = await town.discord.context_menu(town.alice, town.channel, "Upload to Imgur", message)
    await finished(menu)
    return message


async def aged(town: Town) -> None:
    """Stop the bot, let its uploads grow old, and start it with a quick patrol."""
    await town.bot.terminate()
    change(town, "UPDATE jobs SET uploaded_at = ?", ago(WEEK))
    town.environment["PATROL_LINKS_PER_HOUR"] = "36000"
    await town.open()


async def looked(town: Town) -> None:
    """Wait until the patrol has looked at a picture, and what it saw is kept."""
    await town.kept("SELECT id FROM jobs WHERE checked_at IS NOT NULL")


async def test_a_picture_that_imgur_removed_is_noticed_reported_and_uploaded_again(
    town: Town,
) -> None:
    await town.open()
    messages = [await uploaded_message(town, number) for number in (1, 2)]
    told = await town.discord.slash(
        town.moderator, town.channel, "library report", {"where": town.channel}
    )
    await told.until_answered()
    gone = town.imgur.world.state.uploads()[0]
    credits_spent = len(town.imgur.world.state.uploads())
    await town.tell_imgur("remove", id=gone.id)
    await aged(town)
    await town.bot.wait_for_log("Imgur no longer shows the picture")
    restored = await town.discord.slash(
        town.bob, town.channel, "restore", {"link": messages[0].jump_url}
    )
    await restored.until_answered()
    assert "gone there too" in restored.text

    await town.bot.terminate()
    change(town, "UPDATE report_channels SET set_at = ?", ago(WEEK))
    await town.open()
    report = await town.channel.until(
        lambda it: next((m for m in it.messages if "of this server on Imgur" in m.text), None)
    )
    assert "2 uploads; the bot looked at" in report.text
    assert "1 no longer shows it" in report.text
    assert messages[0].jump_url in report.text
    refused = await town.discord.click(town.bob, report, "Upload 1 again")
    await refused.until_answered()
    assert "moderator" in refused.text
    again = await town.discord.click(town.moderator, report, "Upload 1 again")
    await finished(again)
    assert len(town.imgur.world.state.uploads()) == credits_spent


async def test_a_report_that_waited_for_discord_comes_as_soon_as_the_bot_is_there(
    town: Town,
) -> None:
    await town.open()
    told = await town.discord.slash(
        town.moderator, town.channel, "library report", {"where": town.channel}
    )
    await told.until_answered()
    await town.bot.terminate()
    change(town, "UPDATE report_channels SET set_at = ?", ago(WEEK))
    gate = town.discord.faults.hold("GET", "/users/@me")
    await town.bot.start()
    await town.bot.wait_for_log("reports wait: the bot is not connected yet")
    gate.open()
    await town.channel.until(
        lambda it: any("of this server on Imgur" in message.text for message in it.messages)
    )


async def test_looking_costs_no_credits_and_a_picture_that_is_there_stays(town: Town) -> None:
    await town.open()
    await uploaded_message(town, 1)
    await aged(town)
    await looked(town)
    quota = await town.discord.slash(town.alice, town.channel, "quota")
    await quota.until_answered()
    assert "490 of 500 credits an hour" in quota.text
    shelf = await town.discord.slash(town.alice, town.channel, "library mine")
    await shelf.until_answered()
    assert "gone from Imgur" not in shelf.text


@pytest.mark.parametrize("switch", ["region", "strict"])
async def test_an_image_host_that_refuses_says_nothing_about_a_picture(
    town: Town, switch: str
) -> None:
    await town.open()
    await uploaded_message(town, 1)
    switches = town.imgur.world.state.switches
    if switch == "region":
        switches.region_refused = True
    else:
        switches.strict_image_host = True
    await aged(town)
    await looked(town)
    shelf = await town.discord.slash(town.alice, town.channel, "library mine")
    await shelf.until_answered()
    assert "gone from Imgur" not in shelf.text


async def test_a_picture_whose_time_is_over_is_deleted_also_after_a_restart(town: Town) -> None:
    await town.open()
    for number, keep in enumerate(["1 day", "forever"]):
        upload = await town.discord.slash(
            town.alice, town.channel, "upload", {"image": png(number), "keep": keep}
        )
        card = await finished(upload)
        assert ("deleted from Imgur <t:" in card.text) is (keep == "1 day")
    await town.bot.kill()
    change(town, "UPDATE jobs SET keep_until = ? WHERE keep_until IS NOT NULL", ago(WEEK))
    await town.open()
    await town.bot.wait_for_log("health and metrics")
    shelf = None
    while shelf is None or "1 to 1 of 1" not in shelf.text:
        shelf = await town.discord.slash(town.alice, town.channel, "library mine")
        await shelf.until_answered()
    assert town.pictures == 1


@pytest.mark.parametrize(
    ("who", "words"), [("bot", "may not write"), ("moderator", "read it yourself")]
)
async def test_a_report_is_not_sent_where_its_reader_or_the_bot_may_not_be(
    town: Town, who: str, words: str
) -> None:
    shut = town.discord.create_channel(town.guild, "shut")
    shut_out = town.discord.world.bot if who == "bot" else town.moderator
    denied = Permission.SEND_MESSAGES if who == "bot" else Permission.VIEW_CHANNEL
    town.discord.overwrite(shut, shut_out, deny=denied)
    await town.open()
    told = await town.discord.slash(
        town.moderator, town.channel, "library report", {"where": shut}, forged=True
    )
    await told.until_answered()
    assert words in told.text
    assert "gets a report" not in told.text
