"""Attempts to link, and links that wait for their code, in the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.sql.dml import Delete, Update

from bot.accounts.account import NewLink
from bot.accounts.codes import PendingLink
from bot.accounts.sealing import SealedTokens
from bot.accounts.tickets import Stage, Ticket
from bot.storage.engine import Database
from bot.storage.schema import Instant, Sealed, metadata

tickets = Table(
    "link_tickets",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_name", String, nullable=False),
    Column("application_id", BigInteger, nullable=False),
    Column("interaction_token", Sealed("link_tickets.interaction_token:{user_id}"), nullable=False),
    Column("interaction_expires_at", Instant, nullable=False),
    Column("replace", Boolean, nullable=False),
    Column("stage", String, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("address_digest", LargeBinary, unique=True),
    Column("browser_digest", LargeBinary, unique=True),
    Column("state_digest", LargeBinary, unique=True),
)

_OWNER = "{user_id}:{imgur_account_id}"
pendings = Table(
    "pending_links",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("imgur_account_id", BigInteger, nullable=False),
    Column("username", String, nullable=False),
    Column(
        "access_token",
        Sealed(f"pending_links.access_token:{_OWNER}"),
        nullable=False,
    ),
    Column(
        "refresh_token",
        Sealed(f"pending_links.refresh_token:{_OWNER}"),
        nullable=False,
    ),
    Column("token_expires_at", Instant, nullable=False),
    Column("replace", Boolean, nullable=False),
    Column("code", Sealed("pending_links.code:{user_id}"), nullable=False),
    Column("tries_left", Integer, nullable=False),
    Column("expires_at", Instant, nullable=False),
)


class SqlTicketStore:
    """``TicketStore`` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, ticket: Ticket, *, address: bytes | None, state: bytes | None) -> None:
        """Store a ticket in the place of the user's former one."""
        values = {
            "user_id": ticket.user_id,
            "user_name": ticket.user_name,
            "application_id": ticket.application_id,
            "interaction_token": ticket.interaction_token,
            "interaction_expires_at": ticket.interaction_expires_at,
            "replace": ticket.replace,
            "stage": ticket.stage,
            "expires_at": ticket.expires_at,
            "address_digest": address,
            "state_digest": state,
        }
        async with self._database.write() as connection:
            await connection.execute(delete(tickets).where(tickets.c.user_id == ticket.user_id))
            await connection.execute(insert(tickets).values(values))

    async def look(self, address: bytes, *, now: datetime) -> Ticket | None:
        """The ticket behind an address."""
        statement = select(tickets).where(
            tickets.c.address_digest == address, tickets.c.expires_at > now
        )
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).one_or_none()
        return None if row is None else _ticket(row)

    async def bind(
        self, address: bytes, *, browser: bytes, state: bytes, stage: Stage, now: datetime
    ) -> Ticket | None:
        """Give the ticket to a browser."""
        statement = (
            update(tickets)
            .where(tickets.c.address_digest == address, tickets.c.expires_at > now)
            .values(browser_digest=browser, state_digest=state, stage=stage)
        )
        return await self._step(statement)

    async def spend(self, state: bytes, *, browser: bytes, now: datetime) -> Ticket | None:
        """From ``AT_DISCORD`` to ``PROVING``."""
        statement = (
            update(tickets)
            .where(tickets.c.state_digest == state, tickets.c.browser_digest == browser)
            .where(tickets.c.stage == Stage.AT_DISCORD, tickets.c.expires_at > now)
            .values(stage=Stage.PROVING, state_digest=None)
        )
        return await self._step(statement)

    async def issue(
        self, user_id: int, *, browser: bytes, state: bytes, stage: Stage, now: datetime
    ) -> bool:
        """From ``PROVING`` to the next leg."""
        statement = (
            update(tickets)
            .where(tickets.c.user_id == user_id, tickets.c.browser_digest == browser)
            .where(tickets.c.stage == Stage.PROVING, tickets.c.expires_at > now)
            .values(stage=stage, state_digest=state)
        )
        return await self._step(statement) is not None

    async def consume(self, state: bytes, *, browser: bytes, now: datetime) -> Ticket | None:
        """Take the ticket that stands at Imgur."""
        statement = (
            delete(tickets)
            .where(tickets.c.state_digest == state, tickets.c.browser_digest == browser)
            .where(tickets.c.stage.in_([Stage.PROVED, Stage.UNPROVED]))
            .where(tickets.c.expires_at > now)
        )
        return await self._step(statement)

    async def consume_pasted(self, state: bytes, *, user_id: int, now: datetime) -> Ticket | None:
        """Take the ticket that stands ``PASTING`` for this user."""
        statement = (
            delete(tickets)
            .where(tickets.c.state_digest == state, tickets.c.user_id == user_id)
            .where(tickets.c.stage == Stage.PASTING, tickets.c.expires_at > now)
        )
        return await self._step(statement)

    async def abandon(self, browser: bytes, *, now: datetime) -> Ticket | None:
        """Take the ticket that this browser holds."""
        statement = delete(tickets).where(
            tickets.c.browser_digest == browser, tickets.c.expires_at > now
        )
        return await self._step(statement)

    async def knows(self, state: bytes, *, now: datetime) -> bool:
        """Whether a living ticket waits for this state."""
        statement = select(tickets.c.user_id).where(
            tickets.c.state_digest == state, tickets.c.expires_at > now
        )
        async with self._database.read() as connection:
            return (await connection.execute(statement)).first() is not None

    async def drop(self, user_id: int) -> None:
        """Delete a user's ticket."""
        async with self._database.write() as connection:
            await connection.execute(delete(tickets).where(tickets.c.user_id == user_id))

    async def sweep(self, *, now: datetime) -> None:
        """Delete all that are too old."""
        async with self._database.write() as connection:
            await connection.execute(delete(tickets).where(tickets.c.expires_at <= now))

    async def _step(self, statement: Update | Delete) -> Ticket | None:
        async with self._database.write() as connection:
            row = (await connection.execute(statement.returning(tickets))).one_or_none()
        return None if row is None else _ticket(row)


class SqlPendingStore:
    """``PendingStore`` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, pending: PendingLink) -> None:
        """Store one in the place of the user's former one."""
        link = pending.link
        values = {
            "user_id": link.user_id,
            "imgur_account_id": link.imgur_account_id,
            "username": link.username,
            "access_token": link.tokens.access,
            "refresh_token": link.tokens.refresh,
            "token_expires_at": link.expires_at,
            "replace": pending.replace,
            "code": pending.code,
            "tries_left": pending.tries_left,
            "expires_at": pending.expires_at,
        }
        async with self._database.write() as connection:
            await connection.execute(delete(pendings).where(pendings.c.user_id == link.user_id))
            await connection.execute(insert(pendings).values(values))

    async def use_try(self, user_id: int, *, now: datetime) -> PendingLink | None:
        """Take one try off."""
        statement = (
            update(pendings)
            .where(pendings.c.user_id == user_id, pendings.c.expires_at > now)
            .where(pendings.c.tries_left > 0)
            .values(tries_left=pendings.c.tries_left - 1)
            .returning(pendings)
        )
        async with self._database.write() as connection:
            row = (await connection.execute(statement)).one_or_none()
        return None if row is None else _pending(row)

    async def take(self, pending: PendingLink, *, now: datetime) -> bool:
        """Delete this very one."""
        statement = (
            delete(pendings)
            .where(pendings.c.user_id == pending.link.user_id, pendings.c.code == pending.code)
            .where(pendings.c.expires_at > now)
            .returning(pendings.c.user_id)
        )
        async with self._database.write() as connection:
            return (await connection.execute(statement)).one_or_none() is not None

    async def drop(self, user_id: int) -> None:
        """Delete a user's."""
        async with self._database.write() as connection:
            await connection.execute(delete(pendings).where(pendings.c.user_id == user_id))

    async def sweep(self, *, now: datetime) -> None:
        """Delete all that are too old."""
        async with self._database.write() as connection:
            await connection.execute(delete(pendings).where(pendings.c.expires_at <= now))


def _ticket(row: Row[Any]) -> Ticket:
    return Ticket(
        user_id=row.user_id,
        user_name=row.user_name,
        application_id=row.application_id,
        interaction_token=row.interaction_token,
        interaction_expires_at=row.interaction_expires_at,
        replace=row.replace,
        stage=Stage(row.stage),
        expires_at=row.expires_at,
    )


def _pending(row: Row[Any]) -> PendingLink:
    link = NewLink(
        user_id=row.user_id,
        imgur_account_id=row.imgur_account_id,
        username=row.username,
        tokens=SealedTokens(row.access_token, row.refresh_token),
        expires_at=row.token_expires_at,
    )
    return PendingLink(
        link=link,
        replace=row.replace,
        code=row.code,
        tries_left=row.tries_left,
        expires_at=row.expires_at,
    )
