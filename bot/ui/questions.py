"""Asking an author whether a picture may go to Imgur. Pure."""

from datetime import datetime, timedelta

import discord
from discord import ui

from bot.autoupload.rules import Question
from bot.ui.layout import Row, panel
from bot.ui.presses import Press

#: Grows with every change of the text below, so that it is known what an author agreed to.
WORDING = 1


def question_card(question: Question) -> ui.LayoutView:
    """The question, with buttons that only the author may press."""
    author = f"<@{question.author_id}>"
    what = "picture" if len(question.sources) == 1 else f"{len(question.sources)} pictures"
    if question.asked_by == question.author_id:
        text = (
            f"### Keep this {what} on Imgur?\n"
            f"{author}, links on Discord die within a day; Imgur's last. Pictures on Imgur can be "
            "seen by anyone who has the link. Nothing is sent unless you agree."
        )
    else:
        text = (
            f"### {author}, may this {what} go to Imgur?\n"
            f"<@{question.asked_by}> would like to upload your message's files. Pictures on Imgur "
            "can be seen by anyone who has the link. Nothing is sent unless you agree."
        )
    row = Row(
        Press("consent", f"once:{question.id}", label="Just this once"),
        Press(
            "consent",
            f"always:{question.id}",
            label="Always in this server",
            style=discord.ButtonStyle.success,
        ),
        Press("consent", f"never:{question.id}", label="Never"),
    )
    return panel(text, row)


def decided_card(text: str, guild_id: int, uploaded: int) -> ui.LayoutView:
    """What a member decided, and the offer to delete what was uploaded of his so far.

    Args:
        uploaded: How many of his pictures are at Imgur.
    """
    if not uploaded:
        return panel(text)
    what = "The one picture" if uploaded == 1 else f"The {uploaded} pictures"
    verb = "is" if uploaded == 1 else "are"
    return panel(
        f"{text}\n\n{what} of yours that went to Imgur automatically from this server {verb} still "
        "there. Deleting is for good: the links stop working everywhere.",
        Row(
            Press(
                "forget",
                guild_id,
                label="Delete it" if uploaded == 1 else f"Delete all {uploaded}",
                style=discord.ButtonStyle.danger,
            )
        ),
    )


def pause_notice(wait_s: float, *, now: datetime) -> ui.LayoutView:
    """Automatic uploads wait for credits; said once in a channel."""
    returns_at = discord.utils.format_dt(now + timedelta(seconds=wait_s), "R")
    return panel(
        "### Automatic uploads are waiting\n"
        f"The Imgur credits for now are used up. Pictures posted here are kept and uploaded by "
        f"themselves, the first of them {returns_at}. Nobody needs to do anything."
    )
