"""What is left of the credits, and what the day's hours took, in words. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import ui

from bot.credits.limiter import Limiter
from bot.credits.pools import Pool, PoolKind
from bot.imgur.wire import COST_UPLOAD
from bot.ui.layout import GREEN, panel
from bot.ui.wording import duration

#: Discord's bound on the description of a file.
_MAX_ALT_TEXT = 1024
_HOUR = timedelta(hours=1)

_NAMES = {
    PoolKind.CLIENT: "credits a day",
    PoolKind.USER: "credits an hour",
    PoolKind.POST: "POST calls an hour",
    PoolKind.UPLOADS: "uploads an hour",
    PoolKind.MEMBER: "credits an hour",
    PoolKind.GUILD: "credits a day",
}


@dataclass(frozen=True, slots=True)
class Level:
    """One pool, as a person reads it.

    Attributes:
        name: Of what there is that much, and for how long: ``"credits an hour"``.
        returns_in_s: When it is full again; ``None`` when it is.
    """

    name: str
    left: int
    limit: int
    returns_in_s: float | None = None

    def __str__(self) -> str:
        return f"{self.left:,} of {self.limit:,} {self.name}"


@dataclass(frozen=True, slots=True)
class Section:
    """Somebody's pools, and how much the last hours took of them.

    Attributes:
        title: Whose they are, in plain letters that any font has.
        levels: What is left of each.
        hours: Credits of each of the last hours, the oldest first; the last one still runs.
        name: Whose they are where ``title`` cannot say it; made harmless already.
    """

    title: str
    levels: Sequence[Level]
    hours: Sequence[int]
    name: str = ""


def level(limiter: Limiter, pool: Pool, where: str = "") -> Level:
    """What is left of a pool now.

    Args:
        where: Added to the pool's name, such as ``", here"``.
    """
    window = limiter.window(pool)
    left = max(0, min(window.limit, window.left()))
    returns_in_s = None if left >= window.limit else limiter.returns_in_s(pool)
    return Level(_NAMES[pool.kind] + where, left, window.limit, returns_in_s)


def quota_card(
    sections: Sequence[Section], *, now: datetime, picture: discord.File, notes: Sequence[str] = ()
) -> ui.LayoutView:
    """The picture, and below it the same in words.

    Args:
        notes: What else is to be said, a line each.
    """
    gallery: ui.MediaGallery[Any] = ui.MediaGallery(discord.MediaGalleryItem(picture))
    parts: list[str | ui.Item[Any]] = [
        f"### Imgur credits\nAn upload costs {COST_UPLOAD} credits, looking something up costs 1.",
        gallery,
    ]
    for section in sections:
        levels = [_line(one, now) for one in section.levels]
        heading = f"**{section.title}**{section.name and f': {section.name}'}"
        parts.append("\n".join([heading, *levels, f"-# {_use(section.hours, now)}"]))
    if notes:
        parts += [ui.Separator(), "\n".join(notes)]
    return panel(*parts, colour=GREEN)


def standing(*, unsettled: int, ends: Mapping[str, int], is_imgur_down: bool) -> list[str]:
    """How the bot is doing, for its operator, a line each.

    Args:
        ends: How many uploads ended how since the start.
    """
    counts = ", ".join(f"{count:,} {end}" for end, count in sorted(ends.items()) if count)
    lines = [
        f"{unsettled:,} uploads wait or are on their way.",
        f"Since the start: {counts or 'no upload has ended yet'}.",
    ]
    if is_imgur_down:
        lines.append("Imgur has failed so often that the bot rests before it asks again.")
    return lines


def alt_text(sections: Sequence[Section]) -> str:
    """What the picture shows, for those who do not see it; as much as Discord takes."""
    text = "Imgur credits that are left, and credits used by the hour."
    for section in sections:
        for part in (_levels_aloud(section), _hours_aloud(section.hours)):
            if len(text) + len(part) < _MAX_ALT_TEXT:
                text += f" {part}"
    return text


def _return_of(one: Level) -> str:
    if one.returns_in_s is None:
        return "full"
    return f"full again in {duration(one.returns_in_s)}"


def _line(one: Level, now: datetime) -> str:
    if one.returns_in_s is None:
        return f"{one} left"
    at = discord.utils.format_dt(now + timedelta(seconds=one.returns_in_s), "R")
    return f"{one} left, full again {at}"


def _use(hours: Sequence[int], now: datetime) -> str:
    """The day's use, told by its sum, its busiest hour and the present one."""
    if not any(hours):
        return "Nothing used in the last 24 hours."
    text = f"Used in the last 24 hours: {sum(hours):,} credits"
    if sum(hours) == hours[-1]:
        return f"{text}, all of them in this hour."
    busiest = max(range(len(hours)), key=hours.__getitem__)
    began_at = _began_at(now, len(hours) - 1 - busiest)
    return (
        f"{text}; {hours[-1]:,} in this hour, at most {hours[busiest]:,} in one "
        f"({discord.utils.format_dt(began_at, 't')})."
    )


def _began_at(now: datetime, hours_ago: int) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0) - hours_ago * _HOUR


def _levels_aloud(section: Section) -> str:
    levels = "; ".join(f"{one} left, {_return_of(one)}" for one in section.levels)
    return f"{section.title}: {levels}."


def _hours_aloud(hours: Sequence[int]) -> str:
    if not any(hours):
        return "Nothing used in the last 24 hours."
    numbers = " ".join(str(spent) for spent in hours)
    return f"Used in each of the last {len(hours)} hours, up to this one: {numbers}."
