"""Telling a person that something failed."""

import logging
import secrets
from typing import Any

import discord
from discord import ui

from bot.errors import (
    AuthenticationRequiredError,
    BotError,
    CryptoError,
    DeadTokenError,
    LinkRevokedError,
    NotLinkedError,
)
from bot.ui.layout import Row, panel
from bot.ui.wording import sentence, sentence_for

_log = logging.getLogger(__name__)

#: What linking an account would mend.
_WANT_A_LINK = (AuthenticationRequiredError, DeadTokenError, LinkRevokedError, NotLinkedError)


async def tell(interaction: discord.Interaction[Any], text: str) -> None:
    """Say something to the person alone, whatever was answered before."""
    if interaction.response.is_done():
        await interaction.followup.send(text, ephemeral=True)
    else:
        await interaction.response.send_message(text, ephemeral=True)


async def show(interaction: discord.Interaction[Any], view: ui.LayoutView) -> None:
    """Show something to the person alone, whatever was answered before."""
    if interaction.response.is_done():
        await interaction.followup.send(view=view, ephemeral=True)
    else:
        await interaction.response.send_message(view=view, ephemeral=True)


async def tell_failure(interaction: discord.Interaction[Any], error: Exception) -> None:
    """Say what went wrong, with a reference that the log knows."""
    reference = secrets.token_hex(3)
    if isinstance(error, BotError):
        # What does not open was changed by hand, or lacks its key: the operator has to know.
        level = logging.ERROR if isinstance(error, CryptoError) else logging.INFO
        _log.log(level, "refused: %s: %s [ref %s]", type(error).__name__, error, reference)
        text = sentence(error)
    else:
        _log.error("a command failed [ref %s]", reference, exc_info=error)
        text = sentence_for("BotError", {})
    try:
        text = f"{text}\n-# ref {reference}"
        if isinstance(error, _WANT_A_LINK):
            await show(interaction, panel(text, _linking()))
        else:
            await tell(interaction, text)
    except discord.HTTPException as unreachable:
        _log.warning("nobody could be told about ref %s (%s)", reference, unreachable)


def _linking() -> Row:
    # By its custom id: the class of our buttons needs this module.
    primary = discord.ButtonStyle.primary
    return Row(ui.Button(label="Link an account", style=primary, custom_id="imgur:link-begin:0"))
