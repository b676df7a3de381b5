"""Cancelling in the middle of a transaction."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage.engine import Database, open_database


async def count_up(database: Database) -> None:
    for _ in range(1000):
        async with database.write() as connection:
            (await connection.execute(text("SELECT * FROM counts"))).all()
            await connection.execute(text("UPDATE counts SET value = value + 1"))


async def test_a_cancelled_task_leaves_no_lock_behind(tmp_path: Path) -> None:
    async with open_database(tmp_path / "bot.sqlite3") as database:
        async with database.write() as connection:
            await connection.execute(text("CREATE TABLE counts (value INTEGER)"))
            await connection.execute(text("INSERT INTO counts VALUES (0)"))
        kept = []
        for number in range(100):
            task = asyncio.create_task(count_up(database))
            for _ in range(number % 40):
                await asyncio.sleep(0)
            task.cancel()
            kept.append(await asyncio.gather(task, return_exceptions=True))
            async with asyncio.timeout(60), database.write() as connection:
                await connection.execute(text("UPDATE counts SET value = value + 1"))
    assert all(isinstance(error, asyncio.CancelledError) for [error] in kept)


async def test_a_timeout_is_still_told_as_one(tmp_path: Path) -> None:
    async with open_database(tmp_path / "bot.sqlite3") as database:
        async with database.write() as connection:
            await connection.execute(text("CREATE TABLE counts (value INTEGER)"))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await count_up(database)
