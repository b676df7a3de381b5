"""Archives of channels through the real process."""

from collections.abc import Sequence

import pytest

from bot.archive.archivist import LOOK_AHEAD
from tests.e2e.conftest import Town, finished, png
from tests.wire.entities import Channel, Message, Role, User
from tests.wire.gates import Gate
from tests.wire.permissions import Permission


async def agree(town: Town, who: User, choice: str = "always") -> None:
    answer = await town.discord.slash(who, town.channel, "consent", {"choice": choice})
    await answer.until_answered()


async def fill(
    town: Town, who: User, numbers: Sequence[int], gate: Gate | None = None
) -> list[Message]:
    """Post a picture each; with a gate, what Discord holds of them waits there."""
    pictures = {number: png(number) for number in numbers}
    for picture in pictures.values():
        picture.delivery.gate = gate
    return [
        await town.discord.post_message(who, town.channel, f"old {number}", [picture])
        for number, picture in pictures.items()
    ]


async def count(town: Town) -> Message:
    """The message that says what an archive costs."""
    asked = await town.discord.slash(town.moderator, town.channel, "archive channel")
    board = await asked.until_answered()
    await board.until(lambda it: "Counting" not in it.text)
    return board


async def start(town: Town) -> Message:
    board = await count(town)
    await town.discord.click(town.moderator, board, "Start")
    return board


async def test_an_archive_is_counted_priced_and_uploaded_without_a_reply_each(town: Town) -> None:
    await town.open()
    await agree(town, town.alice)
    await fill(town, town.alice, range(7))
    await town.discord.post_message(town.alice, town.channel, "just words")
    before = len(town.channel.messages)
    board = await count(town)
    assert "7 pictures, 70 credits, about 29 minutes" in board.text
    assert town.pictures == 0
    await town.discord.click(town.moderator, board, "Start")
    await board.until(lambda it: "Archived" in it.text)
    assert town.pictures == 7
    assert "7 pictures are on Imgur now" in board.text
    assert len(town.channel.messages) == before + 1
    again = await count(town)
    assert "There is nothing to archive" in again.text
    assert "7 pictures that were uploaded before" in again.text


async def test_those_who_have_not_agreed_are_left_out_and_counted(town: Town) -> None:
    await town.open()
    await agree(town, town.alice)
    carol = town.discord.create_user("carol", town.guild)
    await agree(town, carol, "never")
    robot = town.discord.create_user("robot", town.guild, bot=True)
    await fill(town, town.alice, [1])
    await fill(town, town.bob, [2, 3])
    await fill(town, carol, [4])
    await fill(town, robot, [5])
    await fill(town, town.moderator, [6])
    board = await start(town)
    await board.until(lambda it: "Archived" in it.text)
    assert town.pictures == 2
    assert "Left out: 3 pictures whose authors have not agreed" in board.text


async def rule_about(town: Town, menu: str, target: Channel | Role) -> Message:
    """The panel of a new rule."""
    settings = await town.discord.slash(town.moderator, town.channel, "settings")
    panel = await settings.until_answered()
    await town.discord.select(town.moderator, panel, f"settings:{menu}", [target])
    await panel.until(lambda it: "settings:rule" in [one["custom_id"] for one in it.menus])
    await town.discord.select(town.moderator, panel, "settings:rule", [str(target.id)])
    await panel.until(lambda it: "rule:kinds" in [one["custom_id"] for one in it.menus])
    return panel


@pytest.mark.parametrize("by_role", [False, True])
async def test_what_a_rule_leaves_alone_an_archive_leaves_alone(
    town: Town, *, by_role: bool
) -> None:
    await town.open()
    await agree(town, town.alice)
    await fill(town, town.alice, range(3))
    if by_role:
        role = town.discord.grant(town.guild, town.alice, Permission(0))
        panel = await rule_about(town, "roles", role)
    else:
        panel = await rule_about(town, "channels", town.channel)
    await town.discord.select(town.moderator, panel, "rule:kinds", ["video"])
    board = await count(town)
    assert "There is nothing to archive" in board.text
    assert "3 pictures that this server's rules" in board.text
    await town.discord.select(town.moderator, panel, "rule:kinds", ["picture"])
    board = await count(town)
    await town.discord.click(town.moderator, panel, "Pause")
    await panel.until(lambda it: "Resume" in it.labels)
    await town.discord.click(town.moderator, board, "Start")
    await board.until(lambda it: "Archived" in it.text)
    assert "3 pictures that this server's rules" in board.text
    assert town.pictures == 0


async def test_an_archive_never_floods_the_queue_and_can_be_paused_and_cancelled(
    town: Town,
) -> None:
    await town.open()
    await agree(town, town.alice)
    first, others = Gate(), Gate()
    await fill(town, town.alice, range(LOOK_AHEAD), first)
    await fill(town, town.alice, range(LOOK_AHEAD, 20), others)
    board = await start(town)
    await board.until(lambda it: f"{LOOK_AHEAD} in the queue" in it.text)
    await town.discord.click(town.moderator, board, "Pause")
    await board.until(lambda it: f"{LOOK_AHEAD} more are still on the way" in it.text)
    first.open()
    await board.until(lambda it: f"{LOOK_AHEAD} of 20" in it.text and "on the way" not in it.text)
    assert town.pictures == LOOK_AHEAD
    await town.discord.click(town.moderator, board, "Go on")
    await board.until(lambda it: f"{LOOK_AHEAD} in the queue" in it.text)
    await town.discord.click(town.moderator, board, "Cancel")
    await board.until(lambda it: "was cancelled" in it.text)
    others.open()
    await town.bot.terminate()
    assert town.pictures == LOOK_AHEAD
    fetched = {request.partition("?")[0] for request in town.discord.cdn.requests}
    assert len(fetched) <= 2 * LOOK_AHEAD


@pytest.mark.parametrize("moment", ["counted", "accepted", "uploading"])
async def test_kill_9_in_the_middle_loses_nothing_and_uploads_nothing_twice(
    town: Town, moment: str
) -> None:
    await town.open()
    await agree(town, town.alice)
    await fill(town, town.alice, range(8))
    board = await count(town)
    if moment == "uploading":
        await town.tell_imgur("faults", fault="slow", times=None, delay_s=0.2)
    if moment != "counted":
        await town.discord.click(town.moderator, board, "Start")
        reached = (
            (lambda: town.discord.cdn.requests)
            if moment == "accepted"
            else lambda: town.pictures >= 2
        )
        await town.discord.until(reached)
    await town.bot.kill()
    await town.open()
    if moment == "counted":
        await town.discord.click(town.moderator, board, "Start")
    await board.until(lambda it: "Archived" in it.text)
    extra = town.pictures - 8
    assert 0 <= extra <= 1  # the one that nobody can know of
    assert moment == "uploading" or extra == 0
    assert "8 pictures are on Imgur now" in board.text


async def test_people_go_before_an_archive(town: Town) -> None:
    await town.open()
    await agree(town, town.alice)
    await fill(town, town.alice, range(40))
    await town.tell_imgur("faults", fault="slow", times=None, delay_s=0.05)
    board = await start(town)
    await board.until(lambda it: "in the queue" in it.text)
    upload = await town.discord.slash(town.bob, town.channel, "upload", {"image": png(99)})
    await finished(upload)
    assert town.pictures < 40


async def test_only_those_who_manage_the_server_may_archive(town: Town) -> None:
    await town.open()
    await agree(town, town.alice)
    await fill(town, town.alice, [1])
    refused = await town.discord.slash(town.alice, town.channel, "archive channel", forged=True)
    await refused.until_answered()
    assert "manage this server" in refused.text
    board = await count(town)
    pressed = await town.discord.click(town.bob, board, "Start")
    await pressed.until_answered()
    assert "manage this server" in pressed.text
    assert town.pictures == 0


async def test_without_the_message_intent_it_says_why_it_cannot(town: Town) -> None:
    town.discord.world.approved_intents = type(town.discord.world.approved_intents)(0)
    await town.open()
    asked = await town.discord.slash(town.moderator, town.channel, "archive channel")
    await asked.until_answered()
    assert "message content intent" in asked.text
