"""Two processes with the same token and different data: a backup that runs elsewhere as well."""

import shutil

import pytest

from tests.e2e.conftest import Town, png
from tests.e2e.ledger import all_told, attended, locked
from tests.e2e.process import BotProcess
from tests.e2e.test_autoupload import reply_to, switch_on
from tests.wire.entities import Message

NOTICED = "answered by another process with this bot's token"


async def post_of_somebody(town: Town, number: int) -> Message:
    somebody = town.discord.create_user(f"somebody{number}", town.guild)
    return await town.discord.post_message(somebody, town.channel, "look", [png(number)])


def answers_to(town: Town, message: Message) -> int:
    return len([m for m in town.channel.messages if m.reply_to_id == message.id])


@pytest.mark.parametrize("mode", ["Whole channel", None])
async def test_a_second_process_with_the_token_falls_silent_and_says_why(
    town: Town, mode: str | None
) -> None:
    town.environment["AUTO_UPLOAD_CHANNEL_MODE"] = "true"
    await town.open()
    await switch_on(town, mode)
    await town.bot.terminate()
    elsewhere = town.bot.directory.parent / "elsewhere"
    shutil.copytree(town.bot.directory, elsewhere)
    await town.open()
    async with BotProcess(elsewhere, town.environment) as second:
        await second.wait_for_log("connected as")
        database = elsewhere / "data" / "bot.sqlite3"
        with locked(database):  # so that the other one is first
            messages = [await post_of_somebody(town, 0)]
            await reply_to(town, messages[0])
            await second.wait_for_log(NOTICED)
        await attended(database, messages[0].id)
        if mode is not None:
            await all_told(database)
        uploads = town.pictures
        for number in range(50, 53):
            messages.append(await post_of_somebody(town, number))
            await reply_to(town, messages[-1])
        assert (await second.terminate()).code == 0
    assert [answers_to(town, each) for each in messages] == [1] * len(messages)
    assert town.pictures == uploads + (0 if mode is None else 3)
    assert town.bot.log.count(NOTICED) + second.log.count(NOTICED) == 1
