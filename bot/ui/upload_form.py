"""The form in which people hand over several files at once."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.ui.album_choice import MAX_ALBUM_TITLE
from bot.ui.failures import tell_failure
from bot.ui.modals import FORM_LIFE_S
from bot.ui.presses import Interaction
from bot.ui.sources import MAX_FILES
from bot.uploads.naming import MAX_DESCRIPTION, MAX_TITLE

_MAX_LINKS_TEXT = 2000


@dataclass(frozen=True, slots=True)
class FilledIn:
    """What somebody handed over; texts are without blanks around them, empty if not given."""

    files: Sequence[discord.Attachment]
    links: str
    title: str
    description: str
    album: str


class UploadForm(ui.Modal):
    """Up to ten files, or links, with what they have in common."""

    def __init__(
        self,
        on_filled: Callable[[Interaction, FilledIn], Awaitable[None]],
        *,
        title: str = "",
        description: str = "",
        album: str = "",
    ) -> None:
        """Begin.

        Args:
            title: What was typed already, like the next two.
        """
        super().__init__(title="Upload to Imgur", timeout=FORM_LIFE_S)
        self._on_filled = on_filled
        self._files: ui.FileUpload[Any] = ui.FileUpload(
            custom_id="files", required=False, min_values=0, max_values=MAX_FILES
        )
        self._links = _line("links", _MAX_LINKS_TEXT, is_long=True)
        self._title = _line("title", MAX_TITLE, title)
        self._description = _line("description", MAX_DESCRIPTION, description, is_long=True)
        self._album = _line("album", MAX_ALBUM_TITLE, album)
        for label, hint, field in (
            ("Pictures and videos", f"Up to {MAX_FILES} files", self._files),
            ("Or links to some", "One in each line", self._links),
            ("Title", "Of each of them", self._title),
            ("Description", None, self._description),
            ("Put them into a new album", "Its name; leave it empty for no album", self._album),
        ):
            self.add_item(ui.Label(text=label, description=hint, component=field))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Pass on what was filled in."""
        filled = FilledIn(
            files=self._files.values,
            links=self._links.value.strip(),
            title=self._title.value.strip(),
            description=self._description.value.strip(),
            album=self._album.value.strip(),
        )
        await self._on_filled(interaction, filled)

    async def on_error(self, interaction: Interaction, error: Exception, /, *_: Any) -> None:
        """Tell the person."""
        await tell_failure(interaction, error)


def _line(
    custom_id: str, max_length: int, default: str = "", *, is_long: bool = False
) -> ui.TextInput[Any]:
    return ui.TextInput(
        custom_id=custom_id,
        style=discord.TextStyle.paragraph if is_long else discord.TextStyle.short,
        required=False,
        max_length=max_length,
        default=default or None,
    )
