"""A server that is slow holds nobody up for longer than Discord waits."""

import pytest

from bot.errors import StorageError
from bot.storage import postgresql

DISCORD_WAITS_S = 3


async def test_a_statement_that_takes_too_long_is_given_up(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert postgresql.COMMAND_TIMEOUT_S < DISCORD_WAITS_S
    async with postgresql.open_postgresql(postgresql_url) as database:
        pass  # the server is there, and quick
    monkeypatch.setattr(postgresql, "COMMAND_TIMEOUT_S", 0.5)
    async with postgresql.open_postgresql(postgresql_url) as database:
        with pytest.raises(StorageError):
            async with database.read() as connection:
                await connection.exec_driver_sql("SELECT pg_sleep(300)")
        async with database.read() as connection:  # and the next one is served
            await connection.exec_driver_sql("SELECT 1")
