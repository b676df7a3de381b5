"""JPEG: segments between markers, then entropy-coded scans.

Between segments a decoder skips stray bytes up to the next marker; so do we, by dropping them.
Source: https://www.w3.org/Graphics/JPEG/itu-t81.pdf (annex B),
https://www.cipa.jp/std/documents/e/DC-X008-Translation-2019-E.pdf (Exif)
"""

import re
import struct

from bot.errors import BrokenFileError
from bot.media.findings import Findings
from bot.media.formats.exif import UPRIGHT, exif_with, orientation_of
from bot.media.tape import Steps, Tape

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_APP0, _APP1, _APP2, _APP14, _APP15 = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF
_COM = 0xFE
_STANDALONE = {0x01, *range(0xD0, 0xD8)}  # TEM, RST0 to RST7
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_TABLES = {0xC4, 0xCC, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF}

#: In a scan FF 00 is a data byte, FF FF is filling and RST markers belong to it.
_SCAN_END = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")

_JFIF = b"JFIF\x00"
_EXIF = b"Exif\x00"
_ICC = b"ICC_PROFILE\x00"
_ADOBE = b"Adobe"
_JFIF_BYTES = 12  # up to and with the pixel density; a thumbnail would follow
_ADOBE_BYTES = 12
_SIZE_AT = 1


def walk_jpeg(tape: Tape, findings: Findings, *, keep_metadata: bool) -> Steps[None]:
    """Keep the first picture of the file without what it tells of its making.

    Kept: JFIF's density, the colour profile, Adobe's colour transform, the orientation. Dropped:
    Exif, XMP, IPTC, comments, thumbnails, further pictures (MPF), everything behind the end.
    """
    tape.keep((yield from tape.take(2)))
    segments = _Segments(findings, keep_metadata=keep_metadata)
    while (marker := (yield from _next_marker(tape, findings))) != _EOI:
        if marker in _STANDALONE:
            tape.keep(bytes((0xFF, marker)))
            continue
        (length,) = struct.unpack(">H", (yield from tape.take(2)))
        if length < 2:  # noqa: PLR2004 (the length counts itself)
            raise BrokenFileError("a segment shorter than its own length")
        tape.keep(segments.judge(marker, (yield from tape.take(length - 2))))
        if marker == _SOS:
            yield from tape.copy_until(_SCAN_END, b"\xff")
    if not segments.has_scan:
        raise BrokenFileError("a JPEG without a picture")
    tape.keep(bytes((0xFF, _EOI)))


def _next_marker(tape: Tape, findings: Findings) -> Steps[int]:
    while True:
        byte = yield from tape.take(1)
        while byte != b"\xff":
            findings.stripped = True
            byte = yield from tape.take(1)
        while byte == b"\xff":
            byte = yield from tape.take(1)
        if byte != b"\x00":
            return byte[0]


class _Segments:
    """Decides segment by segment; remembers what may come once only."""

    def __init__(self, findings: Findings, *, keep_metadata: bool) -> None:
        self._findings = findings
        self._keep_metadata = keep_metadata
        self._has_frame = False
        self._has_exif = False
        self.has_scan = False

    def judge(self, marker: int, payload: bytes) -> bytes:
        """Return the segment to write in this one's place, or nothing."""
        if marker == _COM or _APP0 <= marker <= _APP15:
            kept = payload if self._keep_metadata else self._application_data(marker, payload)
            self._findings.stripped |= kept != payload
            return _segment(marker, kept) if kept is not None else b""
        if marker in _FRAMES:
            self._frame(payload)
        elif marker == _SOS and self._has_frame:
            self.has_scan = True
        elif marker not in _TABLES:
            raise BrokenFileError(f"an unexpected JPEG marker {marker:02X}")
        return _segment(marker, payload)

    def _frame(self, payload: bytes) -> None:
        if self._has_frame or len(payload) < _SIZE_AT + 4:
            raise BrokenFileError("a JPEG with a wrong frame header")
        self._has_frame = True
        height, width = struct.unpack_from(">HH", payload, _SIZE_AT)
        self._findings.saw_size(width, height)
        self._findings.saw_frames(1)

    def _application_data(self, marker: int, payload: bytes) -> bytes | None:
        if marker == _APP0 and payload.startswith(_JFIF) and len(payload) >= _JFIF_BYTES:
            return payload[:_JFIF_BYTES] + b"\x00\x00"
        if marker == _APP1 and payload.startswith(_EXIF) and not self._has_exif:
            self._has_exif = True
            orientation = orientation_of(payload[len(_EXIF) + 1 :])
            if orientation != UPRIGHT:
                return _EXIF + b"\x00" + exif_with(orientation)
        if marker == _APP2 and payload.startswith(_ICC):
            return payload
        if marker == _APP14 and payload.startswith(_ADOBE) and len(payload) >= _ADOBE_BYTES:
            return payload[:_ADOBE_BYTES]
        return None


def _segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload
