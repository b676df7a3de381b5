"""What is asked before something in an Imgur account is deleted, shown to all, or sorted. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Self

import discord
from discord import ui

from bot.errors import UploadNotFoundError
from bot.imgur.models import Album
from bot.ui.belongings import Belonging, Spot, is_album, pictures_of, title_of
from bot.ui.layout import RED, Row, panel
from bot.ui.presses import Pick, Press
from bot.ui.safe_text import safe_text

#: Discord's bound on the options of one menu.
MOST_ALBUMS = 25
_PRIMARY = discord.ButtonStyle.primary
_DANGER = discord.ButtonStyle.danger

#: Source: https://imgur.com/rules
_RULES = (
    "-# Imgur's rules for the gallery: nothing sexually explicit, no hate or harassment, no gore, "
    "no private facts about people, no advertising and no begging for votes. Posts against them "
    "are removed and may cost the account: <https://imgur.com/rules>. Going on accepts the "
    "gallery's terms."
)


@dataclass(frozen=True, slots=True)
class Submission:
    """A post that its author has worded and not confirmed.

    Attributes:
        account_id: Whose, as Imgur numbers accounts.
        place: Where the author was, as ``Spot`` writes it.
        tags: Separated by commas.
    """

    account_id: int
    place: str
    item: str
    is_album: bool
    title: str
    tags: str

    def to_row(self) -> dict[str, str]:
        """As it is kept."""
        row = {name: str(value) for name, value in asdict(self).items()}
        return row | {"kind": "submission", "is_album": "1" if self.is_album else ""}

    @classmethod
    def from_row(cls, row: dict[str, str]) -> Self:
        """From what was kept.

        Raises:
            UploadNotFoundError: Something else was kept under that number.
        """
        if row.get("kind") != "submission":
            raise UploadNotFoundError("that row is no submission")
        return cls(
            int(row["account_id"]),
            row["place"],
            row["item"],
            bool(row["is_album"]),
            row["title"],
            row["tags"],
        )

    @property
    def tag_list(self) -> Sequence[str]:
        """The tags one by one."""
        return [tag.strip() for tag in self.tags.split(",") if tag.strip()]


def deletion(spot: Spot, item: Belonging) -> ui.LayoutView:
    """Asks before something is deleted for good."""
    if is_album(item):
        what, means = "this album", "Its pictures stay in the account."
    else:
        what, means = "this picture", "Its link stops working everywhere, for good."
    return panel(
        f"### Delete {what} from Imgur?\n**{title_of(item)}** · {item.link}\n{means}",
        pictures_of(item),
        Row(
            Press("own-delete-yes", spot, label="Yes, delete it", style=_DANGER),
            Press("own-open", spot, label="Keep"),
        ),
        colour=RED,
    )


def album_choice(spot: Spot, albums: Sequence[Album]) -> ui.LayoutView:
    """Asks which album a picture goes into."""
    options = [
        discord.SelectOption(
            label=(album.title or "").strip()[:80] or f"Album {album.id}",
            value=album.id,
            description=f"{album.images_count or 0} pictures",
        )
        for album in albums[:MOST_ALBUMS]
    ]
    text = "### Which album?"
    if not options:
        text += "\nThere are no albums in this account yet."
    elif len(albums) > MOST_ALBUMS:
        text += f"\nThe {MOST_ALBUMS} newest are offered."
    menu = Row(Pick("own-into", spot, options, placeholder="Choose an album")) if options else None
    return panel(text, menu, Row(Press("own-new", spot, label="A new album", style=_PRIMARY)))


def submission_question(
    number: int, submission: Submission, item: Belonging, username: str
) -> ui.LayoutView:
    """Asks before something is put where everybody sees it.

    Args:
        number: Under which the submission is kept.
    """
    tags = ", ".join(f"#{safe_text(tag, 40)}" for tag in submission.tag_list)
    text = (
        f"### Put this in Imgur's gallery?\n**{safe_text(submission.title)}**"
        f"{f' · {tags}' if tags else ''}\n"
        f"Everybody on Imgur will see it, vote and comment on it, as posted by "
        f"{safe_text(username, 60)}."
    )
    return panel(
        text,
        pictures_of(item),
        _RULES,
        Row(
            Press("own-publish-yes", f"{number}:plain", label="Yes, put it in", style=_PRIMARY),
            Press("own-publish-yes", f"{number}:mature", label="Yes, as mature content"),
            Press("own-open", submission.place, label="Keep it out"),
        ),
    )
