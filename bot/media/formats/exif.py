"""The one thing that a picture's Exif block is kept for: which way is up."""

import struct

#: As the camera saw it; needs no Exif at all.
UPRIGHT = 1

_TAG_ORIENTATION = 0x0112
_SHORT, _LONG = 3, 4
_ENTRY_BYTES = 12


def orientation_of(block: bytes) -> int:
    """Read the orientation, 1 to 8.

    Args:
        block: An Exif block, beginning with its TIFF header.

    Returns:
        ``UPRIGHT`` when there is none, or the block cannot be read.
    """
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(block[:4])
    if order is None:
        return UPRIGHT
    try:
        value = _find(block, order)
    except struct.error:
        return UPRIGHT
    return value if 1 <= value <= 8 else UPRIGHT  # noqa: PLR2004 (the eight ways of Exif)


def _find(block: bytes, order: str) -> int:
    (directory,) = struct.unpack_from(order + "I", block, 4)
    (count,) = struct.unpack_from(order + "H", block, directory)
    for index in range(count):
        at = directory + 2 + index * _ENTRY_BYTES
        tag, kind, _ = struct.unpack_from(order + "HHI", block, at)
        if tag == _TAG_ORIENTATION and kind in {_SHORT, _LONG}:
            (value,) = struct.unpack_from(order + ("H" if kind == _SHORT else "I"), block, at + 8)
            return int(value)
    return UPRIGHT


def exif_with(orientation: int) -> bytes:
    """Make an Exif block that says nothing but the orientation."""
    header = b"MM\x00*" + struct.pack(">I", 8)
    entry = struct.pack(">HHIHH", _TAG_ORIENTATION, _SHORT, 1, orientation, 0)
    return header + struct.pack(">H", 1) + entry + struct.pack(">I", 0)
