"""PNG and APNG: a signature, then chunks of length, type, data and checksum.

Source: https://www.w3.org/TR/png-3/
"""

import struct
import zlib

from bot.errors import BrokenFileError
from bot.media.findings import Findings
from bot.media.formats.exif import UPRIGHT, exif_with, orientation_of
from bot.media.tape import Steps, Tape

_SIGNATURE_BYTES = 8
_CRC_BYTES = 4
_IHDR_BYTES = 13
_MAX_LENGTH = 2**31 - 1
#: Longer Exif chunks are dropped unread; the orientation is in their beginning, but so is doubt.
_MAX_EXIF_BYTES = 1024 * 1024

_CRITICAL = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
#: Ancillary chunks that change how the pixels look or move.
_APPEARANCE = {
    b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"mDCv", b"cLLi",
    b"sBIT", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT",
}  # fmt: skip


def walk_png(tape: Tape, findings: Findings, *, keep_metadata: bool) -> Steps[None]:
    """Keep the chunks that make the picture, and the orientation; drop what follows its end.

    Dropped: texts (XMP among them), the rest of Exif, times, and every chunk we do not know.
    """
    tape.keep((yield from tape.take(_SIGNATURE_BYTES)))
    yield from _header(tape, findings)
    counted = _Counted(findings)
    while True:
        head = yield from tape.take(8)
        length, name = struct.unpack(">I4s", head)
        if length > _MAX_LENGTH or not name.isalpha():
            raise BrokenFileError("a PNG with a wrong chunk")
        if name in _CRITICAL or name in _APPEARANCE or keep_metadata:
            yield from _kept_chunk(tape, head, counted)
        elif name == b"eXIf" and length <= _MAX_EXIF_BYTES:
            yield from _exif_chunk(tape, length, findings)
        elif name[:1].islower():
            findings.stripped = True
            yield from tape.skip(length + _CRC_BYTES)
        else:
            raise BrokenFileError(f"a PNG with an unknown critical chunk {name!r}")
        if name == b"IEND":
            return


def _header(tape: Tape, findings: Findings) -> Steps[None]:
    chunk = yield from tape.take(8 + _IHDR_BYTES + _CRC_BYTES)
    length, name, width, height = struct.unpack_from(">I4sII", chunk)
    if (length, name) != (_IHDR_BYTES, b"IHDR"):
        raise BrokenFileError("a PNG without its header")
    findings.saw_size(width, height)
    findings.saw_frames(1)
    tape.keep(chunk)


class _Counted:
    """Watches the chunks that pass: pictures, announced and real."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._has_data = False
        self._frames = 0

    def chunk(self, name: bytes) -> None:
        if name == b"IHDR" or (name == b"IEND" and not self._has_data):
            raise BrokenFileError("a PNG with its chunks in disorder")
        self._has_data |= name == b"IDAT"
        if name == b"fcTL":
            self._frames += 1
            self._findings.saw_frames(self._frames)

    def announced(self, frames: int) -> None:
        self._findings.saw_frames(frames)


def _kept_chunk(tape: Tape, head: bytes, counted: _Counted) -> Steps[None]:
    length, name = struct.unpack(">I4s", head)
    counted.chunk(name)
    tape.keep(head)
    if name == b"acTL" and length >= 4:  # noqa: PLR2004 (the number of frames comes first)
        frames = yield from tape.take(4)
        counted.announced(int.from_bytes(frames, "big"))
        tape.keep(frames)
        length -= 4
    yield from tape.copy(length + _CRC_BYTES)


def _exif_chunk(tape: Tape, length: int, findings: Findings) -> Steps[None]:
    block = yield from tape.take(length)
    yield from tape.skip(_CRC_BYTES)
    orientation = orientation_of(block)
    kept = exif_with(orientation) if orientation != UPRIGHT else b""
    findings.stripped |= kept != block
    if kept:
        checksum = zlib.crc32(b"eXIf" + kept)
        tape.keep(struct.pack(">I4s", len(kept), b"eXIf") + kept + struct.pack(">I", checksum))
