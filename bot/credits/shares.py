"""Who goes next: start-time fair queueing among guilds, then among a guild's users. Pure.

Every share (a guild, or a user outside guilds) has a virtual time: the credits it was served. The
share served least goes next; one that comes back after a pause starts at the time of those who
waited, so that a pause saves nothing up. Within a share the same holds among its users; a user's
own calls go in order. More urgent classes of work go first altogether.
"""

import heapq
from collections import Counter, deque
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Generic, TypeVar

from bot.credits.pools import Payer, Work

Item = TypeVar("Item")

#: Past services of those who left are looked through once there are more than this many.
_SWEEP_ABOVE = 64


class Hold(Enum):
    """Whom a shortage holds up besides the call itself."""

    USER = auto()
    SHARE = auto()
    LANE = auto()  # all calls of this class that pay with the same credential


@dataclass(frozen=True, slots=True)
class Waiting(Generic[Item]):
    """Something that waits for credits.

    Attributes:
        lane: Whose hourly credits pay: calls of one lane are short of them together.
        order: Rises with every arrival.
    """

    item: Item
    payer: Payer
    cost_credits: int
    lane: str
    order: int


#: Says whom a call's shortage holds up; ``None`` lets it go.
Ask = Callable[[Waiting[Item]], Hold | None]


class _Turns:
    """Fair order among the members of one level, by what each was served."""

    def __init__(self) -> None:
        self._served: dict[str, int] = {}
        self._present: dict[str, tuple[int, int, str]] = {}
        self._heap: list[tuple[int, int, str]] = []
        self._now = 0
        self._arrivals = 0
        self._sweep_above = _SWEEP_ABOVE

    def join(self, name: str) -> None:
        self._served[name] = max(self._served.get(name, 0), self._now)
        self._queue_up(name)

    def leave(self, name: str) -> None:
        del self._present[name]
        if not self._present:  # nobody waits: what was served no longer matters to anyone
            self._served.clear()
            self._heap.clear()
            self._now = 0
        elif len(self._served) > self._sweep_above:
            self._forget_even()

    def charge(self, name: str, cost: int) -> None:
        self._now = max(self._now, self._served[name])
        self._served[name] += cost
        self._queue_up(name)

    def in_turn(self) -> Generator[str]:
        """The present members, the least served first; lazily, and unchanged by looking."""
        looked_at = []
        try:
            while self._heap:
                entry = heapq.heappop(self._heap)
                if self._present.get(entry[2]) is entry:
                    looked_at.append(entry)
                    yield entry[2]
        finally:
            for entry in looked_at:
                if self._present.get(entry[2]) is entry:
                    heapq.heappush(self._heap, entry)

    def copy(self) -> "_Turns":
        twin = _Turns()
        twin._served = self._served.copy()
        twin._present = self._present.copy()
        twin._heap = self._heap.copy()
        twin._now, twin._arrivals = self._now, self._arrivals
        return twin

    def _queue_up(self, name: str) -> None:
        self._arrivals += 1
        entry = self._present[name] = (self._served[name], self._arrivals, name)
        heapq.heappush(self._heap, entry)

    def _forget_even(self) -> None:
        """Forget those who left and would come back to where everybody is."""
        for name in [n for n, served in self._served.items() if served <= self._now]:
            if name not in self._present:
                del self._served[name]
        self._sweep_above = max(_SWEEP_ABOVE, 2 * len(self._served))


@dataclass(slots=True)
class _Share(Generic[Item]):
    users: dict[str, deque[Waiting[Item]]] = field(default_factory=dict)
    turns: _Turns = field(default_factory=_Turns)

    def copy(self) -> "_Share[Item]":
        return _Share({user: calls.copy() for user, calls in self.users.items()}, self.turns.copy())


@dataclass(slots=True)
class _Class(Generic[Item]):
    shares: dict[str, _Share[Item]] = field(default_factory=dict)
    turns: _Turns = field(default_factory=_Turns)
    lanes: Counter[str] = field(default_factory=Counter)

    def next(self, ask: Ask[Item]) -> Waiting[Item] | None:
        """The next call that may go, left where it is."""
        held: set[str] = set()
        with closing(self.turns.in_turn()) as names:
            for name in names:
                waiting = self._first_of(self.shares[name], ask, held)
                if waiting is not None or held >= self.lanes.keys():
                    return waiting
        return None

    def _first_of(
        self, share: _Share[Item], ask: Ask[Item], held: set[str]
    ) -> Waiting[Item] | None:
        """The next call of a share that may go; notes the lanes that are held up."""
        with closing(share.turns.in_turn()) as users:
            for user in users:
                waiting = share.users[user][0]
                if waiting.lane in held:
                    continue
                hold = ask(waiting)
                if hold is None:
                    return waiting
                if hold is Hold.LANE:
                    held.add(waiting.lane)
                if hold is Hold.SHARE or held >= self.lanes.keys():
                    return None
        return None

    def copy(self) -> "_Class[Item]":
        shares = {name: share.copy() for name, share in self.shares.items()}
        return _Class(shares, self.turns.copy(), self.lanes.copy())


class FairQueue(Generic[Item]):
    """Waiting calls in the order in which they should be served."""

    def __init__(self) -> None:
        self._classes: dict[Work, _Class[Item]] = {work: _Class() for work in Work}
        self._arrivals = 0
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def push(self, item: Item, payer: Payer, cost_credits: int, lane: str = "") -> Waiting[Item]:
        """Add a call behind its user's others."""
        self._arrivals += 1
        waiting = Waiting(item, payer, cost_credits, lane, self._arrivals)
        its_class, user = self._classes[payer.work], str(payer.user_id)
        share = its_class.shares.get(payer.share)
        if share is None:
            share = its_class.shares[payer.share] = _Share()
            its_class.turns.join(payer.share)
        if user not in share.users:
            share.users[user] = deque()
            share.turns.join(user)
        share.users[user].append(waiting)
        its_class.lanes[lane] += 1
        self._size += 1
        return waiting

    def pop(self, ask: Ask[Item] = lambda _: None) -> Waiting[Item] | None:
        """Take the next call that may go; only the first of each user is asked.

        Work-conserving: one that is held up by its own budget does not hold up others.
        """
        for its_class in self._classes.values():
            waiting = its_class.next(ask)
            if waiting is not None:
                self._serve(waiting)
                return waiting
        return None

    def remove(self, waiting: Waiting[Item]) -> None:
        """Take out a call that nobody wants any more."""
        calls = self._classes[waiting.payer.work].shares[waiting.payer.share].users
        calls[str(waiting.payer.user_id)].remove(waiting)
        self._tidy(waiting)

    def copy(self) -> "FairQueue[Item]":
        """The same calls in the same order, to go on with apart."""
        twin: FairQueue[Item] = FairQueue()
        twin._classes = {work: its_class.copy() for work, its_class in self._classes.items()}
        twin._arrivals, twin._size = self._arrivals, self._size
        return twin

    def _serve(self, waiting: Waiting[Item]) -> None:
        payer = waiting.payer
        its_class = self._classes[payer.work]
        share = its_class.shares[payer.share]
        share.users[str(payer.user_id)].popleft()
        its_class.turns.charge(payer.share, waiting.cost_credits)
        share.turns.charge(str(payer.user_id), waiting.cost_credits)
        self._tidy(waiting)

    def _tidy(self, gone: Waiting[Item]) -> None:
        payer = gone.payer
        its_class = self._classes[payer.work]
        share, user = its_class.shares[payer.share], str(payer.user_id)
        self._size -= 1
        its_class.lanes[gone.lane] -= 1
        if not its_class.lanes[gone.lane]:
            del its_class.lanes[gone.lane]
        if not share.users[user]:
            del share.users[user]
            share.turns.leave(user)
        if not share.users:
            del its_class.shares[payer.share]
            its_class.turns.leave(payer.share)
