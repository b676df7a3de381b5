"""The promises of the credit model, held against the stand-in Imgur's own count.

I1 never overdrawn, I2 only an observed reset raises what is left, I3 each reservation ends once,
I4 a crash frees what was not sent and counts what may have been, I5 the wall clock is no matter,
I7 no credit is idle while somebody waits, I8 silence after a refusal, I9 bad headers add nothing,
I11 prices, I12 a cancelled wait leaks nothing. I6, fair shares: ``test_shares.py`` and
``tests/simulation``; I10, bots on one database: ``test_sharing_machine.py``.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from bot.credits.ledger import Reservation, Shortage
from bot.credits.limiter import Limiter
from bot.credits.pools import Call, Payer, Pool, PoolKind, Rules, Work
from bot.errors import OutOfCreditsError, TransportError
from bot.imgur.wire import COST_UPLOAD, Anonymous, Bearer, Request, Response
from sandbox.imgur.limits import Pool as TruePool
from simulation.imgur import SandboxSender, new_world
from tests.bot.credits.shelf import Shelf

pytestmark = pytest.mark.timeout(900)

START = datetime(2026, 3, 10, 12, tzinfo=UTC)
CLIENT, USER = Pool(PoolKind.CLIENT), Pool(PoolKind.USER, Anonymous().pool)
#: Figures that no window holds; the honest ones come with the sandbox's answers.
NONSENSE = ["", "NaN", "-5", "1e9", "0x10", "²"]


class Clock:
    """Stands still until it is moved; the wall clock may be wrong."""

    def __init__(self) -> None:
        self.elapsed_s = 0.0
        self.skew = timedelta()

    def now(self) -> datetime:
        return self.true_now() + self.skew

    def true_now(self) -> datetime:
        return START + timedelta(seconds=self.elapsed_s)

    def monotonic(self) -> float:
        return self.elapsed_s

    async def sleep(self, seconds: float) -> None:
        del seconds
        await asyncio.sleep(0)


class TrueClock(Clock):
    """The same time as Imgur knows it."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.true_now()


class OnTheWay:
    """A call whose answer has not arrived."""

    def __init__(self, request: Request, reservation: Reservation) -> None:
        self.request = request
        self.reservation = reservation
        self.answer: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self.task: asyncio.Task[Response] | None = None

    async def send(self, request: Request) -> Response:
        assert request is self.request
        return await self.answer


class CreditMachine(RuleBasedStateMachine):
    """Everything that may happen to the credits of one bot."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = Clock()
        self.world = new_world(START)
        self.sender = SandboxSender(self.world, TrueClock(self.clock))
        self.truth = self.world.state.limits
        self.world.state.switches.profile = "mixed"
        self.account = self.sender.token()
        self.shelf = Shelf()
        self.held: list[tuple[Reservation, Request]] = []
        self.out: list[OnTheWay] = []
        self.refused_until: dict[Pool, float] = {}
        self.interlopers = 0
        self.faults = 0
        self.start_bot()

    def teardown(self) -> None:
        for call in self.out:
            if call.task is not None:
                call.task.cancel()
        self.wait(self.settled())
        self.loop.close()

    # --- running coroutines -------------------------------------------------------------------

    def wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    async def settled(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)

    def start_bot(self) -> None:
        async def start() -> Limiter:
            limiter = Limiter(
                Rules(member_credits_per_hour=400, guild_credits_per_day=900),
                self.shelf,
                self.clock,
            )
            await limiter.restore()
            return limiter

        self.limiter: Limiter = self.wait(start())
        self.ledger = self.limiter._ledger

    # --- what is known ------------------------------------------------------------------------

    def left(self) -> dict[Pool, int]:
        return {pool: self.limiter.window(pool).left() for pool in self.limiter.pools()}

    def true_pool(self, pool: Pool) -> TruePool | None:
        name = {
            PoolKind.CLIENT: "client",
            PoolKind.POST: "post",
            PoolKind.UPLOADS: "uploads",
            PoolKind.USER: "user" if pool == USER else "account",
        }.get(pool.kind)
        now = self.clock.true_now()
        for key, found in self.truth.pools.items():
            if key.startswith(f"{name}:"):
                found.roll(now)
                return found
        return None

    # --- what happens -------------------------------------------------------------------------

    @initialize(cost=st.sampled_from([1, 10]), profile=st.sampled_from(["classic", "new", "mixed"]))
    def choose_a_backend(self, cost: int, profile: Any) -> None:
        self.world.state.switches.upload_cost_new = cost
        self.world.state.switches.profile = profile

    @rule(seconds=st.sampled_from([0.0, 1.0, 20.0, 400.0, 1800.0, 3599.0, 3602.0, 90_000.0]))
    def time_passes(self, seconds: float) -> None:
        before = self.left()
        ends = {pool: self.limiter.window(pool).ends_at for pool in before}
        self.clock.elapsed_s += seconds
        for pool, left in before.items():
            window = self.limiter.window(pool)
            told_end = ends[pool]
            if window.rule.is_learnt and window.learnt is not None and not window.is_due:
                assert window.left() <= max(left, window.learnt), (
                    "I2: time alone raised a remainder"
                )
            if window.is_due:
                assert told_end is not None
                assert self.clock.elapsed_s >= told_end

    @rule(days=st.sampled_from([-400, -1, 1, 400]))
    def the_wall_clock_is_set(self, days: int) -> None:
        before = self.left()
        self.clock.skew += timedelta(days=days)
        assert self.left() == before, "I5"

    @rule(
        user=st.integers(1, 6),
        guild=st.one_of(st.none(), st.integers(1, 3)),
        work=st.sampled_from(Work),
        kind=st.sampled_from(["upload", "upload", "read", "token"]),
        is_linked=st.booleans(),
    )
    def somebody_wants_something(
        self, user: int, guild: int | None, work: Work, kind: str, *, is_linked: bool
    ) -> None:
        request = self.request(kind, self.account if is_linked else Anonymous())
        before = self.left()
        reservation = self.limiter.try_reserve(Call.of(request), Payer(user, guild, work))
        if isinstance(reservation, Shortage):
            assert reservation.wait_s > 0, "I7: refused although nothing is missing"
            after = self.left()
            assert {pool: after[pool] for pool in before} == before, "I12: a refusal took something"
            return
        for pool, amount in reservation.charge.items():
            expected = {"upload": COST_UPLOAD, "read": 1, "token": 0}[kind]
            if pool.kind not in {PoolKind.POST, PoolKind.UPLOADS}:
                assert amount == expected, "I11"
            assert self.clock.elapsed_s >= self.refused_until.get(pool, -1.0), "I8"
        assert (Pool(PoolKind.POST) in reservation.charge) == (kind != "read"), "I11"
        self.held.append((reservation, request))

    def request(self, kind: str, credential: Anonymous | Bearer) -> Request:
        if kind == "upload":
            return Request(
                method="POST", path="/3/image", cost_credits=COST_UPLOAD, credential=credential
            )
        if kind == "read":
            return Request(method="GET", path="/3/gallery/hot/viral/0", credential=credential)
        return Request(
            method="POST",
            path="/oauth2/token",
            cost_credits=0,
            credential=credential,
            form=(
                ("grant_type", "refresh_token"),
                ("refresh_token", "0" * 40),
                ("client_id", "5a9db0c11e47d10"),
                ("client_secret", "x"),
            ),
        )

    @precondition(lambda self: self.held)
    @rule(chance=st.randoms())
    def it_is_cancelled(self, chance: random.Random) -> None:
        reservation, _ = self.held.pop(chance.randrange(len(self.held)))
        self.limiter.release(reservation)
        after = self.left()
        self.limiter.release(reservation)
        assert self.left() == after, "I3: released twice"

    @precondition(lambda self: self.held)
    @rule(chance=st.randoms())
    def it_is_sent(self, chance: random.Random) -> None:
        reservation, request = self.held.pop(chance.randrange(len(self.held)))

        async def send() -> None:
            call = OnTheWay(request, reservation)
            call.task = asyncio.create_task(self.limiter.pay(reservation, request, call.send))
            await self.settled()
            self.out.append(call)

        self.wait(send())

    @precondition(lambda self: self.out)
    @rule(chance=st.randoms(), headers=st.sampled_from(["true", "absent", "nonsense", "raised"]))
    def it_is_answered(self, chance: random.Random, headers: str) -> None:
        call = self.out.pop(chance.randrange(len(self.out)))
        refusals = self.refusals()
        response = spoilt(self.sender.answer(call.request), headers, chance)
        self.end(call, lambda: call.answer.set_result(response))
        if self.refusals() > refusals:
            self.note_refusal(call.reservation)

    @rule(
        count=st.integers(2, 60),
        kind=st.sampled_from(["upload", "read"]),
        headers=st.sampled_from(["true", "true", "absent", "nonsense", "raised"]),
        is_linked=st.booleans(),
        chance=st.randoms(),
    )
    def many_want_something(
        self, count: int, kind: str, headers: str, chance: random.Random, *, is_linked: bool
    ) -> None:
        """One after the other, until there is no more."""
        request = self.request(kind, self.account if is_linked else Anonymous())

        async def send(_: Request) -> Response:
            return spoilt(self.sender.answer(request), headers, chance)

        for number in range(count):
            try:
                reservation = self.limiter.reserve(Call.of(request), Payer(10 + number % 9))
            except OutOfCreditsError:
                return
            refusals = self.refusals()
            self.wait(self.limiter.pay(reservation, request, send))
            if self.refusals() > refusals:
                self.note_refusal(reservation)
                return

    @precondition(lambda self: self.out)
    @rule(chance=st.randoms(), arrives=st.booleans())
    def its_answer_is_lost(self, chance: random.Random, *, arrives: bool) -> None:
        call = self.out.pop(chance.randrange(len(self.out)))
        refusals = self.refusals()
        if arrives:
            self.sender.answer(call.request)
        lost = TransportError("lost", maybe_applied=True)
        self.end(call, lambda: call.answer.set_exception(lost))
        self.interlopers += self.refusals() - refusals  # nobody could know of that refusal

    @precondition(lambda self: self.out)
    @rule(chance=st.randoms())
    def it_never_left(self, chance: random.Random) -> None:
        call = self.out.pop(chance.randrange(len(self.out)))
        unsent = TransportError("unreached", maybe_applied=False)
        before = {pool: self.limiter.window(pool).spent for pool in call.reservation.charge}
        self.end(call, lambda: call.answer.set_exception(unsent))
        for pool, spent in before.items():
            assert self.limiter.window(pool).spent == spent, "I4: paid for what was never sent"

    def end(self, call: OnTheWay, how: Callable[[], None]) -> None:
        async def go() -> None:
            how()
            await self.settled()
            assert call.task is not None
            assert call.task.done()
            if not call.task.cancelled():
                call.task.exception()

        self.wait(go())
        spent = {pool: self.limiter.window(pool).spent for pool in call.reservation.charge}
        self.limiter.release(call.reservation)
        self.ledger.settle(call.reservation, None, self.clock.elapsed_s)
        for pool, amount in spent.items():
            assert self.limiter.window(pool).spent == amount, "I3: settled twice"

    @rule(is_clean=st.booleans(), chance=st.randoms())
    def the_bot_starts_anew(self, chance: random.Random, *, is_clean: bool) -> None:
        """Killed, with some calls on their way: they may arrive or not."""
        if is_clean:
            self.wait(self.limiter.flush())
        owed = {
            pool: self.limiter.window(pool).spent
            + sum(call.reservation.charge.get(pool, 0) for call in self.out)
            for pool in self.limiter.pools()
        }
        for call in self.out:
            if chance.random() < 0.5:
                refusals = self.refusals()
                self.sender.answer(call.request)
                self.interlopers += self.refusals() - refusals
            assert call.task is not None
            call.task.cancel()
        dead, kept = self.shelf, Shelf()
        kept.kept, kept.dry = dict(dead.kept), dict(dead.dry)
        self.wait(self.settled())
        self.shelf = kept
        self.out.clear()
        self.held.clear()
        self.clock.skew = timedelta()  # what a wrong clock at a start does: test_limiter.py
        self.start_bot()
        assert not self.ledger.open_reservations, "I4: a dead process holds something"
        for pool, amount in owed.items():
            if is_clean:
                assert self.limiter.window(pool).spent >= amount, (
                    "I4: what may have been sent was forgotten"
                )

    @rule(kind=st.sampled_from(["read", "upload"]), count=st.integers(1, 60))
    def another_program_spends(self, kind: str, count: int) -> None:
        """It shares our client id and address."""
        for _ in range(count):
            self.sender.answer(self.request(kind, Anonymous()))
        self.interlopers += count * (COST_UPLOAD if kind == "upload" else 1)

    # --- what must hold -----------------------------------------------------------------------

    def refusals(self) -> int:
        return sum(pool.refusals for pool in self.truth.pools.values())

    def note_refusal(self, reservation: Reservation) -> None:
        """Imgur turned a call away: that is somebody else's doing, and we go quiet."""
        assert self.interlopers > 0, f"I1: overdrawn by our own doing: {reservation}"
        blocked = [
            pool
            for pool in reservation.charge
            if self.limiter.window(pool).blocked_until > self.clock.elapsed_s
        ]
        assert blocked, "I8: refused, and no pool rests"
        for pool in blocked:
            self.refused_until[pool] = self.limiter.window(pool).blocked_until

    @invariant()
    def nothing_is_overdrawn(self) -> None:
        for pool, window in self.ledger.windows():
            window.roll(self.clock.elapsed_s)
            own_left = window.limit - window.taken.total - window.reserved
            assert own_left >= 0 or window.rule.is_learnt, "I1"
            assert window.reserved >= 0, "I3"
            assert window.in_flight >= 0, "I3"
            held = sum(one.charge.get(pool, 0) for one in self.ledger.open_reservations)
            assert window.reserved == held, "I12: a leak"

    @invariant()
    def our_count_is_never_below_the_truth(self) -> None:
        """What we believe to be left is never more than what Imgur knows to be left of ours."""
        if self.interlopers:
            return
        for pool, window in self.ledger.windows():
            true = self.true_pool(pool)
            if true is None or window.is_due:
                continue
            assert window.learnt is None or window.left() <= true.limit - true.spent, "I1/I2/I9"
            if window.learnt is None and window.rule.window_s <= 3600:
                assert window.spent >= true.spent, f"I1/I9: {pool} is counted too low"

    @invariant()
    def the_day_never_runs_dry_by_our_doing(self) -> None:
        if not self.interlopers:
            assert not self.truth.strikes, "I8: a strike"

    @invariant()
    def credit_is_not_idle(self) -> None:
        """I7: where every pool has room, a call goes."""
        payer = Payer(99, 9)
        call = Call(1, is_post=False, is_upload=False)
        charge = self.limiter.charge(call, payer)
        rooms = [
            self.limiter.window(pool).free(
                self.limiter.rules.floor(pool.kind, self.limiter.window(pool).limit, payer.work),
                self.clock.elapsed_s,
            )
            >= amount
            for pool, amount in charge.items()
        ]
        outcome = self.ledger.shortage(charge, payer.work, self.clock.elapsed_s)
        assert isinstance(outcome, Shortage) is not all(rooms), "I7"


def spoilt(response: Response, how: str, chance: random.Random) -> Response:
    """The answer with other rate headers."""
    rates = [name for name in response.headers if "rate" in name and "limit" in name]
    headers = dict(response.headers)
    for name in rates:
        if how == "absent":
            del headers[name]
        elif how == "nonsense":
            headers[name] = chance.choice(NONSENSE)
        elif how == "raised" and name.endswith("remaining"):
            raised = int(headers[name]) + 37
            if raised <= int(response.headers[name.replace("remaining", "limit")]):
                headers[name] = str(raised)
    return Response(response.status, headers, response.body)


CreditMachine.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=80,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes many minutes
)
TestCreditMachine = CreditMachine.TestCase
