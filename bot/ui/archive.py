"""The message that shows how an archive goes. Pure."""

import discord
from discord import ui

from bot.archive.archivist import Look
from bot.archive.plan import UNSETTLED, Archive, ArchiveState
from bot.ui.layout import GREEN, GREY, RED, Row, panel
from bot.ui.presses import Press
from bot.ui.wording import duration, sentence_for
from bot.uploads.job import JobState

_PRIMARY = discord.ButtonStyle.primary
_DANGER = discord.ButtonStyle.danger
_BAR_CELLS = 16


def archive_card(look: Look) -> ui.LayoutView:
    """An archive as its moderators see it."""
    archive = look.archive
    text = {
        ArchiveState.COUNTING: _counting,
        ArchiveState.OFFERED: _offer,
        ArchiveState.RUNNING: _progress,
        ArchiveState.PAUSED: _progress,
        ArchiveState.DONE: _end,
        ArchiveState.CANCELLED: _end,
    }[archive.state](look)
    row = Row(*_buttons(archive))
    return panel(text, row if row.children else None, colour=_colour(archive))


def _buttons(archive: Archive) -> list[Press]:
    cancel = Press("arc-cancel", archive.id, label="Cancel", style=_DANGER)
    match archive.state:
        case ArchiveState.COUNTING:
            return [cancel]
        case ArchiveState.OFFERED:
            return [Press("arc-start", archive.id, label="Start", style=_PRIMARY), cancel]
        case ArchiveState.RUNNING:
            return [Press("arc-pause", archive.id, label="Pause"), cancel]
        case ArchiveState.PAUSED:
            return [Press("arc-go", archive.id, label="Go on", style=_PRIMARY), cancel]
        case _:
            return []


def _colour(archive: Archive) -> discord.Colour:
    if archive.trouble:
        return RED
    return GREEN if archive.state in {ArchiveState.RUNNING, ArchiveState.DONE} else GREY


def _counting(look: Look) -> str:
    archive = look.archive
    return (
        f"### Counting the pictures in <#{archive.channel_id}>\n"
        f"{_files(archive.pictures)} so far. Nothing is uploaded before somebody says so."
    )


def _offer(look: Look) -> str:
    archive, price = look.archive, look.price
    cost = f"{_files(price.pictures)}, {price.cost_credits:,} credits"
    offer = (
        f"### Upload what <#{archive.channel_id}> holds?\n"
        f"**{cost}, {duration(price.duration_s)}** at the pace that is left beside everybody's "
        "own uploads. It can be paused and cancelled at any time."
    )
    return "\n".join([offer, *_left_out(archive)])


def _left_out(archive: Archive) -> list[str]:
    lines = []
    if archive.unconsented:
        lines.append(
            f"-# Left out: {_files(archive.unconsented)} whose authors have not agreed. Each of "
            "them can, with `/consent choice: always`; then count anew."
        )
    if archive.ruled_out:
        lines.append(
            f"-# Left out: {_files(archive.ruled_out)} that this server's rules for automatic "
            "uploads do not take, or that fall under a paused one. `/settings` shows the rules."
        )
    if archive.known:
        lines.append(f"-# Left out: {_files(archive.known)} that were uploaded before.")
    return lines


def _progress(look: Look) -> str:
    archive, done = look.archive, _done(look)
    heading = "Paused: archiving" if archive.state is ArchiveState.PAUSED else "Archiving"
    share = min(1.0, done / archive.pictures) if archive.pictures else 1.0
    filled = round(_BAR_CELLS * share)
    waiting = sum(look.tally.get(state, 0) for state in UNSETTLED)
    left_s = look.price.duration_s * (1 - share)
    lines = [
        f"### {heading} <#{archive.channel_id}>",
        f"{'▰' * filled}{'▱' * (_BAR_CELLS - filled)} {done:,} of {archive.pictures:,}",
    ]
    if archive.state is ArchiveState.RUNNING:
        lines.append(f"{waiting} in the queue; {duration(left_s)} left at the present pace.")
    elif waiting:
        lines.append(f"{waiting} more {'is' if waiting == 1 else 'are'} still on the way.")
    return "\n".join([*lines, *_failures(look), *_left_out(archive)])


def _end(look: Look) -> str:
    archive = look.archive
    uploaded = look.tally.get(JobState.UPLOADED, 0)
    if archive.state is ArchiveState.CANCELLED:
        heading = "Archiving was cancelled"
    elif archive.pictures or uploaded:
        heading = "Archived"
    else:
        heading = "There is nothing to archive"
    lines = [f"### {heading}: <#{archive.channel_id}>"]
    if archive.trouble:
        lines.append(sentence_for(archive.trouble, {}))
    if uploaded:
        lines.append(f"{_files(uploaded)} are on Imgur now; `/library server` shows them.")
    return "\n".join([*lines, *_failures(look), *_left_out(archive)])


def _failures(look: Look) -> list[str]:
    failed = look.tally.get(JobState.FAILED, 0)
    return [f"-# {_files(failed)} could not be uploaded."] if failed else []


def _done(look: Look) -> int:
    return sum(count for state, count in look.tally.items() if state not in UNSETTLED)


def _files(count: int) -> str:
    return f"{count:,} picture{'' if count == 1 else 's'}"
