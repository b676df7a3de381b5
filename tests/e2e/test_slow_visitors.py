"""Visitors who dawdle on purpose hold nobody up in the real process (T7)."""

import asyncio
import time
from urllib.parse import urlsplit

import aiohttp

from tests.e2e.linking_town import LinkingTown

HALF_OPEN = 1000
HEAD = b"POST /callback/imgur HTTP/1.1\r\nHost: bot.example\r\n"
DRIP = (
    b"POST /callback/imgur HTTP/1.1\r\nHost: bot.example\r\nOrigin: %b\r\n"
    b"Content-Type: application/json\r\nContent-Length: 4000\r\n\r\n{"
)

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def test_a_thousand_half_open_sockets_hold_nobody_up_and_are_closed(
    linking: LinkingTown,
) -> None:
    town = linking.town
    await town.open()
    base_url = town.environment["PUBLIC_BASE_URL"]
    port = urlsplit(base_url).port
    ops = (await town.bot.wait_for_log(r"health and metrics at (http://127.0.0.1:\d+)"))[1]
    dawdling: list[Connection] = []
    for number in range(HALF_OPEN):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD if number else DRIP % base_url.encode())
        dawdling.append((reader, writer))

    took_s = []
    async with aiohttp.ClientSession() as http:
        for _ in range(200):
            dawdling[0][1].write(b" ")  # the body that comes byte by byte
            began_s = time.perf_counter()
            async with http.get(f"{ops}/healthz") as answer:
                assert answer.status == 200
            took_s.append(time.perf_counter() - began_s)
    quota = await town.discord.slash(town.alice, town.channel, "quota")
    await quota.until_answered(3)

    p99_ms = 1000 * sorted(took_s)[197]
    print(f"p99 of /healthz with {HALF_OPEN} half-open sockets: {p99_ms:.1f} ms")
    assert p99_ms < 200
    async with asyncio.timeout(30):
        ends = await asyncio.gather(*(closed(reader) for reader, _ in dawdling))
    assert all(ends)
    assert len(town.discord.gateway.live) == 1
    for _, writer in dawdling:
        writer.close()


async def closed(reader: asyncio.StreamReader) -> bool:
    """Whether the other side ends the connection, with or without a last word."""
    try:
        while await reader.read(4096):
            pass
    except ConnectionResetError:
        pass
    return True
