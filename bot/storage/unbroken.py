"""A SQLite connection whose transactions a cancelled task does not break off.

Where a task is cancelled in the middle of a statement, SQLAlchemy gives the connection up, and the
file stays locked until Python has collected what the statement left behind: for seconds nobody can
write. So the statement ends, the transaction goes on, and the cancellation comes after it.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any

import aiosqlite

_ROWS_AT_A_TIME = 64


class UnbrokenConnection(aiosqlite.Connection):
    """Puts a cancellation off until the statement under way has ended, and the next ones too."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        going = super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call] # aiosqlite's has no types
        statement = asyncio.ensure_future(going)
        was_cancelled = False
        while not statement.done():
            try:
                await asyncio.wait({statement})
            except asyncio.CancelledError:
                was_cancelled = True
        task = asyncio.current_task()
        if was_cancelled and task is not None:
            task.uncancel()
            asyncio.get_running_loop().call_soon(task.cancel)
        return statement.result()


def connect(database: str, **options: Any) -> UnbrokenConnection:
    """A connection to await; its thread ends with the process."""
    connection = UnbrokenConnection(lambda: sqlite3.connect(database, **options), _ROWS_AT_A_TIME)
    connection._thread.daemon = True  # noqa: SLF001 (as SQLAlchemy does with the driver's own)
    return connection
