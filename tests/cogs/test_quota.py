"""``/quota`` as people see it."""

import io

import discord
import pytest
from PIL import Image as Picture

from bot.credits.pools import GuildShare
from tests.cogs.conftest import House
from tests.cogs.seeing import parts, text_of
from tests.wire.content import png


async def quota(house: House, who: str = "alice", **options: object) -> discord.Message:
    result = await getattr(house, who).slash(house.channel, "quota", **options)
    assert result.ephemeral
    assert result.response is not None
    message: discord.Message = result.response.message
    return message


async def upload(house: House, seed: int = 0) -> None:
    before = len(house.imgur.world.state.uploads())
    await house.alice.slash(house.channel, "upload", image=("cat.png", png(seed)))
    await house.until(lambda: len(house.imgur.world.state.uploads()) > before)
    await house.until(lambda: not house.app.pipeline.unsettled)


async def test_it_shows_a_picture_whose_description_says_the_same_as_the_text(
    house: House,
) -> None:
    await upload(house)
    message = await quota(house)
    (file,) = message.attachments
    assert Picture.open(io.BytesIO(await file.read())).format == "PNG"
    (item,) = [
        item
        for component in message.components
        for part in parts(component)
        if isinstance(part, discord.MediaGalleryComponent)
        for item in part.items
    ]
    for fact in ("240 of 250 credits an hour left", "4,990 of 5,000 credits a day left"):
        assert fact in text_of(message)
        assert fact in (item.description or "")
        assert fact in (file.description or "")


async def test_each_sees_his_own_use_and_the_servers(house: House) -> None:
    await upload(house)
    text = text_of(await quota(house, "bob"))
    you, server = text.index("**You**"), text.index("**This server**")
    assert "Nothing used in the last 24 hours" in text[you:server]
    assert "Used in the last 24 hours: 10 credits" in text[server:]


async def test_a_servers_own_bounds_hold_before_its_first_upload(house: House) -> None:
    house.app.services.limiter.set_share(house.guild.id, GuildShare(1000, 50))
    text = text_of(await quota(house))
    assert "1,000 of 1,000 credits a day" in text
    assert "50 of 50 credits an hour, here" in text


@pytest.mark.simcord(check_errors=False)  # SimCord counts what the bot answers kindly too
async def test_everybodys_use_is_for_the_operator_alone(house: House) -> None:
    refused = await quota(house, "mo", all=True)
    assert "Only the bot's operator" in refused.content
    assert not refused.attachments


async def test_the_operator_sees_the_servers_that_used_most_by_name(house: House) -> None:
    client = house.app.announcer.client
    assert isinstance(client, discord.ext.commands.AutoShardedBot)
    client.owner_id = house.mo.id
    await upload(house)
    text = text_of(await quota(house, "mo", all=True))
    assert "**Server 1**: Test Guild" in text
    assert "1,249 of 1,250 POST calls an hour" in text
    assert "0 uploads wait" in text
    assert "1 uploaded" in text
