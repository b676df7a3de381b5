"""A person's waiting uploads, with place and time, and buttons to give them up. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import ui

from bot.ui.layout import GREEN, GREY, Row, panel
from bot.ui.presses import Press
from bot.ui.safe_text import safe_text
from bot.uploads.announcing import News, Wait
from bot.uploads.job import Batch, Job, JobState

#: As many as a message has room for, and as a row has buttons.
PAGE_SIZE = 5
_DANGER = discord.ButtonStyle.danger
_PICTURES = (".png", ".jpg", ".jpeg", ".gif")
#: Discord's signed links live for a day; an older one shows nothing.
_LINK_LIFE = timedelta(hours=23)


@dataclass(frozen=True, slots=True)
class Waiter:
    """One file that is not done.

    Attributes:
        wait: Its place and time, where it waits for credits.
        sent_bytes: How much of it is at Imgur already.
    """

    batch: Batch
    job: Job
    wait: Wait | None
    sent_bytes: int = 0

    @property
    def can_be_cancelled(self) -> bool:
        """Whether it has not begun to go out."""
        return self.job.state in {JobState.ACCEPTED, JobState.READY}


def waiters(news: Sequence[News]) -> list[Waiter]:
    """The files that are not done, the oldest first."""
    return [
        Waiter(one.batch, job, one.waits.get(job.id), one.sent_bytes_of(job.id))
        for one in news
        for job in one.jobs
        if not job.is_settled
    ]


def queue_card(
    waiting: Sequence[Waiter], page: int, *, now: datetime, notes: Sequence[str] = ()
) -> ui.LayoutView:
    """One page of what waits.

    Args:
        page: From 0; a page beyond the last one is the last one.
        notes: What else is to be said, a line each.
    """
    said = "\n".join(f"-# {note}" for note in notes) or None
    if not waiting:
        return panel(
            "### Nothing of yours is waiting\n"
            "All your uploads are done. Start one with `/upload`, or right-click a message, Apps, "
            "**Upload to Imgur**.",
            said,
            colour=GREEN,
        )
    last = (len(waiting) - 1) // PAGE_SIZE
    page = min(max(page, 0), last)
    first = page * PAGE_SIZE
    shown = list(enumerate(waiting[first : first + PAGE_SIZE], start=first + 1))
    parts: list[str | ui.Item[Any] | None] = [_heading(waiting, page, last)]
    parts += [_entry(number, one, now) for number, one in shown]
    parts.append(said)
    cancels = [
        Press("queue-cancel", f"{page}:{one.job.id}", label=f"Cancel {number}")
        for number, one in shown
        if one.can_be_cancelled
    ]
    return panel(*parts, Row(*cancels) if cancels else None, _row(waiting, page, last), colour=GREY)


def _heading(waiting: Sequence[Waiter], page: int, last: int) -> str:
    count = len(waiting)
    files = "1 upload" if count == 1 else f"{count} uploads"
    pages = f"\n-# page {page + 1} of {last + 1}" if last else ""
    return f"### Your queue: {files}{pages}"


def _entry(number: int, one: Waiter, now: datetime) -> str | ui.Item[Any]:
    name = safe_text(one.job.title or one.job.source.filename, 80) or "file"
    asked = discord.utils.format_dt(one.batch.created_at, "R")
    where = f" in <#{one.batch.answer.channel_id}>" if one.batch.guild_id is not None else ""
    text = f"**{number}. {name}**\n{_standing(one, now)}\n-# asked for {asked}{where}"
    if not _has_thumbnail(one, now):
        return text
    return ui.Section(text, accessory=ui.Thumbnail(one.job.source.url, description=name))


def _has_thumbnail(one: Waiter, now: datetime) -> bool:
    source = one.job.source
    return (
        source.is_attachment
        and source.filename.lower().endswith(_PICTURES)
        and now - one.batch.created_at < _LINK_LIFE
    )


def _standing(one: Waiter, now: datetime) -> str:
    match one.job.state:
        case JobState.SENDING:
            total = one.job.spooled.size_bytes if one.job.spooled else 0
            done = f": {min(100, 100 * one.sent_bytes // total)} %" if total else ""
            return f"On its way to Imgur{done}"
        case JobState.READY if one.wait is not None:
            return _waiting(one.wait, now)
        case JobState.READY:
            return "Tried again in a moment"
        case _:
            return "Being fetched and checked"


def _waiting(wait: Wait, now: datetime) -> str:
    if not math.isfinite(wait.wait_s):
        return f"Place {wait.place}; waits until its share of credits is raised"
    if not wait.wait_s:
        return "Next in line" if wait.place == 1 else f"Place {wait.place}; goes out soon"
    at = discord.utils.format_dt(now + timedelta(seconds=wait.wait_s), "R")
    return f"Place {wait.place}; goes out {at}"


def _row(waiting: Sequence[Waiter], page: int, last: int) -> Row:
    row = Row()
    count = sum(one.can_be_cancelled for one in waiting)
    if count > 1:
        row.add_item(Press("queue-clear", 0, label=f"Cancel all {count}", style=_DANGER))
    if last:
        row.add_item(Press("queue", page - 1, label="Back", disabled=page == 0))
        row.add_item(Press("queue", page + 1, label="Next", disabled=page == last))
    row.add_item(Press("queue", page, label="Look again"))
    return row
