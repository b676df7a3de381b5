"""The bot's own house: database, keys, disk."""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

from bot.accounts.vault import KeyRing, Vault
from bot.checkup import Finding, broken, fine, note
from bot.errors import DataInUseError, SettingsError, StorageError
from bot.settings import Settings, load_key_ring
from bot.storage.inspecting import (
    DatabaseFacts,
    Unreadable,
    inspect_database,
    sqlite_version,
)
from bot.storage.migrating import HEAD
from bot.storage.postgresql import open_postgresql

_DATABASE = "Database"
_KEYS = "Keys"
_DISK = "Disk"
_MIB = 1024 * 1024
#: With less than this the database itself is in danger.
_LEAST_FREE_BYTES = 64 * _MIB


async def examine_home(settings: Settings) -> Sequence[Finding]:
    """Look at what lies on this host, and at the database; changes nothing."""
    disk = await asyncio.to_thread(examine_disk, settings)
    ring = await asyncio.to_thread(_ring, settings)
    if isinstance(ring, Finding):
        return [ring, disk]
    if settings.postgresql_url is not None:
        return [await examine_postgresql(settings.postgresql_url, settings.instance), disk]
    return [*await asyncio.to_thread(examine_sqlite, settings, ring), disk]


async def examine_postgresql(url: str, instance: str) -> Finding:
    """Whether the server answers; a bot that runs keeps others from looking further."""
    try:
        async with open_postgresql(url, instance):
            return fine(_DATABASE, "The PostgreSQL server answers, and no bot uses the database.")
    except DataInUseError:
        return fine(_DATABASE, "The PostgreSQL server answers, and a bot uses the database.")
    except StorageError as error:
        return broken(
            _DATABASE, f"The PostgreSQL server cannot be used: {error}. Check DATABASE_URL."
        )


def examine_sqlite(settings: Settings, ring: KeyRing | None) -> Sequence[Finding]:
    """Look at the database file. Blocks: not for the event loop.

    Args:
        ring: ``None`` before the first start has made a key.
    """
    vault = Vault(ring or KeyRing.generate("none"))
    facts = inspect_database(settings.sqlite_path, vault)
    found = [about_database(facts, settings.sqlite_path)]
    if isinstance(facts, DatabaseFacts):
        found.append(about_keys(facts, None if ring is None else ring.sealing_id))
    return found


def _ring(settings: Settings) -> KeyRing | Finding | None:
    """The keys; ``None`` before the first start has made one."""
    kept = settings.data_dir / "secret-keys"
    if settings.secret_keys is None and not kept.exists():
        return None
    try:
        return load_key_ring(settings)[0]
    except (SettingsError, OSError) as error:
        return broken(_KEYS, f"The keys cannot be read, so the bot would not start: {error}")


def about_database(facts: DatabaseFacts | Unreadable | None, path: Path) -> Finding:
    """What the state of the database file means."""
    match facts:
        case None:
            return note(_DATABASE, f"There is none at {path} yet; the first start makes it.")
        case Unreadable():
            return broken(
                _DATABASE,
                f"SQLite cannot read {path} ({facts.reason}). If the bot does not start either, "
                "restore a backup.",
            )
        case DatabaseFacts(verdict=verdict) if verdict != "ok":
            return broken(
                _DATABASE, f"{path} is damaged ({verdict}). Stop the bot and restore a backup."
            )
        case DatabaseFacts(is_journal_safe=False):
            return broken(
                _DATABASE,
                f"{path} is in WAL mode, with which SQLite {sqlite_version()} can damage it. Start "
                "the bot once: it changes the mode.",
            )
    if facts.revision > HEAD:
        return broken(
            _DATABASE,
            f"{path} belongs to a newer version of the bot (revision {facts.revision}; this one "
            f"knows {HEAD}). Start that version.",
        )
    later = "" if facts.revision == HEAD else " The next start brings it up to date."
    return fine(
        _DATABASE,
        f"{path} is whole: {facts.size_bytes / _MIB:.1f} MiB, SQLite {sqlite_version()}, journal "
        f"{facts.journal.upper()}, revision {facts.revision or 'none'}.{later}",
    )


def about_keys(facts: DatabaseFacts, sealing_id: str | None) -> Finding:
    """Whether the stored secrets open, and which keys that takes."""
    if facts.locked:
        return broken(
            _KEYS,
            f"{facts.locked} stored secrets (tokens or deletehashes) open with none of the keys. "
            "Put the missing key back into SECRET_KEYS or DATA_DIR/secret-keys; without it those "
            "people have to link again, and those pictures cannot be deleted from here.",
        )
    older = {key: count for key, count in facts.keys.items() if key != sealing_id}
    total = sum(facts.keys.values())
    if older:
        needed = ", ".join(f"{key} ({count})" for key, count in sorted(older.items()))
        return note(
            _KEYS,
            f"All {total} stored secrets open, but some only with older keys: {needed}. Keep those "
            "keys; `python -m bot rotate-keys` moves everything to the newest one.",
        )
    if sealing_id is None:
        return note(_KEYS, "There is none yet; the first start makes it.")
    return fine(_KEYS, f"All {total} stored secrets open with the newest key, {sealing_id}.")


def examine_disk(settings: Settings) -> Finding:
    """Whether waiting files have room."""
    place = next(
        one for one in (settings.data_dir, *settings.data_dir.resolve().parents) if one.exists()
    )
    free = shutil.disk_usage(place).free
    spool = settings.data_dir / "spool"
    used = sum(file.stat().st_size for file in spool.glob("*") if file.is_file())
    return about_disk(free, used, settings.max_spool_bytes)


def about_disk(free_bytes: int, spool_bytes: int, max_spool_bytes: int) -> Finding:
    """What the room on the disk means."""
    state = (
        f"{free_bytes / _MIB:,.0f} MiB are free, {spool_bytes / _MIB:,.0f} of "
        f"{max_spool_bytes / _MIB:,.0f} MiB for waiting files are in use."
    )
    if free_bytes < _LEAST_FREE_BYTES:
        return broken(_DISK, f"{state} That is too little to go on: make room.")
    if free_bytes + spool_bytes < max_spool_bytes:
        return note(
            _DISK,
            f"{state} The disk would be full before MAX_SPOOL_MIB is reached: make room or lower "
            "it.",
        )
    return fine(_DISK, state)
