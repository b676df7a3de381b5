import json
import zlib
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.process import BotProcess
from tests.wire.driver import DiscordWire
from tests.wire.events import PRIVILEGED, Intent
from tests.wire.packing import packer
from tests.wire_selftest.conftest import selftest_bot


async def test_after_a_kill_the_bot_identifies_afresh_and_missed_messages_stay_missed(
    discord: DiscordWire, bot: BotProcess
) -> None:
    guild = discord.create_guild()
    channel, ann = discord.create_channel(guild), discord.create_user("ann", guild)
    await bot.kill()
    await discord.gone()
    await discord.post_message(ann, channel, "while it was down")
    late = await discord.slash(ann, channel, "gallery search", {"query": "cat"})

    await bot.start()
    await bot.while_running(discord.ready())
    await discord.post_message(ann, channel, "after")
    await channel.until(lambda it: len(it.messages) == 3)

    assert not late.delivered
    assert not late.acknowledged
    assert len(discord.gateway.identifies) == 2
    assert channel.messages[2].text == "echo after 0"
    assert discord.world.commands.syncs == 2


async def test_a_dropped_socket_resumes_and_hears_what_it_missed(
    discord: DiscordWire, bot: BotProcess
) -> None:
    guild = discord.create_guild()
    channel, ann = discord.create_channel(guild), discord.create_user("ann", guild)

    discord.gateway.drop()
    await discord.gone()
    await discord.post_message(ann, channel, "in between")
    await bot.wait_for_log("resumed")
    await channel.until(lambda it: "echo in between 0" in it.text)

    assert len(discord.gateway.identifies) == 1
    assert [session.resumes for session in discord.gateway.live] == [1]
    assert [connection.path for connection in discord.gateway.connections] == ["/resume"]


async def test_opcode_7_makes_the_bot_resume(discord: DiscordWire, bot: BotProcess) -> None:
    discord.gateway.ask_to_reconnect()

    await bot.wait_for_log("resumed")
    assert len(discord.gateway.identifies) == 1


@pytest.mark.parametrize("resumable", [True, False])
async def test_an_invalid_session_is_resumed_or_begun_anew(
    discord: DiscordWire, bot: BotProcess, *, resumable: bool
) -> None:
    old = discord.gateway.live[0].id

    discord.gateway.invalidate(resumable=resumable)
    await bot.while_running(
        discord.until(
            lambda: any(session.resumes or session.id != old for session in discord.gateway.live)
        )
    )

    assert len(discord.gateway.identifies) == (1 if resumable else 2)


async def test_a_forgotten_session_cannot_be_resumed(discord: DiscordWire, bot: BotProcess) -> None:
    discord.gateway.forget_sessions()
    discord.gateway.drop()

    await bot.while_running(discord.until(lambda: len(discord.gateway.identifies) == 2))
    await discord.ready()


async def test_a_socket_that_acknowledges_nothing_is_left(
    discord: DiscordWire, tmp_path: Path
) -> None:
    discord.gateway.heartbeat_interval_s = 0.2
    async with selftest_bot(discord, tmp_path, HEARTBEAT_TIMEOUT_S="2") as bot:
        await bot.while_running(discord.ready())
        discord.gateway.acks_heartbeats = False
        before = discord.gateway.handshakes

        await bot.while_running(discord.until(lambda: discord.gateway.handshakes > before))
        discord.gateway.acks_heartbeats = True
        await bot.wait_for_log("resumed")


async def test_a_refused_handshake_is_tried_again(discord: DiscordWire, bot: BotProcess) -> None:
    discord.gateway.refusals_left = 1
    discord.gateway.drop()

    await bot.while_running(discord.until(lambda: discord.gateway.handshakes == 3))
    assert discord.gateway.refusals_left == 0


async def test_a_wrong_token_ends_the_bot(discord: DiscordWire, tmp_path: Path) -> None:
    async with selftest_bot(discord, tmp_path, DISCORD_TOKEN="wrong") as bot:
        ended = await bot.exited()

    assert ended.code == 1
    assert "Improper token" in bot.log


async def test_a_privileged_intent_that_is_not_approved_ends_the_bot(
    discord: DiscordWire, tmp_path: Path
) -> None:
    discord.world.approved_intents = PRIVILEGED & ~Intent.MESSAGE_CONTENT
    async with selftest_bot(discord, tmp_path) as bot:
        await bot.exited()

    assert discord.gateway.close_codes == [4014]
    assert "PrivilegedIntentsRequired" in bot.log


async def test_every_shard_hears_its_own_guilds(tmp_path: Path) -> None:
    async with DiscordWire(shard_count=2) as discord:
        async with selftest_bot(discord, tmp_path) as bot:
            await bot.while_running(discord.ready())
            for shard in (0, 1):
                guild = discord.create_guild(shard=shard)
                channel, ann = discord.create_channel(guild), discord.create_user("ann", guild)
                await discord.post_message(ann, channel, f"shard {shard}")
                await channel.until(lambda it: len(it.messages) == 2)
        assert sorted(each["shard"] for each in discord.gateway.identifies) == [[0, 2], [1, 2]]
        for session in discord.gateway.sessions.values():
            said = " ".join(text for _, text in session.sent)
            assert f"shard {session.shard[0]}" in said
            assert f"shard {1 - session.shard[0]}" not in said


async def test_frames_are_compressed_when_asked_for_and_never_else(discord: DiscordWire) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(f"{discord.gateway.url}/?v=10&encoding=json") as plain:
            assert (await plain.receive_json())["op"] == 10
        packed_url = f"{discord.gateway.url}/?compress=zlib-stream"
        async with session.ws_connect(packed_url) as packed:
            frame = await packed.receive_bytes()
    assert frame.endswith(b"\0\0\xff\xff")
    assert json.loads(zlib.decompressobj().decompress(frame))["op"] == 10


async def test_zstd_is_spoken_where_python_has_it() -> None:
    zstd = pytest.importorskip("compression.zstd", reason="Python 3.14 brought zstd")
    pack, unpack = packer("zstd-stream"), zstd.ZstdDecompressor()

    assert [unpack.decompress(pack(frame)) for frame in (b"one", b"two")] == [b"one", b"two"]


async def test_unknown_compression_is_refused(discord: DiscordWire) -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError, match="400"):
            await session.ws_connect(f"{discord.gateway.url}/?compress=brotli")


async def test_content_is_hidden_without_its_intent_but_not_when_mentioned(
    discord: DiscordWire,
) -> None:
    guild = discord.create_guild()
    channel, ann = discord.create_channel(guild), discord.create_user("ann", guild)
    intents = Intent.GUILDS | Intent.GUILD_MESSAGES
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(discord.gateway.url) as socket,
    ):
        identify = {"token": discord.token, "intents": int(intents), "properties": {}}
        await socket.send_json({"op": 2, "d": identify})
        await discord.ready()

        await discord.post_message(ann, channel, "a secret")
        await discord.post_message(ann, channel, f"{discord.world.bot.mention} hello")

        frames = [await socket.receive_json() for _ in range(5)]
    assert [frame["t"] for frame in frames[1:]] == [
        "READY",
        "GUILD_CREATE",
        "MESSAGE_CREATE",
        "MESSAGE_CREATE",
    ]
    contents = [frame["d"]["content"] for frame in frames[3:]]
    assert contents == ["", f"{discord.world.bot.mention} hello"]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"op": 3, "d": {}}, 4003),
        ({"op": 2, "d": {"token": "wrong", "intents": 0}}, 4004),
        ({"op": 2, "d": {"token": "", "intents": 0, "shard": [2, 2]}}, 4010),
        ({"op": 2, "d": {"token": "", "intents": 1 << 40}}, 4013),
        ({"op": 99, "d": {}}, 4003),
    ],
)
async def test_wrong_frames_are_answered_with_their_close_code(
    discord: DiscordWire, frame: dict[str, dict[str, object]], code: int
) -> None:
    if frame["d"].get("token") == "":
        frame["d"]["token"] = discord.token
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(discord.gateway.url) as socket,
    ):
        await socket.send_json(frame)
        async for _ in socket:
            pass
        assert socket.close_code == code
