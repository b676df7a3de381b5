"""Looking at the database from outside, also while a bot uses it: reads only, changes nothing."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column

from bot.accounts.vault import Vault
from bot.storage import albums, link_tickets, links, uploads  # noqa: F401 (their tables)
from bot.storage.engine import is_wal_safe
from bot.storage.sealed import opened, sealed_columns

#: Waits this long for whoever writes.
_PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """What a database file is like.

    Attributes:
        verdict: SQLite's own, ``"ok"`` where the file is whole.
        journal: SQLite's journal mode, such as ``"wal"``.
        revision: The migration that it is at; empty before the first one.
        keys: How many sealed values each key opens.
        locked: How many no key of the ring opens.
    """

    size_bytes: int
    verdict: str
    journal: str
    revision: str
    keys: Mapping[str, int]
    locked: int

    @property
    def is_journal_safe(self) -> bool:
        """Whether this SQLite can be trusted with that journal."""
        return self.journal != "wal" or is_wal_safe()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A database file that SQLite does not read; ``reason`` is SQLite's."""

    reason: str


def inspect_database(path: Path, vault: Vault) -> DatabaseFacts | Unreadable | None:
    """What the file is like; ``None`` where there is none. Blocks: not for the event loop."""
    if not path.exists():
        return None
    address = f"{path.resolve().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE_S)) as connection:
            return _inspect(connection, path, vault)
    except sqlite3.Error as error:
        return Unreadable(str(error))


def _inspect(connection: sqlite3.Connection, path: Path, vault: Vault) -> DatabaseFacts:
    connection.row_factory = sqlite3.Row
    tables = {row["name"] for row in connection.execute("SELECT name FROM sqlite_master")}
    keys, locked = _count_by_key(
        connection, [one for one in sealed_columns() if one.table.name in tables], vault
    )
    revision = "SELECT max(version_num) FROM alembic_version"
    return DatabaseFacts(
        size_bytes=path.stat().st_size,
        verdict=_value(connection, "PRAGMA quick_check(1)"),
        journal=_value(connection, "PRAGMA journal_mode"),
        revision=_value(connection, revision) if "alembic_version" in tables else "",
        keys=keys,
        locked=locked,
    )


def _count_by_key(
    connection: sqlite3.Connection, columns: Iterable[Column[Any]], vault: Vault
) -> tuple[Mapping[str, int], int]:
    """How many values each key opens, and how many none does."""
    keys: Counter[str] = Counter()
    locked = 0
    for column in columns:
        table, name = column.table.name, column.name
        for row in connection.execute(f"SELECT * FROM {table} WHERE {name} IS NOT NULL"):  # noqa: S608 (our own tables)
            if opened(vault, column, row) is None:
                locked += 1
            else:
                keys[vault.key_id_of(row[name])] += 1
    return keys, locked


def _value(connection: sqlite3.Connection, statement: str) -> str:
    row = connection.execute(statement).fetchone()
    return "" if row is None or row[0] is None else str(row[0])


def sqlite_version() -> str:
    """The version of SQLite that this Python uses."""
    return sqlite3.sqlite_version
