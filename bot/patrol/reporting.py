"""The weekly word to moderators who want it: what was uploaded, looked at, and lost."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.errors import ChannelClosedError, DiscordUnreachableError
from bot.library.shelf import Entry

_log = logging.getLogger(__name__)

EVERY = timedelta(days=7)
#: A report shows this many lost pictures; the library has the others.
MAX_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Subscription:
    """A guild that wants reports.

    Attributes:
        sent_at: When the last one went out.
    """

    guild_id: int
    channel_id: int
    set_by: int
    set_at: datetime
    sent_at: datetime | None = None

    @property
    def since(self) -> datetime:
        """Where the next report begins."""
        return self.sent_at or self.set_at


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a guild's uploads.

    Attributes:
        uploaded: How many there are altogether that are public.
        looked_at: How many of their links were looked at in this time.
        lost: How many were found to be gone in this time.
        shown: The latest of those.
    """

    subscription: Subscription
    uploaded: int
    looked_at: int
    lost: int
    shown: Sequence[Entry]


class ReportStore(Protocol):
    """Keeps who wants reports, and counts for them; each call is one transaction."""

    async def subscribe(self, subscription: Subscription) -> None:
        """Send a guild's reports there from now on."""
        ...

    async def unsubscribe(self, guild_id: int) -> bool:
        """Send none any more; tells whether there were any."""
        ...

    async def due(self, before: datetime) -> Sequence[Subscription]:
        """The guilds whose next report begins earlier."""
        ...

    async def report(self, subscription: Subscription) -> Report:
        """A guild's report."""
        ...

    async def sent(self, guild_id: int, at: datetime) -> None:
        """Remember that it went out."""
        ...


class Herald(Protocol):
    """Brings reports to Discord."""

    async def bring(self, report: Report) -> None:
        """Post it.

        Raises:
            ChannelClosedError: The bot may not write there, or the channel is gone.
            DiscordUnreachableError: Not at present.
        """
        ...


class Reporter:
    """Sends what is due; a chore."""

    def __init__(self, store: ReportStore, herald: Herald) -> None:
        self._store = store
        self._herald = herald

    async def send_due(self, now: datetime) -> None:
        """Send each guild its report once a week."""
        for subscription in await self._store.due(now - EVERY):
            try:
                await self._herald.bring(await self._store.report(subscription))
            except ChannelClosedError as error:
                _log.info("guild %d gets no report: %s", subscription.guild_id, error)
            except DiscordUnreachableError as error:
                _log.info("reports wait: %s", error)
                return
            await self._store.sent(subscription.guild_id, now)
