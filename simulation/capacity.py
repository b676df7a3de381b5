"""What ``docs/capacity.md`` is made of. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulation.figures import Figures

_MINUTE_S = 60
PAGE = "docs/capacity.md"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A day of so many guilds of each profile."""

    guilds: Mapping[str, int]
    is_commercial: bool = False

    @property
    def name(self) -> str:
        """As the table shows it."""
        crowd = ", ".join(f"{count} {name}" for name, count in self.guilds.items() if count)
        return f"{crowd} (commercial)" if self.is_commercial else crowd


SCENARIOS = (
    Scenario({"light": 50}),
    Scenario({"light": 150}),
    Scenario({"light": 250}),
    Scenario({"medium": 10}),
    Scenario({"medium": 17}),
    Scenario({"medium": 25}),
    Scenario({"busy": 3}),
    Scenario({"busy": 4}),
    Scenario({"busy": 7}),
    Scenario({"light": 60, "medium": 6, "busy": 1}),
    Scenario({"medium": 10, "flood": 1}),
    Scenario({"busy": 12}, is_commercial=True),
)

_HEAD = """\
# How many servers one client id serves

For Imgur the whole bot is one address: 500 credits an hour, of which an upload takes 10, and about
50 uploads an hour whatever the credits say. The hour binds long before the day's 12,500 credits do.
So the busiest hour decides, and in a day's peak hour falls about an eighth of its uploads.

**In short: 150 light servers, 17 medium or 4 busy ones hardly ever wait. Half as many again still
get everything, and one upload in ten waits through the evening's busiest hours.**

`make simulate` wrote this page: each row is a simulated day, the bot's own queue and credit ledger
against the stand-in Imgur, which does its own counting. A light server uploads 2 files a day, a
medium one 20, a busy one 80, a flooding one 600; some three in ten of them automatically. Shares
are the defaults (250 credits an hour for a person, 5,000 a day for a server).

| servers | wanted | served | within 5 min | wait p50 | p95 | p99 | fairness | strikes | refused |
|---|---|---|---|---|---|---|---|---|---|
"""

_TAIL = """
*Wanted*: uploads. *Served*: what did not go would have had to wait longer than two hours and was
told so at once, or met its own server's bounds. *Fairness*: Jain's index over the parts that the
servers got of what they wanted.
*Strikes*: days that ran dry by Imgur's count; the fifth in a month blocks a client id. *Refused*:
calls that Imgur itself turned away.

## What changes it

- **Linked accounts** have hourly credits of their own (2,000 were seen), but share the address's 50
  uploads an hour and the client id's day. They help searches more than uploads.
- **A second client id** has an hour and a day of its own. Imgur has given out none since mid-2025,
  and the cap of uploads is the address's, so a second one on the same machine adds little. Rotating
  ids or addresses to get round the limits is abuse, and no feature of this bot.
- **Commercial use** (`IMGUR_RAPIDAPI_KEY`) is limited by its plan alone: no hour, no cap.
- **Gallery pages** that somebody has just looked at cost nothing for a minute.
- **Lower shares** (`CREDITS_PER_GUILD_DAY`, `CREDITS_PER_USER_HOUR`) serve more servers a little
  each; they do not raise the sum.
"""


def row(scenario: Scenario, figures: Figures) -> str:
    """One line of the table."""
    cells = [
        scenario.name,
        str(figures.wanted),
        f"{figures.served:.0%}",
        f"{figures.within_s:.0%}",
        *(_span(wait_s) for wait_s in figures.waits_s),
        f"{figures.jain:.3f}",
        str(figures.strikes),
        str(figures.overdrafts),
    ]
    return f"| {' | '.join(cells)} |"


def page(rows: Sequence[str]) -> str:
    """The whole page."""
    return _HEAD + "\n".join(rows) + "\n" + _TAIL


def _span(seconds: float) -> str:
    if math.isnan(seconds):
        return "-"
    if seconds < 1:
        return "none"
    return f"{seconds:.0f} s" if seconds < 2 * _MINUTE_S else f"{seconds / _MINUTE_S:.0f} min"
