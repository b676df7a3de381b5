"""Reserve, send, settle: one reservation over all pools, or none. Pure.

Nothing here waits, sends or stores; ``limiter.py`` does. Instants are seconds of one monotonic
clock.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from bot.credits.pools import Charge, Pool, PoolKind, Rules, Work
from bot.credits.window import SETTLING_S, Window
from bot.imgur.rates import HOUR_S, PoolReading, RateReading

#: After a silence this long the figures are not trusted with many calls at once: another program
#: may share the client id or the address.
SILENCE_S = 300.0

#: The first rest after a refusal for which Imgur names no time.
FIRST_REST_S = 60.0
#: Idle pools are looked for once there are more than this many.
_SWEEP_ABOVE = 1000

#: By how much the clocks of processes that share the pools may differ: each goes by Imgur's
#: ``Date``, which comes in whole seconds and as late as its answer.
SHARED_MARGIN_S = 5.0

_NOTHING_SAID = PoolReading()

#: What happened to one pool.
Entry = tuple[Pool, Callable[[Window], None]]


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why a charge cannot be taken now.

    Attributes:
        pool: The pool that keeps it longest.
        wait_s: Seconds until it should fit; ``inf`` when it never does.
        is_doubt: There should be enough, but Imgur has not been heard for long.
    """

    pool: Pool
    wait_s: float
    is_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Reservation:
    """A charge that is held until it is settled or released, exactly once.

    Attributes:
        made_at: When it was made.
        alone_in: The pools in which no other call was in flight when this one began.
        heard_before: What those pools had shown last, to tell the call's real price from.
        work: The class of work that it was made for.
    """

    id: int
    charge: Charge
    made_at: float = 0.0
    alone_in: frozenset[Pool] = frozenset()
    heard_before: Mapping[Pool, int | None] = field(default_factory=dict)
    work: Work = Work.INTERACTIVE


class Ledger:
    """All pools and what is held of them.

    Attributes:
        prices: What calls really cost of late, by their published price.
    """

    def __init__(self, rules: Rules, *, is_shared: bool = False) -> None:
        """Begin with fresh pools.

        Args:
            is_shared: Other processes take from the same pools. What happens to a pool is then
                also written in a journal, to be done again on what they have left of it.
        """
        self.rules = rules
        self._is_shared = is_shared
        self._journal: list[Entry] = []
        self.prices: dict[int, int] = {}
        self._windows: dict[Pool, Window] = {}
        self._open: dict[int, Reservation] = {}
        self._sent: set[int] = set()
        self._last_id = 0
        self._sweep_above = _SWEEP_ABOVE

    def reserve(self, charge: Charge, work: Work, now: float) -> Reservation | Shortage:
        """Hold ``charge`` in every pool at once, or say what is short."""
        shortage = self.shortage(charge, work, now)
        if shortage is not None:
            return shortage
        self._last_id += 1
        alone: set[Pool] = set()
        heard: dict[Pool, int | None] = {}
        for pool, amount in charge.items():
            window = self.window(pool)
            heard[pool] = None if window.is_due else window.heard
            if window.take(amount, self._last_id):
                alone.add(pool)
        reservation = Reservation(self._last_id, charge, now, frozenset(alone), heard, work)
        self._open[reservation.id] = reservation
        return reservation

    def shortage(self, charge: Charge, work: Work, now: float) -> Shortage | None:
        """What keeps ``charge`` from being taken now, the longest wait first."""
        worst: Shortage | None = None
        for pool, amount in charge.items():
            window = self.window(pool)
            wait_s = window.wait_s(amount, self.rules.floor(pool.kind, window.limit, work), now)
            if wait_s and (worst is None or wait_s > worst.wait_s):
                worst = Shortage(pool, wait_s)
        return worst or self._doubt(charge, now)

    def shortage_of(self, reservation: Reservation, now: float) -> Shortage | None:
        """What keeps a reservation from being paid, now that others may have taken their part."""
        for pool, amount in reservation.charge.items():
            self.window(pool).give_back(amount)
        try:
            return self.shortage(reservation.charge, reservation.work, now)
        finally:
            for pool, amount in reservation.charge.items():
                self.window(pool).hold(amount)

    def change(self, pool: Pool, what: Callable[[Window], None]) -> None:
        """Something happened to a pool that all who share it must know."""
        what(self.window(pool))
        if self._is_shared:
            self._journal.append((pool, what))

    def journal_of(self, pools: Collection[Pool]) -> list[Entry]:
        """What happened to these pools and was not kept yet."""
        return [entry for entry in self._journal if entry[0] in pools]

    def redo(self, pool: Pool) -> None:
        """Let it happen again, after a pool was taken over as others left it."""
        for _, what in self.journal_of({pool}):
            what(self.window(pool))

    def kept(self, entries: Collection[Entry]) -> None:
        """Strike out what was kept."""
        numbers = {id(entry) for entry in entries}
        self._journal = [entry for entry in self._journal if id(entry) not in numbers]

    def send(self, reservation: Reservation) -> None:
        """The call goes out: from now on it may have been taken."""
        self._sent.add(reservation.id)

    def settle(
        self, reservation: Reservation, reading: RateReading | None, now: float
    ) -> Mapping[Pool, int]:
        """End a reservation whose call was sent.

        Args:
            reading: What the answer's headers say; ``None`` when no answer arrived, which counts
                the whole charge as spent.

        Returns:
            What was taken from each pool.
        """
        if not self._close(reservation):
            return {}
        for pool in reservation.charge:
            self.window(pool).roll(now)
        price = self._price(reservation, reading)
        taken: dict[Pool, int] = {}
        for pool, amount in reservation.charge.items():
            window = self.window(pool)
            window.give_back(amount)
            said = _reading_of(pool.kind, reading)
            taken[pool] = amount if pool.kind in _COUNTED else min(amount, price)
            settle = partial(Window.settle, amount=taken[pool], said=said, now=now)
            self.change(pool, partial(settle, sent_at=reservation.made_at))
            if reading is not None:
                window.answered_at = now
        if len(self._windows) > self._sweep_above:
            self.forget_idle(now)
            self._sweep_above = max(_SWEEP_ABOVE, 2 * len(self._windows))
        return taken

    def release(self, reservation: Reservation) -> bool:
        """End a reservation whose call was never sent; returns whether it was open."""
        if not self._close(reservation):
            return False
        for pool, amount in reservation.charge.items():
            self.window(pool).give_back(amount)
        return True

    def refuse(self, pool: Pool, wait_s: float, now: float) -> None:
        """Imgur said that ``pool`` is empty: nothing goes there for ``wait_s`` seconds.

        A pool that is refused again and again rests twice as long each time, up to an hour, where
        Imgur names no longer time itself.
        """
        window = self.window(pool)
        rest_s = min(FIRST_REST_S * 2**window.refusals, HOUR_S)
        window.refusals += 1
        until = now + max(wait_s, rest_s)
        self.change(pool, partial(Window.block, until=until))

    def accepted(self, charge: Charge) -> None:
        """Imgur took a call: its pools are not refused any more."""
        for pool in charge:
            window = self.window(pool)
            if window.is_on_trial or window.refusals:
                self.change(pool, Window.accept)

    def window(self, pool: Pool) -> Window:
        """The window of a pool, a fresh one where none is known."""
        window = self._windows.get(pool)
        if window is None:
            window = self._windows[pool] = self._new(pool)
        return window

    def forget(self, pool: Pool) -> None:
        """Drop a pool, unless a call holds something of it."""
        window = self._windows.get(pool)
        if window is not None and not window.in_flight:
            del self._windows[pool]
            self._journal = [entry for entry in self._journal if entry[0] != pool]

    def forget_idle(self, now: float) -> None:
        """Drop the pools of users and guilds that are full again."""
        for pool, window in self.windows():
            if pool.kind in _OURS and window.is_idle(now):
                del self._windows[pool]

    def __contains__(self, pool: Pool) -> bool:
        return pool in self._windows

    def bound(self, pool: Pool, limit: int) -> None:
        """Set the limit of one of our own pools."""
        self.window(pool).limit = limit

    def peek(self, pool: Pool) -> Window:
        """Like ``window``, without keeping a fresh one."""
        return self._windows.get(pool) or self._new(pool)

    def windows(self) -> Iterator[tuple[Pool, Window]]:
        """All known pools."""
        return iter(tuple(self._windows.items()))

    def is_silent(self, pool: Pool, now: float) -> bool:
        """Whether Imgur has not been heard about a pool for long."""
        return now - self.peek(pool).answered_at > SILENCE_S

    def on_the_way(self, pool: Pool) -> int:
        """What calls that were sent, and not answered yet, may have taken from a pool."""
        return sum(self._open[number].charge.get(pool, 0) for number in self._sent)

    def pools_on_the_way(self) -> set[Pool]:
        """The pools from which such calls may have taken."""
        return {pool for number in self._sent for pool in self._open[number].charge}

    @property
    def open_reservations(self) -> tuple[Reservation, ...]:
        """What is held at present."""
        return tuple(self._open.values())

    def foresee(self) -> "ForeseenLedger":
        """A copy to try the future on."""
        return ForeseenLedger(self)

    def _new(self, pool: Pool) -> Window:
        rule = self.rules.rule(pool.kind)
        return Window(rule, rule.limit, margin_s=SHARED_MARGIN_S if self._is_shared else 0.0)

    def _close(self, reservation: Reservation) -> bool:
        self._sent.discard(reservation.id)
        return self._open.pop(reservation.id, None) is not None

    def _doubt(self, charge: Charge, now: float) -> Shortage | None:
        """After a long silence an upload waits until Imgur has been heard, if others are out."""
        if not any(pool.kind is PoolKind.UPLOADS for pool in charge):
            return None
        for pool in charge:
            if (
                pool.kind in _PRICED
                and self.window(pool).is_in_flight
                and self.is_silent(pool, now)
            ):
                return Shortage(pool, SETTLING_S, is_doubt=True)
        return None

    def _price(self, reservation: Reservation, reading: RateReading | None) -> int:
        """The credits that the call really cost, as far as the headers prove it."""
        published = max(
            (amount for pool, amount in reservation.charge.items() if pool.kind not in _COUNTED),
            default=0,
        )
        proofs = []
        for pool in reservation.alone_in:
            before = reservation.heard_before[pool]
            after = _reading_of(pool.kind, reading).remaining
            is_still_alone = self.window(pool).latest_reservation == reservation.id
            if (
                pool.kind in _PRICED
                and is_still_alone
                and before is not None
                and after is not None
                and not self.window(pool).is_due
            ):
                proofs.append(before - after)
        if not proofs or not 0 <= max(proofs) <= published:
            return published
        self.prices[published] = max(proofs)
        return max(proofs)


class ForeseenLedger(Ledger):
    """Copies of the pools that are looked at; calls are answered as is to be expected."""

    def __init__(self, origin: Ledger) -> None:
        super().__init__(origin.rules)
        self.prices = origin.prices
        self._origin = origin
        self._began_at: float | None = None

    def window(self, pool: Pool) -> Window:
        """The copy of a pool's window."""
        window = self._windows.get(pool)
        if window is None:
            window = self._windows[pool] = self._origin.peek(pool).foresee(self._began_at or 0.0)
        return window

    def serve(self, charge: Charge, work: Work, now: float) -> Shortage | None:
        """Take a charge for a call that succeeds at once, or say what is short."""
        if self._began_at is None:
            self._began_at = now
        shortage = self.shortage(charge, work, now)
        if shortage is not None:
            return shortage
        for pool, amount in charge.items():
            window = self.window(pool)
            window.expect_reset(now)
            is_counted = pool.kind in _COUNTED
            window.spend_unheard(amount if is_counted else self.prices.get(amount, amount), now)
        return None


#: Pools that count calls, not credits.
_COUNTED = frozenset({PoolKind.POST, PoolKind.UPLOADS})
#: Pools whose headers prove a price in credits.
_PRICED = frozenset({PoolKind.USER, PoolKind.CLIENT})
#: Pools of which there are as many as there are users and guilds.
_OURS = frozenset({PoolKind.MEMBER, PoolKind.GUILD})


def _reading_of(kind: PoolKind, reading: RateReading | None) -> PoolReading:
    if reading is None:
        return _NOTHING_SAID
    return {
        PoolKind.USER: reading.user,
        PoolKind.CLIENT: reading.client,
        PoolKind.POST: reading.post,
    }.get(kind, _NOTHING_SAID)
