"""TIFF: directories of tags anywhere in the file, so it is read whole (images end at 10 MB).

Tags that do not make the picture are taken out of their directory in place and what they point at
is zeroed; offsets stay. Not removed: what a tag's picture data itself holds (a JPEG strip's own
Exif), and bytes that no directory points at.
Source: https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from bot.errors import BrokenFileError
from bot.media.findings import Findings, MediaWarning
from bot.media.tape import Steps, Tape

_MAX_ENTRIES = 65_536
_HEADER_BYTES = 8
_ENTRY_BYTES = 12
_INLINE_BYTES = 4
_TYPE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_SHORT = 3

_WIDTH, _HEIGHT = 256, 257
#: Exif, GPS and Exif's interoperability: directories of their own, and those below the picture.
_DIRECTORIES = {34665, 34853, 40965, 330}
_MAX_DEPTH = 3
#: Tags that make the picture: baseline, compression, tiles, colour (ICC profile), orientation.
_PICTURE = {
    *range(254, 267), *range(273, 285), 290, 291, 292, 293, 296, 301, *range(317, 326),
    332, 334, 336, 338, 339, 340, 341, 347, *range(512, 522), 529, 530, 531, 532, 34675,
}  # fmt: skip


def walk_tiff(tape: Tape, findings: Findings, *, keep_metadata: bool) -> Steps[None]:
    """Keep the picture's tags and data; take out Exif, GPS, XMP, IPTC and texts."""
    data = yield from tape.take_buffer(None)
    findings.warnings.add(MediaWarning.TIFF_CONVERTED)
    try:
        _Directories(data, findings, keep_metadata=keep_metadata).walk()
    except struct.error as error:
        raise BrokenFileError("a TIFF that points outside of itself") from error
    tape.keep(bytes(data))


@dataclass(frozen=True, slots=True)
class _Entry:
    raw: bytes
    tag: int
    at: int
    type: int
    size: int

    @property
    def is_inline(self) -> bool:
        """Whether the value itself stands in the entry, not its offset."""
        return self.size <= _INLINE_BYTES


class _Directories:
    """Edits one file in place; bounded by how many entries and bytes it may touch."""

    def __init__(self, data: bytearray, findings: Findings, *, keep_metadata: bool) -> None:
        self._data = data
        self._findings = findings
        self._keep_metadata = keep_metadata
        self._order = "<" if data[:2] == b"II" else ">"
        self._entries_left = _MAX_ENTRIES
        self._zeroable_bytes = len(data)

    def walk(self) -> None:
        """Visit the chain of pages."""
        (offset,) = self._read("I", 4)
        pages: set[int] = set()
        while offset:
            if offset in pages:
                raise BrokenFileError("a TIFF whose pages go round in a circle")
            pages.add(offset)
            self._findings.saw_frames(len(pages))
            offset = self._page(offset)
        if not pages:
            raise BrokenFileError("a TIFF without a picture")

    def _page(self, offset: int) -> int:
        entries = list(self._entries(offset))
        end = offset + 2 + len(entries) * _ENTRY_BYTES
        (following,) = self._read("I", end)
        self._measure(entries)
        if not self._keep_metadata:
            kept = [entry for entry in entries if entry.tag in _PICTURE]
            for entry in entries:
                if entry.tag not in _PICTURE:
                    self._findings.stripped = True
                    self._wipe_value(entry, depth=1)
            directory = struct.pack(self._order + "H", len(kept))
            directory += b"".join(entry.raw for entry in kept)
            directory += struct.pack(self._order + "I", following)
            self._data[offset : end + 4] = directory.ljust(end + 4 - offset, b"\x00")
        return int(following)

    def _entries(self, offset: int) -> Iterator[_Entry]:
        (count,) = self._read("H", offset)
        self._entries_left -= count
        if self._entries_left < 0:
            raise BrokenFileError("a TIFF with too many tags")
        for at in range(offset + 2, offset + 2 + count * _ENTRY_BYTES, _ENTRY_BYTES):
            tag, kind, length = self._read("HHI", at)
            raw = bytes(self._data[at : at + _ENTRY_BYTES])
            yield _Entry(raw, tag, at, kind, _TYPE_BYTES.get(kind, 1) * length)

    def _measure(self, entries: list[_Entry]) -> None:
        size = {
            entry.tag: self._read("H" if entry.type == _SHORT else "I", entry.at + 8)[0]
            for entry in entries
            if entry.tag in {_WIDTH, _HEIGHT}
        }
        self._findings.saw_size(size.get(_WIDTH, 0), size.get(_HEIGHT, 0))

    def _wipe_value(self, entry: _Entry, depth: int) -> None:
        if entry.tag in _DIRECTORIES and entry.is_inline and depth <= _MAX_DEPTH:
            self._wipe_directory(self._read("I", entry.at + 8)[0], depth)
        elif not entry.is_inline:
            self._zero(self._read("I", entry.at + 8)[0], entry.size)

    def _wipe_directory(self, offset: int, depth: int) -> None:
        entries = list(self._entries(offset))
        for entry in entries:
            self._wipe_value(entry, depth + 1)
        self._zero(offset, 2 + len(entries) * _ENTRY_BYTES + 4)

    def _zero(self, start: int, size: int) -> None:
        self._zeroable_bytes -= size
        if self._zeroable_bytes < 0 or start < _HEADER_BYTES or start + size > len(self._data):
            raise BrokenFileError("a TIFF whose tags lie over each other, or outside")
        self._data[start : start + size] = bytes(size)

    def _read(self, form: str, offset: int) -> tuple[int, ...]:
        return struct.unpack_from(self._order + form, self._data, offset)
