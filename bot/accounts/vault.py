"""Authenticated encryption of what may not be read from the disk.

A sealed value carries the id of its key and is bound to a context (table, column and row owner), so
that it opens nowhere else. AES-256-GCM; the associated data is the context.
"""

import base64
import binascii
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import TamperedError, UnknownKeyError

KEY_BYTES = 32
_NONCE_BYTES = 12
_LONGEST_ID = 32
_VERSION = 1


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by id; the first seals, all open.

    Text form: ``id:base64 of 32 bytes[,id:base64 …]``.
    """

    keys: Mapping[str, bytes] = field(repr=False)

    @property
    def sealing_id(self) -> str:
        """The id of the key that new values are sealed with."""
        return next(iter(self.keys))

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Read the text form.

        Raises:
            ValueError: It is not that form; the message never holds key material.
        """
        keys: dict[str, bytes] = {}
        for position, entry in enumerate(text.split(","), start=1):
            key_id, colon, encoded = entry.strip().partition(":")
            if not colon or not key_id or not key_id.isascii() or len(key_id) > _LONGEST_ID:
                raise ValueError(f"entry {position} is not of the form id:base64")
            try:
                key = base64.b64decode(encoded, validate=True)
            except (binascii.Error, ValueError):
                raise ValueError(f"entry {position} is not valid base64") from None
            if len(key) != KEY_BYTES:
                raise ValueError(f"entry {position} holds {len(key)} bytes instead of {KEY_BYTES}")
            if key_id in keys:
                raise ValueError(f"entry {position} repeats an id")
            keys[key_id] = key
        return cls(keys)

    @classmethod
    def generate(cls, key_id: str) -> "KeyRing":
        """A ring of one fresh key."""
        return cls({key_id: secrets.token_bytes(KEY_BYTES)})

    def __str__(self) -> str:
        """The text form, key material included: for the key file only."""
        return ",".join(f"{i}:{base64.b64encode(key).decode()}" for i, key in self.keys.items())


class Vault:
    """Seals and opens values with a key ring."""

    #: No key's id makes the beginning of a sealed value longer, in bytes.
    LONGEST_HEAD = 2 + _LONGEST_ID

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self._is_locked = False

    @property
    def sealing_id(self) -> str:
        """The id of the key that new values are sealed with."""
        return self._ring.sealing_id

    @property
    def key_ids(self) -> Collection[str]:
        """The ids of all keys, the sealing one first."""
        return self._ring.keys.keys()

    @property
    def can_seal(self) -> bool:
        """Whether the keys are known to be the right ones; else nothing new is sealed."""
        return not self._is_locked

    def lock(self) -> None:
        """Seal nothing from now on: the ring does not open what is stored."""
        self._is_locked = True

    def use(self, ring: KeyRing) -> None:
        """Seal and open with another ring from now on."""
        self._ring = ring

    def seal(self, value: bytes, context: str) -> bytes:
        """Encrypt ``value`` for ``context``, such as ``"links.access_token:42"``.

        Raises:
            UnknownKeyError: The vault is locked.
        """
        key_id = self._ring.sealing_id
        if self._is_locked:
            raise UnknownKeyError(key_id)
        header = self.head_of(key_id)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(self._ring.keys[key_id]).encrypt(nonce, value, header + context.encode())
        return header + nonce + sealed

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt what was sealed for the same ``context``.

        Raises:
            UnknownKeyError: The key that sealed it is not in the ring.
            TamperedError: It was sealed for another context, or changed.
        """
        key_id = self.key_id_of(sealed)
        key = self._ring.keys.get(key_id)
        if key is None:
            raise UnknownKeyError(key_id)
        start = 2 + len(key_id)
        header, nonce = sealed[:start], sealed[start : start + _NONCE_BYTES]
        try:
            return AESGCM(key).decrypt(
                nonce, sealed[start + _NONCE_BYTES :], header + context.encode()
            )
        except (InvalidTag, ValueError):
            raise TamperedError(f"a sealed value does not open as {context}") from None

    @staticmethod
    def head_of(key_id: str) -> bytes:
        """How everything begins that the key with this id has sealed."""
        return bytes([_VERSION, len(key_id)]) + key_id.encode()

    @staticmethod
    def key_id_of(sealed: bytes) -> str:
        """The id of the key that sealed this value.

        Raises:
            TamperedError: It is not a sealed value.
        """
        if len(sealed) < 2 or sealed[0] != _VERSION or len(sealed) < 2 + sealed[1]:  # noqa: PLR2004 (version, id length)
            raise TamperedError("not a sealed value")
        return sealed[2 : 2 + sealed[1]].decode(errors="replace")
