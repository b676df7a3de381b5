"""Two real bots, two Discords, one PostgreSQL database and one Imgur."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from tests.e2e.conftest import Town, finished, png
from tests.e2e.process import BotProcess
from tests.patience import PATIENCE_S
from tests.wire.driver import DiscordWire
from tests.wire.interactions import Interaction


@asynccontextmanager
async def neighbour_of(town: Town, folder: Path) -> AsyncIterator[Town]:
    """Another bot with a Discord and a folder of its own; its credits come from the same pools."""
    (folder / "neighbour").mkdir()
    async with DiscordWire(token="MTAwMDAwMDAwMDAwMDAwMDAwMA.wire.of-the-neighbour") as discord:
        guild = discord.create_guild("Village")
        environment = {**town.environment, **discord.environment(), "INSTANCE": "neighbour"}
        built = replace(
            town,
            discord=discord,
            bot=BotProcess(folder / "neighbour", environment),
            guild=guild,
            channel=discord.create_channel(guild),
            alice=discord.create_user("alice", guild),
        )
        try:
            yield built
            end = await built.bot.terminate() if built.bot.is_running else None
        finally:
            print(built.bot.log[-20_000:])  # pytest shows it when the test failed
            await built.bot.kill()
        assert end is None or end.code == 0, "the bot did not stop cleanly"


@pytest.fixture
async def towns(town: Town, postgresql_url: str, tmp_path: Path) -> AsyncIterator[list[Town]]:
    """Two that have 30 credits an hour together."""
    town.environment["DATABASE_URL"] = postgresql_url
    town.imgur.world.state.limits.limits["user"] = 30
    async with neighbour_of(town, tmp_path) as neighbour:
        yield [town, neighbour]


async def uploading(town: Town, seed: int) -> Interaction:
    return await town.discord.slash(town.alice, town.channel, "upload", {"image": png(seed)})


def waits(upload: Interaction) -> bool:
    return upload.response is not None and "place" in upload.response.text


async def test_of_two_bots_that_race_for_the_last_credits_one_uploads_and_one_waits(
    towns: list[Town],
) -> None:
    for seed, town in enumerate(towns):
        await town.open()
        await finished(await uploading(town, seed))
    await towns[0].tell_imgur("faults", fault="slow", times=None, delay_s=0.5)

    races = [await uploading(town, 10 + seed) for seed, town in enumerate(towns)]
    for upload in races:
        await upload.until(
            lambda it: waits(it) or (it.response is not None and "Delete" in it.response.labels)
        )

    assert sorted(waits(upload) for upload in races) == [False, True]
    truth = towns[0].imgur.world.state.limits.pools
    assert {pool.remaining for pool in truth.values() if pool.kind == "user"} == {0}
    assert not any(pool.refusals for pool in truth.values())
    assert towns[0].pictures == 3


async def test_what_a_killed_bot_was_sending_is_held_and_its_work_is_left_to_itself(
    towns: list[Town], postgresql_url: str
) -> None:
    ours, theirs = towns
    for town in towns:
        await town.open()
    await finished(await uploading(theirs, 1))
    await ours.tell_imgur("faults", fault="slow", times=None, delay_s=2 * PATIENCE_S)
    cut_off = await uploading(ours, 2)
    connection = await asyncpg.connect(postgresql_url)
    while not await connection.fetchval(
        "SELECT count(*) FROM credit_pools WHERE kind = 'user' AND held::text LIKE '%main%'"
    ):
        await ours.bot.while_running(connection.execute("SELECT pg_sleep(0.01)"))
    await ours.bot.kill()
    ours.imgur.world.armoury.armed.clear()
    states = await connection.fetch('SELECT state FROM "bot-neighbour".jobs')
    await connection.close()
    assert [row["state"] for row in states] == ["uploaded"]

    await theirs.bot.terminate()
    await theirs.open()
    quota = await theirs.discord.slash(theirs.alice, theirs.channel, "quota")
    assert "10 of 30 credits an hour" in (await quota.until_answered()).text
    await ours.open()
    await finished(cut_off)
