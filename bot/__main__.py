"""The command line: ``python -m bot run``, and what operators do besides."""

import argparse
import asyncio
import logging
import os
import shutil
import signal
import sys
from collections.abc import Sequence

from bot import control
from bot.app import open_app
from bot.clock import SystemClock
from bot.doctor.terminal import examine_from_outside, exit_code, report
from bot.errors import (
    BotError,
    DataInUseError,
    DiscordUnreachableError,
    SettingsError,
    StorageError,
)
from bot.logs import set_up_logging
from bot.serving import serve
from bot.settings import Settings, load_settings
from bot.upkeep import open_upkeep
from cogs import EXTENSIONS

_log = logging.getLogger("bot")

#: What a supervisor can tell apart. 2 and 3 need a person; 5 is worth another start.
EXIT_CODES: dict[type[BotError], int] = {
    SettingsError: 2,
    DataInUseError: 4,
    StorageError: 3,
    DiscordUnreachableError: 5,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="run the bot from the environment or .env")
    commands.add_parser(
        "doctor",
        help="say what works with these settings from this host, also while the bot runs; "
        "exit code 0 all works, 1 something does not, 2 a setting is wrong",
    )
    commands.add_parser("backup", help="copy the database, also while the bot runs")
    commands.add_parser("rotate-keys", help="seal what is stored with a new key, also meanwhile")
    command = parser.parse_args(arguments).command
    os.umask(0o077)  # whatever the bot writes is its owner's alone
    try:
        settings = load_settings()
        if command == "doctor":
            return _doctor(settings)
        set_up_logging(settings.log_level, settings.log_format, settings.secrets)
        asyncio.run(_run(settings) if command == "run" else _upkeep(settings, command))
    except BotError as error:
        sys.stderr.write(f"{error}\n")
        return next((code for cls, code in EXIT_CODES.items() if isinstance(error, cls)), 1)
    return 0


def _doctor(settings: Settings) -> int:
    set_up_logging("CRITICAL", settings.log_format, settings.secrets)
    findings = asyncio.run(examine_from_outside(settings, SystemClock()))
    width = min(shutil.get_terminal_size().columns, 100)
    sys.stdout.write(report(findings, width=width, is_coloured=sys.stdout.isatty()) + "\n")
    return exit_code(findings)


async def _run(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if settings.linking_gap:
        _log.info("%s; the rest works", settings.linking_gap)
    async with open_app(settings, SystemClock()) as app:
        await serve(app, EXTENSIONS, stop)
    _log.info("stopped")


async def _upkeep(settings: Settings, command: str) -> None:
    """Do it here, or have the bot do it that runs on the data."""
    try:
        async with open_upkeep(settings, SystemClock()) as upkeep:
            said = await upkeep.works[command]()
    except DataInUseError:
        said = await control.ask(settings.data_dir / "control", command)
    sys.stdout.write(f"{said}\n")


if __name__ == "__main__":
    sys.exit(main())
