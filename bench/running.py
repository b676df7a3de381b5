"""The processes of a benchmark: one stub, one worker for each entrant, taking turns."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.subjects import Entrant
from bench.works import Part, Work

ROOT = Path(__file__).parent.parent
#: Who takes longer for one turn has only that one.
SLOW_S = 8.0
_LINE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Measured:
    """One turn.

    Attributes:
        grown_bytes: The peak of the worker's memory less what it had before.
        served: Requests that the stub saw.
        stub_busy: Which part of the time the stub was busy, from 0 to 1.
        facts: What the subject told.
    """

    seconds: float
    grown_bytes: int
    served: int
    stub_busy: float
    facts: Mapping[str, float]


#: The turns of each part, by round.
Turns = dict[Part, dict[int, Measured]]


class WorkerError(Exception):
    """A subject could not start, or broke down; the message is its last words."""


class Worker:
    """One entrant's process."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def hear(self) -> dict[str, Any]:
        """The next line.

        Raises:
            WorkerError: It ended in place of one.
        """
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        line = await self._process.stdout.readline()
        if not line:
            words = (await self._process.stderr.read()).decode().strip().splitlines()
            raise WorkerError(words[-1] if words else "ended without a word")
        heard: dict[str, Any] = json.loads(line)
        return heard

    async def do(self, method: str, arguments: Mapping[str, float]) -> Measured:
        """One turn.

        Raises:
            WorkerError: It broke down.
        """
        assert self._process.stdin is not None
        order = json.dumps({"do": method, "with": arguments})
        self._process.stdin.write(f"{order}\n".encode())
        return Measured(**await self.hear())


@asynccontextmanager
async def running(python: Path, *arguments: str) -> AsyncIterator[Process]:
    """A process of ours, ended with the block."""
    process = await asyncio.create_subprocess_exec(
        python, "-m", *arguments, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=PIPE, limit=_LINE_BYTES
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@asynccontextmanager
async def stub() -> AsyncIterator[str]:
    """The stub's address."""
    async with running(Path(sys.executable), "bench.stub") as process:
        assert process.stdout is not None
        yield (await process.stdout.readline()).decode().strip()


async def take_turns(
    work: Work, address: str, *, rounds: int, peers: Path
) -> tuple[Turns, dict[Entrant, str]]:
    """Everybody's turns, interleaved; and who could not take part, with the reason."""
    turns: Turns = defaultdict(dict)
    absent: dict[Entrant, str] = {}
    async with AsyncExitStack() as stack:
        workers: dict[Part, Worker] = {}
        for part in work.parts:
            python = peers if part.entrant.packages else Path(sys.executable)
            process = running(python, "bench.worker", part.entrant.module, address)
            worker = Worker(await stack.enter_async_context(process))
            try:
                await worker.hear()
                workers[part] = worker
            except WorkerError as error:
                absent[part.entrant] = str(error)
        for number in range(-1, rounds):  # the first is to warm up
            for part in _order(list(workers), number):
                if _is_slow(turns[part]):
                    continue
                try:
                    measured = await workers[part].do(part.method, work.arguments)
                except WorkerError as error:
                    absent[part.entrant] = str(error)
                    del workers[part]
                    continue
                if number >= 0 or measured.seconds > SLOW_S or not work.pieces:
                    turns[part][max(number, 0)] = measured
    return turns, absent


def _order(parts: Sequence[Part], number: int) -> Sequence[Part]:
    """Each round begins with another one."""
    first = number % max(1, len(parts))
    return [*parts[first:], *parts[:first]]


def _is_slow(turns: Mapping[int, Measured]) -> bool:
    return any(turn.seconds > SLOW_S for turn in turns.values())
