"""When to stop asking a host that fails, and when to look again. Pure."""

from collections import deque

#: Opens after so many failures in a row ...
FAILURES_IN_A_ROW = 5
#: ... or when at least half of so many calls within the window failed.
WINDOW_CALLS = 20
WINDOW_S = 30.0
#: How long it stays open before one call may look; up to a sixth more by chance, so that several
#: processes do not come back together.
PAUSE_S = 30.0
#: How soon to come back while that one call is under way.
PROBE_S = 5.0


class Circuit:
    """One host's recent past; instants are seconds on a monotonic clock."""

    def __init__(self) -> None:
        self._outcomes: deque[tuple[float, bool]] = deque()
        self._failures = 0  # among those outcomes
        self._failures_in_a_row = 0
        self._open_until: float | None = None
        self._is_probing = False

    @property
    def is_open(self) -> bool:
        """Whether calls are held back."""
        return self._open_until is not None

    def enter(self, now: float) -> float:
        """Ask to call: 0 is yes (then ``leave`` must follow), else the seconds until it may be."""
        if self._open_until is None:
            return 0.0
        if self._is_probing:
            return PROBE_S
        if now < self._open_until:
            return self._open_until - now
        self._is_probing = True
        return 0.0

    def leave(self, now: float, *, failed: bool | None, chance: float) -> None:
        """Tell how the call went.

        Args:
            failed: ``None`` where it says nothing about the host, as when it was cancelled.
            chance: From 0 to 1.
        """
        if self._open_until is not None and not self._is_probing:
            return  # it went out before the others' failures
        if self._is_probing:
            self._is_probing = False
            if failed is None:
                return
            self._outcomes.clear()
            self._failures = 0
            self._open_until = None
            self._failures_in_a_row = FAILURES_IN_A_ROW - 1 if failed else 0
        if failed is not None:
            self._note(now, failed=failed)
            if self._has_enough(now):
                self._open_until = now + PAUSE_S * (1 + chance / 6)

    def _note(self, now: float, *, failed: bool) -> None:
        self._outcomes.append((now, failed))
        self._failures += failed
        self._failures_in_a_row = self._failures_in_a_row + 1 if failed else 0

    def _has_enough(self, now: float) -> bool:
        while self._outcomes and self._outcomes[0][0] < now - WINDOW_S:
            self._failures -= self._outcomes.popleft()[1]
        if self._failures_in_a_row >= FAILURES_IN_A_ROW:
            return True
        calls = len(self._outcomes)
        return calls >= WINDOW_CALLS and 2 * self._failures >= calls
