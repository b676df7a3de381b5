"""Imgur cannot be reached: who waits is told soon, and it is left in peace."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.bot.imgur.loopback import nowhere
from tests.e2e.conftest import Town, finished
from tests.faults.test_imgur import UPLOADS, begun

TOLD_WITHIN_S = 10
#: What is told of an Imgur that gives no answer, by how far an upload has come.
TOLD = ("nobody knows", "as soon as Imgur answers", "did not answer")
SILENT_ADDRESSES = {"refused": nowhere(), "no such name": "https://imgur.invalid"}


@pytest.fixture
async def hanging_up() -> AsyncIterator[tuple[str, list[int]]]:
    """A place that resets every connection, and counts them."""
    calls: list[int] = []

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append(len(calls))
        writer.transport.abort()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", calls
    finally:
        server.close()


@pytest.mark.parametrize("how", SILENT_ADDRESSES)
async def test_who_asked_is_told_at_once_and_at_the_end(town: Town, how: str) -> None:
    town.environment["IMGUR_API_URL"] = SILENT_ADDRESSES[how]
    await town.open()
    upload = await begun(town)
    await upload.until(lambda it: "Imgur did not answer" in it.text, TOLD_WITHIN_S)
    await upload.until(lambda it: "could not be reached. Nothing was uploaded" in it.text, 30)
    assert upload.response is not None
    assert "Try again" in upload.response.labels
    assert "Traceback" not in town.bot.log


async def test_a_place_that_resets_is_left_in_peace_after_five_failures(
    town: Town, hanging_up: tuple[str, list[int]]
) -> None:
    town.environment["IMGUR_API_URL"], calls = hanging_up
    await town.open()
    for number in range(8):
        upload = await begun(town, number)
        await upload.until(lambda it: any(words in it.text for words in TOLD), TOLD_WITHIN_S)
    assert len(calls) <= 6
    assert "imgur_bot_imgur_held_back 1.0" in await town.ops("/metrics")
    assert "Traceback" not in town.bot.log


async def test_an_answer_cut_off_amid_its_body_is_told_at_once(town: Town) -> None:
    await town.open()
    await town.tell_imgur("faults", fault="cut-while-reading", match=UPLOADS)
    upload = await begun(town)
    await upload.until(lambda it: "nobody knows" in it.text, TOLD_WITHIN_S)
    assert "Perhaps not uploaded" in upload.text
    await finished(await begun(town, 2))
