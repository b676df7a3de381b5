"""The time by Imgur's own clock, whatever ours says."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.clock import Clock
from bot.imgur.wire import Response

#: ``Date`` comes in whole seconds, and as late as its answer: what differs by less is no news. A
#: time that trembled would move what processes that share the pools read and write in turn.
_TREMBLE_S = 2.0


class ImgurTime:
    """Ours as it was at the start, until an answer tells Imgur's.

    Attributes:
        epoch_s: What makes instants of the monotonic clock into seconds since 1970.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.epoch_s = clock.now().timestamp() - clock.monotonic()

    def now(self) -> datetime:
        """The time."""
        return datetime.fromtimestamp(self._clock.monotonic() + self.epoch_s, UTC)

    def hear(self, response: Response) -> None:
        """Learn it from an answer."""
        try:
            told = parsedate_to_datetime(response.headers["date"]).timestamp()
        except (KeyError, ValueError, OverflowError):
            return
        epoch_s = told - self._clock.monotonic()
        if abs(epoch_s - self.epoch_s) >= _TREMBLE_S:
            self.epoch_s = epoch_s
