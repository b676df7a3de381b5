"""Somebody sets the wall clock while the bot runs."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Town, finished, png
from tests.faults.doorway import Doorway, Place
from tests.wire.interactions import Interaction

DAY_S = 86_400
jumps = pytest.mark.parametrize("jump_s", [DAY_S, -DAY_S], ids=["a day on", "a day back"])


@pytest.fixture
def set_clock(town: Town, tmp_path: Path) -> Callable[[float], None]:
    """Sets the wall clock so many seconds ahead of the real one."""
    skew = tmp_path / "skew"
    skew.write_text("0")
    town.environment["SKEW"] = str(skew)
    town.bot.command = (sys.executable, "-m", "tests.faults.jumping_bot", "run")

    def set_to(ahead_s: float) -> None:
        skew.with_suffix(".new").write_text(str(ahead_s))
        skew.with_suffix(".new").rename(skew)

    return set_to


async def begun(town: Town, number: int = 0) -> Interaction:
    return await town.discord.slash(town.alice, town.channel, "upload", {"image": png(number)})


@jumps
async def test_an_answer_stays_where_it_was_promised(
    town: Town, door: Doorway, set_clock: Callable[[float], None], jump_s: float
) -> None:
    await town.open()
    gate = door.hold(Place.AFTER)
    upload = await begun(town)
    await gate.reached()
    set_clock(jump_s)
    gate.open()
    await finished(upload)
    assert [m.id for m in town.channel.messages] == [upload.response.id if upload.response else 0]
    await finished(await begun(town, 2))
    assert town.pictures == 2
    assert "slept for" not in town.bot.log


@jumps
async def test_no_more_is_spent_than_without_it(
    town: Town, set_clock: Callable[[float], None], jump_s: float
) -> None:
    town.environment["CREDITS_PER_USER_HOUR"] = "10"
    await town.open()
    await finished(await begun(town, 1))
    set_clock(jump_s)
    second = await begun(town, 2)
    await second.until(lambda it: "Waiting for" in it.text)
    assert town.pictures == 1
    await town.bot.terminate()
    set_clock(0)
    await town.open()  # what the process with the wrong clock left is read with the right one
    queue = None
    while queue is None or "Place 1; goes out <t:" not in queue.text:
        assert town.pictures == 1
        queue = await town.discord.slash(town.alice, town.channel, "queue")
        await queue.until_answered()
    assert town.pictures == 1
    assert "slept for" not in town.bot.log


async def test_a_start_with_a_clock_that_is_a_day_ahead_frees_nothing(
    town: Town, set_clock: Callable[[float], None]
) -> None:
    town.environment["CREDITS_PER_USER_HOUR"] = "10"
    await town.open()
    await finished(await begun(town, 1))
    for ahead_s in (DAY_S, 0):
        await town.bot.terminate()
        set_clock(ahead_s)
        await town.open()
        await town.bot.wait_for_log("connected as")
    second = await begun(town, 2)
    await second.until(lambda it: "Waiting for" in it.text)
    assert town.pictures == 1


async def test_a_clock_that_is_put_right_gives_no_second_day(
    town: Town, set_clock: Callable[[float], None]
) -> None:
    set_clock(-DAY_S)
    await town.open()
    await town.tell_imgur("credits", pool="client", remaining=0, reset_in_s=DAY_S)
    first = await begun(town, 1)
    await first.until(lambda it: "Waiting for Imgur credits" in it.text)
    asked = town.imgur.world.state.truth.requests
    set_clock(0)
    second = await begun(town, 2)
    await second.until(lambda it: "come back in about 24 hours" in it.text)
    assert town.imgur.world.state.truth.requests == asked
    assert town.pictures == 0
