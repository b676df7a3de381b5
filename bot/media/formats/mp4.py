"""MP4 and QuickTime: boxes of size, type and body, some of them boxes of boxes.

What tells is overwritten in place by ``free`` boxes of the same size, so no offset moves and the
samples pass untouched. Not removed: what the samples themselves hold, such as a place in subtitles
or in a telemetry track (such tracks are cut off, yet their bytes stay in ``mdat``; then the file
carries ``METADATA_NOT_REMOVED``).
Source: https://developer.apple.com/documentation/quicktime-file-format, ISO/IEC 14496-12.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.errors import BrokenFileError
from bot.media.findings import Findings, MediaWarning
from bot.media.tape import Steps, Tape

#: An index of more than this is not buffered, to bound memory. A minute's has well under 1 MiB.
MAX_MOOV_BYTES = 8 * 1024 * 1024
_MAX_BOXES = 10_000

_BUFFERED = {b"moov", b"moof"}
_PASSED = {b"ftyp", b"styp", b"mdat", b"mfra", b"sidx", b"ssix", b"pdin", b"wide"}
_TELLING = {b"udta", b"meta", b"uuid", b"free", b"skip"}
_CONTAINERS: Mapping[bytes, set[bytes]] = {
    b"moov": {b"trak"},
    b"trak": {b"mdia"},
    b"mdia": set(),
    b"moof": {b"traf"},
    b"traf": set(),
}
_TIMED = {b"mvhd", b"tkhd", b"mdhd"}
_TELEMETRY = {b"meta", b"camm"}
_FREE = b"free"
_LONG_SIZE = 1
_TO_THE_END = 0


@dataclass(frozen=True, slots=True)
class _Header:
    """The beginning of a box.

    Attributes:
        raw: As it stood in the file, 8 or 16 bytes.
        body_bytes: ``None`` when the box reaches to the end of the file.
    """

    kind: bytes
    raw: bytes
    body_bytes: int | None

    @property
    def as_free(self) -> bytes:
        """The same header for a box that nobody reads."""
        return self.raw[:4] + _FREE + self.raw[8:]


def walk_mp4(tape: Tape, findings: Findings, *, keep_metadata: bool) -> Steps[None]:
    """Keep the film; blank places, titles, makers, thumbnails and dates."""
    has_movie = False
    while (yield from tape.has(8)):
        header = yield from _header(tape)
        if header.kind in _BUFFERED:
            body = yield from _body(tape, header)
            if header.kind == b"moov":
                has_movie = True
                _measure(body, findings)
            if not keep_metadata:
                _clean(body, _Box(header.kind, 0, 0, len(body)), findings)
            tape.keep(header.raw)
            tape.keep(bytes(body))
            del body  # it would live on while the samples pass
        elif keep_metadata or header.kind in _PASSED:
            tape.keep(header.raw)
            yield from tape.copy(header.body_bytes)
        else:
            findings.stripped = True
            tape.keep(header.as_free)
            yield from tape.blank(header.body_bytes)
    if not has_movie:
        raise BrokenFileError("a video without its index")


def _header(tape: Tape) -> Steps[_Header]:
    raw = yield from tape.take(8)
    size, kind = int.from_bytes(raw[:4], "big"), raw[4:]
    if size == _LONG_SIZE:
        raw += yield from tape.take(8)
        size = int.from_bytes(raw[8:], "big")
    elif size == _TO_THE_END:
        return _Header(kind, raw, None)
    if size < len(raw):
        raise BrokenFileError("a box smaller than its own header")
    return _Header(kind, raw, size - len(raw))


def _body(tape: Tape, header: _Header) -> Steps[bytearray]:
    if header.body_bytes is None or header.body_bytes > MAX_MOOV_BYTES:
        raise BrokenFileError("a video whose index has no bounds")
    return (yield from tape.take_buffer(header.body_bytes))


# --- Within the buffered boxes ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    body: int
    end: int


def _boxes(data: bytearray, start: int, end: int) -> Iterator[_Box]:
    """The boxes between two offsets; a rest too short for a box is padding."""
    count = 0
    while end - start >= 8:  # noqa: PLR2004 (size and type)
        size = int.from_bytes(data[start : start + 4], "big")
        body = start + 8
        if size == _LONG_SIZE:
            size = int.from_bytes(data[body : body + 8], "big")
            body += 8
        elif size == _TO_THE_END:
            size = end - start
        count += 1
        if start + size > end or body > start + size or count > _MAX_BOXES:
            raise BrokenFileError("a video with a wrong index")
        yield _Box(bytes(data[start + 4 : start + 8]), start, body, start + size)
        start += size


def _measure(data: bytearray, findings: Findings) -> None:
    for box in _boxes(data, 0, len(data)):
        if box.kind == b"cmov":
            raise BrokenFileError("a video with a packed index, which we cannot look into")
        if box.kind == b"mvhd":
            findings.duration_s = _duration_s(data[box.body : box.end])
        if box.kind == b"trak":
            for track_header in _find(data, box, b"tkhd"):
                width, height = _track_size(data[track_header.body : track_header.end])
                if width and height:
                    findings.saw_size(width, height)


def _find(data: bytearray, parent: _Box, *path: bytes) -> Iterator[_Box]:
    for box in _boxes(data, parent.body, parent.end):
        if box.kind == path[0]:
            yield from _find(data, box, *path[1:]) if path[1:] else (box,)


def _duration_s(movie_header: bytearray) -> float | None:
    """Read ``mvhd``: version and flags, two instants, time scale, duration."""
    wide = movie_header[:1] == b"\x01"
    at, size = (20, 8) if wide else (12, 4)
    scale = int.from_bytes(movie_header[at : at + 4], "big")
    duration = movie_header[at + 4 : at + 4 + size]
    if not scale or duration.count(0xFF) == len(duration):
        return None
    return int.from_bytes(duration, "big") / scale


def _track_size(track_header: bytearray) -> tuple[int, int]:
    """Read the end of ``tkhd``: width and height in 16.16 fixed point."""
    size = track_header[-8:]
    return int.from_bytes(size[:2], "big"), int.from_bytes(size[4:6], "big")


def _clean(data: bytearray, parent: _Box, findings: Findings) -> None:
    for box in _boxes(data, parent.body, parent.end):
        if box.kind in _TELLING or (box.kind == b"trak" and _is_telemetry(data, box, findings)):
            findings.stripped = True
            _free(data, box)
        elif box.kind in _TIMED:
            _forget_times(data, box)
        elif box.kind in _CONTAINERS.get(parent.kind, ()):
            _clean(data, box, findings)


def _free(data: bytearray, box: _Box) -> None:
    data[box.start + 4 : box.start + 8] = _FREE
    data[box.body : box.end] = bytes(box.end - box.body)


def _forget_times(data: bytearray, box: _Box) -> None:
    """Blank when the film was made: two instants behind version and flags."""
    size = 16 if data[box.body : box.body + 1] == b"\x01" else 8
    start, end = box.body + 4, min(box.body + 4 + size, box.end)
    data[start:end] = bytes(max(0, end - start))


def _is_telemetry(data: bytearray, track: _Box, findings: Findings) -> bool:
    """Whether a track carries timed metadata; warns when its samples may tell a place.

    Phones write harmless ones (face frames, orientation) that list what they hold as keys.
    """
    for handler in _find(data, track, b"mdia", b"hdlr"):
        if bytes(data[handler.body + 8 : handler.body + 12]) not in _TELEMETRY:
            continue
        content = data[track.body : track.end]
        if b"mebx" not in content or b"location" in content:
            findings.warnings.add(MediaWarning.METADATA_NOT_REMOVED)
        return True
    return False
