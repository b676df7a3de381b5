"""``/queue`` as people use it."""

import re

import discord
import pytest

from bot.credits.pools import Pool, PoolKind
from bot.imgur.wire import Anonymous
from cogs import EXTENSIONS
from tests.cogs.conftest import House
from tests.cogs.seeing import labels, text_of
from tests.wire.content import png

WAIT_S = 720


@pytest.fixture
def _empty_pool(house: House) -> None:
    """Imgur takes nothing for twelve minutes."""
    now = house.app.clock.monotonic()
    house.app.services.limiter._ledger.refuse(Pool(PoolKind.USER, Anonymous().pool), WAIT_S, now)


async def post(house: House, *names: str) -> None:
    """Let Alice ask for uploads, and wait until all of them wait."""
    for number, name in enumerate(names):
        await house.alice.slash(house.channel, "upload", image=(name, png(number)))

    def all_wait() -> bool:
        return len(house.app.pipeline._backlog) == len(names)

    await house.until(all_wait)


async def queue(house: House, who: str = "alice") -> discord.Message:
    result = await getattr(house, who).slash(house.channel, "queue")
    assert result.ephemeral
    assert result.response is not None
    message: discord.Message = result.response.message
    return message


async def test_nothing_waits_is_said_kindly(house: House) -> None:
    message = await queue(house)
    assert "Nothing of yours is waiting" in text_of(message)
    assert "/upload" in text_of(message)
    assert not labels(message)


@pytest.mark.usefixtures("_empty_pool")
async def test_what_waits_is_shown_with_place_time_and_picture(house: House) -> None:
    await post(house, "cat.png", "dog.png")
    message = await queue(house)
    text = text_of(message)
    assert "Your queue: 2 uploads" in text
    assert re.search(r"\*\*1\. cat\.png\*\*\nPlace 1; goes out <t:\d+:R>", text)
    assert re.search(r"\*\*2\. dog\.png\*\*\nPlace 2; goes out <t:\d+:R>", text)
    assert f"in <#{house.channel.id}>" in text
    thumbnails = [
        part.accessory
        for part in message.components[0].children
        if isinstance(part, discord.SectionComponent)
    ]
    assert [part.description for part in thumbnails] == ["cat.png", "dog.png"]
    assert labels(message) == ["Cancel 1", "Cancel 2", "Cancel all 2", "Look again"]


@pytest.mark.usefixtures("_empty_pool")
async def test_cancelling_one_leaves_the_others(house: House) -> None:
    await post(house, "cat.png", "dog.png")
    message = await queue(house)
    await house.alice.click(message, label="Cancel 1")
    text = text_of(await queue(house))
    assert "cat.png" not in text
    assert "**1. dog.png**\nPlace 1" in text


@pytest.mark.usefixtures("_empty_pool")
async def test_cancel_all_leaves_nothing_and_says_how_many(house: House) -> None:
    await post(house, "cat.png", "dog.png")
    result = await house.alice.click(await queue(house), label="Cancel all 2")
    assert result.response is not None
    assert "Cancelled: 2." in text_of(result.response.message)
    assert "Nothing of yours is waiting" in text_of(result.response.message)
    assert not house.app.pipeline.unsettled


@pytest.mark.usefixtures("_empty_pool")
@pytest.mark.simcord(check_errors=False)  # SimCord counts what the bot answers kindly too
async def test_what_is_gone_already_cannot_be_cancelled_and_the_list_is_renewed(
    house: House,
) -> None:
    await post(house, "cat.png")
    message = await queue(house)
    await house.app.pipeline.cancel(1, house.alice.id)
    result = await house.alice.click(message, label="Cancel 1")
    assert "no longer there" in result.followups[-1].content
    assert "Nothing of yours is waiting" in text_of(await queue(house))


@pytest.mark.usefixtures("_empty_pool")
async def test_everybody_sees_only_what_is_his(house: House) -> None:
    await post(house, "cat.png")
    assert "Nothing of yours" in text_of(await queue(house, "bob"))


@pytest.mark.usefixtures("_empty_pool")
async def test_moderators_see_how_much_waits_in_their_server_but_not_whose(house: House) -> None:
    await post(house, "cat.png")
    text = text_of(await queue(house, "mo"))
    assert "In this server 1 upload waits or is on the way" in text
    assert "cat.png" not in text
    assert "In this server" not in text_of(await queue(house, "bob"))


@pytest.mark.usefixtures("_empty_pool")
async def test_more_than_a_page_can_be_turned(house: House) -> None:
    await post(house, *(f"{number}.png" for number in range(7)))
    message = await queue(house)
    assert "page 1 of 2" in text_of(message)
    result = await house.alice.click(message, label="Next")
    assert result.response is not None
    second = result.response.message
    assert "**6. 5.png**" in text_of(second)
    assert {"Cancel 6", "Cancel 7", "Cancel all 7", "Back"} <= set(labels(second))


@pytest.mark.usefixtures("_empty_pool")
async def test_the_buttons_work_after_a_restart_of_the_bot(house: House) -> None:
    await post(house, "cat.png")
    message = await queue(house)
    with house.env.time_context():
        await house.env.restart_bot(house.app.new_bot(EXTENSIONS, shard_count=1))
    await house.alice.click(message, label="Cancel 1")
    assert not house.app.pipeline.unsettled
