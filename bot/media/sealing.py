"""How a waiting file is encrypted: a header, then segments that each open on their own.

AES-256-GCM in the STREAM construction: a segment's nonce is 7 random bytes of the file, the
segment's number, and a flag on the last one; the header and the file's name are authenticated with
every segment. So a changed, cut, lengthened, reordered or swapped file does not open, and 2**32
segments of 256 KiB fit. Source: https://eprint.iacr.org/2015/189
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import SpoolError

KEY_BYTES = 32
SEGMENT_BYTES = 256 * 1024

_MAGIC = b"spool\x01"
_PREFIX_BYTES = 7
_TAG_BYTES = 16
HEADER_BYTES = len(_MAGIC) + _PREFIX_BYTES
#: A segment on disk; the last one may be shorter.
SEALED_BYTES = SEGMENT_BYTES + _TAG_BYTES


def segment_count(size_bytes: int) -> int:
    """How many segments hold so many bytes; an empty file has one."""
    return max(1, -(-size_bytes // SEGMENT_BYTES))


def stored_bytes(size_bytes: int) -> int:
    """How long the encrypted form of a file of so many bytes is."""
    return HEADER_BYTES + size_bytes + _TAG_BYTES * segment_count(size_bytes)


def new_header() -> bytes:
    """Make the beginning of a new file."""
    return _MAGIC + secrets.token_bytes(_PREFIX_BYTES)


class SegmentCipher:
    """Seals and opens the segments of one file."""

    def __init__(self, name: str, key: bytes, header: bytes) -> None:
        """Prepare.

        Args:
            name: The file's own; it opens under no other.
            key: 32 random bytes, used for no other file.
            header: From ``new_header``, or read back.

        Raises:
            SpoolError: The key or the header is not of that form.
        """
        if len(key) != KEY_BYTES:
            raise SpoolError(f"a key of {len(key)} bytes instead of {KEY_BYTES}")
        if len(header) != HEADER_BYTES or not header.startswith(_MAGIC):
            raise SpoolError("not a waiting file")
        self._aead = AESGCM(key)
        self._prefix = header[len(_MAGIC) :]
        self._context = header + name.encode()

    def seal(self, segment: bytes, number: int, *, last: bool) -> bytes:
        """Encrypt one segment of ``SEGMENT_BYTES``; the last one may be shorter."""
        return self._aead.encrypt(self._nonce(number, last=last), segment, self._context)

    def open(self, sealed: bytes, number: int, *, last: bool) -> bytes:
        """Decrypt one segment.

        Raises:
            SpoolError: It is not that segment of that file, or was changed, or the key is wrong.
        """
        try:
            return self._aead.decrypt(self._nonce(number, last=last), sealed, self._context)
        except (InvalidTag, ValueError):
            raise SpoolError("a waiting file was changed, or its key is another") from None

    def _nonce(self, number: int, *, last: bool) -> bytes:
        return self._prefix + number.to_bytes(4, "big") + bytes((last,))
