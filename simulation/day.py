"""Runs a day: wishes come in, the credit model shares, the stand-in Imgur counts."""

import asyncio
from collections import Counter
from collections.abc import Collection, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.credits.brake import DryDay
from bot.credits.limiter import Limiter
from bot.credits.memory import PoolMemory, Revision
from bot.credits.paying import CreditSender
from bot.credits.pools import Payer, Pool, Rules, Work
from bot.credits.scout import scouting
from bot.errors import CreditError, OutOfCreditsError, QueueFullError, RateLimitedError
from bot.imgur.reading import check
from bot.imgur.wire import COST_UPLOAD, Request
from bot.uploads.admission import Bounds
from bot.uploads.backlog import Backlog, Paid, upload_by
from bot.uploads.dispatching import PARALLEL_UPLOADS
from bot.uploads.job import Answer, Batch, Job, Origin, Source
from sandbox.imgur.limits import DAY_S, HOUR_S
from sandbox.imgur.world import World
from simulation.imgur import SandboxSender, new_world
from simulation.timekeeping import VirtualClock
from simulation.traffic import Wish

#: Long enough a day after the last wish that everything which may still go has gone.
TAIL_S = 4 * HOUR_S
UPLOAD_S = 3.0
READ_S = 0.2
_LOOK_AGAIN_S = 30.0
_START = datetime(2026, 3, 2, tzinfo=UTC)
_UPLOAD = Request(method="POST", path="/3/image", cost_credits=COST_UPLOAD)
_SEARCH = Request(method="GET", path="/3/gallery/search/time/all/0", query=(("q", "lighthouse"),))


class NoStore:
    """A ``LedgerStore`` of a day without a restart."""

    shared_as: str | None = None

    async def pools(self, *, not_by: str | None = None) -> Sequence[PoolMemory]:
        """Nothing was kept."""
        del not_by
        return []

    async def revise(self, pools: Collection[Pool], revision: Revision) -> None:
        """Forget them."""

    async def dry_days(self) -> Sequence[DryDay]:
        """None was kept."""
        return []

    async def ran_dry(self, dry: DryDay) -> None:
        """Forget it; the limiter itself remembers."""


@dataclass(slots=True)
class Fate:
    """What became of a wish.

    Attributes:
        wait_s: From the wish until its call went out; ``None`` for what never did.
        told_s: How long it was told to wait; ``None`` for what went at once or was refused.
        refusal: Why it was refused at once, by the error's name.
    """

    wish: Wish
    wait_s: float | None = None
    told_s: float | None = None
    refusal: str = ""


@dataclass(slots=True)
class Outcome:
    """A day's end: each wish's fate, and what the stand-in Imgur knows.

    Attributes:
        refused_by_imgur: Calls that Imgur itself turned away, by pool.
    """

    fates: list[Fate]
    world: World
    dry_days: int = 0
    refused_by_imgur: Counter[str] = field(default_factory=Counter)


class Day:
    """One bot, one client id, one address."""

    def __init__(
        self, rules: Rules, bounds: Bounds | None = None, world: World | None = None
    ) -> None:
        self.clock = VirtualClock(_START)
        self._bounds = bounds or Bounds()
        self.world = world or new_world(_START)
        self._sender = SandboxSender(
            self.world,
            self.clock,
            lambda request: UPLOAD_S if request.is_upload else READ_S,
            is_commercial=rules.is_commercial,
        )
        self.limiter = Limiter(rules, NoStore(), self.clock)
        self._backlog = Backlog(self.limiter, at_once=PARALLEL_UPLOADS)
        self._fates: dict[int, Fate] = {}
        self._waiting_by_share: Counter[str] = Counter()
        self._out: set[asyncio.Task[None]] = set()

    async def run(self, wishes: Sequence[Wish]) -> Outcome:
        """Let a day pass and some hours more."""
        fates = [Fate(wish) for wish in wishes]
        end_s = DAY_S + TAIL_S
        async with scouting(self._sender, self.limiter, self.clock):
            loops = [
                asyncio.create_task(self._arrive(fates)),
                asyncio.create_task(self._dispatch()),
            ]
            await self.clock.run_until(end_s)
            for task in (*loops, *self._out):
                task.cancel()
            await asyncio.gather(*loops, *self._out, return_exceptions=True)
        pools = self.world.state.limits.pools.values()
        return Outcome(
            fates=fates,
            world=self.world,
            dry_days=len(self.limiter.dry_days()),
            refused_by_imgur=Counter({p.kind: p.refusals for p in pools if p.refusals}),
        )

    async def _arrive(self, fates: Sequence[Fate]) -> None:
        for number, fate in enumerate(fates):
            delay_s = fate.wish.at_s - self.clock.monotonic()
            if delay_s > 0:
                await self.clock.sleep(delay_s)
            if fate.wish.is_upload:
                self._accept(number, fate)
            else:
                self._spawn(self._search(fate))

    def _accept(self, number: int, fate: Fate) -> None:
        payer = fate.wish.payer
        if (
            len(self._backlog) >= self._bounds.max_jobs
            or self._waiting_by_share[payer.share] >= self._bounds.max_jobs_per_share
        ):
            fate.refusal = QueueFullError.__name__
            return
        try:
            self._backlog.check_brake()
            if self._backlog.forecast_s(upload_by(None), payer) > self._longest_wait_s(payer):
                fate.refusal = OutOfCreditsError.__name__
                return
        except CreditError as error:
            fate.refusal = type(error).__name__
            return
        self._fates[number] = fate
        self._waiting_by_share[payer.share] += 1
        self._backlog.add(batch_of(number, payer), job_of(number))
        wait = self._backlog.wait_of(number)
        fate.told_s = wait.wait_s if wait is not None else None
        self.limiter.announce_change()

    def _longest_wait_s(self, payer: Payer) -> float:
        is_auto = payer.work is Work.AUTO
        return self._bounds.max_auto_wait_s if is_auto else self._bounds.max_wait_s

    async def _search(self, fate: Fate) -> None:
        try:
            await CreditSender(self._sender, self.limiter, fate.wish.payer).send(_SEARCH)
        except CreditError as error:
            fate.refusal = type(error).__name__
        else:
            fate.wait_s = 0.0

    async def _dispatch(self) -> None:
        uploads: set[asyncio.Task[None]] = set()
        while True:
            if len(uploads) >= PARALLEL_UPLOADS:
                await asyncio.wait(uploads, return_when=asyncio.FIRST_COMPLETED)
            uploads = {task for task in uploads if not task.done()}
            if len(uploads) >= PARALLEL_UPLOADS:
                continue
            try:
                paid = self._backlog.take()
            except CreditError:
                await self.clock.sleep(_LOOK_AGAIN_S)
                continue
            if isinstance(paid, Paid):
                uploads.add(self._spawn(self._upload(paid)))
            else:
                await self.limiter.wait_for_change(min(paid, _LOOK_AGAIN_S))

    async def _upload(self, paid: Paid) -> None:
        fate = self._fates[paid.job.id]
        went_at = self.clock.monotonic()
        sender = CreditSender(self._sender, self.limiter, paid.batch.payer, paid.reservation)
        response = await sender.send(_UPLOAD)
        try:
            check(_UPLOAD, response)
        except RateLimitedError:
            self._backlog.add(paid.batch, paid.job)
            return
        fate.wait_s = went_at - fate.wish.at_s
        self._waiting_by_share[paid.batch.payer.share] -= 1

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._out.add(task)
        task.add_done_callback(self._out.discard)
        return task


def batch_of(number: int, payer: Payer) -> Batch:
    """The record of one wish."""
    return Batch(
        id=number,
        key=str(number),
        origin=Origin.AUTO if payer.work is Work.AUTO else Origin.SLASH,
        user_id=payer.user_id,
        guild_id=payer.guild_id,
        answer=Answer(is_private=False),
        created_at=_START,
        is_exempt=payer.is_exempt,
    )


def job_of(number: int) -> Job:
    """Its only file."""
    source = Source(url="https://cdn.test/a.png", filename="a.png", is_attachment=True)
    return Job(id=number, batch_id=number, position=0, source=source)
