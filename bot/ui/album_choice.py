"""Choosing an album: one's own at Imgur, one made before, or a new one by its name."""

from discord import app_commands

from bot.accounts.choosing import account_for_upload
from bot.credits.pools import Payer
from bot.errors import BotError, ChoiceError
from bot.services import Services
from bot.ui.patience import in_time
from bot.ui.presses import Interaction
from bot.uploads.albums import NewAlbum
from bot.uploads.job import Album

MAX_ALBUM_TITLE = 100
_MAX_CHOICES = 25
_MAX_DIGITS = 9
#: What stands before an id of Imgur's, or a row of ours, in a choice's value.
_AT_IMGUR, _OURS = "imgur:", "row:"

Choices = list[app_commands.Choice[str]]


async def album_choices(services: Services, interaction: Interaction, typed: str) -> Choices:
    """What fits the words typed so far; nothing that fails here is worth a message."""
    typed = typed.strip()
    try:
        known = await _known(services, interaction)
    except BotError:
        known = []
    fitting = [one for one in known if typed.casefold() in one.name.casefold()]
    new = []
    if typed and not is_chosen(typed):
        name = typed[:MAX_ALBUM_TITLE]
        new.append(app_commands.Choice(name=f"New album: {name}"[:MAX_ALBUM_TITLE], value=name))
    return [*fitting[: _MAX_CHOICES - len(new)], *new]


def is_chosen(text: str) -> bool:
    """Whether this is an album from the list, which nobody can read; else it is a name."""
    return text.startswith((_AT_IMGUR, _OURS))


async def album_wanted(
    services: Services, interaction: Interaction, text: str, account: str | None
) -> NewAlbum | Album | None:
    """What was chosen or typed.

    Args:
        account: Which of the person's linked accounts the pictures go to, as typed.

    Raises:
        ChoiceError: It names an album that is not the person's own.
        ImgurError: Imgur does not tell, or not soon enough, whether it is.
    """
    text = text.strip()
    if not text:
        return None
    if text.startswith(_OURS):
        return await _ours(services, interaction, text.removeprefix(_OURS), account)
    if text.startswith(_AT_IMGUR):
        return await _at_imgur(services, interaction, text.removeprefix(_AT_IMGUR), account)
    return NewAlbum(key=f"upload:{interaction.id}", title=text[:MAX_ALBUM_TITLE])


async def _known(services: Services, interaction: Interaction) -> Choices:
    chosen = getattr(interaction.namespace, "account", None)
    account_id = await _account_of(services, interaction, chosen)
    if account_id is None:
        made = await services.albums.made_by(interaction.user.id)
        return [_choice(album.title, f"{_OURS}{album.id}") for album in made]
    payer = Payer(interaction.user.id, interaction.guild_id)
    listed = await in_time(services.album_lists.of(payer, account_id))
    return [_choice(album.title, f"{_AT_IMGUR}{album.imgur_id}") for album in listed]


def _choice(title: str, value: str) -> app_commands.Choice[str]:
    return app_commands.Choice(name=title.strip()[:MAX_ALBUM_TITLE] or "Untitled", value=value)


async def _account_of(
    services: Services, interaction: Interaction, account: str | None
) -> int | None:
    return account_for_upload(await services.linking.status(interaction.user.id), account)


async def _ours(
    services: Services, interaction: Interaction, row: str, account: str | None
) -> Album:
    is_number = row.isdecimal() and len(row) <= _MAX_DIGITS
    album = await services.albums.album(int(row)) if is_number else None
    if album is None or album.user_id != interaction.user.id:
        raise ChoiceError(_NOT_YOURS)
    if album.account_id != await _account_of(services, interaction, account):
        raise ChoiceError(_ELSEWHERE)
    return album


async def _at_imgur(
    services: Services, interaction: Interaction, imgur_id: str, account: str | None
) -> NewAlbum:
    account_id = await _account_of(services, interaction, account)
    if account_id is not None:
        payer = Payer(interaction.user.id, interaction.guild_id)
        for album in await in_time(services.album_lists.of(payer, account_id)):
            if album.imgur_id == imgur_id:
                return NewAlbum(key=f"imgur:{imgur_id}", title=album.title, imgur_id=imgur_id)
    raise ChoiceError(_NOT_YOURS)


_NOT_YOURS = (
    "That is none of your albums. Choose one from the list that opens while you type, or type a "
    "name and a new album is made. Nothing was uploaded."
)
_ELSEWHERE = (
    "That album was made without your Imgur account, and pictures of an account cannot go into it. "
    "Choose another, or type a name and a new album is made. Nothing was uploaded."
)
