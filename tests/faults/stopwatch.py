"""Seconds, without those in which other programs had the processors."""

import os
import time
from contextlib import suppress
from pathlib import Path


class Stopwatch:
    """Runs from its making on, for what the bot may take and a busy machine may not spoil.

    Linux counts for each thread how long it was ready to run and had to wait for a processor.
    Source: https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat
    """

    def __init__(self, bot_pid: int) -> None:
        self._processes = (os.getpid(), bot_pid)
        self._waited_before_s = self._waited_s()
        self._waited_longest_s = 0.0
        self._began_at_s = time.monotonic()

    def seconds(self) -> float:
        """What has passed so far; to be looked at now and then while the bot may end."""
        waited_s = self._waited_s() - self._waited_before_s
        self._waited_longest_s = max(waited_s, self._waited_longest_s)
        return time.monotonic() - self._began_at_s - self._waited_longest_s

    def _waited_s(self) -> float:
        waited_ns = 0
        for pid in self._processes:
            with suppress(FileNotFoundError, ProcessLookupError):
                for thread in Path(f"/proc/{pid}/task").iterdir():
                    with suppress(FileNotFoundError, ProcessLookupError):
                        waited_ns += int((thread / "schedstat").read_text().split()[1])
        return waited_ns / 1e9
