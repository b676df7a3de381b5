"""Linked Imgur accounts in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Row,
    String,
    Table,
    UniqueConstraint,
    delete,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from bot.accounts.account import Linked, LinkedAccount, NewLink
from bot.accounts.sealing import SealedTokens
from bot.errors import LinkedElsewhereError
from bot.storage.engine import Database
from bot.storage.schema import Instant, Sealed, metadata

links = Table(
    "links",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("imgur_account_id", BigInteger, nullable=False),
    Column("username", String, nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("linked_at", Instant, nullable=False),
    Column("refreshed_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("claimed_until", Instant),
    Column("access_token", Sealed("links.access_token:{user_id}:{imgur_account_id}")),
    Column("refresh_token", Sealed("links.refresh_token:{user_id}:{imgur_account_id}")),
    Column("revoked_at", Instant),
    Column("told_at", Instant),
    UniqueConstraint("user_id", "imgur_account_id"),
    CheckConstraint(
        "(revoked_at IS NULL) = (access_token IS NOT NULL)"
        " AND (revoked_at IS NULL) = (refresh_token IS NOT NULL)",
        name="ck_links_revoked_means_wiped",
    ),
)
_ALIVE = text("revoked_at IS NULL")
_DEFAULT = text("is_default")
Index(
    "uq_links_living_account",
    links.c.imgur_account_id,
    unique=True,
    sqlite_where=_ALIVE,
    postgresql_where=_ALIVE,
)
Index(
    "uq_links_default",
    links.c.user_id,
    unique=True,
    sqlite_where=_DEFAULT,
    postgresql_where=_DEFAULT,
)

_OLDEST_FIRST = (links.c.is_default.desc(), links.c.linked_at, links.c.id)


class SqlLinkStore:
    """``LinkStore`` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def link(self, new: NewLink, *, replace: bool, at: datetime) -> Linked:
        """Store or refresh a link; see ``LinkStore``."""
        async with self._database.write() as connection:
            if await _is_held_elsewhere(connection, new):
                raise LinkedElsewhereError("another Discord user holds this Imgur account")
            former = await _one(connection, links.c.user_id == new.user_id, links.c.is_default)
            is_same = former is not None and former.imgur_account_id == new.imgur_account_id
            takes_over = former is None or replace or former.revoked_at is not None
            replaced = former if takes_over and not is_same else None
            if replaced is not None:
                await connection.execute(delete(links).where(links.c.id == replaced.id))
            account = await _write(connection, new, is_default=takes_over or is_same, at=at)
        return Linked(account, replaced)

    async def default_of(self, user_id: int) -> LinkedAccount | None:
        """The user's default link."""
        async with self._database.read() as connection:
            return await _one(connection, links.c.user_id == user_id, links.c.is_default)

    async def find(self, user_id: int, imgur_account_id: int) -> LinkedAccount | None:
        """The user's link to one account."""
        async with self._database.read() as connection:
            return await _one(
                connection,
                links.c.user_id == user_id,
                links.c.imgur_account_id == imgur_account_id,
            )

    async def links_of(self, user_id: int) -> Sequence[LinkedAccount]:
        """The user's links, the default first."""
        statement = select(links).where(links.c.user_id == user_id).order_by(*_OLDEST_FIRST)
        async with self._database.read() as connection:
            return [_account(row) for row in await connection.execute(statement)]

    async def unlink(self, user_id: int, imgur_account_id: int | None) -> Sequence[LinkedAccount]:
        """Delete one link or all; see ``LinkStore``."""
        statement = delete(links).where(links.c.user_id == user_id).returning(links)
        if imgur_account_id is not None:
            statement = statement.where(links.c.imgur_account_id == imgur_account_id)
        async with self._database.write() as connection:
            gone = [_account(row) for row in await connection.execute(statement)]
            if any(link.is_default for link in gone):
                await _promote_oldest(connection, user_id)
        return gone

    async def make_default(self, user_id: int, imgur_account_id: int) -> LinkedAccount | None:
        """Let the user's uploads go to that account."""
        mine = links.c.user_id == user_id
        wanted = (mine, links.c.imgur_account_id == imgur_account_id, links.c.revoked_at.is_(None))
        async with self._database.write() as connection:
            if await _one(connection, *wanted) is None:
                return None
            # One at a time: the index allows no two defaults, not even within a statement.
            await connection.execute(update(links).where(mine).values(is_default=False))
            await connection.execute(update(links).where(*wanted).values(is_default=True))
            return await _one(connection, *wanted)

    async def claim(self, link: LinkedAccount, *, now: datetime, until: datetime) -> bool:
        """Reserve the refresh of this version."""
        unclaimed = or_(links.c.claimed_until.is_(None), links.c.claimed_until <= now)
        changed = await self._change(link, {"claimed_until": until}, unclaimed)
        return changed is not None

    async def release(self, link: LinkedAccount) -> None:
        """Give the reservation back."""
        await self._change(link, {"claimed_until": None})

    async def forget_claims(self) -> None:
        """Free what a process that died had reserved; for the start of the only one."""
        async with self._database.write() as connection:
            await connection.execute(update(links).values(claimed_until=None))

    async def renew(
        self, link: LinkedAccount, new: NewLink, *, at: datetime
    ) -> LinkedAccount | None:
        """Replace this version's tokens."""
        return await self._change(link, _fresh(new, at) | {"version": link.version + 1})

    async def revoke(self, link: LinkedAccount, *, at: datetime) -> bool:
        """Wipe this version's tokens."""
        values = {
            "access_token": None,
            "refresh_token": None,
            "claimed_until": None,
            "revoked_at": at,
            "told_at": None,
            "version": link.version + 1,
        }
        return await self._change(link, values) is not None

    async def untold(self) -> Sequence[LinkedAccount]:
        """The revoked links whose users were not told yet."""
        statement = select(links).where(links.c.revoked_at.is_not(None), links.c.told_at.is_(None))
        async with self._database.read() as connection:
            return [_account(row) for row in await connection.execute(statement)]

    async def take_untold(self, user_id: int, *, at: datetime) -> bool:
        """Whether a revocation is news to the user, once."""
        statement = (
            update(links)
            .where(links.c.user_id == user_id)
            .where(links.c.revoked_at.is_not(None), links.c.told_at.is_(None))
            .values(told_at=at)
            .returning(links.c.id)
        )
        async with self._database.write() as connection:
            return bool((await connection.execute(statement)).all())

    async def _change(
        self, link: LinkedAccount, values: dict[str, Any], *also: ColumnElement[bool]
    ) -> LinkedAccount | None:
        """Change a living link if its version is still this one."""
        statement = (
            update(links)
            .where(links.c.id == link.id, links.c.version == link.version)
            .where(links.c.revoked_at.is_(None), *also)
            .values(values)
            .returning(links)
        )
        async with self._database.write() as connection:
            row = (await connection.execute(statement)).one_or_none()
        return None if row is None else _account(row)


async def _is_held_elsewhere(connection: AsyncConnection, new: NewLink) -> bool:
    statement = (
        select(links.c.id)
        .where(links.c.imgur_account_id == new.imgur_account_id)
        .where(links.c.user_id != new.user_id, links.c.revoked_at.is_(None))
    )
    return (await connection.execute(statement)).first() is not None


async def _one(
    connection: AsyncConnection, *conditions: ColumnElement[bool]
) -> LinkedAccount | None:
    row = (await connection.execute(select(links).where(*conditions))).one_or_none()
    return None if row is None else _account(row)


async def _write(
    connection: AsyncConnection, new: NewLink, *, is_default: bool, at: datetime
) -> LinkedAccount:
    values = _fresh(new, at) | {"is_default": is_default, "linked_at": at}
    renewed = (
        update(links)
        .where(links.c.user_id == new.user_id)
        .where(links.c.imgur_account_id == new.imgur_account_id)
        .values(values | {"version": links.c.version + 1})
        .returning(links)
    )
    row = (await connection.execute(renewed)).one_or_none()
    if row is None:
        values |= {"user_id": new.user_id, "imgur_account_id": new.imgur_account_id, "version": 1}
        row = (await connection.execute(insert(links).values(values).returning(links))).one()
    return _account(row)


async def _promote_oldest(connection: AsyncConnection, user_id: int) -> None:
    oldest = (
        select(links.c.id)
        .where(links.c.user_id == user_id)
        .order_by(links.c.linked_at, links.c.id)
        .limit(1)
        .scalar_subquery()
    )
    await connection.execute(update(links).where(links.c.id == oldest).values(is_default=True))


def _fresh(new: NewLink, at: datetime) -> dict[str, Any]:
    """The columns that new tokens bring with them."""
    return {
        "username": new.username,
        "access_token": new.tokens.access,
        "refresh_token": new.tokens.refresh,
        "refreshed_at": at,
        "expires_at": new.expires_at,
        "claimed_until": None,
        "revoked_at": None,
        "told_at": None,
    }


def _account(row: Row[Any]) -> LinkedAccount:
    sealed = None
    if row.access_token is not None:
        sealed = SealedTokens(row.access_token, row.refresh_token)
    return LinkedAccount(
        id=row.id,
        user_id=row.user_id,
        imgur_account_id=row.imgur_account_id,
        username=row.username,
        is_default=row.is_default,
        linked_at=row.linked_at,
        refreshed_at=row.refreshed_at,
        expires_at=row.expires_at,
        version=row.version,
        tokens=sealed,
        revoked_at=row.revoked_at,
    )
