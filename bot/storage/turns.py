"""Whose turn it is at the one connection, and what can be done in one go."""

import asyncio
import heapq
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from bot.urgency import is_in_background

Wish = TypeVar("Wish")
Result = TypeVar("Result")


class Turns:
    """A lock: whoever answers somebody comes before work in the background, else in order."""

    def __init__(self) -> None:
        self._is_taken = False
        self._waiting: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._count = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for one's turn and keep it while the block runs."""
        await self._take()
        try:
            yield
        finally:
            self._pass_on()

    async def _take(self) -> None:
        if not self._is_taken:
            self._is_taken = True
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._waiting, (is_in_background(), self._count, future))
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._pass_on()  # it was our turn already
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            _, _, future = heapq.heappop(self._waiting)
            if not future.done():
                future.set_result(None)
                return
        self._is_taken = False


class Together(Generic[Wish, Result]):
    """Does in one go what is asked for at the same time, so that all share one commit."""

    def __init__(self, do: Callable[[Sequence[Wish]], Awaitable[Sequence[Result]]]) -> None:
        """Prepare.

        Args:
            do: Gets all wishes and returns their results in the same order; what it raises is
                raised to everybody.
        """
        self._do = do
        self._wishes: list[tuple[Wish, asyncio.Future[Result]]] = []
        self._task: asyncio.Task[None] | None = None

    async def ask(self, wish: Wish) -> Result:
        """The result of one wish."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._wishes.append((wish, future))
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        try:
            while self._wishes:
                wishes, self._wishes = self._wishes, []
                await self._grant(wishes)
        finally:
            self._task = None

    async def _grant(self, wishes: list[tuple[Wish, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._do([wish for wish, _ in wishes])
        except Exception as error:  # noqa: BLE001 (raised to those who asked)
            for _, future in wishes:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), result in zip(wishes, results, strict=True):
            if not future.done():
                future.set_result(result)
