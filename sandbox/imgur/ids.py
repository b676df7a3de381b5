"""Ids, hashes and tokens in Imgur's shapes, and repeatable chance. Pure."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

T = TypeVar("T")


def number(seed: str, below: int) -> int:
    """A number in ``0 … below - 1`` that always is the same for the same seed text."""
    return int.from_bytes(blake2b(seed.encode(), digest_size=8).digest()) % below


def pick(seed: str, options: Sequence[T]) -> T:
    """One of the options, always the same for the same seed text."""
    return options[number(seed, len(options))]


def word(seed: str, length: int) -> str:
    """Letters and digits, as in picture ids (7) and deletehashes (15)."""
    value = int.from_bytes(blake2b(seed.encode()).digest())
    letters = []
    for _ in range(length):
        value, index = divmod(value, len(_ALPHABET))
        letters.append(_ALPHABET[index])
    return "".join(letters)


def hexadecimal(seed: str, length: int) -> str:
    """Hex digits, as in client ids (15), secrets, codes and tokens (40)."""
    return blake2b(seed.encode()).hexdigest()[:length]
