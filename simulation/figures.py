"""What a day comes to, in figures. Pure."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from simulation.day import Fate, Outcome

#: Waits shorter than this are not worth a forecast.
_WORTH_TELLING_S = 60.0


@dataclass(frozen=True, slots=True)
class Figures:
    """One day of some guilds.

    Attributes:
        served: The part of the wanted uploads that reached Imgur.
        waits_s: 50th, 95th and 99th percentile from wish to sending, of those served.
        within_s: The part of the wanted uploads that were served within five minutes.
        jain: Jain's index over the parts that the guilds were served of what they wanted.
        eta_error: 90th percentile of how far the told wait was from the real one, as a part of it.
        strikes: Days on which the client's credits ran out, by Imgur's own count.
        overdrafts: Calls that Imgur turned away for want of credits.
    """

    wanted: int
    served: float
    within_s: float
    waits_s: tuple[float, float, float]
    jain: float
    searches_served: float
    eta_error: float
    strikes: int
    overdrafts: int


def figures_of(outcome: Outcome) -> Figures:
    """The figures of a day."""
    uploads = [fate for fate in outcome.fates if fate.wish.is_upload]
    searches = [fate for fate in outcome.fates if not fate.wish.is_upload]
    waits = sorted(fate.wait_s for fate in uploads if fate.wait_s is not None)
    return Figures(
        wanted=len(uploads),
        served=_part(len(waits), len(uploads)),
        within_s=_part(sum(wait <= 5 * _WORTH_TELLING_S for wait in waits), len(uploads)),
        waits_s=(percentile(waits, 50), percentile(waits, 95), percentile(waits, 99)),
        jain=jain([served for served, _ in served_by_guild(uploads).values()]),
        searches_served=_part(sum(not fate.refusal for fate in searches), len(searches)),
        eta_error=percentile(eta_errors(uploads), 90),
        strikes=sum(len(days) for days in outcome.world.state.limits.strikes.values()),
        overdrafts=sum(outcome.refused_by_imgur.values()),
    )


def served_by_guild(uploads: Sequence[Fate]) -> dict[int, tuple[float, int]]:
    """By guild: the part of its wishes that were served, and how many wishes."""
    wanted: defaultdict[int, int] = defaultdict(int)
    served: defaultdict[int, int] = defaultdict(int)
    for fate in uploads:
        guild_id = fate.wish.payer.guild_id or 0
        wanted[guild_id] += 1
        served[guild_id] += fate.wait_s is not None
    return {guild: (served[guild] / count, count) for guild, count in wanted.items()}


def eta_errors(uploads: Sequence[Fate]) -> list[float]:
    """How far each told wait was from the real one, as a part of the real one, in order."""
    return sorted(
        abs(fate.told_s - fate.wait_s) / fate.wait_s
        for fate in uploads
        if fate.told_s is not None
        and fate.wait_s is not None
        and max(fate.told_s, fate.wait_s) >= _WORTH_TELLING_S
        and fate.wait_s > 0
    )


def jain(parts: Sequence[float]) -> float:
    """Jain's fairness index: 1 when all are equal, 1/n when one has everything.

    Source: https://arxiv.org/abs/cs/9809099
    """
    squares = sum(part * part for part in parts)
    return sum(parts) ** 2 / (len(parts) * squares) if squares else 1.0


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The smallest value that ``percent`` of them do not exceed; ``nan`` of none."""
    if not ordered:
        return math.nan
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def _part(count: int, total: int) -> float:
    return count / total if total else 1.0
