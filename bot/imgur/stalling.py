"""When an upload counts as stuck."""

from bot.clock import Clock
from bot.imgur.multipart import MultipartBody

#: No byte moved for so long ...
STALL_S = 30.0
#: ... or no answer came for so long after the last one.
UPLOAD_ANSWER_S = 120.0


class Moves:
    """When a byte of an upload moved last."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = clock.monotonic()

    def note(self) -> None:
        """Say that bytes moved."""
        self._last = self._clock.monotonic()

    async def end(self, body: MultipartBody) -> None:
        """Return when nothing has moved for too long."""
        while True:
            if body.is_held:  # by ourselves
                self.note()
            patience_s = UPLOAD_ANSWER_S if body.is_complete else STALL_S
            left_s = self._last + patience_s - self._clock.monotonic()
            if left_s <= 0:
                return
            await self._clock.sleep(left_s)
