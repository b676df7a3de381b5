"""Discord's ids: milliseconds since 2015 above 22 low bits.

Source: https://docs.discord.com/developers/reference#snowflakes
"""

from datetime import UTC, datetime
from itertools import count

_EPOCH_MS = 1_420_070_400_000
_LOW_BITS = 22


class Snowflakes:
    """Mints unique ids that sort by their instant, then by order of minting."""

    def __init__(self) -> None:
        self._counter = count()

    def mint(self, at: datetime) -> int:
        since_epoch_ms = int(at.timestamp() * 1000) - _EPOCH_MS
        return since_epoch_ms << _LOW_BITS | next(self._counter) % (1 << _LOW_BITS)

    def mint_for_shard(self, at: datetime, shard_id: int, shard_count: int) -> int:
        """An id at or shortly before `at` that Discord would serve on this shard."""
        snowflake = self.mint(at)
        surplus = (shard_of(snowflake, shard_count) - shard_id) % shard_count
        return snowflake - (surplus << _LOW_BITS)


def minted_at(snowflake: int) -> datetime:
    return datetime.fromtimestamp(((snowflake >> _LOW_BITS) + _EPOCH_MS) / 1000, UTC)


def shard_of(guild_id: int | None, shard_count: int) -> int:
    """The shard that gets this guild's events; direct messages go to shard 0."""
    return 0 if guild_id is None else (guild_id >> _LOW_BITS) % shard_count
