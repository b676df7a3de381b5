"""The real bot as a process of its own: started, watched, measured, killed."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from tests.patience import PATIENCE_S
from tests.wire.waiting import Changes

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping, Sequence
    from types import TracebackType

T = TypeVar("T")
PROJECT = Path(__file__).resolve().parents[2]
RUN_BOT = (sys.executable, "-m", "bot", "run")
_NOTE_LINES = 120


@dataclass(frozen=True)
class Exit:
    """How a process ended: its code (negative for a signal) and how long that took."""

    code: int
    seconds: float


class BotProcess:
    """One bot; `start` after an end starts it again in the same directory.

    Use as `async with BotProcess(directory, environment) as bot`: it is running inside, nothing
    of it survives the block, and a failure inside carries the end of the log.

    Attributes:
        log: What this run has written to stdout and stderr.
        log_path: The same of all runs, as a file.
    """

    def __init__(
        self,
        directory: Path,
        environment: Mapping[str, str],
        *,
        command: Sequence[str] = RUN_BOT,
    ) -> None:
        self.directory = directory
        self.environment = dict(environment)
        self.command = command
        self.log = ""
        self.log_path = directory / "process.log"
        self._changes = Changes()
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            tail = "\n".join(self.log.splitlines()[-_NOTE_LINES:])
            error.add_note(f"The bot's log ends with:\n{tail}")
        await self.kill()

    @property
    def pid(self) -> int:
        return self._running().pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it with exactly the given environment, and what Python needs to be found."""
        if self.is_running:
            raise RuntimeError("It is running.")
        self.log = ""
        self._process = await asyncio.create_subprocess_exec(
            *self.command,
            cwd=self.directory,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(PROJECT),
                "PYTHONUNBUFFERED": "1",
                **{name: os.environ[name] for name in os.environ if name.startswith("COVERAGE")},
                **self.environment,
            },
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        self._reader = asyncio.create_task(self._read_log(self._process))

    async def wait_for_log(self, pattern: str, timeout_s: float = PATIENCE_S) -> re.Match[str]:
        """The first match of the regular expression in this run's log."""
        found: re.Match[str] = await self.while_running(
            self._changes.until(
                lambda: re.search(pattern, self.log), timeout_s, lambda: self.log[-2000:]
            )
        )
        return found

    async def while_running(self, waiting: Coroutine[Any, Any, T]) -> T:
        """The result of waiting for something; fails at once when the bot ends before it."""
        wanted = asyncio.ensure_future(waiting)
        ended = asyncio.ensure_future(self._running().wait())
        try:
            await asyncio.wait({wanted, ended}, return_when=asyncio.FIRST_COMPLETED)
            if not wanted.done():
                await self._log_read()
                raise AssertionError(f"The bot ended with code {ended.result()}.")
            return wanted.result()
        finally:
            wanted.cancel()
            ended.cancel()

    async def exited(self, timeout_s: float = PATIENCE_S) -> Exit:
        """Wait for it to end by itself."""
        started_s = time.monotonic()
        process = self._running()
        try:
            async with asyncio.timeout(timeout_s):
                code = await process.wait()
        except TimeoutError:
            raise AssertionError(f"It still runs after {timeout_s} s.") from None
        await self._log_read()
        return Exit(code, time.monotonic() - started_s)

    async def terminate(self, timeout_s: float = PATIENCE_S) -> Exit:
        """SIGTERM, and how it ended."""
        self._running().send_signal(signal.SIGTERM)
        return await self.exited(timeout_s)

    async def kill(self) -> None:
        """SIGKILL for it and all its children; nothing happens if it is gone."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        await self._log_read()

    def rss_bytes(self) -> int:
        """Resident memory now."""
        return self._status_bytes("VmRSS")

    def peak_rss_bytes(self) -> int:
        """The most resident memory since the start or the last `reset_peak`."""
        return self._status_bytes("VmHWM")

    def reset_peak(self) -> None:
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError("It was not started.")
        return self._process

    def _status_bytes(self, name: str) -> int:
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)
        if found is None:
            raise AssertionError(f"The bot is gone: /proc has no {name} for it.")
        return int(found[1]) * 1024

    async def _read_log(self, process: asyncio.subprocess.Process) -> None:
        stream = process.stdout
        with self.log_path.open("ab") as file:
            while stream is not None and (chunk := await stream.read(65536)):
                file.write(chunk)
                file.flush()
                self.log += chunk.decode(errors="replace")
                self._changes.announce()

    async def _log_read(self) -> None:
        if self._reader is not None:
            await self._reader
