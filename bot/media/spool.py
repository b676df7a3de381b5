"""Waiting files on disk, readable only with a key that is kept elsewhere.

Disk and cipher work in threads, a segment at a time; the event loop only hands bytes over.
"""

import asyncio
import errno
import os
import re
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from bot.errors import SpoolError, SpoolFullError
from bot.media.sealing import (
    HEADER_BYTES,
    SEALED_BYTES,
    SEGMENT_BYTES,
    SegmentCipher,
    new_header,
    segment_count,
    stored_bytes,
)

#: Free disk space that the spool leaves to the database and the system.
RESERVE_BYTES = 64 * 1024 * 1024

_NAME = re.compile(r"[a-z0-9-]{1,64}")
_PARTIAL_SUFFIX = ".part"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Spool:
    """The folder of waiting files; one process uses it at a time."""

    def __init__(
        self,
        folder: Path,
        max_total_bytes: int,
        *,
        free_bytes: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    ) -> None:
        """Open the folder, made where it is missing (mode 0700).

        Args:
            folder: Holds nothing else.
            max_total_bytes: The bound for all files together, as they lie on disk.
            free_bytes: Tells the free space of the folder's disk.

        Raises:
            SpoolError: The folder cannot be made or read.
        """
        self._folder = folder
        self._free_bytes = free_bytes
        with _disk_errors():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
            used_bytes = sum(path.stat().st_size for path in folder.iterdir())
        self._room = _Room(max_total_bytes, used_bytes)

    @property
    def used_bytes(self) -> int:
        """Disk taken by all files, unfinished ones included."""
        return self._room.used_bytes

    def writer(self, name: str, key: bytes) -> "SpoolWriter":
        """Begin a file; use it as an async context manager.

        Args:
            name: 1 to 64 of ``a-z``, ``0-9`` and ``-``; not in use.
            key: 32 random bytes, used for no other file.

        Raises:
            SpoolError: The name or the key is not of that form.
        """
        header = new_header()
        file = _PartialFile(self._path(name), header, self._free_bytes)
        return SpoolWriter(file, SegmentCipher(name, key, header), self._room)

    def content(self, name: str, key: bytes, size_bytes: int) -> "SpooledContent":
        """Read a committed file, as often as wanted, with constant memory.

        Args:
            name: As it was written under.
            key: As it was written with.
            size_bytes: What ``commit`` returned.

        Raises:
            SpoolError: The name is not of the right form; the rest is seen on reading.
        """
        return SpooledContent(self._path(name), key, size_bytes)

    async def delete(self, name: str) -> None:
        """Remove a file; nothing happens when it is gone already.

        Raises:
            SpoolError: The disk refuses.
        """
        self._room.release(await asyncio.to_thread(_remove, self._path(name)))

    async def sweep(self, keep: set[str]) -> int:
        """Remove all files but those named; returns how many.

        Unfinished files go too, so call it while nothing is being written.

        Raises:
            SpoolError: The disk refuses.
        """
        sizes = await asyncio.to_thread(_sweep, self._folder, keep)
        self._room.release(sum(sizes))
        return len(sizes)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise SpoolError("not a name for a waiting file")
        return self._folder / name


class _Room:
    """Counts disk space before it is written."""

    def __init__(self, max_total_bytes: int, used_bytes: int) -> None:
        self._max_total_bytes = max_total_bytes
        self.used_bytes = used_bytes

    def reserve(self, count: int) -> None:
        if self.used_bytes + count > self._max_total_bytes:
            raise SpoolFullError(f"waiting files may take {self._max_total_bytes} bytes")
        self.used_bytes += count

    def release(self, count: int) -> None:
        self.used_bytes -= count


class SpoolWriter:
    """One file being written; without ``commit`` it leaves no trace."""

    def __init__(self, file: "_PartialFile", cipher: SegmentCipher, room: _Room) -> None:
        self._file = file
        self._cipher = cipher
        self._room = room
        self._reserved_bytes = 0
        self._waiting = bytearray()
        self._sealed_bytes = 0
        self._is_committed = False

    async def __aenter__(self) -> Self:
        return self

    async def write(self, chunk: bytes) -> None:
        """Append; returns when the spool can take more.

        Raises:
            SpoolFullError: No room.
            SpoolError: The name is in use, or the disk refuses.
        """
        self._waiting += chunk
        while len(self._waiting) > SEGMENT_BYTES:
            segment = bytes(self._waiting[:SEGMENT_BYTES])
            del self._waiting[:SEGMENT_BYTES]
            await self._append(segment, last=False)

    async def commit(self) -> int:
        """Make the file durable and visible; returns the number of bytes that were written.

        Raises:
            SpoolFullError: No room.
            SpoolError: The name is in use, or the disk refuses.
        """
        await self._append(bytes(self._waiting), last=True)
        await asyncio.to_thread(self._file.publish)
        self._is_committed = True
        return self._sealed_bytes

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._is_committed:
            self._room.release(self._reserved_bytes)
            await asyncio.to_thread(self._file.abandon)

    async def _append(self, segment: bytes, *, last: bool) -> None:
        number = self._sealed_bytes // SEGMENT_BYTES
        self._sealed_bytes += len(segment)
        needed_bytes = stored_bytes(self._sealed_bytes) - self._reserved_bytes
        self._room.reserve(needed_bytes)
        self._reserved_bytes += needed_bytes
        seal = partial(self._cipher.seal, segment, number, last=last)
        await asyncio.to_thread(self._file.append, seal)


class _PartialFile:
    """A file under its temporary name; every method runs in a thread.

    A cancelled task may leave a thread behind that still writes. The lock lets ``abandon`` wait for
    it, and after ``abandon`` nothing is made any more.
    """

    def __init__(self, path: Path, header: bytes, free_bytes: Callable[[Path], int]) -> None:
        self._path = path
        self._partial_path = path.with_name(path.name + _PARTIAL_SUFFIX)
        self._header = header
        self._free_bytes = free_bytes
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._is_abandoned = False

    def append(self, seal: Callable[[], bytes]) -> None:
        with self._lock, _disk_errors():
            if self._is_abandoned:
                return
            if self._free_bytes(self._path.parent) < RESERVE_BYTES:
                raise SpoolFullError("the disk is nearly full")
            if self._file is None:
                self._file = self._create()
                self._file.write(self._header)
            self._file.write(seal())

    def publish(self) -> None:
        with self._lock, _disk_errors():
            if self._is_abandoned or self._file is None:
                return
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._partial_path.rename(self._path)
            _sync_folder(self._path.parent)

    def abandon(self) -> None:
        with self._lock, _disk_errors():
            self._is_abandoned = True
            if self._file is not None:
                with suppress(OSError):  # bytes that nobody wants need not reach the disk
                    self._file.close()
                _remove(self._partial_path)
                _remove(self._path)

    def _create(self) -> BinaryIO:
        if self._path.exists():
            raise FileExistsError(errno.EEXIST, "the name is in use")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        return os.fdopen(os.open(self._partial_path, flags, 0o600), "wb")


class SpooledContent:
    """A committed file; every iteration is a new pass over its bytes.

    Attributes:
        size_bytes: What one pass yields.
    """

    def __init__(self, path: Path, key: bytes, size_bytes: int) -> None:
        self.size_bytes = size_bytes
        self._path = path
        self._key = key

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the bytes, 256 KiB at a time.

        Raises:
            SpoolError: The file is gone, was changed, or the key is another's.
        """
        cipher = await asyncio.to_thread(self._cipher)
        for number in range(segment_count(self.size_bytes)):
            yield await asyncio.to_thread(self._read, cipher, number)

    def _cipher(self) -> SegmentCipher:
        with _disk_errors(), self._path.open("rb") as file:
            if os.fstat(file.fileno()).st_size != stored_bytes(self.size_bytes):
                raise SpoolError("a waiting file is not as long as it should be")
            return SegmentCipher(self._path.name, self._key, file.read(HEADER_BYTES))

    def _read(self, cipher: SegmentCipher, number: int) -> bytes:
        is_last = number == segment_count(self.size_bytes) - 1
        with _disk_errors(), self._path.open("rb") as file:
            file.seek(HEADER_BYTES + number * SEALED_BYTES)
            return cipher.open(file.read(SEALED_BYTES), number, last=is_last)


def _remove(path: Path) -> int:
    """Remove a file; returns the bytes that it took, 0 when it was gone."""
    with _disk_errors():
        try:
            size = path.stat().st_size
            path.unlink()
        except FileNotFoundError:
            return 0
        return size


def _sweep(folder: Path, keep: set[str]) -> list[int]:
    with _disk_errors():
        return [_remove(path) for path in list(folder.iterdir()) if path.name not in keep]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        kind = SpoolFullError if error.errno in _NO_ROOM else SpoolError
        raise kind(f"the spool's disk: {error.strerror}") from error
