"""Going from a dead Discord link to the picture: finding the message, and what is then shown."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.library.lead import Lead
from bot.library.shelf import Entry
from bot.ui.cards import image_of
from bot.ui.layout import GREEN, Row, panel
from bot.ui.presses import Interaction, Press
from bot.ui.safe_text import safe_text
from bot.ui.sources import message_sources
from bot.uploads.job import Source

_MAX_SHOWN = 10
#: Discord numbers a file just before the message that carries it.
_NEARBY = 100


async def find_message(interaction: Interaction, lead: Lead) -> discord.Message | None:
    """The message that a lead leads to, as it is now; ``None`` when it is gone or out of reach."""
    channel = interaction.client.get_partial_messageable(
        lead.channel_id, guild_id=interaction.guild_id
    )
    try:
        if lead.message_id is not None:
            found: discord.Message = await channel.fetch_message(lead.message_id)
            return found
        around = discord.Object(lead.attachment_id or 0)
        async for message in channel.history(around=around, limit=_NEARBY):
            if sources_of(message, lead):
                near: discord.Message = message
                return near
    except (discord.NotFound, discord.Forbidden):
        return None
    return None


def sources_of(message: discord.Message, lead: Lead) -> Sequence[Source]:
    """The pictures of a message that a lead means, under fresh links."""
    return [
        source
        for source in message_sources(message)
        if lead.attachment_id in {None, source.attachment_id}
    ]


def restored_card(entries: Sequence[Entry]) -> ui.LayoutView:
    """The uploads that were found for a dead link."""
    shown = entries[:_MAX_SHOWN]
    alive = [entry for entry in shown if entry.lost_at is None]
    lines = ["### Here it is" if alive else "### It was on Imgur, and is gone there too"]
    lines += [_line(entry) for entry in shown]
    gallery: ui.MediaGallery[Any] | None = None
    if alive:
        items = [discord.MediaGalleryItem(entry.uploaded.link) for entry in alive]
        gallery = ui.MediaGallery(*items)
    again = [
        Press("again-lost", entry.job.id, label=f"Upload {_name(entry)[:60]} again")
        for entry in shown
        if entry.lost_at is not None
    ][:5]
    return panel("\n".join(lines), gallery, Row(*again) if again else None, colour=GREEN)


def _line(entry: Entry) -> str:
    if entry.lost_at is not None:
        since = discord.utils.format_dt(entry.lost_at, "d")
        return f"{_name(entry)}: Imgur has not shown it since {since}."
    return f"{entry.uploaded.link}\n-# Page: <{image_of(entry.uploaded).page_link}>"


def _name(entry: Entry) -> str:
    return safe_text(entry.job.title or entry.job.source.filename, 60) or "file"


def alive_card(message: discord.Message, files: int, row: int, *, allowed: bool) -> ui.LayoutView:
    """There is no upload, but the message still stands.

    Args:
        row: The number of the kept lead.
        allowed: Whether the person may upload its files right away.
    """
    what = "its picture" if files == 1 else f"its {files} files"
    text = f"### No copy on Imgur yet\nThe message still stands and has {what}. "
    if allowed:
        text += "Upload it now, and it gets a link that stays."
    else:
        text += (
            "It is somebody else's: open it and choose Apps → **Upload to Imgur**, "
            "which asks its author."
        )
    buttons = Row(ui.Button(label="Open the message", url=message.jump_url))
    if allowed:
        buttons.add_item(
            Press("again-at", row, label="Upload to Imgur", style=discord.ButtonStyle.primary)
        )
    return panel(text, buttons)
