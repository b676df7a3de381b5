"""Bodies of answers, unpacked and bounded. Pure."""

import zlib
from collections.abc import AsyncIterable

#: Imgur's longest answers have about 200 KB.
MAX_BODY_BYTES = 1024 * 1024

_GZIP = 16 + zlib.MAX_WBITS


async def read_body(chunks: AsyncIterable[bytes], encoding: str) -> bytes:
    """The whole body, as long as it is not absurdly long.

    Args:
        chunks: As they came over the wire.
        encoding: The header ``Content-Encoding``; only gzip was asked for.

    Raises:
        ValueError: It is too long, cut off, or packed in another way; says which.
    """
    if encoding.lower() in {"", "identity"}:
        return await _plain(chunks)
    if encoding.lower() in {"gzip", "x-gzip"}:
        return await _unpacked(chunks)
    raise ValueError("packed in a way that was not asked for")


async def _plain(chunks: AsyncIterable[bytes]) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        _check(len(body))
    return bytes(body)


async def _unpacked(chunks: AsyncIterable[bytes]) -> bytes:
    """Never more than a byte beyond the limit is unpacked, whatever the chunks swell to."""
    body = bytearray()
    unpacker = zlib.decompressobj(wbits=_GZIP)
    try:
        async for chunk in chunks:
            body += unpacker.decompress(chunk, MAX_BODY_BYTES + 1 - len(body))
            _check(len(body))
    except zlib.error as error:
        raise ValueError("not packed as it claims") from error
    if body and not unpacker.eof:
        raise ValueError("cut off")
    return bytes(body)


def _check(size_bytes: int) -> None:
    if size_bytes > MAX_BODY_BYTES:
        raise ValueError(f"longer than {MAX_BODY_BYTES} bytes")
