"""What operators do to the data now and then: copy it, and change its keys.

The same work is done inside a running bot, which ``control.py`` asks, and on data that no bot runs
on.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

from bot.accounts.vault import Vault
from bot.clock import Clock
from bot.control import Work
from bot.data_folder import owned
from bot.errors import DatabaseCorruptError, SettingsError, StorageError
from bot.opening import open_storage
from bot.settings import Settings, add_key, load_key_ring
from bot.storage.engine import Database
from bot.storage.migrating import migrate
from bot.storage.sealed import SqlSealedValues

_log = logging.getLogger(__name__)

#: What people have had erased must not live on in backups for longer.
KEEP_BACKUPS = timedelta(days=30)
_NAME = "bot-%Y%m%dT%H%M%S%f.sqlite3"


class Upkeep:
    """Copies the database and moves it to other keys."""

    def __init__(self, settings: Settings, database: Database, vault: Vault, clock: Clock) -> None:
        self._settings = settings
        self._database = database
        self._vault = vault
        self._clock = clock
        self._sealed = SqlSealedValues(database, vault)

    @property
    def works(self) -> Mapping[str, Work]:
        """Each piece of work by its command."""
        return {"backup": self.backup, "rotate-keys": self.rotate_keys}

    async def check_keys(self) -> None:
        """Lock the vault, and say so, where the keys do not open what is stored."""
        locked = await self._sealed.locked()
        if not locked:
            return
        self._vault.lock()
        _log.error(
            "SECRET_KEYS do not open %d stored values, which need the key %s. Until it is back and "
            "the bot is started again, nothing is uploaded and no account is linked",
            sum(locked.values()),
            " and ".join(sorted(locked)),
        )

    async def catch_up(self) -> None:
        """Seal anew what a former first key has sealed, such as after an operator's new one."""
        if self._vault.can_seal and (moved := await self._sealed.reseal()):
            _log.info("%d stored values are now sealed with %s", moved, self._vault.sealing_id)

    async def rotate_keys(self) -> str:
        """Make a new key, or take the one that ``SECRET_KEYS`` begins with, and seal all with it.

        Raises:
            SettingsError: ``SECRET_KEYS`` is set and holds no new key, or the keys do not fit.
            StorageError: The database refused; a later ``catch_up`` does the rest.
        """
        if not self._vault.can_seal:
            raise SettingsError(
                "SECRET_KEYS", "do not open what is stored; put the right keys back first", "k1:…"
            )
        moved = await self._sealed.reseal()
        if not moved or self._settings.secret_keys is None:
            ring, _ = load_key_ring(self._settings)
            self._vault.use(add_key(self._settings, ring))
            moved = await self._sealed.reseal()
        _log.info("%d stored values are now sealed with %s", moved, self._vault.sealing_id)
        present, *former = self._vault.key_ids
        return (
            f"Sealed {moved} values with the key {present}; keep a copy of it apart from backups.\n"
            f"Only older backups need {', '.join(former)} any more: take that out of the key ring "
            "when they are gone."
        )

    async def backup(self) -> str:
        """Copy the database into ``DATA_DIR/backups``; copies older than 30 days go.

        Raises:
            StorageError: It could not be written, or is damaged.
        """
        folder = self._settings.data_dir / "backups"
        target = folder / self._clock.now().strftime(_NAME)
        await asyncio.to_thread(folder.mkdir, mode=0o700, exist_ok=True)
        await self._database.copy_to(target)
        await asyncio.to_thread(_verify, target)
        gone = await asyncio.to_thread(self._prune, folder)
        _log.info("wrote a backup, %d older ones are gone", gone)
        return (
            f"Wrote {target}.\nIt opens only with the keys of today, which are not in it: keep "
            "them elsewhere. To go back, stop the bot and put the copy in the database's place; "
            "leave the file `tombstones`, so that whoever was forgotten stays forgotten."
        )

    def _prune(self, folder: Path) -> int:
        """Delete the copies that are too old; returns how many."""
        oldest = (self._clock.now() - KEEP_BACKUPS).strftime(_NAME)
        old = [path for path in folder.glob("bot-*.sqlite3") if path.name < oldest]
        for path in old:
            path.unlink()
        return len(old)


@asynccontextmanager
async def open_upkeep(settings: Settings, clock: Clock) -> AsyncIterator[Upkeep]:
    """Upkeep of data that no bot runs on.

    Raises:
        DataInUseError: One does.
        StorageError: The database cannot be used.
    """
    with owned(settings.data_dir):
        ring, _ = load_key_ring(settings)
        async with open_storage(settings) as database:
            await migrate(database)
            upkeep = Upkeep(settings, database, Vault(ring), clock)
            await upkeep.check_keys()
            yield upkeep


def _verify(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as connection:
            verdict = connection.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        raise StorageError(f"{path} cannot be read again: {error}") from error
    if verdict != "ok":
        raise DatabaseCorruptError(f"{path}: {verdict}")
