"""One pool: what was taken of it, what Imgur said, when it fills again. Pure.

Instants are seconds of one monotonic clock. Two figures bound what is left, and the smaller one
counts. Our own count slides: it holds everything that was taken in the last hour (or day), and so
is never too low, wherever Imgur's windows begin. The other is the least that Imgur's headers have
shown since its window began. Only an observed reset raises it: the told end must have passed *and*
a later answer must show more. Between the two the window is *due*: one call at a time may go and
look.
"""

import math
from copy import copy
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.credits.pools import Rule
from bot.credits.trail import Trail
from bot.imgur.rates import PoolReading

#: Resets come in whole seconds; asking a moment later spares a refusal.
RESET_GRACE_S = 1.0
#: How long to wait for calls in flight to settle before looking again.
SETTLING_S = 1.0


class Held(NamedTuple):
    """What one process holds of a pool for its calls on the way.

    Attributes:
        at: When it said so last.
    """

    by: str
    at: float
    amount: int


@dataclass(slots=True)
class Window:
    """What is known of one pool at present.

    Attributes:
        taken: Our own count.
        learnt: The least remainder heard in this window of Imgur's; ``None`` before the first.
        heard: The remainder that the last call showed, right or wrong; ``None`` if it showed none.
        ends_at: The earliest end of that window heard since it began.
        is_due: The end has passed and no answer has shown the reset yet.
        is_on_trial: Imgur refused lately: one call at a time, until one is taken.
        answered_at: When the last answer arrived, with or without headers.
        refusals: How often Imgur refused in a row.
        held: What other processes hold, where several share the pool.
        elsewhere: All of that together.
        margin_s: How much later things return, because those processes' clocks differ.
    """

    rule: Rule
    limit: int
    reserved: int = 0
    in_flight: int = 0
    learnt: int | None = None
    heard: int | None = None
    ends_at: float | None = None
    blocked_until: float = -math.inf
    is_due: bool = False
    is_on_trial: bool = False
    answered_at: float = -math.inf
    latest_reservation: int = 0
    refusals: int = 0
    held: tuple[Held, ...] = ()
    elsewhere: int = 0
    margin_s: float = 0.0
    taken: Trail = field(init=False)

    def __post_init__(self) -> None:
        self.taken = Trail(self.rule.window_s + self.margin_s, self.rule.grain_s)

    @property
    def spent(self) -> int:
        """Our own count; call ``roll`` first."""
        return self.taken.total

    def roll(self, now: float) -> None:
        """Notice what has ended."""
        self.taken.expire(now)
        if self.ends_at is not None and now >= self.ends_at + self.margin_s:
            self.is_due = True

    def left(self) -> int:
        """What is left, reservations taken off; call ``roll`` first."""
        if self._waits_for_a_look:
            return 0
        own = self.limit - self.taken.total + self._returned()
        shown = None if self.is_due else self.learnt
        return (own if shown is None else min(own, shown)) - self.reserved - self.elsewhere

    def free(self, floor: int, now: float) -> int:
        """What a call may take now."""
        self.roll(now)
        return 0 if now < self.blocked_until else self.left() - floor

    def wait_s(self, amount: int, floor: int, now: float) -> float:
        """Seconds until ``amount`` may be taken.

        Returns:
            ``0`` when it may go now, ``inf`` when it never fits.
        """
        self.roll(now)
        if amount > self.limit - floor:
            return math.inf
        opens_in_s = max(0.0, self.blocked_until - now)
        if self.left() - floor >= amount:
            return opens_in_s
        return max(opens_in_s, self._returns_in_s(amount + floor, now))

    def full_at(self) -> float | None:
        """When everything will have returned; ``None`` when nothing is missing."""
        if self.ends_at is not None and (self.learnt is None or self.learnt < self.limit):
            return self.ends_at
        return self.taken.returns_at(self.taken.total) if self.taken.total else None

    def take(self, amount: int, reservation: int) -> bool:
        """Reserve; returns whether no other call of this pool was in flight."""
        was_alone = not self.is_in_flight
        self.reserved += amount
        self.in_flight += 1
        self.latest_reservation = reservation
        return was_alone

    def hold(self, amount: int) -> None:
        """Take a reservation up again that was given back for a look."""
        self.reserved += amount
        self.in_flight += 1

    def give_back(self, amount: int) -> None:
        """End a reservation."""
        self.reserved -= amount
        self.in_flight -= 1

    def settle(self, amount: int, said: PoolReading, now: float, *, sent_at: float) -> None:
        """Count what a call took, and take in what its answer says."""
        self.roll(now)
        if said.remaining is None:
            self.spend_unheard(amount, now)
        else:
            self.learn(said, now, sent_at=sent_at)
            self.spend(amount, now)

    def spend(self, amount: int, now: float) -> None:
        """Count something as taken."""
        self.taken.add(amount, now)

    def spend_unheard(self, amount: int, now: float) -> None:
        """Count what a call took whose answer said nothing about this pool."""
        self.spend(amount, now)
        self.heard = None
        if self.learnt is not None:
            self.learnt -= amount

    def learn(self, reading: PoolReading, now: float, *, sent_at: float | None = None) -> None:
        """Take in what an answer's headers say.

        Args:
            sent_at: When the call went out; one that went before the told end cannot disprove it.
        """
        remaining = reading.remaining
        if remaining is None or (reading.limit is not None and remaining > reading.limit):
            return
        if reading.limit is not None:
            self.limit = reading.limit
        if self.is_due and self.learnt is not None and remaining > self.learnt:
            self._begin_anew()
        ends_at = now + (self.rule.window_s if reading.reset_s is None else reading.reset_s)
        ends_at += RESET_GRACE_S
        if self.ends_at is None or self._is_disproved(now if sent_at is None else sent_at):
            self.ends_at, self.is_due = ends_at, False
        elif not self.is_due:
            self.ends_at = min(self.ends_at, ends_at)
        self.heard = remaining
        self.learnt = min(remaining, self.limit if self.learnt is None else self.learnt)

    def block(self, until: float) -> None:
        """Imgur refused: nothing goes before ``until``, and then one call at a time."""
        self.blocked_until = max(self.blocked_until, until)
        self.is_on_trial = True

    def accept(self) -> None:
        """Imgur took a call."""
        self.refusals = 0
        self.is_on_trial = False

    def is_idle(self, now: float) -> bool:
        """Whether nothing would be lost by forgetting this window."""
        self.roll(now)
        return not self.is_in_flight and not self.taken.total and now >= self.blocked_until

    @property
    def is_in_flight(self) -> bool:
        """Whether any process has a call of this pool in flight."""
        return bool(self.in_flight or self.elsewhere)

    def foresee(self, now: float) -> "Window":
        """A copy to go on with, in which the calls in flight have been paid at full price."""
        twin = copy(self)
        twin.taken = self.taken.copy()
        twin.reserved, twin.in_flight, twin.is_on_trial = 0, 0, False
        twin.held, twin.elsewhere = (), 0
        if on_the_way := self.reserved + self.elsewhere:
            twin.spend_unheard(on_the_way, now)
        return twin

    def expect_reset(self, now: float) -> None:
        """Take for granted that a due window has begun anew."""
        if self.is_due:
            self._begin_anew()
            self.learnt = self.limit
            self.ends_at = now + self.rule.window_s + RESET_GRACE_S

    def _begin_anew(self) -> None:
        """What was taken before the told end has returned."""
        if self.ends_at is not None:
            self.taken.forget_before(self.ends_at - RESET_GRACE_S)
        self.learnt = None
        self.ends_at = None
        self.is_due = False

    def _is_disproved(self, sent_at: float) -> bool:
        """Whether a call that went out then, and saw no reset, shows that there was none."""
        return self.is_due and self.ends_at is not None and sent_at >= self.ends_at

    def _returns_in_s(self, needed: int, now: float) -> float:
        """Seconds until ``needed`` is left, given that it is not now."""
        if self._waits_for_a_look:
            return SETTLING_S
        returned = self._returned()
        own_lack = needed - (self.limit - self.taken.total + returned)
        is_shown = self.is_due or self.learnt is None or self.learnt >= needed
        if is_shown and own_lack <= 0:
            return SETTLING_S  # only what is in flight is missing
        is_ended = self.is_due or self.ends_at is None
        ends_in_s = math.inf if is_ended else (self.ends_at or 0.0) + self.margin_s - now
        own_in_s = self.taken.returns_at(returned + own_lack) - now if is_shown else math.inf
        return max(min(ends_in_s, own_in_s), SETTLING_S)

    @property
    def _waits_for_a_look(self) -> bool:
        return (self.is_due or self.is_on_trial) and self.is_in_flight

    def _returned(self) -> int:
        """What a due window has given back already, if its told end is true."""
        if not self.is_due or self.ends_at is None:
            return 0
        return self.taken.before(self.ends_at - RESET_GRACE_S)
