"""Several at once, for subjects of either kind."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

#: More than a pool of a hundred connections takes, so that some are cancelled while they wait.
_BATCH = 200


async def crowd(calls: int, at_once: int, call: Callable[[], Awaitable[object]]) -> None:
    """Make so many calls, so many of them at once."""
    left = calls

    async def one() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await call()

    await asyncio.gather(*(one() for _ in range(min(at_once, calls))))


async def crowd_of_threads(calls: int, at_once: int, call: Callable[[], object]) -> None:
    """The same for a library that blocks."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(at_once) as pool:
        await asyncio.gather(*(loop.run_in_executor(pool, call) for _ in range(calls)))


async def churn(seconds: float, call: Callable[[], Awaitable[object]]) -> dict[str, float]:
    """Cancel requests for so long, then see how many of 30 fresh ones get an answer."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    number = 0
    while loop.time() < end:
        batch = [asyncio.ensure_future(call()) for _ in range(_BATCH)]
        await asyncio.sleep(0.002 * (number % 40))
        number += 1
        for task in batch:
            task.cancel()
        await asyncio.gather(*batch, return_exceptions=True)
    fresh = [asyncio.wait_for(call(), 10) for _ in range(30)]
    answers = await asyncio.gather(*fresh, return_exceptions=True)
    return {"succeeded": sum(not isinstance(answer, BaseException) for answer in answers)}
