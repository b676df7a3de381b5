"""All of it together."""

import asyncio
import fcntl
import logging
from collections.abc import Awaitable, Sequence
from pathlib import Path

from bot.checkup import Finding, broken, fine, note
from bot.clock import Clock
from bot.doctor.discord import AskDiscord, examine_discord
from bot.doctor.home import examine_home
from bot.doctor.imgur import examine_imgur
from bot.doctor.pages import examine_pages
from bot.imgur.wire import Sender
from bot.settings import Settings

_log = logging.getLogger(__name__)


class HouseDoctor:
    """A ``Doctor`` for the bot of these settings, whether it runs or not."""

    def __init__(
        self, settings: Settings, sender: Sender, ask_discord: AskDiscord, clock: Clock
    ) -> None:
        """Prepare.

        Args:
            sender: Takes ``/3`` and ``/oauth2`` paths.
        """
        self._settings = settings
        self._sender = sender
        self._ask_discord = ask_discord
        self._clock = clock

    async def examine(self) -> Sequence[Finding]:
        """Look at everything at once; what goes wrong is a finding too."""
        settings = self._settings
        runs = is_running(settings.data_dir)
        parts = await asyncio.gather(
            _surely("Discord", examine_discord(self._ask_discord, settings)),
            _surely("Imgur", self._imgur()),
            _surely("Public address", _alone(examine_pages(settings, bot_is_running=runs))),
            _surely("This host", examine_home(settings)),
        )
        return [_about_process(settings, runs=runs), *(one for part in parts for one in part)]

    def _imgur(self) -> Awaitable[Sequence[Finding]]:
        return examine_imgur(
            self._sender,
            self._clock,
            client_id=self._settings.imgur_client_id.get_secret_value(),
            linking_is_set_up=self._settings.imgur_client_secret is not None,
        )


def is_running(data_dir: Path) -> bool:
    """Whether a bot holds that data folder, in this process or in another."""
    try:
        with (data_dir / "lock").open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _about_process(settings: Settings, *, runs: bool) -> Finding:
    if runs:
        return fine("Process", f"A bot runs on {settings.data_dir}.")
    return note(
        "Process", f"No bot runs on {settings.data_dir} now; it was looked at all the same."
    )


async def _alone(finding: Awaitable[Finding]) -> Sequence[Finding]:
    return [await finding]


async def _surely(subject: str, findings: Awaitable[Sequence[Finding]]) -> Sequence[Finding]:
    try:
        return await findings
    except Exception as error:  # noqa: BLE001 (one look that fails must not hide the others)
        _log.exception("%s could not be looked at", subject)
        return [broken(subject, f"It could not be looked at: {type(error).__name__}: {error}")]
