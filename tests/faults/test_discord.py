"""A Discord that limits, fails, forbids and hangs up."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Town, finished, png
from tests.e2e.ledger import all_told, until
from tests.e2e.test_autoupload import post, reply_to, switch_on
from tests.faults.doorway import Doorway, Place
from tests.wire.interactions import Interaction


async def begun(town: Town, number: int = 0) -> Interaction:
    return await town.discord.slash(town.alice, town.channel, "upload", {"image": png(number)})


async def test_a_limit_is_waited_out_and_the_answer_comes_once(town: Town) -> None:
    await town.open()
    town.discord.faults.rate_limit("PATCH", "/webhooks/*", 0.5, times=2)
    await finished(await begun(town))
    assert town.pictures == 1


async def test_what_discord_drops_is_told_again(town: Town) -> None:
    await town.open()
    for number, status in enumerate([500, 502, 503, 504]):
        town.discord.faults.fail("PATCH", "/webhooks/*", status, times=1)
        upload = await begun(town, number)
        await finished(upload)
        assert not upload.followups
    assert town.pictures == 4


async def test_an_answer_whose_delivery_is_in_doubt_is_posted_once(
    town: Town, database: Path
) -> None:
    town.environment["AUTO_UPLOAD_CHANNEL_MODE"] = "true"
    await town.open()
    await switch_on(town, "Whole channel")
    town.discord.faults.cut("POST", "/channels/*/messages", times=1, after_effect=True)
    message = await post(town)
    await (await reply_to(town, message)).until(lambda it: "Delete" in it.labels)
    await all_told(database)
    await town.bot.terminate()
    assert len([m for m in town.channel.messages if m.reply_to_id == message.id]) == 1


async def test_a_post_of_a_process_that_died_is_found_when_its_nonce_is_forgotten(
    town: Town, database: Path
) -> None:
    town.environment["AUTO_UPLOAD_CHANNEL_MODE"] = "true"
    await town.open()
    await switch_on(town, "Whole channel")
    gate = town.discord.faults.hold("POST", "/channels/*/messages", after_effect=True)
    message = await post(town)
    await gate.reached()
    await town.bot.kill()
    gate.open()
    for posted in town.channel.messages:
        posted.nonce = None  # Discord remembers it for minutes only
    await town.open()
    await finished(await begun(town, 2))
    await all_told(database)
    await town.bot.terminate()
    assert len([m for m in town.channel.messages if m.reply_to_id == message.id]) == 1
    assert town.pictures == 2


async def test_a_forbidden_channel_is_asked_once(town: Town, database: Path) -> None:
    town.environment["AUTO_UPLOAD_CHANNEL_MODE"] = "true"
    await town.open()
    await switch_on(town, "Whole channel")
    town.discord.faults.fail("POST", "/channels/*/messages", 403, times=99, code=50013)
    await post(town)
    await town.bot.wait_for_log("cannot be posted")
    await all_told(database)
    await town.bot.terminate()
    await town.open()
    await finished(await begun(town, 2))
    posts = town.discord.calls("POST", "/channels/*/messages")
    assert len([call for call in posts if "message_reference" in call.payload]) == 1


async def test_while_discord_bans_the_host_it_is_left_in_peace(town: Town, database: Path) -> None:
    await town.open()
    town.discord.faults.cloudflare_ban("PATCH", "/webhooks/*")
    await begun(town)
    await town.bot.wait_for_log("telling nobody")
    for number in range(1, 6):
        await begun(town, number)
    await until(database, "SELECT 1 WHERE (SELECT count(*) FROM jobs WHERE state = 'uploaded') = 6")
    await town.bot.terminate()
    assert len(town.discord.calls("PATCH", "/webhooks/*")) == 1


@pytest.mark.parametrize("how", ["reconnect", "resumable", "anew", "drop"])
async def test_a_lost_gateway_loses_no_upload(town: Town, door: Doorway, how: str) -> None:
    await town.open()
    gate = door.hold(Place.AFTER)
    upload = await begun(town)
    await gate.reached()
    gateway = town.discord.gateway
    handshakes = gateway.handshakes
    {
        "reconnect": gateway.ask_to_reconnect,
        "resumable": lambda: gateway.invalidate(resumable=True),
        "anew": lambda: gateway.invalidate(resumable=False),
        "drop": gateway.drop,
    }[how]()
    gate.open()
    await finished(upload)
    await town.discord.until(lambda: gateway.handshakes > handshakes and gateway.is_ready)
    await finished(await begun(town, 2))
    assert town.pictures == 2
