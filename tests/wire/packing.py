"""Transport compression: one stream for a whole connection, flushed after each frame.

Source: https://docs.discord.com/developers/events/gateway#transport-compression
"""

import zlib
from collections.abc import Callable
from importlib import import_module

Packer = Callable[[bytes], bytes]


def packer(name: str) -> Packer:
    """Packs frames the way that the client asked for in its address.

    Raises:
        LookupError: the stand-in cannot do that here (zstd came with Python 3.14).
    """
    if name == "zlib-stream":
        return _zlib()
    if name == "zstd-stream":
        return _zstd()
    raise LookupError(f"Discord knows no {name!r}.")


def _zlib() -> Packer:
    context = zlib.compressobj()
    return lambda data: context.compress(data) + context.flush(zlib.Z_SYNC_FLUSH)


def _zstd() -> Packer:
    try:
        context = import_module("compression.zstd").ZstdCompressor()
    except ModuleNotFoundError:
        raise LookupError("The stand-in needs Python 3.14 for zstd-stream.") from None
    return lambda data: bytes(context.compress(data, mode=context.FLUSH_BLOCK))
