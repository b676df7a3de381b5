"""How long a download may take: a deadline that grows with its size, and no crawling."""

_BASE_S = 30.0
_DEADLINE_BYTES_PER_S = 256 * 1024
_WINDOW_S = 5.0
_WINDOW_BYTES = int(_WINDOW_S * 16 * 1024)


class Pace:
    """Watches one download; told of every chunk, asked now and then.

    Besides the deadline, each window of 5 s after the first must bring 80 KiB, which is 16 KiB/s.
    """

    def __init__(self, started_at_s: float, size_bytes: int) -> None:
        """Begin.

        Args:
            started_at_s: By the clock whose readings are passed later.
            size_bytes: The most that will come; ``expect`` may lower it.
        """
        self._started_at_s = started_at_s
        self._window_ends_at_s = started_at_s + 2 * _WINDOW_S
        self._window_bytes = 0
        self._is_ended = False
        self.expect(size_bytes)

    def expect(self, size_bytes: int) -> None:
        """Set the deadline for so many bytes."""
        allowed_s = _BASE_S + size_bytes / _DEADLINE_BYTES_PER_S
        self._deadline_s = self._started_at_s + allowed_s

    def got(self, count: int) -> None:
        """Note arrived bytes."""
        self._window_bytes += count

    def end(self) -> None:
        """All is here; what the receiver does from now on takes its own time."""
        self._is_ended = True

    def next_check_s(self, now_s: float) -> float | None:
        """How long to wait before asking again; ``None`` when it is over.

        Raises:
            TimeoutError: Too slow.
        """
        if self._is_ended:
            return None
        if now_s >= self._deadline_s:
            raise TimeoutError("the download took too long")
        if now_s >= self._window_ends_at_s:
            if self._window_bytes < _WINDOW_BYTES:
                raise TimeoutError("the download nearly stands still")
            self._window_bytes = 0
            self._window_ends_at_s = now_s + _WINDOW_S
        return min(self._deadline_s, self._window_ends_at_s) - now_s
