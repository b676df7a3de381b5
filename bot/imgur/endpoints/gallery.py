"""The gallery: what is public on Imgur, and what people make of it.

Lists have about 60 posts a page, whatever ``perPage`` says; past the end they are empty. Posts may
appear on two pages while new ones come in.
Source: https://apidocs.imgur.com/#gallery
"""

from collections.abc import Sequence

from bot.imgur.endpoints.base import Endpoints, Fields
from bot.imgur.models import Created, GalleryItem, Tag, TagGallery, Tags, Vote
from bot.imgur.people import Comment

Items = tuple[GalleryItem, ...]


class GalleryEndpoints(Endpoints):
    """Calls about the gallery."""

    async def section(
        self,
        section: str = "hot",
        *,
        sort: str = "viral",
        window: str = "day",
        page: int = 0,
        show_viral: bool = True,
        mature: bool = False,
        album_previews: bool = True,
    ) -> Items:
        """A page of one of the gallery's sections.

        Args:
            section: ``"hot"``, ``"top"`` or ``"user"``.
            sort: ``"viral"``, ``"top"``, ``"time"``, and for ``"user"`` also ``"rising"``.
            window: ``"day"``, ``"week"``, ``"month"``, ``"year"`` or ``"all"``, for ``"top"``.
            show_viral: Whether ``"user"`` shows what went viral too.
            mature: Whether mature posts may be among them; an account's own setting goes before.
            album_previews: Whether albums bring their first images.
        """
        query: Fields = {
            "showViral": show_viral,
            "mature": mature,
            "album_previews": album_previews,
        }
        return await self._read(
            Items,
            "GET",
            "/3/gallery/{section}/{sort}/{window}/{page}",
            section,
            sort or "viral",
            window or "day",
            page,
            query=query,
        )

    async def search(
        self,
        q: str = "",
        *,
        sort: str = "time",
        window: str = "all",
        page: int = 0,
        q_all: str | None = None,
        q_any: str | None = None,
        q_exactly: str | None = None,
        q_not: str | None = None,
        q_type: str | None = None,
        q_size_px: str | None = None,
    ) -> Items:
        """A page of posts that match; ``q`` is ignored by Imgur where another ``q_…`` is given.

        Args:
            q: May hold AND, OR, NOT and ``tag:``, ``user:``, ``title:``, ``ext:``, ``subreddit:``,
                ``album:``, ``meme:``.
            sort: ``"time"``, ``"viral"`` or ``"top"``.
            window: As for ``section``, with ``"top"`` only.
            q_type: ``"jpg"``, ``"png"``, ``"gif"``, ``"anigif"`` or ``"album"``.
            q_size_px: ``"small"``, ``"med"``, ``"big"``, ``"lrg"`` or ``"huge"``.
        """
        query: Fields = {
            "q": q or None,
            "q_all": q_all,
            "q_any": q_any,
            "q_exactly": q_exactly,
            "q_not": q_not,
            "q_type": q_type,
            "q_size_px": q_size_px,
        }
        return await self._read(
            Items,
            "GET",
            "/3/gallery/search/{sort}/{window}/{page}",
            sort or "time",
            window or "all",
            page,
            query=query,
        )

    async def item(self, post_id: str) -> GalleryItem:
        """One post, be it an image or an album."""
        return await self._read(GalleryItem, "GET", "/3/gallery/{post_id}", post_id)

    async def album(self, post_id: str) -> GalleryItem:
        """One post that is an album, with all its images."""
        return await self._read(GalleryItem, "GET", "/3/gallery/album/{post_id}", post_id)

    async def image(self, post_id: str) -> GalleryItem:
        """One post that is an image."""
        return await self._read(GalleryItem, "GET", "/3/gallery/image/{post_id}", post_id)

    async def subreddit(
        self, subreddit: str, *, sort: str = "time", window: str = "week", page: int = 0
    ) -> Items:
        """A page of what a subreddit links to; such posts have no votes of Imgur's.

        Args:
            sort: ``"time"`` or ``"top"``.
        """
        return await self._read(
            Items,
            "GET",
            "/3/gallery/r/{subreddit}/{sort}/{window}/{page}",
            subreddit,
            sort,
            window,
            page,
        )

    async def subreddit_image(self, subreddit: str, image_id: str) -> GalleryItem:
        """One image of a subreddit."""
        return await self._read(
            GalleryItem, "GET", "/3/gallery/r/{subreddit}/{image_id}", subreddit, image_id
        )

    async def tag(
        self, tag: str, *, sort: str = "viral", window: str = "week", page: int = 0
    ) -> TagGallery:
        """A tag and a page of its posts.

        Args:
            sort: ``"viral"``, ``"time"`` or ``"top"``.
        """
        return await self._read(
            TagGallery, "GET", "/3/gallery/t/{tag}/{sort}/{window}/{page}", tag, sort, window, page
        )

    async def tag_image(self, tag: str, image_id: str) -> GalleryItem:
        """One image of a tag."""
        return await self._read(GalleryItem, "GET", "/3/gallery/t/{tag}/{image_id}", tag, image_id)

    async def tags(self) -> Tags:
        """The tags of Imgur's front page."""
        return await self._read(Tags, "GET", "/3/tags")

    async def tag_info(self, tag: str) -> Tag:
        """A tag without its posts."""
        return await self._read(Tag, "GET", "/3/gallery/tag_info/{tag}", tag)

    async def tags_of(self, post_id: str) -> Tags:
        """A post's tags."""
        return await self._read(Tags, "GET", "/3/gallery/{post_id}/tags", post_id)

    async def set_tags(self, post_id: str, tags: Sequence[str]) -> None:
        """Give an own post these tags."""
        fields: Fields = {"tags": ",".join(tags)}
        await self._do("POST", "/3/gallery/tags/{post_id}", post_id, form=fields)

    async def vote_tag(self, post_id: str, tag: str, vote: str) -> None:
        """Vote a post's tag ``"up"`` or ``"down"``."""
        await self._do("POST", "/3/gallery/{post_id}/vote/tag/{tag}/{vote}", post_id, tag, vote)

    async def random(self, *, page: int = 0) -> Items:
        """A page of posts by chance; Imgur calls it deprecated."""
        return await self._read(Items, "GET", "/3/gallery/random/random/{page}", page)

    async def memes(self, *, sort: str = "viral", window: str = "week", page: int = 0) -> Items:
        """A page of memes."""
        return await self._read(
            Items, "GET", "/3/g/memes/{sort}/{window}/{page}", sort, window, page
        )

    async def meme(self, image_id: str) -> GalleryItem:
        """One meme."""
        return await self._read(GalleryItem, "GET", "/3/g/memes/{image_id}", image_id)

    async def share(
        self,
        post_id: str,
        title: str,
        *,
        tags: Sequence[str] = (),
        topic: str | None = None,
        mature: bool = False,
    ) -> None:
        """Put an own image or album into the gallery, for everyone to see.

        Imgur's terms of the gallery are accepted with it.
        """
        await self._do(
            "POST", "/3/gallery/{post_id}", post_id, form=_post_fields(title, tags, topic, mature)
        )

    async def share_image(
        self,
        image_id: str,
        title: str,
        *,
        tags: Sequence[str] = (),
        topic: str | None = None,
        mature: bool = False,
    ) -> None:
        """As ``share``, for what is certainly an image."""
        form = _post_fields(title, tags, topic, mature)
        await self._do("POST", "/3/gallery/image/{image_id}", image_id, form=form)

    async def share_album(
        self,
        album_id: str,
        title: str,
        *,
        tags: Sequence[str] = (),
        topic: str | None = None,
        mature: bool = False,
    ) -> None:
        """As ``share``, for what is certainly an album."""
        form = _post_fields(title, tags, topic, mature)
        await self._do("POST", "/3/gallery/album/{album_id}", album_id, form=form)

    async def remove(self, post_id: str) -> None:
        """Take an own post out of the gallery; the image or album itself stays."""
        await self._do("DELETE", "/3/gallery/{post_id}", post_id)

    async def report(self, post_id: str, reason: int | None = None) -> None:
        """Report a post.

        Args:
            reason: 1 does not belong, 2 spam, 3 abusive, 4 mature and not marked, 5 pornography.
        """
        fields: Fields = {"reason": reason}
        await self._do("POST", "/3/gallery/image/{post_id}/report", post_id, form=fields)

    async def votes(self, post_id: str) -> Vote:
        """How a post was voted."""
        return await self._read(Vote, "GET", "/3/gallery/{post_id}/votes", post_id)

    async def vote(self, post_id: str, vote: str) -> None:
        """Vote a post ``"up"`` or ``"down"``, or take the vote back with ``"veto"``."""
        await self._do("POST", "/3/gallery/{post_id}/vote/{vote}", post_id, vote)

    async def comments(self, post_id: str, *, sort: str = "best") -> tuple[Comment, ...]:
        """A post's comments, with the answers to each.

        Args:
            sort: ``"best"``, ``"top"`` or ``"new"``.
        """
        return await self._read(
            tuple[Comment, ...], "GET", "/3/gallery/{post_id}/comments/{sort}", post_id, sort
        )

    async def comment(self, post_id: str, comment_id: int) -> Comment:
        """One comment of a post."""
        return await self._read(
            Comment, "GET", "/3/gallery/{post_id}/comment/{comment_id}", post_id, comment_id
        )

    async def add_comment(self, post_id: str, comment: str) -> Created:
        """Comment on a post."""
        fields: Fields = {"comment": comment}
        return await self._read(
            Created, "POST", "/3/gallery/{post_id}/comment", post_id, form=fields
        )

    async def add_reply(self, post_id: str, comment_id: int, comment: str) -> Created:
        """Answer a comment of a post."""
        fields: Fields = {"comment": comment}
        return await self._read(
            Created,
            "POST",
            "/3/gallery/{post_id}/comment/{comment_id}",
            post_id,
            comment_id,
            form=fields,
        )

    async def comment_ids(self, post_id: str) -> tuple[int, ...]:
        """The numbers of a post's comments."""
        return await self._read(
            tuple[int, ...], "GET", "/3/gallery/{post_id}/comments/ids", post_id
        )

    async def comment_count(self, post_id: str) -> int:
        """How many comments a post has."""
        return await self._read(int, "GET", "/3/gallery/{post_id}/comments/count", post_id)


def _post_fields(title: str, tags: Sequence[str], topic: str | None, mature: bool) -> Fields:  # noqa: FBT001 (forwards a caller's keyword)
    return {
        "title": title,
        "tags": ",".join(tags) or None,
        "topic": topic,
        "terms": "1",
        "mature": "1" if mature else None,
    }
