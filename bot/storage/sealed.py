"""All sealed values of the database, whatever they mean: which key they need, and moving them on.

A column of type ``Sealed`` is found here by itself.
"""

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, RowMapping, Select, func, select, update

from bot.accounts.vault import Vault
from bot.errors import CryptoError
from bot.storage.engine import Database
from bot.storage.schema import Sealed, metadata

_BATCH = 100
#: One value that opens proves that a key is the right one; a single damaged row proves nothing.
_SAMPLES = 20


class SqlSealedValues:
    """What is sealed, in every table of a store that was imported."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._columns = sealed_columns()

    async def by_key(self) -> Mapping[str, int]:
        """How many values each key has sealed, by its id."""
        found: Counter[str] = Counter()
        for column in self._columns:
            heads = select(func.substr(column, 1, Vault.LONGEST_HEAD)).where(column.is_not(None))
            async with self._database.read() as connection:
                found.update(Vault.key_id_of(head) for (head,) in await connection.execute(heads))
        return found

    async def locked(self) -> Mapping[str, int]:
        """How many values are sealed with keys that the ring lacks or holds wrongly, by key id."""
        found = await self.by_key()
        return {key_id: count for key_id, count in found.items() if not await self._fits(key_id)}

    async def reseal(self) -> int:
        """Seal anew what another key than the first has sealed; returns how much that was.

        May run while the bot works: each value is replaced only if it is still the one that was
        read. What does not open is left as it is.

        Raises:
            StorageError: The database refused; what was done so far stays done.
        """
        return sum([await self._reseal(column) for column in self._columns])

    async def _fits(self, key_id: str) -> bool:
        head = Vault.head_of(key_id)
        for column in self._columns:
            query = _rows_of(column).where(func.substr(column, 1, len(head)) == head)
            async with self._database.read() as connection:
                rows = (await connection.execute(query.limit(_SAMPLES))).mappings().all()
            if any(opened(self._vault, column, row) is not None for row in rows):
                return True
        return False

    async def _reseal(self, column: Column[Any]) -> int:
        head = Vault.head_of(self._vault.sealing_id)
        key = _key_of(column)
        query = _rows_of(column).where(func.substr(column, 1, len(head)) != head)
        moved, last = 0, None
        while True:
            page = query if last is None else query.where(key > last)
            async with self._database.read() as connection:
                rows = (await connection.execute(page.limit(_BATCH))).mappings().all()
            if not rows:
                return moved
            moved += await self._replace(column, rows)
            last = rows[-1][key]

    async def _replace(self, column: Column[Any], rows: Sequence[RowMapping]) -> int:
        moved = 0
        async with self._database.write() as connection:
            for row in rows:
                plain = opened(self._vault, column, row)
                if plain is None:
                    continue
                key, sealed = _key_of(column), row[column]
                statement = (
                    update(column.table)
                    .where(key == row[key], column == sealed)
                    .values({column: self._vault.seal(plain, _context_of(column, row))})
                )
                moved += (await connection.execute(statement)).rowcount
        return moved


def sealed_columns() -> Sequence[Column[Any]]:
    """Every column that holds sealed values."""
    return [
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Sealed)
    ]


def _rows_of(column: Column[Any]) -> Select[Any]:
    """The rows that hold a value, by their key."""
    return select(column.table).where(column.is_not(None)).order_by(_key_of(column))


def _key_of(column: Column[Any]) -> Column[Any]:
    (key,) = column.table.primary_key.columns
    return key


def opened(vault: Vault, column: Column[Any], row: RowMapping | sqlite3.Row) -> bytes | None:
    """What a row's value in that column says; ``None`` where no key of the ring opens it."""
    try:
        return vault.open(row[column.name], _context_of(column, row))
    except CryptoError:
        return None


def _context_of(column: Column[Any], row: RowMapping | sqlite3.Row) -> str:
    """What a row's value in that column is sealed for."""
    kind = column.type
    assert isinstance(kind, Sealed)  # noqa: S101 (only such columns come here)
    return kind.context.format_map(dict(row))
