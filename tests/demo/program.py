"""The demo as a process of its own, the way ``make demo`` starts it."""

import asyncio
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.demo.choices import PORTS_NEEDED
from tests.ports import held_row

PROJECT = Path(__file__).parents[2]


#: Seconds for what is to come: only a test that fails anyway waits as long.
PATIENCE_S = 90


@dataclass
class Demo:
    """A running demo, and what it has said so far."""

    process: asyncio.subprocess.Process
    first_port: int
    said: str = ""

    @property
    def discord_url(self) -> str:
        found = re.search(r"Discord +(http\S+)", self.said)
        assert found, self.said
        return found[1]

    @property
    def imgur_url(self) -> str:
        return f"http://127.0.0.1:{self.first_port + 1}"

    async def read_until(self, text: str, timeout_s: float = PATIENCE_S) -> None:
        assert self.process.stdout
        async with asyncio.timeout(timeout_s):
            while text not in self.said:
                line = await self.process.stdout.readline()
                assert line, f"the demo ended: {self.said}"
                self.said += line.decode()

    async def end(self, number: int = signal.SIGINT) -> int:
        """Ask it to end; gives the exit code."""
        self.process.send_signal(number)
        async with asyncio.timeout(PATIENCE_S):
            rest, _ = await self.process.communicate()
        self.said += rest.decode()
        assert self.process.returncode is not None
        return self.process.returncode


@asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[Demo]:
    with held_row(PORTS_NEEDED) as first_port:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "sandbox.demo"),
            *("--data", str(folder), "--port", str(first_port)),
            cwd=PROJECT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        running = Demo(process, first_port)
        try:
            await running.read_until("Ctrl-C ends the demo")
            yield running
            if process.returncode is None:
                await running.end()
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()
