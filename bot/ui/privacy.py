"""The question before everything about a person is erased, and its answer. Pure."""

import discord
from discord import ui

from bot.privacy.erasing import PATIENCE, Remains
from bot.ui.layout import GREEN, RED, Row, panel
from bot.ui.presses import Press

_DANGER = discord.ButtonStyle.danger


def erasure_card(remains: Remains) -> ui.LayoutView:
    """What would go, and the choices."""
    text = (
        "### Erase everything about you?\n"
        "The records of your uploads, your linked Imgur accounts, your decisions on automatic "
        "uploads, open questions and searches: in all servers, for good. Uploads that wait are "
        "cancelled. You may be asked about automatic uploads again, also where you said never."
    )
    row = Row()
    if remains.pictures:
        text += (
            f"\n\n**{_pictures(remains.pictures)} of yours {_are(remains.pictures)} on Imgur.** "
            "Without the records nobody but Imgur can delete them any more, unless they lie in "
            "your own Imgur account. They can be deleted first, for one credit each."
        )
        row.add_item(
            Press(
                "erase-all", "pictures", label="Delete my pictures, then forget me", style=_DANGER
            )
        )
    label = "Forget me, keep the pictures" if remains.pictures else "Yes, forget me"
    row.add_item(Press("erase-all", "rows", label=label, style=_DANGER))
    row.add_item(Press("erase-none", "now", label="Never mind"))
    return panel(text, row, colour=RED)


def erased_card(remains: Remains) -> ui.LayoutView:
    """What has happened, and what still has to."""
    if remains.pictures:
        return panel(
            "### Your pictures are being deleted\n"
            f"{_pictures(remains.pictures)} {_are(remains.pictures)} left: each deletion costs a "
            "credit, so it goes on by itself as credits come. With the last one everything else "
            f"about you goes, in {PATIENCE.days} days at the latest. What you upload from now on "
            "is kept."
        )
    if remains.unsettled:
        return panel(
            "### You are forgotten in a few minutes\n"
            "A file of yours is on its way to Imgur; as soon as that has ended everything goes."
        )
    return panel(
        "### You are forgotten\nThe bot keeps nothing about you any more. The next thing that you "
        "ask of it begins a new record.",
        colour=GREEN,
    )


def _pictures(count: int) -> str:
    return f"{count:,} picture{'' if count == 1 else 's'}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
