"""Transactions with honest errors, and the SQLite file that they use by default: one connection.

Every transaction is either a write (``BEGIN IMMEDIATE``, so that it never fails halfway for want of
the lock) or a read. Versions of SQLite before 3.51.3 can corrupt a database in WAL mode once a
second connection appears, hence the choice of the journal.
Source: https://www.sqlite.org/wal.html#the_wal_reset_bug
"""

import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import (
    DatabaseCorruptError,
    DiskFullError,
    StorageBusyError,
    StorageError,
)
from bot.storage.turns import Turns
from bot.storage.unbroken import connect
from bot.urgency import is_in_background

_log = logging.getLogger(__name__)

#: How long a held database is waited for: Discord wants a first answer within three seconds, and
#: work in the background, which comes again, may not use them up.
BUSY_TIMEOUT_MS = 2000
_BACKGROUND_TIMEOUT_MS = 200
_SAFE_WAL = (3, 51, 3)
_SAFE_WAL_BACKPORTS = {(3, 44): 6, (3, 50): 7}


def is_wal_safe(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    """Whether this SQLite has the fix for the WAL-reset bug."""
    if version >= _SAFE_WAL:
        return True
    backport = _SAFE_WAL_BACKPORTS.get((version[0], version[1]))
    return backport is not None and version[2] >= backport


class Database:
    """Transactions on one database; ``postgresql.py`` opens another kind.

    Attributes:
        shared_as: This process's name among those on this database; ``None`` where it is alone.
        schema: Where its own tables stand, if not where the shared ones do.
    """

    def __init__(
        self, engine: AsyncEngine, *, shared_as: str | None = None, schema: str | None = None
    ) -> None:
        self.shared_as = shared_as
        self.schema = schema
        self._engine = engine
        self._readers = engine.execution_options(begins="BEGIN")
        self._outside = engine.execution_options(begins=None)
        self._turns = Turns()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that changes something; commits at the end, rolls back on any exception.

        Raises:
            StorageBusyError: Another process held it for too long.
            DiskFullError: No room left.
            DatabaseCorruptError: It is damaged.
            StorageError: Anything else that the database refused.
        """
        try:
            async with self._turns.turn(), self._engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise translate(error) from error
        except (OSError, TimeoutError) as error:
            raise StorageError(f"the database does not answer: {error}") from error

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only looks.

        Raises:
            StorageError: As in ``write``.
        """
        try:
            async with self._turns.turn(), self._readers.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise translate(error) from error
        except (OSError, TimeoutError) as error:
            raise StorageError(f"the database does not answer: {error}") from error

    async def copy_to(self, path: Path) -> None:
        """Write a consistent copy without what was deleted; nothing else runs meanwhile.

        Copying through this very connection keeps to the rule of one connection.

        Raises:
            DiskFullError: No room left.
            StorageError: The file exists, the database is no SQLite's, or it refused.
        """
        if self._engine.dialect.name != "sqlite":
            raise StorageError("a PostgreSQL database is copied with its own pg_dump")
        try:
            async with self._turns.turn(), self._outside.connect() as connection:
                await connection.exec_driver_sql("VACUUM INTO ?", (str(path),))
        except DBAPIError as error:
            raise translate(error) from error


@asynccontextmanager
async def open_database(path: Path) -> AsyncIterator[Database]:
    """Open the file, making it when it is not there; tables are the migrations' business.

    Raises:
        DatabaseCorruptError: The file is not a whole SQLite database; it is left untouched.
    """
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        pool_size=1,
        max_overflow=0,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "async_creator_fn": connect},
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    database = Database(engine)
    try:
        await _check(database, path)
        yield database
    finally:
        await engine.dispose()


def translate(error: DBAPIError) -> StorageError:
    """The named failure behind a driver's exception."""
    text = str(error.orig).lower()
    if "locked" in text or "busy" in text or "timeout" in text:
        return StorageBusyError("another process holds the database")
    if "full" in text:
        return DiskFullError("no room left for the database")
    if "malformed" in text or "not a database" in text:
        return DatabaseCorruptError("the database file is damaged: restore a backup")
    return StorageError(f"{type(error.orig).__name__}: {error.orig}")


async def _check(database: Database, path: Path) -> None:
    async with database.read() as connection:
        verdict = (await connection.exec_driver_sql("PRAGMA quick_check(1)")).scalar_one()
        journal = (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar_one()
    if verdict != "ok":
        raise DatabaseCorruptError(f"{path} is damaged ({verdict}): restore a backup")
    why = "" if is_wal_safe() else ": this version's WAL can corrupt a database"
    _log.info("SQLite %s, journal %s%s", sqlite3.sqlite_version, str(journal).upper(), why)


def _prepare(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling is off: _begin decides which kind each one is.
    connection.isolation_level = None
    journal = ("WAL", "FULL") if is_wal_safe() else ("DELETE", "EXTRA")
    cursor = connection.cursor()
    try:
        cursor.execute(f"PRAGMA journal_mode={journal[0]}")
        cursor.execute(f"PRAGMA synchronous={journal[1]}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")
    finally:
        cursor.close()


def _begin(connection: Any) -> None:
    timeout_ms = _BACKGROUND_TIMEOUT_MS if is_in_background() else BUSY_TIMEOUT_MS
    if connection.info.get("timeout_ms", BUSY_TIMEOUT_MS) != timeout_ms:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={timeout_ms}")
        connection.info["timeout_ms"] = timeout_ms
    statement = connection.get_execution_options().get("begins", "BEGIN IMMEDIATE")
    if statement is not None:
        connection.exec_driver_sql(statement)
