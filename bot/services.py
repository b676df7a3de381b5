"""What cogs may use; opened around the bot and handed to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.access import ImgurAccess
from bot.accounts.linking import Linking
from bot.accounts.tokens import Tokens
from bot.archive.archivist import Archivist
from bot.autoupload.attendance import Attendance
from bot.autoupload.channels import AutoChannels
from bot.autoupload.rivals import Rivals
from bot.autoupload.rules import AutoUploadStore
from bot.checkup import Doctor
from bot.clock import Clock
from bot.credits.limiter import Limiter
from bot.credits.memory import ShareStore
from bot.credits.usage import Usage
from bot.imgur.layers import BreakerSender
from bot.library.keeping import Expiry
from bot.library.shelf import LibraryStore
from bot.patrol.reporting import ReportStore
from bot.patrol.rounds import Patrol
from bot.privacy.erasing import Eraser, PrivacyStore
from bot.privacy.leaving import Departures
from bot.uploads.album_lists import AlbumLists
from bot.uploads.albums import Albums
from bot.uploads.deleting import Deleter
from bot.uploads.job import JobStore
from bot.uploads.naming import Naming
from bot.uploads.pipeline import Pipeline


class SearchStore(Protocol):
    """Keeps what gallery messages show, so that their buttons work after a restart."""

    async def add(self, user_id: int, query: dict[str, str], at: datetime) -> int:
        """Keep a query and number it."""
        ...

    async def find(self, number: int) -> tuple[int, dict[str, str]] | None:
        """Who made that query, and the query."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The parts that commands are made of.

    Attributes:
        steady: Measures the lives of interactions' tokens, whatever the wall clock is set to.
        channel_mode_allowed: Whether the operator lets moderators choose channel mode.
    """

    clock: Clock
    steady: Clock
    uploads: Pipeline
    jobs: JobStore
    deleter: Deleter
    albums: Albums
    album_lists: AlbumLists
    naming: Naming
    imgur: ImgurAccess
    breaker: BreakerSender
    linking: Linking
    tokens: Tokens
    limiter: Limiter
    shares: ShareStore
    usage: Usage
    autoupload: AutoUploadStore
    channels: AutoChannels
    attendance: Attendance
    rivals: Rivals
    searches: SearchStore
    library: LibraryStore
    archives: Archivist
    patrol: Patrol
    reports: ReportStore
    privacy: PrivacyStore
    expiry: Expiry
    eraser: Eraser
    departures: Departures
    doctor: Doctor
    channel_mode_allowed: bool
