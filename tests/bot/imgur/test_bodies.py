import gzip
import tracemalloc
from collections.abc import AsyncIterator

import pytest

from bot.imgur.bodies import MAX_BODY_BYTES, read_body


async def cut(data: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def test_plain_and_packed_bodies_are_read() -> None:
    assert await read_body(cut(b"x" * 5000), "") == b"x" * 5000
    assert await read_body(cut(gzip.compress(b"x" * 5000), 7), "GZIP") == b"x" * 5000
    assert await read_body(cut(b""), "gzip") == b""


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"x" * (MAX_BODY_BYTES + 1), ""),
        (gzip.compress(b"0" * 200 * MAX_BODY_BYTES, mtime=0), "gzip"),
        (gzip.compress(b"x" * 5000, mtime=0)[:-9], "gzip"),
        (b"not packed", "gzip"),
        (b"x", "br"),
    ],
)
async def test_what_is_too_long_or_not_whole_is_refused(data: bytes, encoding: str) -> None:
    with pytest.raises(ValueError, match=r"long|cut|packed"):
        await read_body(cut(data, 262144), encoding)


async def test_a_bomb_is_not_unpacked_before_it_is_refused() -> None:
    bomb = gzip.compress(b"0" * 64 * MAX_BODY_BYTES)
    tracemalloc.start()
    with pytest.raises(ValueError, match="longer"):
        await read_body(cut(bomb, len(bomb)), "gzip")
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 8 * MAX_BODY_BYTES


async def test_the_longest_allowed_body_is_read() -> None:
    data = b"x" * MAX_BODY_BYTES
    assert len(await read_body(cut(gzip.compress(data)), "gzip")) == MAX_BODY_BYTES
