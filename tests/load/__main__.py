"""How fast the bot is and how much it takes: ``python -m tests.load``.

The real process between the two stand-ins; their own time counts into what a user waits, so each
figure is an upper bound. Prints one line a figure with its target, and fails when one is missed.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.e2e.conftest import Town, finished, open_town
from tests.load.backlog import pick_next, resumed
from tests.wire import content
from tests.wire.files import Attachment

MIB = 1024 * 1024
UPLOADS = 20
PEOPLE = 100
IDLE_S = 10.0


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    unit: str
    target: float

    def __str__(self) -> str:
        verdict = "ok" if self.value <= self.target else "MISSED"
        return f"{self.name:<58} {self.value:>9.2f} {self.unit:<3} (≤ {self.target:g}) {verdict}"


@asynccontextmanager
async def running(**environment: str) -> AsyncIterator[Town]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with open_town(Path(folder)) as town:
            town.environment.update({"LOG_LEVEL": "WARNING", **environment})
            await town.open()
            yield town


def cpu_s(town: Town) -> float:
    """What the process has computed so far."""
    threads = Path(f"/proc/{town.bot.pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


async def one_megabyte() -> list[Figure]:
    """One upload after the other, each another picture of 1 MB."""
    async with running(CREDITS_PER_USER_HOUR="500") as town:
        waited, computed = [], []
        for number in range(UPLOADS + 1):
            file = Attachment("one.png", content.png(number, 592, 590), "image/png")
            cpu_before, before = cpu_s(town), time.perf_counter()
            await finished(
                await town.discord.slash(town.alice, town.channel, "upload", {"image": file}), 30
            )
            waited.append(time.perf_counter() - before)
            computed.append(cpu_s(town) - cpu_before)
        return [
            Figure("1 MB upload, own computing, p50", 1000 * median(computed[1:]), "ms", 50),
            Figure("1 MB upload, command to card, p50", 1000 * median(waited[1:]), "ms", 1000),
        ]


async def hundred_at_once() -> list[Figure]:
    async with running() as town:
        people = [
            town.discord.create_user(f"user{number}", town.discord.create_guild(f"g{number}"))
            for number in range(PEOPLE)
        ]
        places = {
            user.id: town.discord.create_channel(guild)
            for user in people
            for guild in town.discord.world.guilds.values()
            if user.id in guild.members
        }
        uploads = await asyncio.gather(
            *(
                town.discord.slash(user, places[user.id], "upload", {"image": small(number)})
                for number, user in enumerate(people)
            )
        )
        for upload in uploads:
            await upload.until_acknowledged(10)
        times = sorted(upload.acknowledged_after_s or 99.0 for upload in uploads)
        return [Figure("100 users at once, first answer, p99", times[98], "s", 1)]


def small(number: int) -> Attachment:
    return Attachment("small.png", content.png(number), "image/png")


async def idle() -> list[Figure]:
    async with running() as town:
        await asyncio.sleep(3)
        before = cpu_s(town)
        await asyncio.sleep(IDLE_S)
        return [
            Figure("idle, computing", 100 * (cpu_s(town) - before) / IDLE_S, "%", 0.5),
            Figure("idle, memory", town.bot.rss_bytes() / MIB, "MiB", 140),
        ]


async def main() -> int:
    figures = [
        *await idle(),
        *await one_megabyte(),
        *await hundred_at_once(),
        *(Figure(*row) for row in pick_next()),
        *(Figure(*row) for row in await resumed()),
    ]
    for figure in figures:
        print(figure)
    return int(any(figure.value > figure.target for figure in figures))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
