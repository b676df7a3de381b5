"""Servers that the bot has left: what is theirs goes, after a time for second thoughts."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.autoupload.channels import AutoChannels

_log = logging.getLogger(__name__)

#: A bot that was removed by mistake, and comes back sooner, finds everything as it was.
GRACE = timedelta(days=7)


class DepartureStore(Protocol):
    """Knows which guilds were left when; each call is one transaction."""

    async def left(self, guild_id: int, at: datetime) -> None:
        """Remember that a guild was left."""
        ...

    async def present(self, guild_ids: Collection[int], at: datetime) -> None:
        """The bot is in these guilds; any other that has rows was left, now at the latest."""
        ...

    async def left_before(self, instant: datetime) -> Sequence[int]:
        """The guilds that were left earlier and are not purged yet."""
        ...

    async def purge(self, guild_id: int) -> None:
        """Delete what is a guild's own; its members' uploads stay theirs, without the place."""
        ...


class Departures:
    """Notes when guilds are left, and purges them later; a chore."""

    def __init__(self, store: DepartureStore, channels: AutoChannels) -> None:
        self._store = store
        self._channels = channels
        self._is_current = False

    async def left(self, guild_id: int, at: datetime) -> None:
        """The bot was removed from a guild."""
        await self._store.left(guild_id, at)
        _log.info("left a server; what is its own is kept for %d days", GRACE.days)

    async def present(self, guild_ids: Collection[int], at: datetime) -> None:
        """The bot is in exactly these guilds; one that it came back to is not purged."""
        await self._store.present(guild_ids, at)
        self._is_current = True
        await self.purge_left(at)

    async def purge_left(self, now: datetime) -> None:
        """Purge the guilds whose time for second thoughts is over.

        Not before Discord has told where the bot is: it may have come back meanwhile.
        """
        if not self._is_current:
            return
        for guild_id in await self._store.left_before(now - GRACE):
            await self._store.purge(guild_id)
            await self._channels.load()
            _log.info("a server that was left is forgotten")
