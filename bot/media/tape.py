"""The bytes of a stream on their way past a parser that may keep, change or drop them.

A parser is a generator over a tape: it asks for bytes in reading order and is suspended while they
have not arrived. So a format reads like a plain sequential program and still never sees a socket.
"""

import re
from collections.abc import Callable, Generator
from typing import TypeVar

from bot.errors import BrokenFileError

#: How many separate reads a file may need: a base, and one for so many bytes. A file of nothing but
#: tiny parts would keep the event loop busy for no picture's sake.
_FREE_TAKES = 20_000
_BYTES_PER_TAKE = 16

_T = TypeVar("_T")

#: A parser, or a part of one: suspended whenever it needs bytes that have not arrived yet.
Steps = Generator[None, None, _T]


class Tape:
    """Arrived bytes in front, kept bytes behind; the owner loads, the parser moves on.

    Every move that needs bytes which never come raises ``BrokenFileError``: the file is cut. So
    does a file in absurdly many parts.
    """

    def __init__(self) -> None:
        self._chunk = b""
        self._at = 0
        self._ended = False
        self._kept: list[bytes] = []
        self._takes_left = float(_FREE_TAKES)

    # --- the owner's side ---------------------------------------------------------------------

    def load(self, chunk: bytes) -> None:
        """Add what arrived."""
        self._chunk = self._chunk[self._at :] + chunk if self._at_hand else chunk
        self._at = 0
        self._takes_left += len(chunk) / _BYTES_PER_TAKE

    def end(self) -> None:
        """Nothing more will arrive."""
        self._ended = True

    def unload(self) -> bytes:
        """What was kept since the last call."""
        kept, self._kept = self._kept, []
        return kept[0] if len(kept) == 1 else b"".join(kept)

    @property
    def is_empty(self) -> bool:
        """Whether all that arrived was passed."""
        return not self._at_hand

    # --- the parser's side --------------------------------------------------------------------

    def keep(self, data: bytes) -> None:
        """Append these bytes to the output."""
        if data:
            self._kept.append(data)

    def has(self, count: int) -> Steps[bool]:
        """Whether at least ``count`` more bytes come; only for small counts."""
        while self._at_hand < count:
            if self._ended:
                return False
            yield
        return True

    def take(self, count: int) -> Steps[bytes]:
        """Read ``count`` bytes without keeping them."""
        self._takes_left -= 1
        if self._takes_left < 0:
            raise BrokenFileError("the file is made of too many tiny parts")
        parts: list[bytes] = []
        yield from self._pass(count, parts.append)
        return b"".join(parts)

    def take_buffer(self, count: int | None) -> Steps[bytearray]:
        """Read ``count`` bytes to edit them; ``None`` means all that comes."""
        data = bytearray()
        if count is None:
            yield from self._pass_rest(data.extend)
        else:
            yield from self._pass(count, data.extend)
        return data

    def copy(self, count: int | None) -> Steps[None]:
        """Keep ``count`` bytes as they are; ``None`` means all that comes."""
        yield from self._pass_rest(self.keep) if count is None else self._pass(count, self.keep)

    def blank(self, count: int | None) -> Steps[None]:
        """Keep zeros instead of ``count`` bytes; ``None`` means all that comes."""
        yield from self._pass_rest(self._zero) if count is None else self._pass(count, self._zero)

    def skip(self, count: int) -> Steps[None]:
        """Drop ``count`` bytes."""
        yield from self._pass(count, lambda _: None)

    def copy_until(self, pattern: re.Pattern[bytes], first: bytes) -> Steps[None]:
        """Keep bytes up to a match of ``pattern``, which stays in front.

        Args:
            pattern: Matches exactly two bytes.
            first: The first of the two.
        """
        while (match := pattern.search(self._chunk, self._at)) is None:
            half_seen = self._chunk.endswith(first) and self._at_hand > 0
            self._move(self._at_hand - half_seen, self.keep)
            yield from self._wait()
        self._move(match.start() - self._at, self.keep)

    def window(self) -> Steps[memoryview]:
        """The bytes at hand, at least one, still in front."""
        while not self._at_hand:
            yield from self._wait()
        return memoryview(self._chunk)[self._at :]

    # --- within -------------------------------------------------------------------------------

    @property
    def _at_hand(self) -> int:
        return len(self._chunk) - self._at

    def _zero(self, data: bytes) -> None:
        self.keep(bytes(len(data)))

    def _move(self, count: int, treat: Callable[[bytes], None]) -> None:
        if count:
            treat(self._chunk[self._at : self._at + count])
            self._at += count

    def _pass(self, count: int, treat: Callable[[bytes], None]) -> Steps[None]:
        while count > self._at_hand:
            count -= self._at_hand
            self._move(self._at_hand, treat)
            yield from self._wait()
        self._move(count, treat)

    def _pass_rest(self, treat: Callable[[bytes], None]) -> Steps[None]:
        while True:
            self._move(self._at_hand, treat)
            if self._ended:
                return
            yield

    def _wait(self) -> Steps[None]:
        if self._ended:
            raise BrokenFileError("the file ends too early")
        yield
