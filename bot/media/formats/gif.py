"""GIF: a screen, then images and extensions in sub-blocks.

Source: https://www.w3.org/Graphics/GIF/spec-gif89a.txt
"""

import struct

from bot.errors import BrokenFileError
from bot.media.findings import Findings
from bot.media.tape import Steps, Tape

_IMAGE, _EXTENSION, _TRAILER = b"\x2c", b"\x21", b"\x3b"
_GRAPHIC_CONTROL, _PLAIN_TEXT, _APPLICATION = b"\xf9", b"\x01", b"\xff"
#: Applications whose data changes how the pixels look or move; others (XMP) only tell.
_APPLICATIONS = {b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"}
_NAME_BYTES = 11
_CONTROL_BYTES = 4


def walk_gif(tape: Tape, findings: Findings, *, keep_metadata: bool) -> Steps[None]:
    """Keep images, their timing and the loop; drop comments, XMP and what follows the trailer."""
    screen = yield from tape.take(13)
    width, height, flags = struct.unpack_from("<HHB", screen, 6)
    if width and height:
        findings.saw_size(width, height)
    tape.keep(screen)
    yield from tape.copy(_colour_table_bytes(flags))
    frames = 0
    while (kind := (yield from tape.take(1))) != _TRAILER:
        if kind == _IMAGE:
            frames += 1
            findings.saw_frames(frames)
            yield from _image(tape, findings)
        elif kind == _EXTENSION:
            yield from _extension(tape, findings, keep_metadata=keep_metadata)
        else:
            raise BrokenFileError("a GIF with an unknown block")
    if not frames:
        raise BrokenFileError("a GIF without a picture")
    tape.keep(_TRAILER)


def _image(tape: Tape, findings: Findings) -> Steps[None]:
    descriptor = yield from tape.take(9)
    left, top, width, height, flags = struct.unpack("<HHHHB", descriptor)
    findings.saw_size(left + width, top + height)
    tape.keep(_IMAGE + descriptor)
    yield from tape.copy(_colour_table_bytes(flags) + 1)  # and the code size
    yield from _sub_blocks(tape, keep=True)


def _extension(tape: Tape, findings: Findings, *, keep_metadata: bool) -> Steps[None]:
    label = yield from tape.take(1)
    head = b""
    keep = keep_metadata or label in {_GRAPHIC_CONTROL, _PLAIN_TEXT}
    if label in {_GRAPHIC_CONTROL, _APPLICATION}:
        size = yield from tape.take(1)
        head = size + (yield from tape.take(size[0]))
        if label == _APPLICATION:
            keep = keep or head[1:] in _APPLICATIONS
        elif size[0] >= _CONTROL_BYTES:
            hundredths = int.from_bytes(head[2:4], "little")
            findings.duration_s = (findings.duration_s or 0.0) + hundredths / 100
    if keep:
        tape.keep(_EXTENSION + label + head)
    findings.stripped |= not keep
    if head[:1] != b"\x00":
        yield from _sub_blocks(tape, keep=keep)


def _colour_table_bytes(flags: int) -> int:
    return 3 << (flags & 0x07) + 1 if flags & 0x80 else 0


def _sub_blocks(tape: Tape, *, keep: bool) -> Steps[None]:
    ended = False
    while not ended:
        span, ended = _span((yield from tape.window()))
        yield from tape.copy(span) if keep else tape.skip(span)


def _span(window: memoryview) -> tuple[int, bool]:
    """The length of all sub-blocks that begin in the window, and whether the last one does."""
    at = 0
    while at < len(window):
        size = window[at]
        at += 1 + size
        if not size:
            return at, True
    return at, False
