"""Keeps the ledger's pools, and brings them together with what other processes have kept.

Processes that share the pools take turns: within one transaction a process reads what the others
have left of them, does again what has happened to it meanwhile, looks whether its call still fits,
and writes. In between, its own ledger is a copy that may be old, and never pays for a call alone.
"""

from collections.abc import Iterable, Sequence
from functools import partial

from bot.clock import Clock
from bot.credits.imgur_time import ImgurTime
from bot.credits.ledger import Entry, Ledger, Reservation
from bot.credits.memory import WHOLE_S, LedgerStore, PoolMemory, Rememberer
from bot.credits.pools import Pool, PoolKind
from bot.credits.window import Window
from bot.errors import OutOfCreditsError

#: Pools of which there are as many as users and guilds.
_OURS = frozenset({PoolKind.MEMBER, PoolKind.GUILD})


class Books:
    """What is kept of a ledger.

    Attributes:
        is_shared: Whether other processes may take from the same pools.
    """

    def __init__(self, ledger: Ledger, store: LedgerStore, clock: Clock, time: ImgurTime) -> None:
        self._ledger = ledger
        self._store = store
        self._clock = clock
        self._time = time
        self._unkept: set[Pool] = set()
        self.is_shared = store.shared_as is not None

    def changed(self, pools: Iterable[Pool]) -> None:
        """These have to be kept."""
        self._unkept |= set(pools)

    def forget(self, pool: Pool) -> None:
        """This one is not kept any more."""
        self._unkept.discard(pool)

    async def restore(self) -> None:
        """Take up what the last process of this name left; what it may have sent is spent."""
        for memory in await self._store.pools():
            window, now = self._ledger.window(memory.pool), self._clock.monotonic()
            if sent := self._rememberer().recall(memory, window, late_s=WHOLE_S):
                spend = partial(Window.spend_unheard, amount=sent, now=now)
                self._ledger.change(memory.pool, spend)
                self.changed({memory.pool})
        if self.is_shared:
            await self.flush()

    async def catch_up(self) -> bool:
        """Look what others have kept since; returns whether there was anything.

        Raises:
            StorageError: It cannot be read at present.
        """
        news = await self._store.pools(not_by=self._store.shared_as)
        return self._take_over(
            memory
            for memory in news
            if memory.pool.kind not in _OURS or memory.pool in self._ledger
        )

    async def flush(self) -> None:
        """Keep what the last answers said, and that long calls are on their way still.

        Raises:
            StorageError: It is kept with the next call.
        """
        self.changed(self._ledger.pools_on_the_way())
        if self._unkept:
            await self.keep()

    async def keep(self, paying: Reservation | None = None) -> None:
        """Keep what has changed.

        Args:
            paying: Is about to be sent, and must still fit in what others have left.

        Raises:
            OutOfCreditsError: It does not.
            StorageError: It is kept with the next call.
        """
        pools, self._unkept = self._unkept, set()
        entries: list[Entry] = []

        def revise(kept: Sequence[PoolMemory]) -> Sequence[PoolMemory]:
            self._take_over(kept)
            if self.is_shared and paying is not None:
                self._check(paying)
            entries.extend(self._ledger.journal_of(pools))
            remember = self._rememberer().remember
            return [
                remember(pool, self._ledger.peek(pool), self._ledger.on_the_way(pool))
                for pool in pools
            ]

        try:
            await self._store.revise(pools, revise)
        except BaseException:
            self._unkept |= pools
            raise
        self._ledger.kept(entries)

    def _take_over(self, kept: Iterable[PoolMemory]) -> bool:
        """Bring pools to what others have left of them; returns whether any has changed."""
        has_changed = False
        for memory in kept:
            if memory.kept_by == self._store.shared_as:
                continue  # ours is newer
            window = self._ledger.window(memory.pool)
            self._rememberer().recall(memory, window)
            self._ledger.redo(memory.pool)
            window.roll(self._clock.monotonic())
            has_changed = True
        return has_changed

    def _check(self, reservation: Reservation) -> None:
        shortage = self._ledger.shortage_of(reservation, self._clock.monotonic())
        if shortage is not None:
            raise OutOfCreditsError(pool=str(shortage.pool), wait_s=shortage.wait_s, was_held=True)

    def _rememberer(self) -> Rememberer:
        name = self._store.shared_as or ""
        return Rememberer(name, self._clock.monotonic(), self._time.epoch_s)
