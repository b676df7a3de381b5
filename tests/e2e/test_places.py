"""Where commands work: in servers without the bot, brought along by one person, and in private."""

import pytest

from tests.e2e.conftest import Town, finished, png
from tests.wire.commands import CommandKind

#: Source: https://docs.discord.com/developers/resources/application#application-object
INSTALLED_BY_A_SERVER = 0


@pytest.mark.parametrize("command", ["settings", "archive channel"])
async def test_what_is_a_servers_is_not_offered_where_the_bot_is_no_member(
    town: Town, command: str
) -> None:
    far = town.discord.create_guild("Far", has_bot=False)
    there = town.discord.create_channel(far)
    boss = town.discord.create_moderator("boss", far)
    await town.open()
    kind = CommandKind.CHAT
    published = town.discord.world.commands.find(command.split(maxsplit=1)[0], kind, far.id)
    assert published["integration_types"] == [INSTALLED_BY_A_SERVER]
    asked = await town.discord.slash(boss, there, command, forged=True)
    await asked.until_answered()
    assert "not a member of this server" in asked.text


@pytest.mark.parametrize("command", ["library server", "library report"])
async def test_what_is_about_a_server_says_why_it_does_not_work_elsewhere(
    town: Town, command: str
) -> None:
    far = town.discord.create_guild("Far", has_bot=False)
    there = town.discord.create_channel(far)
    boss = town.discord.create_moderator("boss", far)
    await town.open()
    await finished(await town.discord.slash(boss, there, "upload", {"image": png()}))
    asked = await town.discord.slash(boss, there, command)
    await asked.until_answered()
    assert "not a member of this server" in asked.text
    asked = await town.discord.slash(boss, town.discord.dm(boss), command)
    await asked.until_answered()
    assert "works in a server's channels only" in asked.text


async def test_a_channel_that_the_bot_cannot_know_is_refused_in_words(town: Town) -> None:
    far = town.discord.create_guild("Far", has_bot=False)
    there = town.discord.create_channel(far)
    boss = town.discord.create_moderator("boss", far)
    await town.open()
    asked = await town.discord.slash(boss, there, "library report", {"where": there})
    await asked.until_answered()
    assert "a server that this bot is not a member of" in asked.text
    assert "a command failed" not in town.bot.log


async def test_others_messages_go_by_consent_where_the_bot_is_no_member(town: Town) -> None:
    far = town.discord.create_guild("Far", has_bot=False)
    there = town.discord.create_channel(far)
    author, other = (town.discord.create_user(name, far) for name in ("author", "other"))
    boss = town.discord.create_moderator("boss", far)
    await town.open()
    message = await town.discord.post_message(author, there, "look", [png()])
    asked = await town.discord.context_menu(other, there, "Upload to Imgur", message)
    question = await asked.until_answered()
    assert "may this picture go to Imgur?" in question.text
    await finished(await town.discord.context_menu(boss, there, "Upload to Imgur", message))
    await town.discord.click(author, question, "Just this once")
    await question.until(lambda it: "Link forms" in it.labels)
    assert town.pictures == 1
