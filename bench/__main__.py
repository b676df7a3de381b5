"""``python -m bench [WORK …] [--rounds N]``: measure, print, and write docs/benchmarks.md.

With the names of works, only those are measured, and nothing is written.
"""

import argparse
import asyncio
import subprocess
import sys
from pathlib import Path

from bench.report import Result, page
from bench.running import ROOT, stub, take_turns
from bench.subjects import PEERS
from bench.works import WORKS

PAGE = ROOT / "docs" / "benchmarks.md"
PEERS_VENV = ROOT / ".venv-bench"


async def measure(names: list[str], rounds: int, peers: Path) -> list[Result]:
    """Every work of that name, or all."""
    results = []
    for work in WORKS:
        if names and work.name not in names:
            continue
        print(f"{work.title} ...", file=sys.stderr, flush=True)
        async with stub() as address:
            # What cancels connections for seconds needs no repetition.
            turns, absent = await take_turns(
                work, address, rounds=rounds if work.pieces else 0, peers=peers
            )
        results.append(Result(work, turns, absent))
    return results


def python_of_peers() -> Path:
    """A Python that has the peers' libraries; they are no business of our own environment."""
    python = PEERS_VENV / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", PEERS_VENV], check=True)  # noqa: S603 (our own)
    packages = [package for peer in PEERS for package in peer.packages]
    command: list[str | Path] = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        *packages,
    ]
    if subprocess.run(command, check=False).returncode != 0:  # noqa: S603 (our own words)
        print("pip could not bring every peer: who is missing is absent", file=sys.stderr)
    return python


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="WORK", help=", ".join(w.name for w in WORKS))
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    if unknown := set(options.names) - {work.name for work in WORKS}:
        parser.error(f"there is no work named {', '.join(sorted(unknown))}")
    results = asyncio.run(measure(options.names, options.rounds, python_of_peers()))
    text = page(results, rounds=options.rounds)
    print(text)
    if not options.names:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
