"""Seconds, without those in which other programs had the processors."""

import os
import time
from contextlib import suppress
from pathlib import Path


class Stopwatch:
    """Runs from its making on, for what the bot may take and a busy machine may not spoil.

    Linux counts for each thread how long it was ready to run and had to wait for a processor. Of
    the two event loops that an answer passes through, the bot's and that of the test with its
    stand-ins, the one that waited longer counts: so never more than has passed is taken off.
    Source: https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat
    """

    def __init__(self, bot_pid: int) -> None:
        self._waited_before_s = {pid: _waited_s(pid) for pid in (os.getpid(), bot_pid)}
        self._waited_s = 0.0
        self._began_at_s = time.monotonic()

    def seconds(self) -> float:
        """What has passed so far; to be looked at now and then while the bot may end."""
        for pid, before_s in self._waited_before_s.items():
            with suppress(FileNotFoundError, ProcessLookupError):
                self._waited_s = max(self._waited_s, _waited_s(pid) - before_s)
        return time.monotonic() - self._began_at_s - self._waited_s


def _waited_s(pid: int) -> float:
    """How long a process's main thread, which bears its event loop, has waited for a processor."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
