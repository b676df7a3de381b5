"""Records and parts as the tests of linking need them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.accounts.account import NewLink
from bot.accounts.announcing import InteractionRef
from bot.accounts.sealing import Owner, TokenPair
from bot.accounts.tickets import Asker
from bot.accounts.vault import KeyRing, Vault
from bot.storage import link_tickets, links  # noqa: F401 (their tables)
from bot.storage.engine import Database, open_database
from bot.storage.schema import metadata

APPLICATION_ID = 900
ALICE, BOB = 11, 22
MARMALADE, PENGUIN = 1001, 1002
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def new_vault() -> Vault:
    return Vault(KeyRing.generate("k1"))


def asker(user_id: int = ALICE, name: str = "alice") -> Asker:
    ref = InteractionRef(
        APPLICATION_ID, f"interaction-token-of-{name}", NOON + timedelta(minutes=15)
    )
    return Asker(user_id, name, ref)


def new_link(
    vault: Vault,
    user_id: int = ALICE,
    imgur_account_id: int = MARMALADE,
    *,
    access: str = "access-1",
    refresh: str = "refresh-1",
    expires_at: datetime = NOON + timedelta(days=28),
    table: str = "links",
) -> NewLink:
    tokens = Owner(table, user_id, imgur_account_id).seal(vault, TokenPair(access, refresh))
    return NewLink(
        user_id=user_id,
        imgur_account_id=imgur_account_id,
        username=f"account-{imgur_account_id}",
        tokens=tokens,
        expires_at=expires_at,
    )


@asynccontextmanager
async def fresh_database(folder: Path) -> AsyncIterator[Database]:
    async with open_database(folder / "bot.sqlite3") as database:
        async with database.write() as connection:
            await connection.run_sync(metadata.create_all)
        yield database


def on_disk(folder: Path) -> bytes:
    """Everything that the database has written, its journal included."""
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
