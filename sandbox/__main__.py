"""``python -m sandbox``: the sandbox Imgur by itself, until Ctrl-C."""

import argparse
import asyncio
import errno
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from sandbox.imgur.people import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
from sandbox.imgur.server import Options, serve
from sandbox.imgur.shelf import DamagedFolderError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until interrupted; gives the process's exit code."""
    chosen = _parser().parse_args(arguments)
    try:
        asyncio.run(_run(chosen))
    except DamagedFolderError as error:
        return _give_up(f"{error}. Move that file away to begin anew.")
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        return _give_up(
            f"Port {chosen.port} is taken by another program. "
            "End that program, or choose another port: python -m sandbox --port 8091"
        )
    return 0


async def _run(chosen: argparse.Namespace) -> None:
    options = Options(
        seed=chosen.seed,
        profile=chosen.profile,
        public_url=chosen.public_url.rstrip("/"),
        image_base_url=chosen.image_base_url.rstrip("/"),
        callback_url=chosen.callback_url,
    )
    asked_to_end = _listen_for_the_end()
    async with serve(chosen.data, host=chosen.host, port=chosen.port, options=options) as sandbox:
        _say(f"Sandbox Imgur:  {sandbox.url}/sandbox")
        _say(f"API address:    {sandbox.url}   (IMGUR_API_URL)")
        _say(f"Client id:      {DEMO_CLIENT_ID}   secret: {DEMO_CLIENT_SECRET}")
        _say(f"Kept in:        {sandbox.folder if chosen.data else 'nothing is kept'}")
        _say("Ctrl-C ends it.")
        await asked_to_end.wait()
        _say("\nThe sandbox ends.")


def _listen_for_the_end() -> asyncio.Event:
    """Set by Ctrl-C or a supervisor's SIGTERM."""
    asked, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked.set)
    return asked


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=8090, help="0 takes a free one (%(default)s)")
    parser.add_argument("--data", type=Path, help="folder to keep everything in")
    parser.add_argument("--profile", choices=("classic", "new", "mixed"), help="which backend")
    parser.add_argument("--seed", type=int, default=1, help="of ids and gallery (%(default)s)")
    parser.add_argument("--public-url", default="", help="what links begin with")
    parser.add_argument("--image-base-url", default="", help="what picture links begin with")
    parser.add_argument("--callback-url", default="", help="the demo application's callback")
    return parser


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _give_up(line: str) -> int:
    sys.stderr.write(f"{line}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
