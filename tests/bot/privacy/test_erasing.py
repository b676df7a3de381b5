"""Wishes to be forgotten, on a database that fails now and then."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.errors import StorageBusyError
from bot.privacy.erasing import Eraser, Erasure
from bot.privacy.tombstones import Tombstones
from bot.storage.engine import Database, open_database
from bot.storage.migrating import migrate
from bot.storage.privacy import SqlPrivacyStore
from tests.bot.accounts.still_clock import StillClock

ALICE = 100_000_000_000_000_001
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Busy(SqlPrivacyStore):
    """Does not erase as long as it is held."""

    is_held = False

    async def erase(self, erasure: Erasure) -> None:
        if self.is_held:
            raise StorageBusyError("held")
        await super().erase(erasure)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path / "bot.sqlite3") as opened:
        await migrate(opened)
        yield opened


def eraser_on(store: SqlPrivacyStore, tombstones: Tombstones) -> Eraser:
    async def nothing(*_: object) -> list[Any]:
        return []

    parts = SimpleNamespace(
        waiting=nothing, keep=nothing, end_overdue=nothing, forget_member=lambda _: None
    )
    return Eraser(
        store=store,
        register=tombstones,
        expiry=cast("Any", parts),
        uploads=cast("Any", parts),
        usage=cast("Any", parts),
        limiter=cast("Any", parts),
        clock=StillClock(),
    )


async def test_a_wish_that_failed_at_first_is_fulfilled_once(
    database: Database, tmp_path: Path
) -> None:
    store, tombstones = Busy(database), Tombstones(tmp_path / "tombstones")
    eraser = eraser_on(store, tombstones)
    store.is_held = True
    with pytest.raises(StorageBusyError):
        await eraser.begin(ALICE, with_pictures=False)
    store.is_held = False
    await eraser.go_on(NOON)
    assert not await store.asked()

    wish = Erasure("another", ALICE, NOON, with_pictures=True)
    await store.ask(wish)  # whoever comes back has rows again
    await tombstones.forget_again(store, NOON)
    assert await store.asked() == [wish]


async def test_a_wish_that_waits_is_known_to_older_copies(
    database: Database, tmp_path: Path
) -> None:
    store, tombstones = Busy(database), Tombstones(tmp_path / "tombstones")
    store.is_held = True
    with pytest.raises(StorageBusyError):
        await eraser_on(store, tombstones).begin(ALICE, with_pictures=False)
    async with open_database(tmp_path / "older.sqlite3") as opened:
        await migrate(opened)
        older = SqlPrivacyStore(opened)
        await older.ask(Erasure("before", ALICE, NOON, with_pictures=False))
        await tombstones.forget_again(older, NOON)
        assert not await older.asked()
