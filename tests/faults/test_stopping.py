"""Stopping with work in hand, and files that stop the bot."""

import asyncio
from pathlib import Path

from tests.e2e.conftest import Town, finished, png
from tests.e2e.ledger import rows, until
from tests.faults.stopwatch import Stopwatch
from tests.wire.gates import Gate


async def test_a_stop_with_twenty_uploads_in_hand_loses_none_and_doubles_none(town: Town) -> None:
    await town.open()
    await town.tell_imgur("faults", fault="slow", times=None, delay_s=0.6)
    uploads = [
        await town.discord.slash(town.alice, town.channel, "upload", {"image": png(number)})
        for number in range(20)
    ]
    for upload in uploads:
        await upload.until_acknowledged()
    await town.discord.until(lambda: town.pictures >= 2)
    watch = Stopwatch(town.bot.pid)
    end = asyncio.ensure_future(town.bot.terminate())
    while not end.done():
        took_s = watch.seconds()
        await asyncio.wait({end}, timeout=0.1)
    assert end.result().code == 0
    assert took_s < 25
    assert sum("Delete" in upload.response.labels for upload in uploads) == town.pictures
    town.imgur.world.armoury.armed.clear()
    await town.open()
    cards = {(await finished(upload)).id for upload in uploads}
    assert len(cards) == 20
    assert town.pictures == 20


async def test_a_file_that_stops_the_bot_three_times_is_given_up_and_others_go_on(
    town: Town, database: Path
) -> None:
    poison = png(1)
    poison.delivery.gate = gate = Gate()
    await town.open()
    upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": poison})
    for crash in range(1, 4):
        query = f"SELECT 1 FROM jobs WHERE state = 'accepted' AND attempts = {crash}"
        await until(database, query)
        await town.bot.kill()
        await town.open()
    await upload.until(lambda it: "given up" in it.text)
    await finished(await town.discord.slash(town.bob, town.channel, "upload", {"image": png(2)}))
    assert town.pictures == 1
    gate.open()


async def test_stopping_during_a_download_is_no_crash(town: Town, database: Path) -> None:
    slow = png(1)
    slow.delivery.gate = gate = Gate()
    await town.open()
    upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": slow})
    for _ in range(4):
        await until(database, "SELECT 1 FROM jobs WHERE attempts = 1")
        await town.bot.terminate()
        assert rows(database, "SELECT attempts FROM jobs") == [(0,)]
        await town.open()
    gate.open()
    await finished(upload)
