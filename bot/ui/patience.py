"""What must be known before a first answer, for which Discord waits three seconds."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from bot.errors import TransportError

Known = TypeVar("Known")

#: The third second is for the way to Discord and for our own database.
#: Source: https://docs.discord.com/developers/interactions/receiving-and-responding
FIRST_ANSWER_S: Final = 2.0


async def in_time(asking: Coroutine[Any, Any, Known]) -> Known:
    """What Imgur answers, if it does so soon: forms and suggestions cannot be put off.

    What takes longer goes on by itself, for whoever asks again.

    Raises:
        TransportError: It takes too long.
    """
    task = asyncio.create_task(asking)
    task.add_done_callback(_looked_at)
    done, _ = await asyncio.wait({task}, timeout=FIRST_ANSWER_S)
    if not done:
        raise TransportError("Imgur takes too long for a first answer", maybe_applied=False)
    return task.result()


def _looked_at(task: asyncio.Task[Any]) -> None:
    """Take note of a failure that came when nobody waited any more."""
    if not task.cancelled():
        task.exception()
