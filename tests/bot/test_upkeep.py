"""Backups and keys, on data at rest and through the door of a running bot (T10, T11)."""

import asyncio
import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.accounts.vault import KeyRing, Vault
from bot.control import ask, serve_control
from bot.data_folder import owned
from bot.errors import BotError, DataInUseError, SettingsError
from bot.settings import Settings, load_key_ring, load_settings
from bot.storage.engine import open_database
from bot.storage.links import SqlLinkStore
from bot.storage.migrating import migrate
from bot.storage.sealed import SqlSealedValues
from bot.upkeep import KEEP_BACKUPS, open_upkeep
from tests.bot.accounts.making import ALICE, NOON, new_link
from tests.bot.accounts.still_clock import StillClock

CANARY = "access-token-canary"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(
        _env_file=None, discord_token="t.o.ken", imgur_client_id="0123456789", data_dir=tmp_path
    )


@pytest.fixture
async def stocked(settings: Settings) -> AsyncIterator[Settings]:
    """Somebody has linked an account."""
    ring, _ = load_key_ring(settings)
    async with open_database(settings.sqlite_path) as database:
        await migrate(database)
        new = new_link(Vault(ring), access=CANARY)
        await SqlLinkStore(database).link(new, replace=False, at=NOON)
    return settings


async def locked_with(settings: Settings, ring: KeyRing) -> int:
    async with open_database(settings.sqlite_path) as database:
        return sum((await SqlSealedValues(database, Vault(ring)).locked()).values())


def backups(settings: Settings) -> list[Path]:
    return sorted((settings.data_dir / "backups").glob("*"))


# --- backups


async def test_a_backup_is_whole_and_shut_without_the_keys(stocked: Settings) -> None:
    async with open_upkeep(stocked, StillClock()) as upkeep:
        said = await upkeep.backup()

    [copy] = backups(stocked)
    assert str(copy) in said
    assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    assert CANARY.encode() not in copy.read_bytes()
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT user_id FROM links").fetchall() == [(ALICE,)]
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_going_back_to_a_backup_works(stocked: Settings) -> None:
    async with open_upkeep(stocked, StillClock()) as upkeep:
        await upkeep.backup()
    ring, _ = load_key_ring(stocked)
    [copy] = backups(stocked)
    stocked.sqlite_path.unlink()

    copy.rename(stocked.sqlite_path)

    assert await locked_with(stocked, ring) == 0
    assert await locked_with(stocked, KeyRing.generate("k1")) == 2


async def test_what_was_deleted_is_not_in_a_later_backup(stocked: Settings) -> None:
    async with open_database(stocked.sqlite_path) as database:
        [link] = await SqlLinkStore(database).unlink(ALICE, None)
    assert link.tokens is not None

    async with open_upkeep(stocked, StillClock()) as upkeep:
        await upkeep.backup()

    [copy] = backups(stocked)
    assert link.tokens.refresh not in copy.read_bytes()


async def test_backups_older_than_thirty_days_go(stocked: Settings) -> None:
    clock = StillClock()
    async with open_upkeep(stocked, clock) as upkeep:
        await upkeep.backup()
        first = backups(stocked)
        clock.advance(seconds=KEEP_BACKUPS.total_seconds() - 1)
        await upkeep.backup()
        assert len(backups(stocked)) == 2
        clock.advance(seconds=2)
        await upkeep.backup()

    assert len(backups(stocked)) == 2
    assert first[0] not in backups(stocked)


# --- keys


async def test_rotating_makes_a_key_and_the_old_one_can_go(stocked: Settings) -> None:
    old, _ = load_key_ring(stocked)

    async with open_upkeep(stocked, StillClock()) as upkeep:
        said = await upkeep.rotate_keys()

    ring, _ = load_key_ring(stocked)
    assert list(ring.keys) == ["k2", "k1"]
    assert "Sealed 2 values with the key k2" in said
    assert stat.S_IMODE((stocked.data_dir / "secret-keys").stat().st_mode) == 0o600
    assert await locked_with(stocked, KeyRing({"k2": ring.keys["k2"]})) == 0
    assert await locked_with(stocked, old) == 2


async def test_a_rotation_that_was_cut_off_is_caught_up_with(stocked: Settings) -> None:
    old, _ = load_key_ring(stocked)
    (stocked.data_dir / "secret-keys").write_text(
        str(KeyRing({**KeyRing.generate("k2").keys, **old.keys}))
    )

    async with open_upkeep(stocked, StillClock()) as upkeep:
        await upkeep.catch_up()

    assert await locked_with(stocked, old) == 2


async def test_keys_of_the_operators_own_are_his_to_change(stocked: Settings) -> None:
    old, _ = load_key_ring(stocked)
    theirs = stocked.model_copy(update={"secret_keys": _secret(old)})
    async with open_upkeep(theirs, StillClock()) as upkeep:
        with pytest.raises(SettingsError, match="put a new key in front"):
            await upkeep.rotate_keys()

    longer = KeyRing({**KeyRing.generate("next").keys, **old.keys})
    theirs = stocked.model_copy(update={"secret_keys": _secret(longer)})
    async with open_upkeep(theirs, StillClock()) as upkeep:
        assert "Sealed 2 values with the key next" in await upkeep.rotate_keys()
    assert load_key_ring(stocked)[0] == old


async def test_with_the_wrong_keys_nothing_moves_and_nothing_is_wiped(
    stocked: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    stored = stocked.sqlite_path.read_bytes()
    (stocked.data_dir / "secret-keys").write_text(str(KeyRing.generate("k1")))

    async with open_upkeep(stocked, StillClock()) as upkeep:
        await upkeep.catch_up()
        with pytest.raises(SettingsError, match="do not open"):
            await upkeep.rotate_keys()

    assert "do not open 2 stored values, which need the key k1" in caplog.text
    assert stocked.sqlite_path.read_bytes() == stored


# --- the door


async def test_a_running_bot_is_asked_and_answers(tmp_path: Path) -> None:
    async def work() -> str:
        return "done\nwell"

    async def fail() -> str:
        raise BotError("not today")

    async def break_down() -> str:
        raise ZeroDivisionError

    works = {"work": work, "fail": fail, "break": break_down}
    async with serve_control(tmp_path / "control", works):
        assert await ask(tmp_path / "control", "work") == "done\nwell"
        for question, words in (("fail", "not today"), ("break", "log says"), ("dance", "dance")):
            with pytest.raises(BotError, match=words):
                await ask(tmp_path / "control", question)

    with pytest.raises(DataInUseError):
        await ask(tmp_path / "control", "work")


async def test_the_door_opens_again_after_a_crash_and_works_are_done_in_turn(
    tmp_path: Path,
) -> None:
    (tmp_path / "control").touch()
    under_way = most = 0

    async def work() -> str:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return ""

    async with serve_control(tmp_path / "control", {"work": work}):
        await asyncio.gather(*(ask(tmp_path / "control", "work") for _ in range(8)))

    assert most == 1


async def test_a_path_too_long_for_a_socket_is_no_reason_to_stop(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with serve_control(tmp_path / ("x" * 120), {}):
        pass

    assert "no socket for upkeep" in caplog.text


def test_the_data_belongs_to_one(tmp_path: Path) -> None:
    with owned(tmp_path), pytest.raises(DataInUseError), owned(tmp_path):
        pass
    with owned(tmp_path):
        pass


def _secret(ring: KeyRing) -> object:
    return load_settings(
        _env_file=None, discord_token="t.o.ken", imgur_client_id="0123456789", secret_keys=str(ring)
    ).secret_keys
