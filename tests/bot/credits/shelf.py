"""A ``LedgerStore`` in memory."""

from collections.abc import Collection, Sequence
from typing import Self

from bot.credits.brake import DryDay
from bot.credits.memory import PoolMemory, Revision
from bot.credits.pools import Pool
from bot.errors import StorageBusyError


class Shelf:
    """Keeps everything; refuses while ``is_busy``."""

    def __init__(self, shared_as: str | None = None) -> None:
        self.kept: dict[Pool, PoolMemory] = {}
        self.dry: dict[object, DryDay] = {}
        self.transactions = 0
        self.is_busy = False
        self.shared_as = shared_as

    def seen_by(self, name: str) -> Self:
        """The same shelf in the hands of another process."""
        other = type(self)(name)
        other.kept, other.dry = self.kept, self.dry
        return other

    async def pools(self, *, not_by: str | None = None) -> Sequence[PoolMemory]:
        return [one for one in self.kept.values() if not_by is None or one.kept_by != not_by]

    async def revise(self, pools: Collection[Pool], revision: Revision) -> None:
        if self.is_busy:
            raise StorageBusyError("busy")
        if not pools:
            return
        self.transactions += 1
        is_alone = self.shared_as is None
        kept = () if is_alone else [self.kept[pool] for pool in pools if pool in self.kept]
        self.kept.update({memory.pool: memory for memory in revision(kept)})

    async def dry_days(self) -> Sequence[DryDay]:
        return list(self.dry.values())

    async def ran_dry(self, dry: DryDay) -> None:
        self.dry[dry.day] = dry
