"""The library: pages of past uploads, and one of them with what can be done. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.imgur.models import Image
from bot.library.keeping import KEEP
from bot.library.shelf import PAGE_SIZE, Entry, Shelf
from bot.ui.cards import image_of
from bot.ui.layout import GREEN, RED, Row, panel
from bot.ui.presses import Press
from bot.ui.safe_text import code, safe_text
from bot.ui.wording import size

_DANGER = discord.ButtonStyle.danger
_PRIMARY = discord.ButtonStyle.primary


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a shelf.

    Attributes:
        row: The number of the kept shelf, for the buttons.
        number: From 0.
        total: How many uploads stand on the whole shelf.
    """

    shelf: Shelf
    row: int
    number: int
    total: int
    entries: Sequence[Entry]

    @property
    def last(self) -> int:
        """The number of the shelf's last page."""
        return max(0, (self.total - 1) // PAGE_SIZE)

    @property
    def first_number(self) -> int:
        """The first entry's number on the shelf, from 1."""
        return self.number * PAGE_SIZE + 1


def shelf_card(page: Page) -> ui.LayoutView:
    """A page of uploads with their pictures, and the buttons that open one or lead on."""
    numbered = list(enumerate(page.entries, page.first_number))
    opening = Row(
        *(
            Press("lib-open", f"{page.row}:{page.number}:{entry.job.id}", label=str(number))
            for number, entry in numbered
        )
    )
    return panel(
        f"### {_heading(page)}",
        *(_line(number, entry, page.shelf) for number, entry in numbered),
        _footnote(page),
        opening if numbered else None,
        _leading(page),
        colour=GREEN,
    )


def _heading(page: Page) -> str:
    whose = "Your uploads" if page.shelf.guild_id is None else "Uploads of this server"
    if page.shelf.text:
        whose += f" with “{safe_text(page.shelf.text, 60)}”"
    return whose


def _footnote(page: Page) -> str:
    if not page.total:
        if page.shelf.text:
            return "Nothing was found. Titles, descriptions, file names and links are searched."
        return "There is nothing here yet. `/upload` puts something here."
    last = page.first_number + len(page.entries) - 1
    return f"-# {page.first_number} to {last} of {page.total:,}, newest first; a number opens it"


def _leading(page: Page) -> Row:
    def turn(label: str, to: int, *, disabled: bool, style: discord.ButtonStyle) -> Press:
        # Discord wants different ids, also for buttons that cannot be pressed.
        action = "lib-back" if label == "Back" else "lib-on"
        return Press(
            action, f"{page.row}:{max(0, to)}", label=label, style=style, disabled=disabled
        )

    secondary = discord.ButtonStyle.secondary
    return Row(
        turn("Back", page.number - 1, disabled=page.number == 0, style=secondary),
        turn("Next", page.number + 1, disabled=page.number >= page.last, style=_PRIMARY),
        Press("lib-jump", f"{page.row}:{page.number}", label="Jump to…", disabled=not page.last),
        Press("lib-find", f"{page.row}:{page.number}", label="Search…"),
    )


def _line(number: int, entry: Entry, shelf: Shelf) -> str | ui.Section[Any]:
    text = f"**{number}.** {_name(entry)}\n-# {' · '.join(_facts(entry, shelf))}"
    if entry.lost_at is not None:
        return text
    thumbnail: ui.Thumbnail[Any] = ui.Thumbnail(image_of(entry.uploaded).thumbnail("b"))
    return ui.Section(f"{text}\n{entry.uploaded.link}", accessory=thumbnail)


def _name(entry: Entry) -> str:
    return safe_text(entry.job.title or entry.job.source.filename, 100) or "file"


def _facts(entry: Entry, shelf: Shelf) -> list[str]:
    uploaded = entry.uploaded
    facts = [discord.utils.format_dt(uploaded.uploaded_at, "d")]
    if uploaded.size_bytes:
        facts.append(size(uploaded.size_bytes))
    if shelf.guild_id is not None:
        facts.append(f"by <@{entry.batch.user_id}>")
    if entry.lost_at is not None:
        facts.append(f"gone from Imgur since {discord.utils.format_dt(entry.lost_at, 'd')}")
    elif entry.job.keep_until is not None:
        facts.append(f"deleted {discord.utils.format_dt(entry.job.keep_until, 'R')}")
    return facts


# --- one upload -------------------------------------------------------------------------------


_NO_KEY = (
    "-# This very picture was uploaded before, so nothing was sent for this one. It stays as long "
    "as that upload does; only that one can be ended or deleted."
)


def entry_card(entry: Entry, shelf: Shelf, where: str) -> ui.LayoutView:
    """One upload.

    Args:
        where: The end of its buttons' custom ids, ``shelf:page:job``.
    """
    uploaded, lost = entry.uploaded, entry.lost_at is not None
    text = [f"### {_name(entry)}"]
    if entry.job.description:
        text.append(safe_text(entry.job.description, 1000))
    text += [uploaded.link, f"-# {' · '.join([*_facts(entry, shelf), *_origin(entry)])}"]
    if lost:
        text.append("Its link no longer shows the picture: Imgur has removed it.")
    elif not entry.job.holds_key:
        text.append(_NO_KEY)
    picture: ui.MediaGallery[Any] = ui.MediaGallery(discord.MediaGalleryItem(uploaded.link))
    row = Row(Press("lib-back", where.rpartition(":")[0], label="Back to the list"))
    if lost:
        row.add_item(Press("again-lost", entry.job.id, label="Upload again", style=_PRIMARY))
    else:
        row.add_item(ui.Button(label="Open on Imgur", url=image_of(uploaded).page_link))
        row.add_item(Press("lib-links", where, label="Link forms"))
    if entry.job.holds_key:
        if not lost:
            row.add_item(Press("lib-keep", where, label="Keep for…"))
        row.add_item(Press("lib-delete", where, label="Delete", style=_DANGER))
    return panel("\n".join(text), None if lost else picture, row, colour=RED if lost else GREEN)


def _origin(entry: Entry) -> list[str]:
    source = entry.job.source
    facts = [entry.uploaded.content_type]
    if source.channel_id and source.message_id:
        place = entry.batch.guild_id or "@me"
        facts.append(
            f"[message](https://discord.com/channels/{place}/{source.channel_id}/{source.message_id})"
        )
    elif entry.batch.answer.channel_id and entry.batch.guild_id:
        facts.append(f"in <#{entry.batch.answer.channel_id}>")
    return facts


def keep_card(entry: Entry, where: str) -> ui.LayoutView:
    """The question how long an upload stays, counted from now."""
    now = entry.job.keep_until
    state = (
        "It stays for good."
        if now is None
        else f"It is deleted {discord.utils.format_dt(now, 'R')}."
    )
    choices = Row(
        *(
            Press("lib-keep-for", f"{where}:{index}", label=name.capitalize())
            for index, name in enumerate(KEEP)
        )
    )
    return panel(
        f"### How long does {_name(entry)} stay on Imgur?\n{state} Counted from now; the link "
        "stops working everywhere at the end.",
        choices,
        Row(Press("lib-open", where, label="Leave it as it is")),
    )


def deletion_card(entry: Entry, where: str) -> ui.LayoutView:
    """The question before an upload is deleted."""
    return panel(
        f"### Delete {_name(entry)} from Imgur?\nIts link stops working everywhere, for good.",
        Row(
            Press("lib-delete-yes", where, label="Yes, delete it", style=_DANGER),
            Press("lib-open", where, label="Keep"),
        ),
        colour=RED,
    )


def named_links(image: Image, title: str | None) -> str:
    """Every form of a picture's link under its name, each ready to copy."""
    forms = {
        "Direct": image.link,
        "Page": image.page_link,
        "Markdown": image.markdown(title or ""),
        "BBCode": image.bbcode,
        "HTML": image.html,
    }
    return "\n".join(f"{name}\n{code(form)}" for name, form in forms.items())
