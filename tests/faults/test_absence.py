"""Posts that arrive while the bot is away are found when it is back, each once."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.e2e.conftest import Town, png
from tests.e2e.ledger import attended
from tests.e2e.test_autoupload import (
    always,
    post,
    question_labels,
    reply_to,
    switch_on,
    switch_on_for_alices_role,
)
from tests.wire.entities import ChannelType, Message

AWAY_S = 600


def answers_to(message: Message) -> list[Message]:
    return [m for m in message.channel.messages if m.reply_to_id == message.id]


def was_set_up_long_ago(database: Path) -> None:
    """As if the rule were an hour old, and nothing had been posted since."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE auto_rules SET set_at = set_at - 3600000")
        connection.execute("DELETE FROM auto_marks")


async def test_what_was_posted_while_the_bot_was_dead_is_found_and_posted_once(
    town: Town, database: Path
) -> None:
    await town.open()
    await switch_on(town)
    await always(town)
    await town.bot.kill()
    was_set_up_long_ago(database)
    posts = [
        await town.discord.post_message(
            town.alice, town.channel, "look", [png(number)], age_s=AWAY_S - number
        )
        for number in range(12)
    ]
    bobs = await town.discord.post_message(town.bob, town.channel, "mine", [png(50)], age_s=60)
    words = await town.discord.post_message(town.alice, town.channel, "words", age_s=50)
    robot = town.discord.create_user("robot", town.guild, bot=True)
    beep = await town.discord.post_message(robot, town.channel, "beep", [png(51)], age_s=40)
    for start in range(2):
        await town.open()
        for message in posts:
            await (await reply_to(town, message)).until(lambda it: "Delete" in it.labels)
        assert (await reply_to(town, bobs)).labels == question_labels()
        posts.append(await post(town, 60 + start))
        await (await reply_to(town, posts[-1])).until(lambda it: "Delete" in it.labels)
        await attended(database, posts[-1].id)
        await town.bot.kill()
        assert {len(answers_to(each)) for each in [*posts, bobs]} == {1}
        assert not answers_to(words) + answers_to(beep)
        assert town.pictures == len(posts)


async def test_kill_9_while_a_post_is_taken_up_loses_nothing(town: Town) -> None:
    town.environment["AUTO_UPLOAD_CHANNEL_MODE"] = "true"
    await town.open()
    await switch_on(town, "Whole channel")
    await town.bot.kill()
    posts = [await post(town, number) for number in range(4)]
    gate = town.discord.faults.hold("POST", "/channels/*/messages")
    await town.bot.start()
    await gate.reached()
    await town.bot.kill()
    gate.open()
    await town.open()
    for message in posts:
        await (await reply_to(town, message)).until(lambda it: "Delete" in it.labels)
    # The kill may fall between the request and the result of one of them: that is sent again.
    assert len(posts) <= town.pictures <= len(posts) + 1


async def test_what_a_lost_session_hid_is_found_and_posted_once(town: Town) -> None:
    town.environment["AUTO_UPLOAD_CHANNEL_MODE"] = "true"
    await town.open()
    await switch_on(town, "Whole channel")
    before = await post(town, 1)
    await reply_to(town, before)
    town.discord.gateway.forget_sessions()
    town.discord.gateway.drop()
    hidden = await post(town, 2)
    await town.discord.until(lambda: answers_to(hidden))
    after = await post(town, 3)
    await (await reply_to(town, after)).until(lambda it: "Delete" in it.labels)
    assert [len(answers_to(each)) for each in (before, hidden, after)] == [1, 1, 1]
    assert town.pictures == 3


async def test_what_was_posted_before_the_rule_is_left_alone(town: Town, database: Path) -> None:
    await town.open()
    await always(town)
    before = await post(town, 1)
    await switch_on(town)
    await town.bot.kill()
    missed = await post(town, 2)
    await town.open()
    await (await reply_to(town, missed)).until(lambda it: "Delete" in it.labels)
    await attended(database, missed.id)
    assert not answers_to(before)
    assert town.pictures == 1


async def test_a_channel_without_news_is_not_read(town: Town, database: Path) -> None:
    await town.open()
    await switch_on(town)
    await always(town)
    await (await reply_to(town, await post(town, 1))).until(lambda it: "Delete" in it.labels)
    await town.bot.terminate()
    elsewhere = town.discord.create_channel(town.guild, "elsewhere")
    await town.discord.post_message(town.alice, elsewhere, "look", [png(2)])
    reads = len(town.discord.calls("GET", "/channels/*/messages"))
    await town.open()
    news = await post(town, 3)
    await (await reply_to(town, news)).until(lambda it: "Delete" in it.labels)
    await attended(database, news.id)
    asked = town.discord.calls("GET", "/channels/*/messages")[reads:]
    assert not [call for call in asked if str(elsewhere.id) in call.path]


async def test_what_was_missed_in_a_thread_is_found_by_its_channels_rule(
    town: Town, database: Path
) -> None:
    await town.open()
    thread = town.discord.world.create_channel(
        town.guild,
        "holidays",
        kind=ChannelType.PUBLIC_THREAD,
        parent=town.channel,
        owner=town.bob,
    )
    await switch_on(town)
    await always(town)
    await town.bot.kill()
    was_set_up_long_ago(database)
    missed = await town.discord.post_message(town.alice, thread, "look", [png(1)], age_s=60)
    await town.open()
    await (await reply_to(town, missed)).until(lambda it: "Delete" in it.labels)
    assert town.pictures == 1


async def test_what_was_missed_is_found_by_its_authors_role(town: Town, database: Path) -> None:
    await town.open()
    await switch_on_for_alices_role(town)
    await always(town)
    await town.bot.kill()
    was_set_up_long_ago(database)
    elsewhere = town.discord.create_channel(town.guild, "elsewhere")
    bobs = await town.discord.post_message(town.bob, elsewhere, "mine", [png(1)], age_s=61)
    hers = await town.discord.post_message(town.alice, elsewhere, "mine", [png(2)], age_s=60)
    await town.open()
    await (await reply_to(town, hers)).until(lambda it: "Delete" in it.labels)
    assert not answers_to(bobs)
    assert town.pictures == 1
