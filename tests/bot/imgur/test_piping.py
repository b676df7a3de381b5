from collections.abc import AsyncIterator

import pytest

from bot.errors import BrokenFileError
from bot.imgur.client import ImgurClient
from bot.imgur.piping import Piped
from bot.imgur.wire import FilePart
from tests.bot.imgur.loopback import connected
from tests.bot.imgur.test_senders import drain
from tests.clocks import FakeClock


async def download() -> AsyncIterator[bytes]:
    yield b"GIF89a"
    yield b"-rest"


async def test_a_download_becomes_an_upload_without_being_held() -> None:
    clock = FakeClock()
    part = FilePart("image", "a.gif", "image/gif", Piped(download(), 11))
    async with connected(drain, clock) as sender:
        image = await ImgurClient(sender, clock=clock).image.upload(part)
    assert image.id == "abcdefg"


async def test_a_download_that_is_shorter_than_announced_is_no_upload() -> None:
    clock = FakeClock()
    part = FilePart("image", "a.gif", "image/gif", Piped(download(), 12))
    async with connected(drain, clock) as sender:
        with pytest.raises(BrokenFileError):
            await ImgurClient(sender, clock=clock).image.upload(part)


async def test_what_was_piped_once_cannot_be_sent_again() -> None:
    piped = Piped(download(), 11)
    assert [chunk async for chunk in piped] == [b"GIF89a", b"-rest"]
    with pytest.raises(BrokenFileError):
        aiter(piped)
