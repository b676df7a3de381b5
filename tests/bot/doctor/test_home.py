"""What the doctor says of the database, the keys and the disk."""

import sqlite3
from pathlib import Path

import pytest

from bot.accounts.vault import KeyRing, Vault
from bot.checkup import Finding, Outcome
from bot.doctor.home import about_disk, examine_home
from bot.settings import Settings
from bot.storage.engine import open_database
from bot.storage.links import SqlLinkStore
from bot.storage.migrating import migrate
from tests.bot.accounts.making import NOON, new_link

OLD, NEW = KeyRing.generate("old"), KeyRing.generate("new")
BOTH = KeyRing({**NEW.keys, **OLD.keys})
MIB = 1024 * 1024


def settings(folder: Path, ring: KeyRing | None = NEW) -> Settings:
    return Settings(
        _env_file=None,
        discord_token="simulated-token",
        imgur_client_id="0123456789abcde",
        secret_keys=None if ring is None else str(ring),
        data_dir=folder,
    )


async def house(folder: Path, ring: KeyRing = NEW) -> Path:
    """A database with one link, sealed with the ring's first key."""
    path = folder / "bot.sqlite3"
    async with open_database(path) as database:
        await migrate(database)
        await SqlLinkStore(database).link(new_link(Vault(ring)), replace=False, at=NOON)
    return path


async def found(chosen: Settings) -> dict[str, Finding]:
    return {one.subject: one for one in await examine_home(chosen)}


async def test_a_whole_database_and_its_key_are_fine(tmp_path: Path) -> None:
    await house(tmp_path)
    seen = await found(settings(tmp_path))
    assert seen["Database"].outcome is Outcome.FINE
    assert "is whole" in seen["Database"].text
    assert seen["Keys"].outcome is Outcome.FINE
    assert "All 2 stored secrets" in seen["Keys"].text


async def test_an_old_key_that_is_still_needed_is_named(tmp_path: Path) -> None:
    await house(tmp_path, OLD)
    seen = await found(settings(tmp_path, BOTH))
    assert seen["Keys"].outcome is Outcome.NOTE
    assert "old (2)" in seen["Keys"].text


@pytest.mark.parametrize("other", [NEW, KeyRing.generate("old")], ids=["missing", "same name"])
async def test_secrets_that_no_key_opens_are_counted(tmp_path: Path, other: KeyRing) -> None:
    await house(tmp_path, OLD)
    seen = await found(settings(tmp_path, other))
    assert seen["Keys"].outcome is Outcome.BROKEN
    assert "2 stored secrets" in seen["Keys"].text


async def test_a_database_from_the_future_is_refused(tmp_path: Path) -> None:
    path = await house(tmp_path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert "newer version" in (await found(settings(tmp_path)))["Database"].text


async def test_a_damaged_file_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    path.write_bytes(b"no database at all" * 1000)
    before = path.read_bytes()
    seen = await found(settings(tmp_path))
    assert seen["Database"].outcome is Outcome.BROKEN
    assert path.read_bytes() == before


async def test_looking_waits_for_nobody_and_changes_nothing(tmp_path: Path) -> None:
    path = await house(tmp_path)
    async with open_database(path) as database, database.read():
        seen = await found(settings(tmp_path))
    assert seen["Database"].outcome is Outcome.FINE


async def test_before_the_first_start_nothing_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    seen = await found(settings(folder, None))
    assert seen["Database"].outcome is Outcome.NOTE
    assert not folder.exists()


async def test_a_key_file_that_others_may_read_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "secret-keys").write_text(str(NEW))
    (tmp_path / "secret-keys").chmod(0o644)
    seen = await found(settings(tmp_path, None))
    assert seen["Keys"].outcome is Outcome.BROKEN
    assert "chmod 600" in seen["Keys"].text


def test_the_disk_must_hold_what_may_wait() -> None:
    assert about_disk(5000 * MIB, 0, 2048 * MIB).outcome is Outcome.FINE
    assert about_disk(1000 * MIB, 100 * MIB, 2048 * MIB).outcome is Outcome.NOTE
    assert about_disk(10 * MIB, 0, 2048 * MIB).outcome is Outcome.BROKEN
