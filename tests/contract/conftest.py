"""Every store is tried on every database engine."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage import postgresql
from bot.storage.engine import Database, open_database
from bot.storage.migrating import migrate
from tests.patience import PATIENCE_S


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast a server answers is not the question here."""
    monkeypatch.setattr(postgresql, "CONNECT_TIMEOUT_S", PATIENCE_S)
    monkeypatch.setattr(postgresql, "COMMAND_TIMEOUT_S", PATIENCE_S)


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh database with all tables."""
    if request.param == "sqlite":
        opening = open_database(tmp_path / "bot.sqlite3")
    else:
        opening = postgresql.open_postgresql(request.getfixturevalue("postgresql_url"))
    async with opening as opened:
        await migrate(opened)
        yield opened
