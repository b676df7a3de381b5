"""Imgur cannot be reached: who waits is told soon, and it is left in peace."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import pytest

from bot.imgur.circuit import FAILURES_IN_A_ROW, PAUSE_S
from tests.bot.imgur.loopback import nowhere
from tests.e2e.conftest import Town, finished
from tests.faults.stopwatch import Stopwatch
from tests.faults.test_imgur import UPLOADS, begun
from tests.wire.interactions import Interaction

TOLD_WITHIN_S = 10
#: What is told of an Imgur that gives no answer, by how far an upload has come.
TOLD = ("nobody knows", "as soon as Imgur answers", "did not answer")
SILENT_ADDRESSES = {"refused": nowhere(), "no such name": "https://imgur.invalid"}


@pytest.fixture
async def hanging_up() -> AsyncIterator[tuple[str, list[float]]]:
    """A place that resets every connection, and notes when."""
    calls: list[float] = []

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append(time.monotonic())
        writer.transport.abort()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", calls
    finally:
        server.close()


async def told_in_time(
    town: Town, upload: Interaction, is_told: Callable[[Interaction], bool]
) -> None:
    """Wait until somebody was told, and see that this was soon."""
    watch = Stopwatch(town.bot.pid)
    await upload.until(is_told)
    assert watch.seconds() < TOLD_WITHIN_S


@pytest.mark.parametrize("how", SILENT_ADDRESSES)
async def test_who_asked_is_told_at_once_and_at_the_end(town: Town, how: str) -> None:
    town.environment["IMGUR_API_URL"] = SILENT_ADDRESSES[how]
    await town.open()
    upload = await begun(town)
    await told_in_time(town, upload, lambda it: "Imgur did not answer" in it.text)
    await upload.until(lambda it: "could not be reached. Nothing was uploaded" in it.text)
    assert upload.response is not None
    assert "Try again" in upload.response.labels
    assert "Traceback" not in town.bot.log


async def test_a_place_that_resets_is_left_in_peace_after_five_failures(
    town: Town, hanging_up: tuple[str, list[float]]
) -> None:
    town.environment["IMGUR_API_URL"], calls = hanging_up
    await town.open()
    for number in range(8):
        upload = await begun(town, number)
        await told_in_time(town, upload, lambda it: any(words in it.text for words in TOLD))
    pauses = int((time.monotonic() - calls[FAILURES_IN_A_ROW - 1]) // PAUSE_S)  # a look after each
    assert len(calls) <= FAILURES_IN_A_ROW + 1 + pauses
    assert "imgur_bot_imgur_held_back 1.0" in await town.ops("/metrics")
    assert "Traceback" not in town.bot.log


async def test_an_answer_cut_off_amid_its_body_is_told_at_once(town: Town) -> None:
    await town.open()
    await town.tell_imgur("faults", fault="cut-while-reading", match=UPLOADS)
    upload = await begun(town)
    await told_in_time(town, upload, lambda it: "nobody knows" in it.text)
    assert "Perhaps not uploaded" in upload.text
    await finished(await begun(town, 2))
