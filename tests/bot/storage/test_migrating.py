"""The database's shape."""

import importlib
import pkgutil
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

import bot.storage
from bot.errors import DatabaseCorruptError, SchemaTooNewError
from bot.storage.engine import is_wal_safe, open_database
from bot.storage.migrating import HEAD, migrate
from bot.storage.schema import metadata

for module in pkgutil.iter_modules(bot.storage.__path__, "bot.storage."):
    importlib.import_module(module.name)


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def test_the_migrations_make_the_tables_that_the_code_expects(tmp_path: Path) -> None:
    async with open_database(tmp_path / "bot.sqlite3") as database:
        await migrate(database)
        async with database.read() as connection:
            assert await connection.run_sync(differences) == []


async def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    async with open_database(tmp_path / "bot.sqlite3") as database:
        await migrate(database)
        await migrate(database)
        async with database.read() as connection:
            versions = (await connection.execute(text("SELECT * FROM alembic_version"))).all()
    assert [tuple(row) for row in versions] == [(HEAD,)]


async def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    async with open_database(tmp_path / "bot.sqlite3") as database:
        await migrate(database)
        async with database.write() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(SchemaTooNewError):
            await migrate(database)
        async with database.read() as connection:
            version = (await connection.execute(text("SELECT * FROM alembic_version"))).scalar()
    assert version == "9999"


def test_the_newest_migration_is_the_one_that_is_expected() -> None:
    folder = Path(bot.storage.__file__).parent / "migrations" / "versions"
    newest = max(path.name for path in folder.glob("v*.py"))
    assert newest.startswith(f"v{HEAD}")


async def test_a_damaged_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    with pytest.raises(DatabaseCorruptError):
        async with open_database(path):
            pass
    assert path.read_bytes()[16:20] == b"\xff" * 4


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 6), True),
        ((3, 44, 5), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((4, 0, 0), True),
    ],
)
def test_the_journal_goes_by_sqlites_version(version: tuple[int, ...], *, safe: bool) -> None:
    assert is_wal_safe(version) is safe


async def test_the_journal_is_one_that_this_sqlite_does_not_corrupt(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    async with open_database(path) as database:
        await migrate(database)
        async with database.read() as connection:
            mode = (await connection.execute(text("PRAGMA journal_mode"))).scalar()
    assert mode == ("wal" if is_wal_safe() else "delete")
    assert sqlite3.connect(path).execute("PRAGMA quick_check").fetchone() == ("ok",)
