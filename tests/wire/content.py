"""What files hold: bytes, or as many made-up bytes as wanted without holding them."""

import hashlib
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat

CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Content:
    """A head of real bytes, then filler up to `size_bytes`."""

    head: bytes
    size_bytes: int

    @classmethod
    def of(cls, source: "bytes | Content") -> "Content":
        return source if isinstance(source, Content) else cls(source, len(source))

    def chunks(self) -> Iterator[bytes]:
        for start in range(0, len(self.head), CHUNK_BYTES):
            yield self.head[start : start + CHUNK_BYTES]
        filler_bytes = self.size_bytes - len(self.head)
        yield from repeat(_FILLER, filler_bytes // CHUNK_BYTES)
        yield _FILLER[: filler_bytes % CHUNK_BYTES]

    def sha256(self) -> str:
        digest = hashlib.sha256()
        for chunk in self.chunks():
            digest.update(chunk)
        return digest.hexdigest()


def noise(seed: object, size_bytes: int) -> bytes:
    """The same bytes for the same seed, without any pattern to compress."""
    return hashlib.shake_128(str(seed).encode()).digest(size_bytes)


_FILLER = noise("filler", CHUNK_BYTES)


def png(seed: object = 0, width: int = 32, height: int = 24) -> bytes:
    """A valid RGB picture of noise, about 3 bytes a pixel; each seed gives another one."""
    pixels = noise(seed, width * height * 3)
    row = width * 3
    lines = b"".join(b"\0" + pixels[y * row : (y + 1) * row] for y in range(height))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [
            _png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            _png_chunk(b"IDAT", zlib.compress(lines, 1)),
            _png_chunk(b"IEND", b""),
        ]
    )


def mp4(size_bytes: int) -> Content:
    """A film by its boxes (ftyp, moov, mdat), whose frames are noise."""
    movie_header = struct.pack(">IIIII", 0, 0, 0, 1000, 5000)
    movie_header += struct.pack(">IHHII", 0x00010000, 0x0100, 0, 0, 0)
    movie_header += struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    movie_header += bytes(24) + struct.pack(">I", 2)
    head = _box(b"ftyp", b"isom" + struct.pack(">I", 512) + b"isomiso2mp41")
    head += _box(b"moov", _box(b"mvhd", movie_header))
    return Content(head + struct.pack(">I", size_bytes - len(head)) + b"mdat", size_bytes)


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body
