"""Matroska and WebM: elements of id, size and data.

Tags, attachments, titles and dates are overwritten in place by ``Void`` elements of the same size,
so no offset moves. Not removed: what the streams themselves hold.
Source: https://www.rfc-editor.org/rfc/rfc8794 (EBML), https://www.rfc-editor.org/rfc/rfc9559
"""

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from bot.errors import BrokenFileError
from bot.media.findings import Findings
from bot.media.tape import Steps, Tape

_EBML, _SEGMENT, _CLUSTER = 0x1A45DFA3, 0x18538067, 0x1F43B675
_INFO, _TRACKS = 0x1549A966, 0x1654AE6B
_SEEK_HEAD, _CUES, _CHAPTERS = 0x114D9B74, 0x1C53BB6B, 0x1043A770
_TRACK, _VIDEO, _WIDTH, _HEIGHT = 0xAE, 0xE0, 0xB0, 0xBA
_SCALE, _DURATION = 0x2AD7B1, 0x4489
_TITLE, _DATE, _FILENAME, _CRC, _VOID = 0x7BA9, 0x4461, 0x7384, 0xBF, 0xEC

_PASSED = {_EBML, _SEEK_HEAD, _CUES, _CHAPTERS, _CLUSTER}
#: What stands in a cluster; seen one by one when the cluster's size is left open.
_CLUSTER_PARTS = {0xE7, 0x5854, 0xA7, 0xAB, 0xA3, 0xA0, 0xAF}
_TELLING = {_TITLE, _DATE, _FILENAME, _CRC}

_MAX_BUFFERED_BYTES = 1024 * 1024
_MAX_ELEMENTS = 10_000
_MAX_NUMBER_BYTES = 8
_DEFAULT_SCALE_NS = 1_000_000


@dataclass(frozen=True, slots=True)
class _Element:
    """The beginning of an element.

    Attributes:
        raw: Id and size as they stood in the file.
        size: Bytes of data; ``None`` when left open.
    """

    id: int
    raw: bytes
    size: int | None


def walk_matroska(tape: Tape, findings: Findings, *, keep_metadata: bool) -> Steps[None]:
    """Keep the streams; blank tags, attachments, the title and the date."""
    has_segment = False
    while (yield from tape.has(1)):
        element = yield from _element(tape)
        has_segment |= element.id == _SEGMENT
        if element.id == _SEGMENT or (element.id == _CLUSTER and element.size is None):
            tape.keep(element.raw)
        elif element.size is None:
            raise BrokenFileError("an element without a size")
        elif element.id in {_INFO, _TRACKS}:
            yield from _described(tape, element, element.size, findings, keep=keep_metadata)
        elif keep_metadata or element.id in _PASSED or element.id in _CLUSTER_PARTS:
            tape.keep(element.raw)
            yield from tape.copy(element.size)
        else:
            findings.stripped |= element.id != _VOID
            tape.keep(_void_header(len(element.raw), element.size))
            yield from tape.blank(element.size)
    if not has_segment:
        raise BrokenFileError("a video without its segment")


def _element(tape: Tape) -> Steps[_Element]:
    name = yield from _number(tape, 4)
    size = yield from _number(tape, 8)
    return _Element(int.from_bytes(name, "big"), name + size, _size_of(size))


def _number(tape: Tape, max_bytes: int) -> Steps[bytes]:
    first = yield from tape.take(1)
    length = 9 - first[0].bit_length()
    if length > max_bytes:
        raise BrokenFileError("a video with a wrong element")
    return first + (yield from tape.take(length - 1)) if length > 1 else first


def _size_of(raw: bytes) -> int | None:
    bits = 7 * len(raw)
    size = int.from_bytes(raw, "big") & (1 << bits) - 1
    return None if size == (1 << bits) - 1 else size


def _void_header(header_bytes: int, size: int) -> bytes:
    """A ``Void`` that takes the place of a header and so many bytes of data."""
    width = min(8, header_bytes - 1)
    padding = header_bytes - 1 - width
    number = (1 << 7 * width) | size + padding
    return bytes((_VOID,)) + number.to_bytes(width, "big") + bytes(padding)


def _described(
    tape: Tape, element: _Element, size: int, findings: Findings, *, keep: bool
) -> Steps[None]:
    if size > _MAX_BUFFERED_BYTES:
        raise BrokenFileError("a video whose description has no bounds")
    data = yield from tape.take_buffer(size)
    if element.id == _INFO:
        findings.duration_s = _duration_s(data)
        if not keep:
            _clean_info(data, findings)
    else:
        _measure_tracks(data, findings)
    tape.keep(element.raw + data)


# --- Within the buffered elements -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    id: int
    start: int
    body: int
    end: int


def _parts(data: bytearray, start: int, end: int) -> Iterator[_Part]:
    for _ in range(_MAX_ELEMENTS):
        if start >= end:
            return
        name_end = start + 9 - data[start].bit_length()
        if name_end >= end:
            raise BrokenFileError("a video with a wrong description")
        body = name_end + 9 - data[name_end].bit_length()
        size = _size_of(bytes(data[name_end:body]))
        if size is None or body + size > end:
            raise BrokenFileError("a video with a wrong description")
        yield _Part(int.from_bytes(data[start:name_end], "big"), start, body, body + size)
        start = body + size
    raise BrokenFileError("a video with an endless description")


def _find(data: bytearray, start: int, end: int, *path: int) -> Iterator[bytes]:
    for part in _parts(data, start, end):
        if part.id == path[0] and path[1:]:
            yield from _find(data, part.body, part.end, *path[1:])
        elif part.id == path[0]:
            yield bytes(data[part.body : part.end])


def _unsigned(raw: bytes) -> int:
    if len(raw) > _MAX_NUMBER_BYTES:
        raise BrokenFileError("a video with an endless number")
    return int.from_bytes(raw, "big")


def _duration_s(data: bytearray) -> float | None:
    scale_ns = _DEFAULT_SCALE_NS
    for raw in _find(data, 0, len(data), _SCALE):
        scale_ns = _unsigned(raw)
    for raw in _find(data, 0, len(data), _DURATION):
        form = {4: ">f", 8: ">d"}.get(len(raw))
        if form:
            duration_s = float(struct.unpack(form, raw)[0]) * scale_ns / 1e9
            return duration_s if math.isfinite(duration_s) else None
    return None


def _measure_tracks(data: bytearray, findings: Findings) -> None:
    size = (0, len(data), _TRACK, _VIDEO)
    widths = [_unsigned(raw) for raw in _find(data, *size, _WIDTH)]
    heights = [_unsigned(raw) for raw in _find(data, *size, _HEIGHT)]
    for width, height in zip(widths, heights, strict=False):
        findings.saw_size(width, height)


def _clean_info(data: bytearray, findings: Findings) -> None:
    for part in _parts(data, 0, len(data)):
        if part.id in _TELLING:
            findings.stripped = True
            header = _void_header(part.body - part.start, part.end - part.body)
            data[part.start : part.end] = header + bytes(part.end - part.body)
