"""The bot, where somebody sets the wall clock while it runs: the file in ``SKEW`` says how far."""

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from bot import __main__ as program
from bot.clock import SystemClock

#: A machine is late by less than this, and the wall clock is set by more.
MOST_LATE_S = 3600.0


class JumpingClock(SystemClock):
    """Real time, and what somebody made of it."""

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=float(Path(os.environ["SKEW"]).read_text()))

    async def sleep(self, seconds: float) -> None:
        if seconds < -MOST_LATE_S:
            sys.stderr.write(f"slept for {seconds} s\n")
        await super().sleep(seconds)


if __name__ == "__main__":
    program.SystemClock = JumpingClock  # type: ignore[attr-defined] # only a test does so
    sys.exit(program.main())
