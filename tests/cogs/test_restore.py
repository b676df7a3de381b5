"""``/restore``: from dead Discord links back to pictures."""

import discord
import pytest
import simcord

from tests.cogs.conftest import House
from tests.cogs.reading import labels, shown, words
from tests.wire.content import png

pytestmark = pytest.mark.simcord(check_errors=False)  # SimCord counts kind refusals too
PICTURE = ("cat.png", png())


async def uploaded_message(
    house: House, channel: simcord.ChannelHandle | None = None
) -> discord.Message:
    """A message of Alice's whose picture is on Imgur."""
    channel = channel or house.channel
    message = await house.alice.send(channel, "look", attachments=[PICTURE])
    await house.alice.context_menu(channel, "Upload to Imgur", message)
    await house.until(house.imgur.world.state.uploads)
    await house.app.pipeline.settled()
    return message


def dead_link(message: discord.Message) -> str:
    file = message.attachments[0]
    return (
        f"https://cdn.discordapp.com/attachments/{message.channel.id}/{file.id}/cat.png"
        "?ex=65f1&is=65f0&hm=00&"
    )


def link_of(message: discord.Message) -> str:
    guild_id = message.guild.id if message.guild else "@me"
    return f"https://discord.com/channels/{guild_id}/{message.channel.id}/{message.id}"


async def restore(house: House, who: simcord.MemberActor, link: str) -> discord.Message:
    result = await who.slash(house.channel, "restore", link=link)
    assert result.ephemeral
    return shown(result)


@pytest.mark.parametrize("by", [dead_link, link_of])
async def test_what_was_uploaded_is_found_by_either_link(house: House, by: object) -> None:
    message = await uploaded_message(house)
    await house.alice.delete(message)
    assert callable(by)
    found = await restore(house, house.bob, by(message))
    (image,) = house.imgur.world.state.uploads()
    assert f"{house.imgur.url}/{image.id}.png" in words(found)


async def test_nobody_is_shown_what_was_posted_where_he_cannot_read(house: House) -> None:
    hidden = {house.bob: discord.PermissionOverwrite(view_channel=False)}
    secret = house.guild.create_text_channel("secret", overwrites=hidden)
    message = await uploaded_message(house, secret)
    assert "Nothing was found" in words(await restore(house, house.bob, dead_link(message)))
    assert "Nothing was found" in words(await restore(house, house.bob, link_of(message)))
    assert "Here it is" in words(await restore(house, house.mo, link_of(message)))


async def test_nothing_of_another_server_is_shown(house: House) -> None:
    message = await uploaded_message(house)
    other = house.env.create_guild()
    channel = other.create_text_channel("elsewhere")
    stranger = other.add_member(house.env.create_user("stranger"))
    result = await stranger.slash(channel, "restore", link=dead_link(message))
    assert "Nothing was found" in words(shown(result))
    boss = other.create_role("Boss", permissions=discord.Permissions(manage_messages=True))
    moderator = other.add_member(house.env.create_user("other-mo"), roles=[boss])
    result = await moderator.slash(channel, "restore", link=dead_link(message))
    assert "Nothing was found" in words(shown(result))
    alice = other.add_member(house.alice.user)
    result = await alice.slash(channel, "restore", link=dead_link(message))
    assert "Here it is" in words(shown(result))


@pytest.mark.parametrize("by", [dead_link, link_of])
async def test_a_message_that_still_stands_is_offered_for_upload(house: House, by: object) -> None:
    message = await house.alice.send(house.channel, "look", attachments=[PICTURE])
    assert callable(by)
    offer = await restore(house, house.alice, by(message))
    assert "No copy on Imgur yet" in words(offer)
    await house.alice.click(offer, label="Upload to Imgur")
    await house.until(house.imgur.world.state.uploads)
    await house.app.pipeline.settled()
    assert "Here it is" in words(await restore(house, house.alice, by(message)))


async def test_somebody_elses_message_is_not_uploaded_without_consent(house: House) -> None:
    message = await house.alice.send(house.channel, "look", attachments=[PICTURE])
    offer = await restore(house, house.bob, link_of(message))
    assert "asks its author" in words(offer)
    assert labels(offer) == ["Open the message"]


async def test_other_links_are_explained(house: House) -> None:
    result = await house.alice.slash(house.channel, "restore", link="https://imgur.com/abc1234")
    assert "neither a link to a Discord attachment" in words(shown(result))
