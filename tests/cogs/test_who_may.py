"""Presses that Discord's client does not offer: a forger may send any number with any action."""

from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest
import simcord

from bot.discord_bot import ImgurBot
from tests.cogs.conftest import House
from tests.wire.content import png

pytestmark = pytest.mark.simcord(check_errors=False)  # SimCord counts kind refusals too

ACTIONS = ("links", "delete", "keep")


async def uploaded(house: House, **options: object) -> int:
    """The number of a batch of Alice's."""
    await house.alice.slash(house.channel, "upload", image=("cat.png", png()), **options)
    await house.until(house.imgur.world.state.uploads)
    await house.app.pipeline.settled()
    return 1


async def said_to(
    house: House,
    person: simcord.MemberActor,
    custom_id: str,
    *,
    guild_id: int | None,
    channel_id: int,
    permissions: discord.Permissions,
) -> str:
    """What a press is answered that Discord's client would never send."""
    bot = house.app.announcer.client
    assert isinstance(bot, ImgurBot)
    said: list[str] = []

    async def answer(text: str = "", **more: object) -> None:
        said.append(text or str(cast("Any", more["view"]).to_components()))

    forged = SimpleNamespace(
        user=person,
        client=bot,
        guild_id=guild_id,
        channel_id=channel_id,
        permissions=permissions,
        response=SimpleNamespace(is_done=lambda: False, send_message=answer, edit_message=answer),
    )
    action, _, row = custom_id.partition(":")
    await bot.presses.answer(cast("Any", forged), action, row)
    return said[0]


@pytest.mark.parametrize("action", ACTIONS)
async def test_in_another_server_a_number_opens_nothing(house: House, action: str) -> None:
    number = await uploaded(house)
    elsewhere = house.env.create_guild()
    said = await said_to(
        house,
        house.bob,
        f"{action}:{number}",
        guild_id=elsewhere.id,
        channel_id=house.channel.id,
        permissions=discord.Permissions.all(),
    )
    assert "Only the person who uploaded it" in said


@pytest.mark.parametrize("action", ACTIONS)
async def test_in_another_channel_a_number_opens_nothing(house: House, action: str) -> None:
    number = await uploaded(house)
    other = house.guild.create_text_channel("bobs-room")
    said = await said_to(
        house,
        house.bob,
        f"{action}:{number}",
        guild_id=house.guild.id,
        channel_id=other.id,
        permissions=discord.Permissions(manage_messages=True),
    )
    assert "Only the person who uploaded it" in said


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_private_answer_is_its_owners_alone(house: House, action: str) -> None:
    number = await uploaded(house, private=True)
    said = await said_to(
        house,
        house.mo,
        f"{action}:{number}",
        guild_id=house.guild.id,
        channel_id=house.channel.id,
        permissions=discord.Permissions.all(),
    )
    assert "Only the person who uploaded it" in said
