import asyncio
from pathlib import Path

from aiohttp import web

from bot.imgur.bodies import MAX_BODY_BYTES
from tests.bot.imgur.loopback import Block, connected
from tests.bot.imgur.test_senders import MIB, OK, READ, drain, upload
from tests.clocks import FakeClock


async def test_cancelled_requests_leave_the_way_open() -> None:
    async def handler(_: web.Request) -> web.Response:
        await asyncio.sleep(0.02)
        return web.Response(text=OK)

    async with connected(handler, FakeClock(), max_at_once=10) as sender:
        for number in range(40):
            batch = [asyncio.create_task(sender.send(READ)) for _ in range(20)]
            await asyncio.sleep(0.001 * (number % 25))
            for task in batch:
                task.cancel()
            await asyncio.gather(*batch, return_exceptions=True)
        fresh = [sender.send(READ) for _ in range(30)]
        assert [response.status for response in await asyncio.gather(*fresh)] == [200] * 30


async def test_a_large_upload_takes_no_memory() -> None:
    def rss_bytes() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    async with connected(drain, FakeClock()) as sender:
        await sender.send(upload(Block(4 * MIB)))
        before, most = rss_bytes(), 0

        def note(_: int) -> None:
            nonlocal most
            most = max(most, rss_bytes())

        assert (await sender.send(upload(Block(64 * MIB), on_progress=note))).status == 200
    assert most - before < 16 * MIB


def test_the_longest_answers_fit() -> None:
    assert MAX_BODY_BYTES >= MIB
