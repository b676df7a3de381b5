"""``python -m sandbox.demo``: the whole bot in a browser tab, until Ctrl-C."""

import argparse
import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.errors import BotError, DataInUseError
from bot.logs import Redactor, TextFormatter
from sandbox.demo.choices import PORTS_NEEDED, Choices
from sandbox.demo.program import SAMPLES, run
from sandbox.imgur.shelf import DamagedFolderError

_FIRST_PORT = 8090
_LAST_FIRST_PORT = 65_536 - PORTS_NEEDED

_GREETING = """\
The bot runs, and nothing leaves this machine.

  Discord         {discord}
  Imgur           {imgur}/sandbox
  Other channels  {door}/

Open the first two in a browser, then try:
  1. Type /upload, choose "image", pick a file from {samples}, press Send.
  2. Type /account link and click your way through: you are Alice.
  3. Choose "Viewing as: Mo", type /settings and turn on automatic uploads for #general;
     then post a picture as Alice from the drop target in the Imgur tab.
  4. Type /gallery search and look for "cat".
  5. Type /quota: the same credits stand in the Imgur tab. Take them away there, upload, and type
     /queue. Mo runs this bot and may type /quota all: True.

Links, settings and pictures are kept in {folder}; "make demo-reset" forgets them.
Ctrl-C ends the demo. Its log: {log}
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until interrupted; gives the process's exit code."""
    choices = _choices(arguments)
    taken = _taken(choices.ports)
    if taken is not None:
        return _give_up(
            f"Port {taken} is taken by another program. End that program, or let the demo use four "
            f"other ports: make demo ARGS='--port {_elsewhere(choices)}'"
        )
    try:
        choices.folder.mkdir(parents=True, exist_ok=True)
        _log_into(choices)
        asyncio.run(_run(choices))
    except DataInUseError:
        return _give_up(
            f"Another demo runs on {choices.folder}: end it, or choose --data elsewhere."
        )
    except DamagedFolderError as error:
        return _give_up(f"{error}. Type: make demo-reset")
    except (BotError, OSError) as error:
        return _give_up(f"The demo cannot go on: {error}")
    return 0


async def _run(choices: Choices) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)

    def greet(discord_url: str) -> None:
        _say(
            _GREETING.format(
                discord=discord_url,
                imgur=choices.imgur_url,
                door=choices.door_url,
                samples=_short(SAMPLES),
                folder=_short(choices.folder),
                log=_short(choices.log_file),
            )
        )

    await run(choices, stop, greet)
    _say("The demo has ended.")


def _choices(arguments: Sequence[str] | None) -> Choices:
    parser = argparse.ArgumentParser(prog="python -m sandbox.demo", description=__doc__)
    parser.add_argument(
        "--data",
        type=Path,
        default=Path("demo-data"),
        help="folder to keep things in (%(default)s)",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=_FIRST_PORT,
        help=f"the first of {PORTS_NEEDED} ports in a row (%(default)s)",
    )
    chosen = parser.parse_args(arguments)
    if not 1 <= chosen.port <= _LAST_FIRST_PORT:
        parser.error(f"--port must be between 1 and {_LAST_FIRST_PORT}")
    return Choices(chosen.data, chosen.port)


def _taken(ports: range) -> int | None:
    """The first port that cannot be listened on."""
    for port in ports:
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                return port
    return None


def _elsewhere(choices: Choices) -> int:
    """A port from which on there is room."""
    starts = range(choices.first_port + PORTS_NEEDED, _LAST_FIRST_PORT, PORTS_NEEDED)
    return next((port for port in starts if _taken(Choices(choices.folder, port).ports) is None), 0)


def _log_into(choices: Choices) -> None:
    handler = logging.FileHandler(choices.log_file, mode="w", encoding="utf-8")
    handler.setFormatter(TextFormatter(Redactor(choices.settings().secrets)))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def _short(path: Path) -> str:
    """The path as a person would type it here."""
    return os.path.relpath(path)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _give_up(line: str) -> int:
    sys.stderr.write(f"{line}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
