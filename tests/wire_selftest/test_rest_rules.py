from typing import Any

import aiohttp
import pytest

from tests.wire.commands import CommandKind
from tests.wire.content import png
from tests.wire.driver import DiscordWire
from tests.wire.entities import Channel, Message
from tests.wire.events import PRIVILEGED, Intent
from tests.wire.files import Attachment
from tests.wire.permissions import Permission, channel_permissions
from tests.wire_selftest.conftest import Api


@pytest.fixture
def channel(discord: DiscordWire) -> Channel:
    return discord.create_channel(discord.create_guild())


async def test_bodies_have_exactly_discords_content_type(discord: DiscordWire, api: Api) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{discord.api_url}/gateway") as response,
    ):
        assert response.headers["Content-Type"] == "application/json"
        assert await response.json() == {"url": discord.gateway.url}
    assert await api("GET", "/gateway/bot") == (
        200,
        {
            "url": discord.gateway.url,
            "shards": 1,
            "session_start_limit": {
                "total": 1000,
                "remaining": 1000,
                "reset_after": 86_400_000,
                "max_concurrency": 1,
            },
        },
    )


async def test_unknown_routes_and_wrong_tokens_are_refused(discord: DiscordWire, api: Api) -> None:
    assert await api("GET", "/nothing/here") == (404, {"message": "404: Not Found", "code": 0})
    wrong = {"Authorization": "Bot wrong"}
    assert (await api("GET", "/users/@me", headers=wrong))[0] == 401
    assert (await api("GET", "/users/@me", headers={"Authorization": "Bearer x"}))[0] == 401

    assert [call.path for call in discord.unknown_requests] == ["/nothing/here"]
    with pytest.raises(AssertionError, match="does not know these requests"):
        discord.assert_clean()


async def test_the_same_nonce_posts_once(api: Api, channel: Channel) -> None:
    body = {"content": "once", "nonce": "42", "enforce_nonce": True}
    path = f"/channels/{channel.id}/messages"

    first, second = await api("POST", path, body), await api("POST", path, body)
    third = await api("POST", path, {"content": "again", "nonce": "42"})

    assert first[1]["id"] == second[1]["id"] != third[1]["id"]
    assert len(channel.messages) == 2


async def test_a_reply_to_nothing_fails_unless_that_is_allowed(api: Api, channel: Channel) -> None:
    path = f"/channels/{channel.id}/messages"
    reference: dict[str, Any] = {"message_id": "1"}
    status, refusal = await api("POST", path, {"content": "a", "message_reference": reference})
    assert status == 400
    errors = refusal["errors"]["message_reference"]["_errors"]
    assert errors[0]["code"] == "REPLIES_UNKNOWN_MESSAGE"

    reference["fail_if_not_exists"] = False
    status, message = await api("POST", path, {"content": "a", "message_reference": reference})
    assert (status, message["type"]) == (200, 0)


@pytest.mark.parametrize(
    ("denied", "method", "path", "expected"),
    [
        (Permission.VIEW_CHANNEL, "GET", "", (403, 50001)),
        (Permission.VIEW_CHANNEL, "POST", "/messages", (403, 50001)),
        (Permission.SEND_MESSAGES, "POST", "/messages", (403, 50013)),
        (Permission.READ_MESSAGE_HISTORY, "GET", "/messages/{m}", (403, 50013)),
        (Permission.MANAGE_MESSAGES, "DELETE", "/messages/{m}", (403, 50013)),
        (Permission.ADD_REACTIONS, "PUT", "/messages/{m}/reactions/%F0%9F%91%8D/@me", (403, 50013)),
    ],
)
async def test_what_a_channel_denies_is_refused(
    discord: DiscordWire,
    api: Api,
    channel: Channel,
    *,
    denied: Permission,
    method: str,
    path: str,
    expected: tuple[int, int],
) -> None:
    message = await discord.post_message(discord.world.owner, channel, "hello")
    discord.overwrite(channel, discord.world.bot, deny=denied)

    body = {"content": "x"} if method == "POST" else None
    target = f"/channels/{channel.id}" + path.format(m=message.id)
    status, refusal = await api(method, target, body)

    assert (status, refusal["code"]) == expected


async def test_permissions_add_up_as_in_discord(discord: DiscordWire, channel: Channel) -> None:
    assert channel.guild is not None
    ann = discord.create_user("ann", channel.guild)
    role = discord.grant(channel.guild, ann, Permission.MANAGE_MESSAGES)
    everyone = channel.guild.everyone
    sending = Permission.SEND_MESSAGES
    discord.overwrite(channel, everyone, deny=sending | Permission.MANAGE_MESSAGES)
    assert not _granted(channel, ann.id) & (sending | Permission.MANAGE_MESSAGES)

    discord.overwrite(channel, role, allow=sending)
    assert _granted(channel, ann.id) & sending
    discord.overwrite(channel, ann, deny=sending)
    assert not _granted(channel, ann.id) & sending

    discord.grant(channel.guild, ann, Permission.ADMINISTRATOR)
    assert _granted(channel, ann.id) & sending


async def test_others_messages_cannot_be_edited(
    discord: DiscordWire, api: Api, channel: Channel
) -> None:
    message = await discord.post_message(discord.world.owner, channel, "mine")

    target = f"/channels/{channel.id}/messages/{message.id}"
    status, refusal = await api("PATCH", target, {"content": "yours"})

    assert (status, refusal["code"]) == (403, 50005)


async def test_history_pages_from_either_side(
    discord: DiscordWire, api: Api, channel: Channel
) -> None:
    owner = discord.world.owner
    posts = [
        await discord.post_message(owner, channel, str(number), age_s=(60 - number) * 60)
        for number in range(6)
    ]

    async def page(query: str) -> list[str]:
        _, messages = await api("GET", f"/channels/{channel.id}/messages?{query}")
        return [message["content"] for message in messages]

    assert await page("limit=2") == ["5", "4"]
    assert await page(f"before={posts[4].id}&limit=3") == ["3", "2", "1"]
    assert await page(f"after={posts[1].id}&limit=2") == ["3", "2"]
    assert await page(f"around={posts[2].id}&limit=3") == ["3", "2", "1"]
    assert (await api("GET", f"/channels/{channel.id}/messages?limit=101"))[0] == 400


async def test_content_over_rest_needs_the_approved_intent(
    discord: DiscordWire, api: Api, channel: Channel
) -> None:
    message = await discord.post_message(discord.world.owner, channel, "secret")
    target = f"/channels/{channel.id}/messages/{message.id}"
    assert (await api("GET", target))[1]["content"] == "secret"

    discord.world.approved_intents = PRIVILEGED & ~Intent.MESSAGE_CONTENT

    assert (await api("GET", target))[1]["content"] == ""


async def test_direct_messages_can_be_closed(discord: DiscordWire, api: Api) -> None:
    ann = discord.create_user("ann")
    _, opened = await api("POST", "/users/@me/channels", {"recipient_id": str(ann.id)})
    ann.accepts_dms = False

    target = f"/channels/{opened['id']}/messages"
    status, refusal = await api("POST", target, {"content": "hi"})

    assert (status, refusal["code"]) == (403, 50007)
    assert (await api("POST", "/users/@me/channels", {"recipient_id": str(ann.id)}))[1] == opened


async def test_edits_keep_what_they_do_not_name_and_drop_unlisted_files(
    api: Api, channel: Channel
) -> None:
    form = aiohttp.FormData()
    form.add_field("payload_json", '{"content": "two files"}')
    for index in range(2):
        form.add_field(f"files[{index}]", png(index), filename=f"{index}.png")
    status, sent = await api("POST", f"/channels/{channel.id}/messages", data=form)
    assert (status, len(sent["attachments"])) == (200, 2)
    message = channel.messages[0]
    first, second = message.attachments

    kept = {"attachments": [{"id": str(second.id)}]}
    await api("PATCH", f"/channels/{channel.id}/messages/{message.id}", kept)

    assert message.content == "two files"
    assert message.attachments == [second]
    assert first.deleted
    assert not second.deleted


async def test_deleting_a_message_deletes_its_files(discord: DiscordWire, channel: Channel) -> None:
    file = Attachment("a.png", png())
    message = await discord.post_message(discord.world.owner, channel, "", [file])

    await discord.delete_message(message)

    url = message.attachments[0].url
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.status == 404
    assert channel.messages == []


async def test_commands_can_be_synced_one_by_one_everywhere_and_for_a_guild(
    discord: DiscordWire, api: Api, channel: Channel
) -> None:
    assert channel.guild is not None
    everywhere = f"/applications/{discord.world.bot.id}/commands"
    here = f"/applications/{discord.world.bot.id}/guilds/{channel.guild.id}/commands"
    body = {"name": "upload", "description": "Upload", "default_member_permissions": 32}
    _, made = await api("POST", everywhere, body)
    assert (made["type"], made["default_member_permissions"]) == (1, "32")
    _, again = await api("PUT", everywhere, [body | {"description": "Anew"}])
    assert (again[0]["id"], again[0]["description"]) == (made["id"], "Anew")
    _, own = await api("POST", here, body)
    assert own["guild_id"] == str(channel.guild.id)
    found = discord.world.commands.find("upload", CommandKind.CHAT, channel.guild.id)
    assert found["id"] == own["id"] != made["id"]

    _, edited = await api("PATCH", f"{here}/{own['id']}", {"description": "Here"})
    assert await api("GET", f"{here}/{own['id']}") == (200, edited)
    assert await api("DELETE", f"{here}/{own['id']}") == (204, None)
    assert (await api("GET", f"{here}/{own['id']}"))[1]["code"] == 10063
    assert await api("GET", here) == (200, [])
    assert (await api("GET", "/applications/1/commands"))[1]["code"] == 50001
    assert (await api("PUT", everywhere, [body | {"name": "Up"}]))[1]["code"] == 50035


async def test_what_is_gone_is_unknown(discord: DiscordWire, api: Api, channel: Channel) -> None:
    guild = channel.guild
    assert guild is not None
    discord.world.delete_channel(channel)
    assert (await api("GET", f"/channels/{channel.id}"))[1]["code"] == 10003

    assert (await api("DELETE", f"/users/@me/guilds/{guild.id}"))[0] == 204
    assert (await api("GET", f"/guilds/{guild.id}"))[1]["code"] == 10004
    assert (await api("GET", "/users/1"))[1]["code"] == 10013


async def test_reactions_are_counted_and_cleared(
    discord: DiscordWire, api: Api, channel: Channel
) -> None:
    assert channel.guild is not None
    owner = discord.world.owner
    message = await discord.post_message(owner, channel, "hello")
    await discord.react(owner, message, "👍")
    target = f"/channels/{channel.id}/messages/{message.id}"
    thumb = f"{target}/reactions/%F0%9F%91%8D"
    await api("PUT", f"{thumb}/@me")
    await api("PUT", f"{thumb}/@me")

    (reaction,) = (await api("GET", target))[1]["reactions"]
    assert (reaction["count"], reaction["me"]) == (2, True)
    assert len((await api("GET", thumb))[1]) == 2
    assert (await api("PUT", f"{target}/reactions/nothing/@me"))[1]["code"] == 10014

    discord.grant(channel.guild, discord.world.bot, Permission.MANAGE_MESSAGES)
    assert (await api("DELETE", f"{thumb}/{owner.id}"))[0] == 204
    assert message.reactions["👍"].users == [discord.world.bot]
    assert (await api("DELETE", f"{target}/reactions"))[0] == 204
    assert message.reactions == {}


async def test_a_thread_follows_its_parents_permissions(
    discord: DiscordWire, api: Api, channel: Channel
) -> None:
    thread = discord.create_thread(channel, discord.world.owner)
    assert (await api("POST", f"/channels/{thread.id}/messages", {"content": "x"}))[0] == 200

    discord.overwrite(channel, discord.world.bot, deny=Permission.SEND_MESSAGES_IN_THREADS)

    status, refusal = await api("POST", f"/channels/{thread.id}/messages", {"content": "x"})
    assert (status, refusal["code"]) == (403, 50013)


async def test_waiting_in_vain_tells_what_is_there_instead(
    discord: DiscordWire, channel: Channel
) -> None:
    message: Message = await discord.post_message(discord.world.owner, channel, "hello")

    with pytest.raises(AssertionError, match="There is: operator: hello"):
        await channel.until(lambda it: len(it.messages) == 2, timeout_s=0.01)
    with pytest.raises(AssertionError, match="There is: hello"):
        await message.until(lambda it: it.edits, timeout_s=0.01)


def _granted(channel: Channel, user_id: int) -> Permission:
    assert channel.guild is not None
    return channel_permissions(channel.guild.members[user_id].user, channel)
