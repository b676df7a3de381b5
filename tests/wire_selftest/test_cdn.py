import asyncio
import tracemalloc
from collections.abc import Iterator
from types import SimpleNamespace

import aiohttp
import pytest

from tests.wire.content import Content, mp4, noise, png
from tests.wire.driver import DiscordWire
from tests.wire.files import Attachment, Delivery, StoredFile
from tests.wire.gates import Gate

MIB = 1024 * 1024


def stored(discord: DiscordWire, delivery: Delivery | None = None) -> StoredFile:
    file = Attachment("a cat.png", noise("cat", 100_000), delivery=delivery or Delivery())
    return discord.world.files.add(file, "attachments/1")


def boxes(film: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(film):
        yield film[place + 4 : place + 8]
        place += int.from_bytes(film[place : place + 4])
    assert place == len(film)


async def fetched(url: str) -> tuple[int, bytes]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.read()


async def test_a_signed_link_serves_the_bytes_with_their_type_and_size(
    discord: DiscordWire,
) -> None:
    file = stored(discord)
    assert file.url.startswith(f"{discord.cdn_origin}/attachments/1/{file.id}/a%20cat.png?ex=")

    async with aiohttp.ClientSession() as session, session.get(file.url) as response:
        assert response.headers["Content-Type"] == "image/png"
        assert response.content_length == 100_000
        assert await response.read() == noise("cat", 100_000)
    assert file.downloads == 1


async def test_links_expire_and_cannot_be_made_up(discord: DiscordWire) -> None:
    file = stored(discord)
    url = file.url
    assert (await fetched(url.partition("?")[0]))[0] == 404
    assert (await fetched(url.replace("&hm=", "&hm=0")))[0] == 404

    discord.clock.advance(24 * 3600 + 1)

    assert await fetched(url) == (404, b"This content is no longer available.")
    assert (await fetched(file.url))[0] == 200


async def test_a_big_film_is_sent_without_being_held(discord: DiscordWire) -> None:
    film = mp4(60 * MIB)
    file = discord.world.files.add(Attachment("film.mp4", film), "attachments/1")
    received = 0
    tracemalloc.start()
    async with aiohttp.ClientSession() as session, session.get(file.url) as response:
        async for chunk in response.content.iter_chunked(MIB):
            received += len(chunk)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert received == 60 * MIB == sum(len(chunk) for chunk in film.chunks())
    assert peak_bytes < 8 * MIB


async def test_a_cut_is_noticed_by_the_client(discord: DiscordWire) -> None:
    with pytest.raises(aiohttp.ClientPayloadError):
        await fetched(stored(discord, Delivery(cut_after_bytes=50_000)).url)


async def test_a_length_that_lies_is_noticed_by_the_client(discord: DiscordWire) -> None:
    with pytest.raises(aiohttp.ClientPayloadError):
        await fetched(stored(discord, Delivery(length_lie_bytes=1)).url)


async def test_an_error_status_can_be_planted(discord: DiscordWire) -> None:
    assert (await fetched(stored(discord, Delivery(status=503)).url))[0] == 503


async def test_a_slow_file_drips(discord: DiscordWire, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses_s: list[float] = []

    async def note(seconds: float) -> None:
        pauses_s.append(seconds)

    monkeypatch.setattr("tests.wire.cdn.asyncio", SimpleNamespace(sleep=note))
    await fetched(stored(discord, Delivery(bytes_per_s=400_000)).url)

    assert sum(pauses_s) == pytest.approx(0.25)
    assert max(pauses_s) <= 0.1


async def test_a_gate_stops_a_download_in_its_middle(discord: DiscordWire) -> None:
    gate = Gate()
    delivery = Delivery(gate=gate, gate_after_bytes=60_000)
    download = asyncio.create_task(fetched(stored(discord, delivery).url))

    await gate.reached()
    assert 60_000 <= discord.cdn.bytes_sent < 100_000
    assert not download.done()
    gate.open()

    assert len((await download)[1]) == 100_000


def test_contents_are_what_they_say() -> None:
    assert png("a") == png("a") != png("b")
    assert png().startswith(b"\x89PNG\r\n\x1a\n")
    film = b"".join(mp4(500_000).chunks())
    assert len(film) == 500_000
    assert list(boxes(film)) == [b"ftyp", b"moov", b"mdat"]
    assert Content.of(b"abc").sha256().startswith("ba7816bf")
