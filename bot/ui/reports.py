"""The weekly report, and bringing it to its channel."""

import logging

import discord
from discord import ui

from bot.errors import ChannelClosedError, DiscordUnreachableError
from bot.library.shelf import Entry
from bot.patrol.reporting import Report
from bot.ui.announcer import UNREACHABLE, DiscordAnnouncer
from bot.ui.layout import GREEN, RED, Row, panel
from bot.ui.presses import Press
from bot.ui.safe_text import safe_text

_log = logging.getLogger(__name__)


class DiscordHerald:
    """A ``Herald``."""

    def __init__(self, announcer: DiscordAnnouncer) -> None:
        self._announcer = announcer

    async def bring(self, report: Report) -> None:
        """Post it.

        Raises:
            ChannelClosedError: The bot may not write there, or the channel is gone.
            DiscordUnreachableError: Not at present.
        """
        client = self._announcer.client
        if client is None:
            raise DiscordUnreachableError("the bot is not connected yet")
        to = report.subscription
        channel = client.get_partial_messageable(to.channel_id, guild_id=to.guild_id)
        try:
            await channel.send(view=report_card(report))
        except (discord.Forbidden, discord.NotFound) as error:
            raise ChannelClosedError(f"channel {to.channel_id}: {error}") from error
        except UNREACHABLE as error:
            raise DiscordUnreachableError(f"a report cannot be posted: {error}") from error


def report_card(report: Report) -> ui.LayoutView:
    """What moderators are told once a week. Pure."""
    head = (
        "### Pictures of this server on Imgur\n"
        f"{report.uploaded:,} uploads; the bot looked at {report.looked_at:,} of their links since "
        f"{discord.utils.format_dt(report.subscription.since, 'D')}."
    )
    if not report.lost:
        return panel(f"{head} All of them still show their picture.", colour=GREEN)
    numbered = list(enumerate(report.shown, 1))
    more = report.lost - len(numbered)
    lines = [f"{head}\n**{report.lost:,} no longer show{'s' if report.lost == 1 else ''} it:**"]
    lines += [_line(number, entry) for number, entry in numbered]
    if more:
        lines.append(f"-# … and {more} more: `/library server` shows them.")
    buttons = [
        Press("again-lost", entry.job.id, label=f"Upload {number} again")
        for number, entry in numbered
        if entry.job.source.message_id
    ]
    return panel("\n".join(lines), Row(*buttons) if buttons else None, colour=RED)


def _line(number: int, entry: Entry) -> str:
    source = entry.job.source
    name = safe_text(entry.job.title or source.filename, 60) or "file"
    text = f"{number}. {name}, by <@{entry.batch.user_id}>"
    if source.channel_id and source.message_id:
        place = f"{entry.batch.guild_id}/{source.channel_id}/{source.message_id}"
        return f"{text}, from [this message](https://discord.com/channels/{place})"
    return f"{text}, without a message to fetch it from"
