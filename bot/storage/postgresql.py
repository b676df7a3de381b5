"""A PostgreSQL server in the place of the SQLite file, behind the same ``Database``.

One connection, as with SQLite: statements of one bot never interleave, and the advisory lock that
keeps a second bot of the same name away lives exactly as long as that connection. Imgur's credits
bound the work to a few commits a second, so more connections would buy nothing.

Bots of different names have a schema each, and share what limits all of them: the tables of the
credit pools and of dry days, which stand in ``public`` and are found through the search path.
Source: https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.errors import DataInUseError
from bot.storage.engine import Database

CONNECT_TIMEOUT_S = 5.0
#: The longest that a statement may take; the first answer on Discord waits for some of them.
COMMAND_TIMEOUT_S = 2.0
#: A process that stops in the middle of a transaction keeps the others waiting no longer than this.
_IDLE_TIMEOUT = "10s"
#: The bot whose tables stand in ``public``.
MAIN = "main"


@asynccontextmanager
async def open_postgresql(url: str, instance: str = MAIN) -> AsyncIterator[Database]:
    """Connect to ``postgresql://user:password@host:port/name``.

    Args:
        instance: This bot's name among those on the database: small letters, digits, dashes.

    Raises:
        DataInUseError: Another bot of this name uses this database.
        StorageError: The server cannot be reached, or refuses.
    """
    schema = None if instance == MAIN else f"bot-{instance}"
    path = "public" if schema is None else f'"{schema}", public'
    engine = create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=1,
        max_overflow=0,
        pool_pre_ping=True,  # a server that was restarted costs nobody an error
        connect_args={
            "timeout": CONNECT_TIMEOUT_S,
            "command_timeout": COMMAND_TIMEOUT_S,
            "server_settings": {
                "search_path": path,
                "idle_in_transaction_session_timeout": _IDLE_TIMEOUT,
            },
        },
    )
    event.listen(engine.sync_engine, "connect", partial(_enter, instance))
    database = Database(engine, shared_as=instance, schema=schema)
    try:
        async with database.read() as connection:
            await connection.exec_driver_sql("SELECT 1")
        yield database
    finally:
        await engine.dispose()


def _enter(instance: str, connection: Any, _record: Any) -> None:
    """Keep others of the same name away."""
    cursor = connection.cursor()
    try:
        cursor.execute(f"SELECT pg_try_advisory_lock({_lock_of(instance)})")
        (is_ours,) = cursor.fetchone()
    finally:
        cursor.close()
    connection.commit()
    if not is_ours:
        raise DataInUseError(f"another bot uses this database as INSTANCE={instance}")


def _lock_of(instance: str) -> int:
    """A number for its lock, away from those of other programs on the same database."""
    return int.from_bytes(sha256(f"imgurbot {instance}".encode()).digest()[:8]) >> 1
