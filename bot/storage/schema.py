"""What all tables share: their metadata, and how instants and sealed values are kept.

Each store module defines its own tables beside its statements; ``migrations/`` creates them.
"""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, Dialect, LargeBinary, MetaData
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


#: ``INSERT … ON CONFLICT``. SQLite's compiler reads PostgreSQL's form too; not the other way round.
upsert = insert


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant, kept as milliseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Aware instant to milliseconds."""
        return None if value is None else round(value.timestamp() * 1000)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Milliseconds to aware instant."""
        return None if value is None else datetime.fromtimestamp(value / 1000, UTC)


class Sealed(LargeBinary):
    """A value that a vault sealed for its row.

    Attributes:
        context: What it is bound to, with ``{columns}`` of the row: as its store seals it.
    """

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context
