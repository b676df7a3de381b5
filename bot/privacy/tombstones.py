"""Who is to be forgotten, kept beside the database: a copy of it may be older than the wish.

Each line of the file names a wish, at random, and its person in a digest. Who holds the file can
tell whether an id that he knows is meant, and nothing else. The database keeps the names of the
wishes that it has seen; a copy from before one lacks its name, and the person is forgotten again.
"""

import asyncio
import hashlib
import logging
import os
import re
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.errors import StorageError
from bot.privacy.erasing import Erasure

_log = logging.getLogger(__name__)

_LINE = re.compile(r"([0-9a-f]{32}) ([0-9a-f]{64})")


class CopyStore(Protocol):
    """A database that may be a copy of an older state; each call is one transaction."""

    async def seen(self) -> Collection[str]:
        """The names of the wishes that it has carried out, or waits to."""
        ...

    async def carry_out(self, names: Collection[str]) -> None:
        """Remember that there is nothing (more) to do for these."""
        ...

    async def people(self) -> Collection[int]:
        """Everybody whom it knows."""
        ...

    async def erase(self, erasure: Erasure) -> None:
        """Delete everything about a person that came before his wish."""
        ...


class Tombstones:
    """The file; it is read and written in threads."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def keep(self, erasure: Erasure) -> None:
        """Write a wish down, unless it is.

        Raises:
            StorageError: The disk refuses.
        """
        digest = _digest(erasure.name, erasure.user_id)
        try:
            await asyncio.to_thread(_keep, self._path, erasure.name, digest)
        except OSError as error:
            raise StorageError(f"{self._path} cannot be written: {error.strerror}") from error

    async def forget_again(self, store: CopyStore, now: datetime) -> None:
        """Forget whom a copy that was brought back knows from before his wish.

        Raises:
            StorageError: The file cannot be read, or the database refuses.
        """
        try:
            written = await asyncio.to_thread(_read, self._path)
        except OSError as error:
            raise StorageError(f"{self._path} cannot be read: {error.strerror}") from error
        seen = set(await store.seen())
        missed = {name: digest for name, digest in written.items() if name not in seen}
        if not missed:
            return
        people = await store.people()
        for user_id, name in (await asyncio.to_thread(_found, people, missed)).items():
            await store.erase(Erasure(name, user_id, now, with_pictures=False))
            _log.warning("the database is older than an erasure, which was done again")
        await store.carry_out(missed)


def _keep(path: Path, name: str, digest: str) -> None:
    if _read(path).get(name) == digest:
        return
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        is_whole = file.read() in {b"", b"\n"}  # else a crash, or a full disk, cut the last one off
        file.write(f"{'' if is_whole else chr(10)}{name} {digest}\n".encode())
        file.flush()
        os.fsync(descriptor)


def _read(path: Path) -> Mapping[str, str]:
    """The digest of each whole line, by its name."""
    try:
        text = path.read_text("ascii", errors="replace")
    except FileNotFoundError:
        return {}
    lines = map(_LINE.fullmatch, text.splitlines())
    return {line[1]: line[2] for line in lines if line is not None}


def _found(people: Collection[int], missed: Mapping[str, str]) -> Mapping[int, str]:
    """Those of the people whom a wish means, with its name."""
    return {
        user_id: name
        for name, digest in missed.items()
        for user_id in people
        if _digest(name, user_id) == digest
    }


def _digest(name: str, user_id: int) -> str:
    return hashlib.sha256(f"{name} {user_id}".encode()).hexdigest()
