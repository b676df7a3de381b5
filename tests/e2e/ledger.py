"""The bot's database, looked at and locked from outside."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE_S


def rows(path: Path, query: str, *, patience_s: float = PATIENCE_S) -> list[tuple[Any, ...]]:
    """What a query finds, once nobody is writing.

    Raises:
        sqlite3.OperationalError: Somebody held the database for too long, or it is not there yet.
    """
    # Not read-only: what a killed process left half done is rolled back by whoever comes next.
    address = f"{path.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(address, uri=True, timeout=patience_s)) as connection:
        return connection.execute(query).fetchall()


async def until(path: Path, query: str, timeout_s: float = PATIENCE_S) -> list[tuple[Any, ...]]:
    """The first rows that a query finds; looks again while the database is held or not there."""
    async with asyncio.timeout(timeout_s):
        while True:
            with suppress(sqlite3.OperationalError):
                if found := rows(path, query, patience_s=0):
                    return found
            await asyncio.sleep(0.01)


async def all_told(path: Path) -> None:
    """Wait until the bot remembers that every end was told: more than that it can be seen."""
    counted = "SELECT count(*) AS everything, count(told_at) AS told FROM batches"
    await until(path, f"SELECT 1 FROM ({counted}) WHERE everything > 0 AND everything = told")


async def attended(path: Path, message_id: int) -> None:
    """Wait until whatever was posted up to this message was attended to."""
    await until(path, f"SELECT 1 FROM auto_marks WHERE message_id >= {message_id}")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Nobody else reads or writes while the block runs."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=PATIENCE_S)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")


def is_sound(path: Path) -> bool:
    """Whether SQLite finds nothing wrong with the file."""
    with closing(sqlite3.connect(path)) as connection:
        return bool(connection.execute("PRAGMA quick_check").fetchone() == ("ok",))
