"""The real process with its data on a PostgreSQL server."""

from pathlib import Path

import asyncpg
import pytest

from tests.e2e.conftest import Town, finished, png
from tests.e2e.process import BotProcess


@pytest.fixture
def url(town: Town, postgresql_url: str) -> str:
    town.environment["DATABASE_URL"] = postgresql_url
    return postgresql_url


async def test_an_upload_ends_in_a_card_and_its_row_is_on_the_server(town: Town, url: str) -> None:
    await town.open()
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png()}))

    connection = await asyncpg.connect(url)
    rows = await connection.fetch("SELECT state FROM jobs")
    await connection.close()
    assert [row["state"] for row in rows] == ["uploaded"]
    assert not (town.database).exists()


async def test_after_kill_9_the_upload_ends_once(town: Town, url: str) -> None:
    assert url
    await town.open()
    await town.tell_imgur("faults", fault="slow", times=None, delay_s=0.5)
    upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": png()})
    await town.discord.until(lambda: town.discord.cdn.requests)
    await town.bot.kill()
    await town.open()
    await finished(upload)


async def test_a_second_bot_on_the_same_database_is_refused(
    town: Town, url: str, tmp_path: Path
) -> None:
    assert url
    await town.open()
    second = BotProcess(tmp_path, town.environment)
    await second.start()
    end = await second.exited()
    assert end.code == 4
    assert "another bot uses this database" in second.log


async def test_a_server_that_loses_the_connection_costs_nobody_an_error(
    town: Town, url: str
) -> None:
    await town.open()
    connection = await asyncpg.connect(url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND datname = current_database()"
    )
    await connection.close()
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png()}))


async def test_a_server_out_of_reach_ends_the_start_with_one_line(town: Town) -> None:
    town.environment["DATABASE_URL"] = "postgresql://somebody:a-password@127.0.0.1:9/bot"
    await town.bot.start()
    end = await town.bot.exited()
    assert end.code == 3
    assert "the database does not answer" in town.bot.log
    assert "a-password" not in town.bot.log
    assert "Traceback" not in town.bot.log
