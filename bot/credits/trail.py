"""What a pool gave lately; each amount returns one window after it was taken. Pure."""

from collections import deque
from collections.abc import Iterable, Iterator


class Trail:
    """Amounts and when they were taken, oldest first.

    What was taken within one grain of time is kept as one amount, dated by its last part: so the
    trail stays short, and nothing returns early.

    Attributes:
        total: What has not returned yet; call ``expire`` first.
    """

    __slots__ = ("_amounts", "_began_at", "_grain_s", "_window_s", "total")

    def __init__(self, window_s: float, grain_s: float = 0.0) -> None:
        self._window_s = window_s
        self._grain_s = grain_s
        self._amounts: deque[tuple[float, int]] = deque()
        self._began_at = 0.0
        self.total = 0

    def __iter__(self) -> Iterator[tuple[float, int]]:
        return iter(self._amounts)

    @property
    def began_at(self) -> float:
        """When the newest grain began."""
        return self._began_at

    def replace(self, amounts: Iterable[tuple[float, int]], began_at: float) -> None:
        """Take over another trail's amounts, and when its newest grain began."""
        self._amounts = deque(amounts)
        self._began_at = began_at
        self.total = sum(amount for _, amount in self._amounts)

    def add(self, amount: int, now: float) -> None:
        """Take ``amount``; one that is dated before the newest returns with that."""
        if not amount:
            return
        if self._amounts:
            now = max(now, self._amounts[-1][0])
        if self._amounts and now - self._began_at < self._grain_s:
            _, before = self._amounts.pop()
            self._amounts.append((now, before + amount))
        else:
            self._amounts.append((now, amount))
            self._began_at = now
        self.total += amount

    def expire(self, now: float) -> None:
        """Let return what was taken a whole window ago."""
        while self._amounts and self._amounts[0][0] + self._window_s <= now:
            self.total -= self._amounts.popleft()[1]

    def forget_before(self, instant: float) -> None:
        """Let return what was taken earlier."""
        while self._amounts and self._amounts[0][0] < instant:
            self.total -= self._amounts.popleft()[1]

    def before(self, instant: float) -> int:
        """How much of it was taken earlier."""
        return sum(amount for taken_at, amount in self._amounts if taken_at < instant)

    def returns_at(self, amount: int) -> float:
        """The instant by which ``amount`` of it, or all, has returned."""
        returned, instant = 0, 0.0
        for taken_at, part in self._amounts:
            if returned >= amount:
                break
            returned += part
            instant = taken_at + self._window_s
        return instant

    def copy(self) -> "Trail":
        """The same, to go on with apart."""
        twin = Trail(self._window_s, self._grain_s)
        twin._amounts = self._amounts.copy()
        twin._began_at = self._began_at
        twin.total = self.total
        return twin
