"""What a file is, by its own bytes: type, size in pixels, whether it moves or sounds.

Only heads are read, so a film of 200 MB costs no more than a small one.
"""

import struct
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from sandbox.imgur.messages import Media
from sandbox.imgur.sniff import sniff

_HEAD_BYTES = 64

#: For containers whose heads we do not read.
_UNMEASURED = (640, 360)


def measure(path: Path) -> tuple[str, Media | None]:
    """The file's MIME type (empty when unknown) and its facts, if it can be read as that."""
    with path.open("rb") as file:
        kind = sniff(file.read(_HEAD_BYTES))
        if kind in {"video/mp4", "video/quicktime"}:
            return kind, _film(file, kind)
    if kind.startswith("image/"):
        return kind, _picture(path, kind)
    if kind.startswith("video/"):
        return kind, Media(kind, *_UNMEASURED, animated=True)
    return kind, None


def _picture(path: Path, kind: str) -> Media | None:
    try:
        with warnings.catch_warnings(), Image.open(path) as picture:
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            moving = kind == "image/gif" and bool(getattr(picture, "is_animated", False))
            return Media(kind, picture.width, picture.height, animated=moving)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None


def _film(file: BinaryIO, kind: str) -> Media | None:
    """Reads ``moov`` only; a file without one is broken."""
    size = file.seek(0, 2)
    found: Media | None = None
    for name, start, end in _boxes(file, 0, size):
        if name == b"moov":
            found = Media(kind, *_UNMEASURED, animated=True)
            for inner, track_start, track_end in _boxes(file, start, end):
                if inner == b"trak":
                    found = _with_track(file, track_start, track_end, found)
    return found


def _with_track(file: BinaryIO, start: int, end: int, media: Media) -> Media:
    for name, inner_start, inner_end in _boxes(file, start, end):
        if name == b"tkhd":
            file.seek(inner_end - 8)
            width, height = (side >> 16 for side in struct.unpack(">II", file.read(8)))
            if width and height:
                media = replace(media, width=width, height=height)
        if name == b"mdia":
            file.seek(inner_start)
            sounds = b"soun" in file.read(min(inner_end - inner_start, 4096))
            media = replace(media, has_sound=media.has_sound or sounds)
    return media


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of the content of each box; stops at anything malformed."""
    while start + 8 <= end:
        file.seek(start)
        size, name = struct.unpack(">I4s", file.read(8))
        header = 8
        if size == 1:
            size, header = struct.unpack(">Q", file.read(8))[0], 16
        size = size or end - start
        if size < header or start + size > end:
            return
        yield name, start + header, start + size
        start += size
