"""Imgur is there and says nothing: who waits is told soon, and nothing is doubled."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from tests.e2e.conftest import Town, finished
from tests.faults.doorway import Doorway, Place
from tests.faults.test_imgur import begun
from tests.faults.test_out_of_reach import told_in_time
from tests.patience import PATIENCE_S


@pytest.fixture
def unanswered() -> Iterator[str]:
    """A place where connections are never taken: its queue is full."""
    with closing(socket.socket()) as listener, ExitStack() as queue:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        while True:
            waiting = queue.enter_context(closing(socket.socket()))
            waiting.settimeout(0.5)
            try:
                waiting.connect(address)
            except TimeoutError:
                break
        yield f"http://127.0.0.1:{address[1]}"


async def test_who_asked_is_told_when_no_connection_is_taken(town: Town, unanswered: str) -> None:
    town.environment["IMGUR_API_URL"] = unanswered
    await town.open()
    upload = await begun(town)
    await told_in_time(town, upload, lambda it: "Imgur did not answer" in it.text)
    # Three tries, each with its own time to connect.
    await upload.until(
        lambda it: "could not be reached. Nothing was uploaded" in it.text, 3 * PATIENCE_S
    )
    assert "Traceback" not in town.bot.log


async def test_who_asked_is_told_while_an_upload_gets_no_answer(town: Town, door: Doorway) -> None:
    await town.open()
    gate = door.hold(Place.AFTER)
    upload = await begun(town)
    await gate.reached()
    await told_in_time(town, upload, lambda it: "takes longer than usual" in it.text)
    assert town.pictures == 1
    gate.open()
    await finished(upload)
    assert town.pictures == 1
