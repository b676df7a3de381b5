"""Albums in the database; deletehashes are sealed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    String,
    Table,
    select,
    update,
)

from bot.accounts.vault import Vault
from bot.storage.engine import Database
from bot.storage.schema import Instant, Sealed, metadata, upsert
from bot.uploads.albums import NewAlbum
from bot.uploads.job import Album

albums = Table(
    "albums",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("user_id", BigInteger, nullable=False, index=True),
    Column("account_id", BigInteger),
    Column("title", String, nullable=False),
    Column("imgur_id", String),
    Column("deletehash", Sealed("albums.deletehash:{id}")),
    Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,  # numbers in choices are never given out twice
)

#: Albums asked for by name, which their user may choose again.
_BY_NAME = "upload:"
_LISTED = 20


class SqlAlbumStore:
    """An ``AlbumStore`` on the database."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def want(
        self, new: NewAlbum, user_id: int, account_id: int | None, at: datetime
    ) -> Album:
        """The album of this key in this account, with a row from now on."""
        key = f"{new.key}@{account_id or 'anonymous'}"
        statement = (
            upsert(albums)
            .values(
                key=key,
                user_id=user_id,
                account_id=account_id,
                title=new.title,
                imgur_id=new.imgur_id,
                created_at=at,
            )
            .on_conflict_do_nothing(index_elements=["key"])
        )
        async with self._database.write() as connection:
            await connection.execute(statement)
            row = (await connection.execute(select(albums).where(albums.c.key == key))).one()
        return album_of(row._asdict(), self._vault)

    async def album(self, row: int) -> Album | None:
        """An album by its row's number."""
        async with self._database.read() as connection:
            found = (
                await connection.execute(select(albums).where(albums.c.id == row))
            ).one_or_none()
        return None if found is None else album_of(found._asdict(), self._vault)

    async def keep(self, album: Album) -> None:
        """Write where an album is at Imgur, or that it is nowhere."""
        sealed = None
        if album.deletehash is not None:
            sealed = self._vault.seal(album.deletehash.encode(), _bound_to(album.id))
        statement = (
            update(albums)
            .where(albums.c.id == album.id)
            .values(imgur_id=album.imgur_id, deletehash=sealed)
        )
        async with self._database.write() as connection:
            await connection.execute(statement)

    async def albums_of(self, user_id: int, account_id: int | None) -> Sequence[Album]:
        """The albums at Imgur that a user asked for by name, newest first."""
        query = (
            select(albums)
            .where(
                albums.c.user_id == user_id,
                albums.c.account_id.is_not_distinct_from(account_id),
                albums.c.imgur_id.is_not(None),
                albums.c.key.startswith(_BY_NAME),
            )
            .order_by(albums.c.id.desc())
            .limit(_LISTED)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [album_of(row._asdict(), self._vault) for row in rows]


def album_of(fields: dict[str, Any], vault: Vault) -> Album:
    """An album from its row's columns."""
    sealed = fields["deletehash"]
    return Album(
        id=fields["id"],
        user_id=fields["user_id"],
        title=fields["title"],
        account_id=fields["account_id"],
        imgur_id=fields["imgur_id"],
        deletehash=None if sealed is None else vault.open(sealed, _bound_to(fields["id"])).decode(),
    )


def _bound_to(row: int) -> str:
    return f"albums.deletehash:{row}"
