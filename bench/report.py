"""From turns to tables. Pure."""

import os
import platform
import statistics
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.running import SLOW_S, Measured, Turns
from bench.subjects import OURS, Entrant
from bench.works import MIB, Part, Target, Work

_MICROSECONDS_BELOW_S = 0.001


@dataclass(frozen=True, slots=True)
class Result:
    """One work's turns, and who was absent."""

    work: Work
    turns: Turns
    absent: Mapping[Entrant, str]

    def ratio(self, of: Entrant, to: Entrant) -> float | None:
        """How many times as fast one was as the other: the median of the rounds they shared."""
        mine, theirs = self.of(of), self.of(to)
        shared = mine.keys() & theirs.keys()
        if not shared or not self.work.pieces:
            return None
        return statistics.median(theirs[n].seconds / mine[n].seconds for n in shared)

    def of(self, entrant: Entrant) -> Mapping[int, Measured]:
        """An entrant's turns, by round."""
        return next((t for part, t in self.turns.items() if part.entrant == entrant), {})

    def seconds(self, entrant: Entrant) -> float:
        """The median of an entrant's turns."""
        return statistics.median(turn.seconds for turn in self.of(entrant).values())

    def grown_mib(self, entrant: Entrant) -> float:
        """The most that an entrant's memory grew in any turn."""
        return max(turn.grown_bytes for turn in self.of(entrant).values()) / MIB


def page(results: Sequence[Result], *, rounds: int) -> str:
    """The whole page, in Markdown."""
    cores = len(os.sched_getaffinity(0))
    head = f"""# Benchmarks

Written by `make bench`: Python {platform.python_version()}, {cores} cores, {rounds} rounds after
one to warm up.

One stub answers everybody; each entrant has a process of its own, and they take turns, so that
what else the machine does hits all of them. A ratio is the median of the rounds' ratios and means
"times as fast"; figures in MB/s and calls a second hold for this machine only. Memory is the peak
of a turn less what the process had before it. Who needs over {SLOW_S:.0f} s for a turn has only
one. "Stub busy" tells how much of the time the stub itself took.
"""
    lines = [head, "## Targets", "", "| work | wanted | reached | |", "|---|---|---|---|"]
    lines += [row for result in results for row in _target_rows(result)]
    for result in results:
        lines += ["", f"## {result.work.title}", "", f"`python -m bench {result.work.name}`", ""]
        lines += _table(result)
        if result.work.note:
            lines += ["", textwrap.fill(result.work.note, 100)]
    return "\n".join([*lines, ""])


def _target_rows(result: Result) -> list[str]:
    rows = []
    for target in result.work.targets:
        reached, is_met = outcome(target, result)
        mark = "met" if is_met else "**not met**"
        rows.append(f"| {result.work.title} | {target.sentence} | {reached} | {mark} |")
    return rows


def outcome(target: Target, result: Result) -> tuple[str, bool]:
    """What was reached of a target, and whether it was met."""
    turns = list(result.of(OURS).values())
    if target.against is not None:
        ratio = result.ratio(OURS, target.against)
        return (
            ("not measured", False) if ratio is None else (f"{ratio:.2f}x", ratio >= target.ratio)
        )
    if target.grown_mib is not None:
        grown = result.grown_mib(OURS)
        return f"{grown:.1f} MiB", grown <= target.grown_mib
    if target.most_ms is not None:
        took_ms = result.seconds(OURS) / result.work.pieces * 1000
        return f"{took_ms:.4f} ms", took_ms <= target.most_ms
    if target.most_served is not None:
        served = max(turn.served for turn in turns)
        return f"{served} requests", served <= target.most_served
    least = min(turn.facts["succeeded"] for turn in turns)
    return f"{least:.0f}", least >= (target.succeeded or 0)


def _table(result: Result) -> list[str]:
    work = result.work
    lines = [f"| | {_unit(work)} | ratio | memory grew, MiB | stub busy |", "|---|---|---|---|---|"]
    lines += [_line(result, part) for part in work.parts if result.of(part.entrant)]
    lines += [f"| {who.title} | absent: {why} | | | |" for who, why in result.absent.items()]
    return lines


def _unit(work: Work) -> str:
    if not work.pieces:
        return "succeeded"
    return "MB/s" if work.piece_mb else "calls/s"


def _line(result: Result, part: Part) -> str:
    work, entrant = result.work, part.entrant
    busy = statistics.median(turn.stub_busy for turn in result.of(entrant).values())
    ratio = result.ratio(entrant, work.baseline)
    cells = [
        entrant.title,
        _figure(result, entrant),
        "" if ratio is None else f"{ratio:.2f}",
        f"{result.grown_mib(entrant):.0f}",
        f"{busy:.0%}",
    ]
    return f"| {' | '.join(cells)} |"


def _figure(result: Result, entrant: Entrant) -> str:
    work = result.work
    if not work.pieces:
        turns = result.of(entrant).values()
        return f"{min(turn.facts['succeeded'] for turn in turns):.0f} of 30"
    rate = work.pieces / result.seconds(entrant)
    return f"{rate * (work.piece_mb or 1):,.0f}"
