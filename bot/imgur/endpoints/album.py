"""Albums. Wherever one is changed, an anonymous one goes by its deletehash.

Source: https://apidocs.imgur.com/#album
"""

from collections.abc import Sequence

from bot.imgur.endpoints.base import Endpoints, Fields
from bot.imgur.models import Album, Created, Image


class AlbumEndpoints(Endpoints):
    """Calls about albums."""

    async def get(self, album_id: str) -> Album:
        """An album with all its images."""
        return await self._read(Album, "GET", "/3/album/{album_id}", album_id)

    async def images(self, album_id: str) -> tuple[Image, ...]:
        """All images of an album, in order."""
        return await self._read(tuple[Image, ...], "GET", "/3/album/{album_id}/images", album_id)

    async def image(self, album_id: str, image_id: str) -> Image:
        """One image of an album."""
        return await self._read(
            Image, "GET", "/3/album/{album_id}/image/{image_id}", album_id, image_id
        )

    async def create(
        self,
        *,
        ids: Sequence[str] = (),
        deletehashes: Sequence[str] = (),
        title: str | None = None,
        description: str | None = None,
        cover: str | None = None,
        privacy: str | None = None,
    ) -> Created:
        """Make an album; returns its id and, where it is anonymous, the deletehash.

        Args:
            ids: Own images.
            deletehashes: Anonymous images.
            cover: An image's id.
            privacy: ``"public"``, ``"hidden"`` or ``"secret"``; Imgur calls it deprecated.
        """
        fields: Fields = {
            "ids": ids,
            "deletehashes": deletehashes,
            "title": title,
            "description": description,
            "cover": cover,
            "privacy": privacy,
        }
        return await self._read(Created, "POST", "/3/album", form=fields)

    async def update(
        self,
        album_id: str,
        *,
        ids: Sequence[str] = (),
        deletehashes: Sequence[str] = (),
        title: str | None = None,
        description: str | None = None,
        cover: str | None = None,
        privacy: str | None = None,
    ) -> None:
        """Change an album; what is not given stays."""
        fields: Fields = {
            "ids": ids,
            "deletehashes": deletehashes,
            "title": title,
            "description": description,
            "cover": cover,
            "privacy": privacy,
        }
        await self._do("PUT", "/3/album/{album_id}", album_id, form=fields)

    async def delete(self, album_id: str) -> None:
        """Delete an album; its images stay."""
        await self._do("DELETE", "/3/album/{album_id}", album_id)

    async def favorite(self, album_id: str) -> bool:
        """Turn an album's being a favourite on or off; returns what it is now."""
        return await self._toggle("/3/album/{album_id}/favorite", album_id)

    async def set_images(
        self, album_id: str, *, ids: Sequence[str] = (), deletehashes: Sequence[str] = ()
    ) -> None:
        """Replace all images of an album."""
        fields: Fields = {"ids": ids, "deletehashes": deletehashes}
        await self._do("POST", "/3/album/{album_id}", album_id, form=fields)

    async def add_images(
        self, album_id: str, *, ids: Sequence[str] = (), deletehashes: Sequence[str] = ()
    ) -> None:
        """Add images to an album."""
        fields: Fields = {"ids": ids, "deletehashes": deletehashes}
        await self._do("POST", "/3/album/{album_id}/add", album_id, form=fields)

    async def remove_images(
        self, album_id: str, *, ids: Sequence[str] = (), deletehashes: Sequence[str] = ()
    ) -> None:
        """Take images out of an album."""
        fields: Fields = {"ids": ids, "deletehashes": deletehashes}
        await self._do("POST", "/3/album/{album_id}/remove_images", album_id, form=fields)
