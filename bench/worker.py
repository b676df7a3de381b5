"""One subject in a process of its own: does what it is told line by line, and measures.

``python -m bench.worker MODULE STUB`` reads ``{"do": METHOD, "with": {...}}`` from its input and
writes one line for each: seconds, the growth of memory, and what the method had to tell.
"""

import asyncio
import gc
import importlib
import json
import re
import sys
import time
import urllib.request
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

_SELF = Path("/proc/self")


async def main(module: str, stub: str) -> None:
    """Serve until the input ends."""
    subject = importlib.import_module(f"bench.subjects.{module}").Subject(stub)
    async with AsyncExitStack() as stack:
        await subject.open(stack)
        tell({"ready": True})
        while line := await asyncio.to_thread(sys.stdin.readline):
            order = json.loads(line)
            if before := getattr(subject, f"before_{order['do']}", None):
                await before()
            tell(await measured(getattr(subject, order["do"]), order["with"], stub))


async def measured(method: Any, arguments: dict[str, Any], stub: str) -> dict[str, Any]:
    """Call a method and tell how that went."""
    gc.collect()
    _SELF.joinpath("clear_refs").write_text("5")  # the peak begins anew
    before_bytes = memory("VmRSS")
    served, stub_busy_s = served_by(stub)
    start = time.perf_counter()
    facts = await method(**arguments) or {}
    seconds = time.perf_counter() - start
    served_then, stub_busy_then_s = served_by(stub)
    return {
        "seconds": seconds,
        "grown_bytes": memory("VmHWM") - before_bytes + facts.pop("children_bytes", 0),
        "served": served_then - served,
        "stub_busy": (stub_busy_then_s - stub_busy_s) / seconds,
        "facts": facts,
    }


def memory(name: str) -> int:
    """A figure of ours from the kernel, in bytes."""
    found = re.search(rf"^{name}:\s+(\d+) kB", _SELF.joinpath("status").read_text(), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def served_by(stub: str) -> tuple[int, float]:
    """How many requests the stub has had, and how long it was busy."""
    with urllib.request.urlopen(f"{stub}/served") as answer:  # noqa: S310 (the stub's own address)
        told = json.load(answer)
    return told["served"], told["busy_s"]


def tell(what: dict[str, Any]) -> None:
    """Say something to who started us."""
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
