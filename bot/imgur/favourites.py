"""Favourites as people think of them: kept or not. Imgur knows only a toggle.

Source: https://apidocs.imgur.com/#image
"""

from bot.imgur.client import ImgurClient


async def set_favourite(client: ImgurClient, item_id: str, *, is_album: bool, wanted: bool) -> None:
    """See to it that an image or album is a favourite, or is none, whatever it was before.

    Raises:
        ImgurError: Imgur did not do it.
    """
    things = client.album if is_album else client.image
    if await things.favorite(item_id) != wanted:
        await things.favorite(item_id)
