"""How a result reaches its user when the usual way is closed."""

from tests.e2e.conftest import Town, finished, png
from tests.wire.entities import Message
from tests.wire.interactions import Interaction
from tests.wire.permissions import Permission


async def begun(town: Town, **options: object) -> Interaction:
    """An upload that takes a moment at Imgur."""
    await town.tell_imgur("faults", fault="slow", delay_s=0.5)
    upload = await town.discord.slash(
        town.alice, town.channel, "upload", {"image": png(), **options}
    )
    await upload.until_acknowledged()
    return upload


def card_in(messages: list[Message]) -> Message | None:
    return next((message for message in messages if "Delete" in message.labels), None)


async def test_when_the_token_has_died_a_public_answer_goes_into_the_channel(town: Town) -> None:
    await town.open()
    upload = await begun(town)
    upload.expire_token()
    card = await town.discord.until(lambda: card_in(town.channel.messages))
    assert card.id != upload.response.id
    assert town.pictures == 1


async def test_when_the_token_has_died_a_private_answer_goes_to_the_user_alone(
    town: Town,
) -> None:
    await town.open()
    upload = await begun(town, private=True)
    upload.expire_token()
    direct = town.discord.dm(town.alice)
    await town.discord.until(lambda: card_in(direct.messages))
    assert card_in(town.channel.messages) is None


async def test_a_private_answer_is_never_made_public(town: Town) -> None:
    town.alice.accepts_dms = False
    await town.open()
    upload = await begun(town, private=True)
    upload.expire_token()
    await town.bot.wait_for_log("its user takes no direct messages")
    await town.bot.terminate()  # it finishes what it is telling
    assert card_in(town.channel.messages) is None
    assert town.pictures == 1


async def test_an_answer_that_discord_cannot_take_now_is_given_again(town: Town) -> None:
    await town.open()
    town.discord.faults.fail("PATCH", "/webhooks/*", status=503, times=2)
    upload = await begun(town)
    await finished(upload)
    assert not upload.followups
    assert card_in(town.channel.messages) is None or upload.response in town.channel.messages


async def test_where_the_bot_may_not_speak_the_user_is_told_directly(town: Town) -> None:
    await town.open()
    upload = await begun(town)
    town.discord.overwrite(town.channel, town.discord.world.bot, deny=Permission.SEND_MESSAGES)
    upload.expire_token()
    direct = town.discord.dm(town.alice)
    await town.discord.until(lambda: card_in(direct.messages))


async def test_an_upload_with_a_lost_answer_is_left_to_the_user(town: Town) -> None:
    await town.open()
    await town.tell_imgur("faults", fault="cut-before-answer")
    upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": png()})
    await upload.until(lambda it: "nobody knows whether the picture arrived" in it.text)
    assert town.pictures == 1
    assert upload.response is not None
    await town.discord.click(town.alice, upload.response, "Try again")
    await finished(upload)
    assert town.pictures == 2


async def test_a_cancelled_upload_is_not_sent(town: Town) -> None:
    await town.open()
    await town.tell_imgur("profile", profile="new")
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png()}))
    await town.tell_imgur("credits", pool="user", remaining=10, reset_in_s=240)
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png(1)}))
    upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": png(2)})
    await upload.until(lambda it: "Waiting for Imgur credits" in it.text)
    assert upload.response is not None
    refused = await town.discord.click(town.bob, upload.response, "Cancel")
    await refused.until_answered()
    assert "Only the person who asked" in refused.text
    await town.discord.click(town.alice, upload.response, "Cancel")
    await upload.until(lambda it: "Cancelled before it was sent" in it.text)
    assert town.pictures == 2
