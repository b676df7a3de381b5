"""curl piped into curl, a pair of processes for each file."""

import asyncio
import json
from contextlib import AsyncExitStack
from resource import RUSAGE_CHILDREN, getrusage

from bench.crowds import crowd

_PIPE = (
    'curl -sSf -H "$2" "$0/file/$1" | '
    'curl -sSf -H "$2" -F type=file -F "video=@-;filename=film.mp4" "$0/3/upload"'
)


class Subject:
    """No client: a shell."""

    def __init__(self, stub: str) -> None:
        self._stub = stub

    async def open(self, stack: AsyncExitStack) -> None:
        """Nothing is kept open."""

    async def rehost(self, *, size_bytes: int, files: int, at_once: int) -> dict[str, float]:
        """Download a file, upload it; tells the memory of the largest process."""

        async def one() -> None:
            process = await asyncio.create_subprocess_exec(
                "sh", "-c", _PIPE, self._stub, str(size_bytes), "Authorization: Client-ID cid",
                stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            answer, _ = await process.communicate()
            assert json.loads(answer)["data"]["id"]

        await crowd(files, at_once, one)
        return {"children_bytes": getrusage(RUSAGE_CHILDREN).ru_maxrss * 1024}
