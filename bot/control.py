"""A door to the running bot for its operator: a socket in the data folder.

SQLite's file belongs to one process, and keys in memory do too, so whatever concerns them is done
by the bot itself. Who may enter the folder may ask; the operating system sees to that.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bot.errors import BotError, DataInUseError

_log = logging.getLogger(__name__)

_MAX_QUESTION_BYTES = 256
_QUESTION_TIMEOUT_S = 5.0

#: Does one piece of work; returns what to tell the operator.
Work = Callable[[], Awaitable[str]]


@asynccontextmanager
async def serve_control(path: Path, works: Mapping[str, Work]) -> AsyncIterator[None]:
    """Do what ``ask`` asks for while the block runs, one thing at a time."""
    one_at_a_time = asyncio.Lock()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_QUESTION_TIMEOUT_S):
                question = (await reader.readline())[:_MAX_QUESTION_BYTES].decode().strip()
            async with one_at_a_time:
                is_done, text = await _do(works, question)
            writer.write(json.dumps({"is_done": is_done, "text": text}).encode() + b"\n")
            await writer.drain()
        except (OSError, ValueError, TimeoutError) as error:
            _log.warning("an operator's question got lost: %s", type(error).__name__)
        finally:
            writer.close()

    path.unlink(missing_ok=True)  # noqa: ASYNC240 (a moment; a killed process leaves it behind)
    try:
        server = await asyncio.start_unix_server(answer, path)
    except OSError as error:  # longer than the hundred bytes that sockets' addresses may have
        _log.warning("no socket for upkeep at %s: %s", path, error)
        yield
        return
    try:
        async with server:
            yield
    finally:
        path.unlink(missing_ok=True)  # noqa: ASYNC240 (a moment)


async def ask(path: Path, question: str) -> str:
    """Have the running bot do something; returns what it says.

    Raises:
        DataInUseError: Whoever owns the data does not answer.
        BotError: It could not be done; the message says why.
    """
    try:
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(f"{question}\n".encode())
        answer = json.loads(await reader.readline())
        writer.close()
    except (OSError, ValueError) as error:
        raise DataInUseError("the running bot does not answer; stop it and try again") from error
    if not answer["is_done"]:
        raise BotError(answer["text"])
    return str(answer["text"])


async def _do(works: Mapping[str, Work], question: str) -> tuple[bool, str]:
    work = works.get(question)
    if work is None:
        return False, f"the running bot does not know {question!r}"
    try:
        return True, await work()
    except BotError as error:
        return False, str(error)
    except Exception:  # noqa: BLE001 (the bot outlives any piece of upkeep)
        _log.exception("%s failed", question)
        return False, f"{question} failed; the bot's log says why"
