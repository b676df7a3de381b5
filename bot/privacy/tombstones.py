"""Who was forgotten, kept beside the database, for the day on which an older copy is brought back.

Each line of the file names an erasure at random and, in a digest that tells nobody who it was, its
person. The database keeps the names of the erasures that it has carried out; a copy from before one
lacks its name, and the person is forgotten again.
"""

import asyncio
import hashlib
import logging
import os
import re
import secrets
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

    async def carried_out(self) -> Collection[str]:
        """The names of the erasures that it has seen."""
        ...

    async def carry_out(self, names: Collection[str]) -> None:
        """Remember that there is nothing (more) to do for these."""
        ...

    async def people(self) -> Collection[int]:
        """Everybody whom it knows."""
        ...

    async def erase(self, erasure: Erasure, name: str) -> None:
        """Delete everything about a person that came before his wish."""
        ...


class Tombstones:
    """The file; it is read and written in threads."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def add(self, user_id: int) -> str:
        """Write down an erasure, before it is carried out; returns its name.

        Raises:
            StorageError: The disk refuses.
        """
        name = secrets.token_hex(16)
        try:
            await asyncio.to_thread(_append, self._path, f"{name} {_digest(name, user_id)}\n")
        except OSError as error:
            raise StorageError(f"{self._path} cannot be written: {error.strerror}") from error
        return name

    async def forget_again(self, store: CopyStore, now: datetime) -> None:
        """Forget whom a copy that was brought back knows from before he was forgotten.

        Raises:
            StorageError: The file cannot be read, or the database refuses.
        """
        try:
            written = await asyncio.to_thread(_read, self._path)
        except OSError as error:
            raise StorageError(f"{self._path} cannot be read: {error.strerror}") from error
        seen = set(await store.carried_out())
        missed = {name: digest for name, digest in written.items() if name not in seen}
        if not missed:
            return
        people = await store.people()
        for user_id, name in (await asyncio.to_thread(_found, people, missed)).items():
            await store.erase(Erasure(user_id, now, with_pictures=False), name)
            _log.warning("the database is older than an erasure, which was done again")
        await store.carry_out(missed)


def _append(path: Path, line: str) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        if file.read() not in {b"", b"\n"}:
            line = f"\n{line}"  # a crash has cut the last one off
        file.write(line.encode())
        os.fsync(descriptor)


def _read(path: Path) -> Mapping[str, str]:
    """The digest of each whole line, by its name."""
    try:
        text = path.read_text("ascii")
    except FileNotFoundError:
        return {}
    lines = map(_LINE.fullmatch, text.splitlines())
    return {line[1]: line[2] for line in lines if line is not None}


def _found(people: Collection[int], missed: Mapping[str, str]) -> Mapping[int, str]:
    """Those of the people whom an erasure means, with its name."""
    return {
        user_id: name
        for name, digest in missed.items()
        for user_id in people
        if _digest(name, user_id) == digest
    }


def _digest(name: str, user_id: int) -> str:
    return hashlib.sha256(f"{name} {user_id}".encode()).hexdigest()
