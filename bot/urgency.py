"""Who goes first where one thing after another is done: people who wait for an answer."""

import asyncio
from collections.abc import Coroutine
from contextvars import ContextVar, copy_context
from typing import Any

_in_background: ContextVar[bool] = ContextVar("in_background", default=False)


def is_in_background() -> bool:
    """Whether the running task may wait for those that answer somebody."""
    return _in_background.get()


def let_others_pass() -> None:
    """From now on the running task, and whatever it begins, lets those pass who answer somebody."""
    _in_background.set(True)


def create_background_task(
    work: Coroutine[Any, Any, None], *, name: str | None = None
) -> asyncio.Task[None]:
    """A task that lets those pass who answer somebody; so do all tasks that it begins."""
    context = copy_context()
    context.run(let_others_pass)
    return asyncio.create_task(work, name=name, context=context)
