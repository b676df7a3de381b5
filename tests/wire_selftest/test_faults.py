import asyncio

import aiohttp
import pytest

from tests.wire.driver import DiscordWire
from tests.wire.entities import Channel
from tests.wire_selftest.conftest import Api


@pytest.fixture
def channel(discord: DiscordWire) -> Channel:
    return discord.create_channel(discord.create_guild())


def messages(channel: Channel) -> str:
    return f"/channels/{channel.id}/messages"


async def test_a_fault_strikes_as_often_as_told(
    discord: DiscordWire, api: Api, channel: Channel
) -> None:
    discord.faults.fail("POST", "/channels/*/messages", 500, times=2)

    statuses = [(await api("POST", messages(channel), {"content": "x"}))[0] for _ in range(3)]

    assert statuses == [500, 500, 200]
    assert len(channel.messages) == 1
    assert [call.status for call in discord.requests] == statuses


async def test_an_answer_may_be_lost_after_the_work_was_done(
    discord: DiscordWire, api: Api, channel: Channel
) -> None:
    discord.faults.cut("POST", "/channels/*/messages", after_effect=True)
    body = {"content": "x", "nonce": "1", "enforce_nonce": True}

    with pytest.raises(aiohttp.ClientError):
        await api("POST", messages(channel), body)

    assert len(channel.messages) == 1
    await api("POST", messages(channel), body)
    assert len(channel.messages) == 1


async def test_rate_limits_look_like_discords(
    discord: DiscordWire, api: Api, channel: Channel
) -> None:
    discord.faults.rate_limit("*", "*", 1.5, scope="global")
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{discord.api_url}/gateway") as response,
    ):
        assert response.status == 429
        assert response.headers["Via"]
        assert response.headers["X-RateLimit-Scope"] == "global"
        limit = await response.json()
    assert (limit["retry_after"], limit["global"]) == (1.5, True)
    assert (await api("GET", messages(channel)))[0] == 200


async def test_an_answer_may_be_late(discord: DiscordWire, api: Api, channel: Channel) -> None:
    loop = asyncio.get_running_loop()
    discord.faults.delay("GET", "/channels/*", 0.1)
    started_s = loop.time()

    assert (await api("GET", f"/channels/{channel.id}"))[0] == 200
    assert loop.time() - started_s >= 0.1


async def test_a_cloudflare_ban_is_a_page_without_via(discord: DiscordWire) -> None:
    ban = discord.faults.cloudflare_ban()
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{discord.api_url}/gateway") as response:
            assert response.status == 429
            assert response.content_type == "text/html"
            assert "Via" not in response.headers
        discord.faults.lift(ban)
        async with session.get(f"{discord.api_url}/gateway") as response:
            assert response.status == 200


async def test_answers_may_carry_a_budget(discord: DiscordWire, channel: Channel) -> None:
    discord.faults.budget("GET", "/channels/*", limit=5, remaining=0, reset_after_s=0.2)
    headers = {"Authorization": f"Bot {discord.token}"}
    url = f"{discord.api_url}/channels/{channel.id}"
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.get(url) as response:
            assert response.status == 200
            assert response.headers["X-RateLimit-Remaining"] == "0"
        async with session.get(url) as response:
            assert "X-RateLimit-Remaining" not in response.headers


@pytest.mark.parametrize("after_effect", [True, False])
async def test_a_gate_holds_a_request_before_or_after_its_effect(
    discord: DiscordWire, api: Api, channel: Channel, *, after_effect: bool
) -> None:
    gate = discord.faults.hold("POST", "/channels/*/messages", after_effect=after_effect)
    posting = asyncio.create_task(api("POST", messages(channel), {"content": "x"}))

    await gate.reached()
    assert len(channel.messages) == int(after_effect)
    gate.open()

    assert (await posting)[0] == 200
    assert len(channel.messages) == 1
