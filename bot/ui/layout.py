"""The one shape of all our messages: a framed panel. Pure."""

from typing import Any

import discord
from discord import ui

GREEN = discord.Colour(0x1BB76E)
GREY = discord.Colour(0x6B7280)
RED = discord.Colour(0xD83C3E)

Row = ui.ActionRow[Any]


def panel(*parts: str | ui.Item[Any] | None, colour: discord.Colour = GREY) -> ui.LayoutView:
    """A message that frames its parts; texts become text displays, ``None`` is left out."""
    container: ui.Container[Any] = ui.Container(accent_colour=colour)
    for part in parts:
        if part is not None:
            container.add_item(ui.TextDisplay(part) if isinstance(part, str) else part)
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    # Presses find their handlers by custom id; discord.py need not keep the view for them.
    view.stop()
    return view
