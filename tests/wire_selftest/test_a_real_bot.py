import asyncio
from typing import Any

import pytest

from tests.e2e.process import BotProcess
from tests.wire.content import png
from tests.wire.driver import DiscordWire
from tests.wire.entities import MessageType
from tests.wire.files import Attachment
from tests.wire.permissions import Permission
from tests.wire.slash import NotPossibleError

pytestmark = pytest.mark.usefixtures("bot")


def picture(name: str = "cat.png") -> Attachment:
    return Attachment(name, png(name), width=32, height=24)


async def test_a_deferred_command_becomes_a_card_with_a_private_follow_up(
    discord: DiscordWire,
) -> None:
    guild = discord.create_guild()
    channel, ann = discord.create_channel(guild), discord.create_user("ann", guild)

    edit = discord.faults.hold("PATCH", "/webhooks/*")
    upload = await discord.slash(ann, channel, "upload", {"image": picture(), "title": "A cat"})
    await edit.reached()
    deferred_after_s = upload.acknowledged_after_s
    edit.open()
    card = await upload.until_answered()
    await upload.until(lambda it: it.followups)

    size = len(png("cat.png"))
    assert deferred_after_s is not None
    assert upload.acknowledged_after_s == deferred_after_s
    assert card.text == f"https://i.imgur.com/1.png\nA cat\n{size} bytes"
    assert card.links == ["https://i.imgur.com/1.png", "https://imgur.com/a/1"]
    assert card.labels == ["Delete"]
    assert upload.followups[0].ephemeral
    assert upload.followups[0].attachments[0].source.description == "the bot"
    assert channel.messages == [card]


async def test_a_button_edits_its_message_once_deferred(discord: DiscordWire) -> None:
    guild = discord.create_guild()
    channel, ann = discord.create_channel(guild), discord.create_user("ann", guild)
    upload = await discord.slash(ann, channel, "upload", {"image": picture()})
    card = await upload.until_answered()

    await discord.click(ann, card, "Delete")

    await card.until(lambda it: it.text == "Deleted")
    assert card.buttons == []
    with pytest.raises(AssertionError, match="0 components are called 'Delete'"):
        await discord.click(ann, card, "Delete")


async def test_layouts_menus_and_modals_with_files_work(discord: DiscordWire) -> None:
    guild = discord.create_guild()
    channel, ann = discord.create_channel(guild), discord.create_user("ann", guild)
    search = await discord.slash(ann, channel, "gallery search", {"query": "cat"})
    panel = await search.until_answered()
    assert panel.text == "## Panel\nChoose well"
    assert panel.links == ["https://i.imgur.com/one.png"]
    assert panel.custom_ids == ["ask", "window"]

    ask = await discord.click(ann, panel, "Ask")
    await ask.until_modal()
    form = await discord.submit_modal(ask, {"Note": "hi", "files": [picture("b.png")]})
    await discord.select(ann, panel, "window", ["day"])

    assert (await form.until_answered()).text == "hi: ['b.png']"
    await panel.until(lambda it: it.text == "Picked day")


async def test_private_panels_are_seen_by_their_owner_only(discord: DiscordWire) -> None:
    guild = discord.create_guild()
    channel = discord.create_channel(guild)
    ann, bob = discord.create_user("ann", guild), discord.create_user("bob", guild)

    search = await discord.slash(ann, channel, "gallery search", {"query": "secret"})
    panel = await search.until_answered()

    assert panel.ephemeral
    assert channel.messages == []
    with pytest.raises(NotPossibleError, match="bob does not see this message"):
        await discord.click(bob, panel, "Ask")


async def test_suggestions_come_while_typing(discord: DiscordWire) -> None:
    guild = discord.create_guild()
    channel, ann = discord.create_channel(guild), discord.create_user("ann", guild)

    typing = await discord.autocomplete(
        ann, channel, "gallery search", {"query": "ca"}, focused="query"
    )

    assert await typing.until_choices() == [{"name": "cas", "value": "cas"}]


async def test_the_client_refuses_what_the_command_does_not_take(discord: DiscordWire) -> None:
    guild = discord.create_guild()
    channel, ann = discord.create_channel(guild), discord.create_user("ann", guild)
    adults = discord.world.create_channel(guild, "adults", nsfw=True)
    moderator = discord.create_moderator("mod", guild)

    for command, given, reason in [
        ("upload", {}, "requires"),
        ("upload", {"image": "a.png"}, "cannot be 'a.png'"),
        ("upload", {"image": picture(), "colour": "red"}, "has no option"),
        ("gallery", {}, "needs one of"),
        ("gallery search", {"query": "x" * 21}, "must be between 1 and 20"),
        ("gallery hot", {}, "has no 'hot'"),
        ("nothing", {}, "No command 'nothing' is synced"),
        ("slow", {"member": ann, "seconds": 0}, "is not offered to ann"),
    ]:
        with pytest.raises(NotPossibleError, match=reason):
            await discord.slash(ann, channel, command, given)
    options: dict[str, Any] = {"member": ann, "seconds": 0}
    with pytest.raises(NotPossibleError, match="age-restricted"):
        await discord.slash(moderator, channel, "slow", options)

    slow = await discord.slash(moderator, adults, "slow", options)
    assert (await slow.until_answered()).text == f"{ann.mention} waited"


async def test_menus_on_messages_see_forwarded_files(discord: DiscordWire) -> None:
    guild = discord.create_guild()
    channel, ann = discord.create_channel(guild), discord.create_user("ann", guild)
    other = discord.create_channel(guild, "other")
    post = await discord.post_message(ann, other, "look", [picture("a.png"), picture("b.png")])
    forward = await discord.post_message(ann, channel, forwarded=post)

    found = await discord.context_menu(ann, channel, "Upload to Imgur", forward)

    assert (await found.until_answered()).text == "Found ['a.png', 'b.png']"


async def test_a_posted_picture_gets_one_reply_and_a_reaction(discord: DiscordWire) -> None:
    guild = discord.create_guild()
    channel, ann = discord.create_channel(guild), discord.create_user("ann", guild)

    post = await discord.post_message(ann, channel, "hello", [picture()])
    await channel.until(lambda it: "kept" in it.text)

    reply = channel.messages[1]
    assert reply.text == "echo hello 1 kept"
    assert reply.type is MessageType.REPLY
    assert reply.reply_to is post
    assert reply.nonce == str(post.id)
    assert list(post.reactions) == ["✅"]


async def test_bots_and_webhooks_are_marked_as_such(discord: DiscordWire) -> None:
    guild = discord.create_guild()
    channel, ann = discord.create_channel(guild), discord.create_user("ann", guild)
    other_bot = discord.create_user("other", guild, bot=True)

    await discord.post_message(other_bot, channel, "from a bot")
    await discord.post_message(other_bot, channel, "from a webhook", webhook=True)
    await discord.post_message(ann, channel, "from ann")
    await channel.until(lambda it: len(it.messages) == 4)

    assert channel.messages[3].text == "echo from ann 0"


async def test_direct_messages_work_both_ways(discord: DiscordWire) -> None:
    ann = discord.create_user("ann")
    direct = discord.dm(ann)

    await discord.post_message(ann, direct, "psst")
    await direct.until(lambda it: "echo psst 0" in it.text)
    upload = await discord.slash(ann, direct, "upload", {"image": picture()})

    assert (await upload.until_answered()).channel is direct


async def test_user_installed_use_in_a_guild_without_the_bot(discord: DiscordWire) -> None:
    guild = discord.create_guild(has_bot=False)
    channel, ann = discord.create_channel(guild), discord.create_user("ann", guild)

    upload = await discord.slash(ann, channel, "upload", {"image": picture()})
    await upload.until_answered()
    await discord.post_message(ann, channel, "hello")
    await discord.post_message(ann, discord.dm(ann), "psst")
    await discord.dm(ann).until(lambda it: "echo psst 0" in it.text)

    assert not any(f"channels/{channel.id}" in call.path for call in discord.requests)
    assert not any("hello" in text for it in discord.gateway.live for _, text in it.sent)


async def test_the_rest_of_the_api_is_there(discord: DiscordWire) -> None:
    guild = discord.create_guild()
    channel, ann = discord.create_channel(guild), discord.create_user("ann", guild)
    discord.grant(guild, discord.world.bot, Permission.MANAGE_MESSAGES)
    for number in range(3):
        await discord.post_message(discord.world.bot, channel, f"old {number}")

    await discord.post_message(ann, channel, "probe")
    await channel.until(lambda it: "probed" in it.text)

    assert channel.messages[-1].text == "probed (2, True, True)"
    assert [message.text for message in discord.dm(ann).messages] == ["hello"]


async def test_a_rate_limited_reply_is_sent_once(discord: DiscordWire) -> None:
    guild = discord.create_guild()
    channel, ann = discord.create_channel(guild), discord.create_user("ann", guild)
    limit = discord.faults.rate_limit("POST", "/channels/*/messages", 0.05, times=2)

    await discord.post_message(ann, channel, "hello")
    await channel.until(lambda it: len(it.messages) == 2)

    assert limit.hits == 2
    assert [call.status for call in discord.calls("POST", "/channels/*/messages")] == [
        429,
        429,
        200,
    ]


async def test_a_held_answer_stops_the_bot_at_an_exact_place(
    discord: DiscordWire, bot: BotProcess
) -> None:
    guild = discord.create_guild()
    channel, ann = discord.create_channel(guild), discord.create_user("ann", guild)
    gate = discord.faults.hold("PATCH", "/webhooks/*", after_effect=True)

    upload = await discord.slash(ann, channel, "upload", {"image": picture()})
    await gate.reached()

    assert upload.answered
    assert upload.followups == []
    gate.open()
    await bot.while_running(upload.until(lambda it: it.followups))


async def test_a_slow_answer_fails_for_the_user(discord: DiscordWire) -> None:
    guild = discord.create_guild()
    adults = discord.world.create_channel(guild, "adults", nsfw=True)
    moderator = discord.create_moderator("mod", guild)
    discord.world.callback_window_s = 0.1

    slow = await discord.slash(moderator, adults, "slow", {"member": moderator, "seconds": 0.2})
    await discord.until(lambda: discord.calls("POST", "/interactions/*/callback"))

    refused = discord.calls("POST", "/interactions/*/callback")[0]
    await discord.until(lambda: refused.status)
    assert (refused.status, refused.answer["code"]) == (404, 10062)
    assert slow.failed


async def test_the_same_interaction_may_come_twice(discord: DiscordWire) -> None:
    guild = discord.create_guild()
    channel, ann = discord.create_channel(guild), discord.create_user("ann", guild)
    search = await discord.slash(ann, channel, "gallery search", {"query": "cat"})
    await search.until_answered()

    await discord.repeat(search)
    await discord.until(lambda: len(discord.calls("POST", "/interactions/*")) == 2)

    second = discord.calls("POST", "/interactions/*")[1]
    await discord.until(lambda: second.status)
    assert (second.status, second.answer["code"]) == (400, 40060)
    assert len(channel.messages) == 1


async def test_many_users_at_once(discord: DiscordWire) -> None:
    guild = discord.create_guild()
    channel = discord.create_channel(guild)
    users = [discord.create_user(f"user {number}", guild) for number in range(20)]

    searches = await asyncio.gather(
        *(discord.slash(user, channel, "gallery search", {"query": "cat"}) for user in users)
    )
    await asyncio.gather(*(search.until_answered() for search in searches))

    assert len(channel.messages) == 20


async def test_denied_channels_are_neither_heard_nor_written(discord: DiscordWire) -> None:
    guild = discord.create_guild()
    channel, ann = discord.create_channel(guild), discord.create_user("ann", guild)
    quiet, hidden = discord.create_channel(guild, "quiet"), discord.create_channel(guild, "hidden")
    discord.overwrite(quiet, discord.world.bot, deny=Permission.SEND_MESSAGES)
    discord.overwrite(hidden, guild.everyone, deny=Permission.VIEW_CHANNEL)

    await discord.post_message(ann, hidden, "hidden")
    await discord.post_message(ann, quiet, "quiet")
    await discord.post_message(ann, channel, "heard")
    await channel.until(lambda it: len(it.messages) == 2)
    await discord.until(lambda: discord.calls("POST", f"/channels/{quiet.id}/messages"))

    refused = discord.calls("POST", f"/channels/{quiet.id}/messages")
    assert [call.answer["code"] for call in refused] == [50013]
    assert discord.calls("POST", f"/channels/{hidden.id}/messages") == []
    told = [text for session in discord.gateway.live for _, text in session.sent]
    assert any('"content": "quiet"' in text for text in told)
    assert not any('"content": "hidden"' in text for text in told)
