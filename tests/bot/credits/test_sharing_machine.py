"""Pools that several processes share, held against the stand-in Imgur's own count.

I10: two processes on one database keep I1, whatever they do in which order, and whoever dies.
"""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.credits.ledger import Reservation, Shortage
from bot.credits.limiter import Limiter
from bot.credits.pools import Call, Payer, Pool, PoolKind, Rules
from bot.errors import OutOfCreditsError, StorageBusyError, TransportError
from bot.imgur.wire import COST_UPLOAD, Anonymous, Request, Response
from sandbox.imgur.state import Profile
from simulation.imgur import SandboxSender, new_world
from tests.bot.credits.shelf import Shelf

pytestmark = pytest.mark.timeout(900)

START = datetime(2026, 3, 10, 12, tzinfo=UTC)
CLIENT, USER = Pool(PoolKind.CLIENT), Pool(PoolKind.USER, Anonymous().pool)
UPLOADS = Pool(PoolKind.UPLOADS)
ALICE = Payer(1, 10)
UPLOAD = Request(method="POST", path="/3/image", cost_credits=COST_UPLOAD)
READ = Request(method="GET", path="/3/gallery/hot/viral/0")


class Clock:
    """One process's: its monotonic time began elsewhere, and its wall clock may be a little off."""

    def __init__(self, elapsed: "Elapsed", began_s: float, skew_s: float) -> None:
        self._elapsed = elapsed
        self._began_s = began_s
        self._skew = timedelta(seconds=skew_s)

    def now(self) -> datetime:
        return self._elapsed.now() + self._skew

    def monotonic(self) -> float:
        return self._elapsed.seconds - self._began_s

    async def sleep(self, seconds: float) -> None:
        del seconds
        await asyncio.sleep(0)


class Elapsed:
    """The true time, which Imgur knows."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        del seconds
        await asyncio.sleep(0)


@dataclass
class Process:
    """A bot among several."""

    name: str
    shelf: Shelf
    clock: Clock
    limiter: Limiter
    held: list[tuple[Reservation, Request]] = field(default_factory=list)
    out: "list[OnTheWay]" = field(default_factory=list)


class OnTheWay:
    """A call whose answer has not arrived."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.answer: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self.task: asyncio.Task[Response] | None = None
        self.was_sent = False

    async def send(self, request: Request) -> Response:
        assert request is self.request
        self.was_sent = True
        return await self.answer


class SharingMachine(RuleBasedStateMachine):
    """Everything that may happen to the credits of two bots on one database."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.elapsed = Elapsed()
        self.world = new_world(START)
        self.truth = self.world.state.limits
        self.sender = SandboxSender(self.world, self.elapsed)
        self.shelf = Shelf()
        self.starts = 0
        self.processes = {name: self.started(name) for name in "ab"}

    def teardown(self) -> None:
        for process in self.processes.values():
            self.kill(process)
        self.loop.close()

    def started(self, name: str) -> Process:
        self.starts += 1
        shelf = self.shelf.seen_by(name)
        clock = Clock(self.elapsed, began_s=1e5 * self.starts, skew_s=(-1) ** self.starts * 1.5)

        async def start() -> Limiter:
            rules = Rules(member_credits_per_hour=400, guild_credits_per_day=900)
            limiter = Limiter(rules, shelf, clock)
            await limiter.restore()
            return limiter

        return Process(name, shelf, clock, self.loop.run_until_complete(start()))

    async def settled(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)

    def kill(self, process: Process) -> None:
        """At once: nothing is kept any more of what it still does."""
        process.shelf.kept = {}
        for call in process.out:
            assert call.task is not None
            call.task.cancel()
        self.loop.run_until_complete(self.settled())

    # --- what happens -------------------------------------------------------------------------

    @initialize(cost=st.sampled_from([1, 10]), profile=st.sampled_from(["classic", "new", "mixed"]))
    def choose_a_backend(self, cost: int, profile: Profile) -> None:
        self.world.state.switches.upload_cost_new = cost
        self.world.state.switches.profile = profile

    @rule(seconds=st.sampled_from([0.3, 20.0, 70.0, 400.0, 1800.0, 3599.0, 3602.0, 3610.0]))
    def time_passes(self, seconds: float) -> None:
        self.elapsed.seconds += seconds

    @rule(name=st.sampled_from("ab"), user=st.integers(1, 4), is_upload=st.booleans())
    def somebody_wants_something(self, name: str, user: int, *, is_upload: bool) -> None:
        process, request = self.processes[name], UPLOAD if is_upload else READ
        outcome = process.limiter.try_reserve(Call.of(request), Payer(user, 1))
        if not isinstance(outcome, Shortage):
            process.held.append((outcome, request))

    @rule(name=st.sampled_from("ab"), chance=st.randoms())
    def it_is_cancelled(self, name: str, chance: random.Random) -> None:
        held = self.processes[name].held
        if held:
            reservation, _ = held.pop(chance.randrange(len(held)))
            self.processes[name].limiter.release(reservation)

    @rule(name=st.sampled_from("ab"), chance=st.randoms())
    def it_is_sent(self, name: str, chance: random.Random) -> None:
        process = self.processes[name]
        if not process.held:
            return
        reservation, request = process.held.pop(chance.randrange(len(process.held)))

        async def send() -> None:
            call = OnTheWay(request)
            call.task = asyncio.create_task(process.limiter.pay(reservation, request, call.send))
            await self.settled()
            if call.was_sent:
                process.out.append(call)
            else:
                assert isinstance(call.task.exception(), OutOfCreditsError | StorageBusyError)

        self.loop.run_until_complete(send())

    @rule(name=st.sampled_from("ab"), end=st.sampled_from(["answered"] * 3 + ["lost", "unsent"]))
    def a_call_ends(self, name: str, end: str) -> None:
        process = self.processes[name]
        if not process.out:
            return
        call = process.out.pop(0)
        if end == "unsent":
            call.answer.set_exception(TransportError("unreached", maybe_applied=False))
        elif end == "lost":
            self.sender.answer(call.request)
            call.answer.set_exception(TransportError("lost", maybe_applied=True))
        else:
            call.answer.set_result(self.sender.answer(call.request))

        async def ends() -> None:
            await self.settled()
            assert call.task is not None
            assert call.task.done()
            call.task.exception()

        self.loop.run_until_complete(ends())

    @rule(count=st.integers(2, 60), is_upload=st.booleans(), chance=st.randoms())
    def both_want_much(self, count: int, chance: random.Random, *, is_upload: bool) -> None:
        """One after the other, in any order, until both say that there is no more."""
        request = UPLOAD if is_upload else READ
        for number in range(count):
            process = self.processes[chance.choice("ab")]
            try:
                payer = Payer(10 + number % 9)
                reservation = process.limiter.reserve(Call.of(request), payer)
                self.loop.run_until_complete(
                    process.limiter.pay(reservation, request, self.sender.send)
                )
            except (OutOfCreditsError, StorageBusyError):
                continue

    @rule(name=st.sampled_from("ab"))
    def one_looks(self, name: str) -> None:
        self.loop.run_until_complete(self.processes[name].limiter.catch_up())

    @rule(name=st.sampled_from("ab"))
    def one_writes(self, name: str) -> None:
        with suppress(StorageBusyError):
            self.loop.run_until_complete(self.processes[name].limiter.flush())

    @rule(name=st.sampled_from("ab"), is_busy=st.booleans())
    def the_store_is_busy_for_one(self, name: str, *, is_busy: bool) -> None:
        self.processes[name].shelf.is_busy = is_busy

    @precondition(lambda self: self.starts < 8)
    @rule(name=st.sampled_from("ab"), chance=st.randoms())
    def one_is_killed_and_starts_anew(self, name: str, chance: random.Random) -> None:
        process = self.processes[name]
        for call in process.out:
            if chance.random() < 0.5:
                self.sender.answer(call.request)  # it arrives all the same
        self.kill(process)
        self.processes[name] = self.started(name)

    # --- what must hold -----------------------------------------------------------------------

    @invariant()
    def imgur_refuses_nobody(self) -> None:
        for key, pool in self.truth.pools.items():
            assert not pool.refusals, f"I10: {key} was overdrawn"
        assert not self.truth.strikes, "I10: a day ran dry"

    @invariant()
    def nothing_leaks(self) -> None:
        for process in self.processes.values():
            ledger = process.limiter._ledger
            for pool, window in ledger.windows():
                held = sum(one.charge.get(pool, 0) for one in ledger.open_reservations)
                assert window.reserved == held >= 0
                assert window.elsewhere >= 0

    @invariant()
    def what_is_kept_as_on_the_way_is(self) -> None:
        """Less may be kept: who is silent for long counts as dead, and his calls as spent."""
        for process in self.processes.values():
            if process.limiter._books._unkept:
                continue
            for memory in self.shelf.kept.values():
                mine = sum(one.amount for one in memory.held if one.by == process.name)
                on_the_way = process.limiter._ledger.on_the_way(memory.pool)
                assert mine <= on_the_way, "I12: a leak"


SharingMachine.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=80,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes many minutes
)
TestSharingMachine = SharingMachine.TestCase
