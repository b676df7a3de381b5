"""Automatic uploads by category, seen by people."""

from datetime import UTC, datetime

from bot.autoupload.rules import AutoRule, ChannelMode, Target
from tests.cogs.conftest import House
from tests.cogs.test_upload import PICTURE

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


async def test_a_category_counts_for_its_channels_and_for_no_others(house: House) -> None:
    category = house.guild.create_category("pictures")
    inside = house.guild.create_text_channel("inside", category=category)
    rule = AutoRule(category.id, house.guild.id, ChannelMode.ASK, 1, NOW, target=Target.CATEGORY)
    await house.app.services.channels.replace(house.guild.id, [rule])
    await house.alice.send(house.channel, "", attachments=[PICTURE])
    await house.alice.send(inside, "", attachments=[PICTURE])
    await house.until(lambda: "Keep this picture on Imgur?" in house.text(inside.last_message))
    assert "Keep this picture" not in house.text()
