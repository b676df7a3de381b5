"""Time as the stand-in sees it: the real clock plus what tests have skipped."""

from datetime import UTC, datetime, timedelta


class WireClock:
    """Real time plus skipped time. Expiries follow it; ids and timestamps stay real."""

    def __init__(self) -> None:
        self._skipped = timedelta()

    def now(self) -> datetime:
        return self.real_now() + self._skipped

    @staticmethod
    def real_now() -> datetime:
        return datetime.now(UTC)

    def ago(self, seconds: float) -> datetime:
        """A real instant in the past."""
        return self.real_now() - timedelta(seconds=seconds)

    def advance(self, seconds: float) -> None:
        """Let interaction tokens, signed links and OAuth codes age at once."""
        self._skipped += timedelta(seconds=seconds)
