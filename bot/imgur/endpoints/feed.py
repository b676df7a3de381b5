"""The feed, credits, and lists that Imgur has dropped from its docs and may drop for good.

Source: https://apidocs.imgur.com/#feed, https://apidocs.imgur.com/#rate-limits and
https://api.imgur.com/endpoints for topics, memes and custom galleries.
"""

from collections.abc import Sequence
from typing import Any

from bot.imgur.endpoints.base import Endpoints, Fields
from bot.imgur.models import Credits, CustomGallery, GalleryItem, Image, Topic

Items = tuple[GalleryItem, ...]


class FeedEndpoints(Endpoints):
    """Calls about what is shown to an account, and to everyone."""

    async def get(self) -> Any:
        """What the account follows, as Imgur sends it: its form is documented nowhere."""
        return await self._read(object, "GET", "/3/feed")

    async def credits(self) -> Credits:
        """Imgur's own count of the credits that are left."""
        return await self._read(Credits, "GET", "/3/credits")

    async def topics(self) -> tuple[Topic, ...]:
        """The gallery's topics."""
        return await self._read(tuple[Topic, ...], "GET", "/3/topics/defaults")

    async def topic(
        self, topic_id: int | str, *, sort: str = "viral", window: str = "week", page: int = 0
    ) -> Items:
        """A page of a topic's posts.

        Args:
            sort: ``"viral"``, ``"top"`` or ``"time"``.
        """
        return await self._read(
            Items,
            "GET",
            "/3/topics/{topic_id}/{sort}/{window}/{page}",
            topic_id,
            sort,
            window,
            page,
        )

    async def topic_item(self, topic_id: int | str, post_id: str) -> GalleryItem:
        """One post of a topic."""
        return await self._read(
            GalleryItem, "GET", "/3/topics/{topic_id}/{post_id}", topic_id, post_id
        )

    async def meme_backgrounds(self) -> tuple[Image, ...]:
        """The pictures that Imgur makes memes of."""
        return await self._read(tuple[Image, ...], "GET", "/3/memegen/defaults")

    async def custom_gallery(
        self, *, sort: str = "viral", window: str = "week", page: int = 0
    ) -> CustomGallery:
        """A page of the account's own gallery."""
        return await self._read(
            CustomGallery, "GET", "/3/g/custom/{sort}/{window}/{page}", sort, window, page
        )

    async def custom_gallery_image(self, image_id: str) -> GalleryItem:
        """One image of the account's own gallery."""
        return await self._read(GalleryItem, "GET", "/3/g/custom/{image_id}", image_id)

    async def add_custom_tags(self, tags: Sequence[str]) -> None:
        """Add tags to the account's own gallery."""
        fields: Fields = {"tags": ",".join(tags)}
        await self._do("PUT", "/3/g/custom/add_tags", form=fields)

    async def remove_custom_tags(self, tags: Sequence[str]) -> None:
        """Take tags out of the account's own gallery."""
        fields: Fields = {"tags": ",".join(tags)}
        await self._do("DELETE", "/3/g/custom/remove_tags", form=fields)

    async def filtered_gallery(
        self, *, sort: str = "viral", window: str = "week", page: int = 0
    ) -> CustomGallery:
        """A page of the gallery without the tags that the account blocks."""
        return await self._read(
            CustomGallery, "GET", "/3/g/filtered/{sort}/{window}/{page}", sort, window, page
        )

    async def block_tag(self, tag: str) -> None:
        """Block a tag."""
        fields: Fields = {"tag": tag}
        await self._do("POST", "/3/g/block_tag", form=fields)

    async def unblock_tag(self, tag: str) -> None:
        """Stop blocking a tag."""
        fields: Fields = {"tag": tag}
        await self._do("POST", "/3/g/unblock_tag", form=fields)
