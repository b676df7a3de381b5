"""Starting, stopping, and what stands in the way."""

import pytest

from tests.e2e.conftest import Town, finished, png
from tests.e2e.process import BotProcess
from tests.e2e.test_autoupload import uploaded


async def test_a_stop_lets_uploads_on_their_way_finish(town: Town) -> None:
    await town.open()
    await town.tell_imgur("faults", fault="slow", times=None, delay_s=1.0)
    upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": png()})
    await uploaded(town, 1)  # so Imgur has it, and its answer is on the way
    end = await town.bot.terminate()
    assert end.code == 0
    assert end.seconds < 25
    assert await town.kept("SELECT state FROM jobs") == [("uploaded",)]
    await town.open()
    await finished(upload)
    assert town.pictures == 1


async def test_a_second_bot_on_the_same_data_is_refused(town: Town) -> None:
    await town.open()
    second = BotProcess(town.bot.directory, town.environment)
    await second.start()
    end = await second.exited()
    assert end.code == 4
    assert "another bot runs on" in second.log


async def test_a_token_that_discord_does_not_know_ends_the_start(town: Town) -> None:
    town.environment["DISCORD_TOKEN"] = "not.the.token"
    await town.bot.start()
    end = await town.bot.exited()
    assert end.code == 2
    assert "DISCORD_TOKEN: is not a token that Discord knows" in town.bot.log
    town.discord.rest.unknown.clear()


@pytest.mark.parametrize("name", ["DISCORD_TOKEN", "IMGUR_CLIENT_ID"])
async def test_a_missing_setting_ends_the_start_with_one_line(town: Town, name: str) -> None:
    del town.environment[name]
    await town.bot.start()
    end = await town.bot.exited()
    assert end.code == 2
    assert town.bot.log.startswith(f"{name}: is not set (example: ")
    assert len(town.bot.log.splitlines()) == 1


async def test_no_secret_stands_in_the_log_at_debug_level(town: Town) -> None:
    await town.open()
    upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": png()})
    await finished(upload)
    (image,) = town.imgur.world.state.uploads()
    for secret in (
        town.environment["DISCORD_TOKEN"],
        town.environment["IMGUR_CLIENT_SECRET"],
        town.environment["IMGUR_CLIENT_ID"],
        image.deletehash,
        upload.token,
    ):
        assert secret not in town.bot.log


async def test_a_deletehash_is_never_sent_to_discord(town: Town) -> None:
    await town.open()
    upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": png()})
    card = await finished(upload)
    links = await town.discord.click(town.bob, card, "Link forms")
    await links.until_answered()
    (image,) = town.imgur.world.state.uploads()
    assert not any(image.deletehash in str(call.payload) for call in town.discord.requests)


async def test_health_and_metrics_are_served(town: Town) -> None:
    await town.open()
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png()}))
    health = await town.ops("/healthz")
    assert '"status": "ok"' in health
    await town.figures(
        'imgur_bot_uploads_total{end="uploaded"} 1.0',
        'imgur_bot_credits_left{pool="uploads"} 49.0',
    )


async def test_an_endpoint_that_imgur_will_switch_off_is_logged_once_and_counted(
    town: Town,
) -> None:
    await town.open()
    await town.tell_imgur("faults", fault="sunset", match={"path": "/3/image"}, times=2)
    for number in range(2):
        picture = png(number)
        upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": picture})
        await finished(upload)
    await town.figures('imgur_bot_sunset_answers_total{endpoint="POST /3/image"} 2.0')
    await town.bot.wait_for_log("will switch off POST /3/image")
    assert town.bot.log.count("will switch off POST /3/image") == 1


async def test_the_bot_comes_back_after_discord_was_away(town: Town) -> None:
    await town.open()
    gateway = town.discord.gateway
    before = gateway.handshakes
    gateway.drop()
    await town.discord.until(lambda: gateway.handshakes > before and gateway.is_ready)
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png()}))
