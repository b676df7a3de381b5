"""The hostile corpus through the real process: refused unpaid, or nothing but pixels comes out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from itertools import cycle

import pytest

from tests.bot.media.formats.test_mp4 import TELLING
from tests.bot.media.makers import has_secret
from tests.bot.media.test_addresses import REFUSED_URLS
from tests.bot.media.test_intake import CLEANED, REFUSED
from tests.e2e.conftest import Town
from tests.wire.files import Attachment

MIB = 1024 * 1024


def as_file(name: str, content: bytes) -> Attachment:
    ending = "mp4" if content[4:8] == b"ftyp" else "png"
    return Attachment(f"{name.replace('/', ' ')[:40]}.{ending}", content)


def test_the_corpus_is_large_enough() -> None:
    assert len(REFUSED) + len(CLEANED) + len(TELLING) >= 40
    assert len(REFUSED_URLS) >= 60


async def test_what_is_refused_costs_nothing_and_little_memory(town: Town) -> None:
    await town.open()
    for name, (content, _) in REFUSED.items():
        before = town.bot.rss_bytes()
        town.bot.reset_peak()
        file = as_file(name, content)
        upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": file})
        await upload.until(lambda it: "Nothing uploaded" in it.text)
        assert town.bot.peak_rss_bytes() - before < 32 * MIB, name
    assert town.imgur.world.state.truth.requests == 0


async def test_no_place_reaches_imgur(town: Town) -> None:
    await town.open()
    people = cycle([town.alice, town.bob])
    for name, content in (CLEANED | TELLING).items():
        assert has_secret(content), name
        file = as_file(name, content)
        upload = await town.discord.slash(next(people), town.channel, "upload", {"image": file})
        await upload.until(lambda it: "Uploaded to Imgur" in it.text)
    received = [await town.imgur_file(image.id) for image in town.imgur.world.state.uploads()]
    assert not any(has_secret(content) for content in received)
    # Much of the corpus is the same picture once it is clean.
    assert len(received) > 10


@pytest.fixture
async def inner_visits() -> AsyncIterator[list[str]]:
    """Who came to this machine's own addresses, as far as their ports are ours to open."""
    visits: list[str] = []

    async def visited(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits.append(str(writer.get_extra_info("sockname")))
        writer.close()

    async with AsyncExitStack() as stack:
        for host in ("127.0.0.1", "::1"):
            for port in (80, 443):
                with suppress(OSError):
                    server = await asyncio.start_server(visited, host, port)
                    await stack.enter_async_context(server)
        yield visits


async def test_no_inner_address_is_visited(town: Town, inner_visits: list[str]) -> None:
    town.environment["PUBLIC_BASE_URL"] = "https://bot.example.org"
    await town.open()
    for url in REFUSED_URLS:
        upload = await town.discord.slash(town.alice, town.channel, "upload", {"url": url})
        await upload.until(lambda it: "does not open that address" in it.text)
    assert not inner_visits
    assert town.imgur.world.state.truth.requests == 0
