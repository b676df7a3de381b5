"""Waiting for the stand-in's state to become what a test expects, without polling."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from tests.patience import PATIENCE_S

T = TypeVar("T")


class Changes:
    """Wakes every waiter whenever anything in the stand-in has changed."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def announce(self) -> None:
        self._next.set()
        self._next = asyncio.Event()

    async def until(
        self,
        predicate: Callable[[], T | None],
        timeout_s: float = PATIENCE_S,
        describe: Callable[[], str] = lambda: "",
    ) -> T:
        """The predicate's first truthy value.

        Raises:
            AssertionError: it stayed falsy for `timeout_s`; says what was there instead.
        """
        try:
            async with asyncio.timeout(timeout_s):
                while not (value := predicate()):
                    await self._next.wait()
                return value
        except TimeoutError:
            raise AssertionError(f"Not within {timeout_s} s. There is: {describe()}") from None
