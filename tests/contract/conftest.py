"""Every store is tried on every database engine."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.engine import Database, open_database
from bot.storage.migrating import migrate
from bot.storage.postgresql import open_postgresql


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh database with all tables."""
    if request.param == "sqlite":
        opening = open_database(tmp_path / "bot.sqlite3")
    else:
        opening = open_postgresql(request.getfixturevalue("postgresql_url"))
    async with opening as opened:
        await migrate(opened)
        yield opened
