"""What gallery messages show, so that their buttons work after a restart."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Column, Integer, Table, delete, insert, select

from bot.storage.engine import Database
from bot.storage.schema import Instant, metadata

searches = Table(
    "searches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("query", JSON, nullable=False),
    Column("created_at", Instant, nullable=False, index=True),
    sqlite_autoincrement=True,  # numbers in buttons are never given out twice
)


class SqlSearchStore:
    """A ``SearchStore`` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, user_id: int, query: dict[str, str], at: datetime) -> int:
        """Keep a query and number it."""
        statement = insert(searches).values(user_id=user_id, query=query, created_at=at)
        async with self._database.write() as connection:
            number = (await connection.execute(statement.returning(searches.c.id))).scalar_one()
        return int(number)

    async def find(self, number: int) -> tuple[int, dict[str, str]] | None:
        """Who made that query, and the query."""
        async with self._database.read() as connection:
            row = (
                await connection.execute(select(searches).where(searches.c.id == number))
            ).one_or_none()
        return None if row is None else (row.user_id, dict(row.query))

    async def forget_before(self, instant: datetime) -> None:
        """Drop the queries that are older."""
        async with self._database.write() as connection:
            await connection.execute(delete(searches).where(searches.c.created_at < instant))
