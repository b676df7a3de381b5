"""What Imgur's answers hold, as records.

Two backends answer in two dialects; both are read into these. Only ids are certain: everything else
may be null or missing and is ``None`` then. Texts may be empty where the other dialect says null,
so ask whether they are true. Numbers arrive as numbers or as text and are numbers here.

Source: https://apidocs.imgur.com and https://api.imgur.com/models for the names; what may be null,
missing or a numeric text was seen in recorded answers.
"""

import datetime as dt
from html import escape
from typing import Annotated, Literal
from urllib.parse import quote

import msgspec

from bot.imgur.hosts import file_root, site_root

#: Thumbnails: 90 and 160 pixels square (``s``, ``b``), within 160, 320, 640, 1024 (``t m l h``).
#: Source: https://api.imgur.com/models/image#thumbs
ThumbnailSize = Literal["s", "b", "t", "m", "l", "h"]

_SECRET = frozenset(
    {"deletehash", "access_token", "refresh_token", "email", "active_emails", "ticket"}
)


#: An empty one is none.
Id = Annotated[str, msgspec.Meta(min_length=1)]


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The base of all records; its ``repr`` shows what is known and keeps secrets out."""

    def __repr__(self) -> str:
        known = (
            f"{name}={'…' if name in _SECRET else repr(value)}"
            for name in self.__struct_fields__
            if (value := getattr(self, name)) is not None
        )
        return f"{type(self).__name__}({', '.join(known)})"


class Tag(Record, frozen=True, kw_only=True):
    """A tag of the gallery.

    Attributes:
        accent: Six hex digits without ``#``.
        ups: Votes for having the tag on one post, which Imgur had until 2016; as ``downs``.
        author: Who put it there.
    """

    name: str
    display_name: str | None = None
    followers: int | None = None
    total_items: int | None = None
    following: bool | None = None
    is_whitelisted: bool | None = None
    background_hash: str | None = None
    thumbnail_hash: str | None = None
    accent: str | None = None
    background_is_animated: bool | None = None
    thumbnail_is_animated: bool | None = None
    is_promoted: bool | None = None
    description: str | None = None
    logo_hash: str | None = None
    logo_destination_url: str | None = None
    ups: int | None = None
    downs: int | None = None
    author: str | None = None


class Item(Record, frozen=True, kw_only=True):
    """What images, albums and posts have in common.

    Attributes:
        link: The direct address of an image, the page of an album; never leads to a strange host.
        datetime: Epoch seconds of the upload.
        vote: ``"up"``, ``"down"`` or ``"veto"``, by the account that asked.
        nsfw: ``None`` is "unknown", not "safe".
        section: The subreddit or category.
        account_id: 0 or ``None`` for anonymous uploads.
        deletehash: Whoever has it can delete the item; only its owner gets it.
    """

    id: Id
    link: str = ""
    title: str | None = None
    description: str | None = None
    datetime: int | None = None
    views: int | None = None
    vote: str | None = None
    favorite: bool | None = None
    nsfw: bool | None = None
    section: str | None = None
    account_url: str | None = None
    account_id: int | None = None
    is_ad: bool | None = None
    in_gallery: bool | None = None
    in_most_viral: bool | None = None
    tags: tuple[Tag, ...] | None = None
    deletehash: str | None = None

    @property
    def uploaded_at(self) -> dt.datetime | None:
        """When it was uploaded."""
        return instant(self.datetime)

    @property
    def page_link(self) -> str:
        """The page that people look at."""
        return f"{site_root(self.link)}/{quote(self.id, safe='')}"

    def file_link(self, extension: str, *, of: str = "", suffix: str = "") -> str:
        """The address of a file beside this one.

        Args:
            extension: Without a dot.
            of: Another image's id.
            suffix: A thumbnail's letter.
        """
        return f"{file_root(self.link)}/{quote(of or self.id, safe='')}{suffix}.{extension}"


class Processing(Record, frozen=True, kw_only=True):
    """How far Imgur is with a video.

    Attributes:
        status: ``"completed"``, or another word before that.
    """

    status: str | None = None


class Image(Item, frozen=True, kw_only=True):
    """One file.

    Attributes:
        type: MIME type.
        size: Bytes; may shrink once Imgur has processed the file.
        bandwidth: Bytes served so far.
        name: The file's own name; only its owner gets it.
        edited: 0 where it was not.
        mp4: The address of the film that Imgur makes of whatever is animated; the player page
            and the playlist lie beside it, as ``file_link("gifv")`` and ``file_link("m3u8")``.
        mp4_size: Bytes; 0 until that film is made.
    """

    type: str | None = None
    animated: bool | None = None
    width: int | None = None
    height: int | None = None
    size: int | None = None
    bandwidth: int | None = None
    has_sound: bool | None = None
    name: str | None = None
    edited: int | None = None
    mp4: str | None = None
    mp4_size: int | None = None
    looping: bool | None = None
    processing: Processing | None = None

    @property
    def is_video(self) -> bool:
        """Whether the direct link plays as a film (a GIF does not)."""
        return (self.type or "").startswith("video/") or self.link.endswith(".mp4")

    @property
    def is_processed(self) -> bool:
        """Whether Imgur has finished its film.

        Source: there is no official word on this; other clients take either sign.
        """
        done = self.processing is not None and self.processing.status == "completed"
        return done or bool(self.mp4_size)

    @property
    def media_link(self) -> str:
        """What moves if it can move: the film where there is one, else the direct link.

        The direct link of a GIF over 20 MB leads to a still, for one.
        """
        return self.mp4 if self.animated and self.mp4 else self.link

    def thumbnail(self, size: ThumbnailSize) -> str:
        """A still of one of Imgur's sizes; films and GIFs have them too."""
        return self.file_link("jpg", suffix=size)

    def markdown(self, title: str | None = None) -> str:
        """The link in Markdown: shown in place, or as a link where it is a film.

        Args:
            title: In place of the item's own.
        """
        text = (self.title if title is None else title) or ""
        for character in "\\[]":
            text = text.replace(character, f"\\{character}")
        text = " ".join(text.split())
        return f"[{text or self.id}]({self.link})" if self.is_video else f"![{text}]({self.link})"

    @property
    def bbcode(self) -> str:
        """The link in BBCode, for forums."""
        return f"[url]{self.link}[/url]" if self.is_video else f"[img]{self.link}[/img]"

    @property
    def html(self) -> str:
        """The link in HTML: a picture that leads to its page, or a film with controls."""
        link, title = escape(self.link), escape(self.title or "")
        if self.is_video:
            return f'<video controls src="{link}" title="{title}"></video>'
        return f'<a href="{escape(self.page_link)}"><img src="{link}" alt="{title}"></a>'


class Album(Item, frozen=True, kw_only=True):
    """A list of images with a page of its own.

    Attributes:
        cover: The id of an image.
        images_count: How many there are; ``images`` may hold fewer, or be missing in lists.
        order: The place among its owner's albums.
    """

    cover: str | None = None
    cover_width: int | None = None
    cover_height: int | None = None
    privacy: str | None = None
    layout: str | None = None
    images_count: int | None = None
    order: int | None = None
    images: tuple[Image, ...] | None = None

    @property
    def page_link(self) -> str:
        """The page that people look at."""
        return f"{site_root(self.link)}/a/{quote(self.id, safe='')}"

    @property
    def cover_link(self) -> str | None:
        """The cover's direct address."""
        return self.file_link("jpg", of=self.cover) if self.cover else None


class GalleryItem(Image, frozen=True, kw_only=True):
    """A post in the gallery: an image, or an album where ``is_album`` says so.

    One record for both, because an answer mixes them. Of an album, what belongs to a file is
    ``None``; of an image, what belongs to an album is.

    Attributes:
        points: ``ups`` less ``downs``; ``None`` for posts of subreddits.
        images: Of an album at most the first three in lists; ``images_count`` is the truth.
    """

    is_album: bool = False
    ups: int | None = None
    downs: int | None = None
    points: int | None = None
    score: int | None = None
    comment_count: int | None = None
    favorite_count: int | None = None
    topic: str | None = None
    topic_id: int | None = None
    cover: str | None = None
    cover_width: int | None = None
    cover_height: int | None = None
    privacy: str | None = None
    layout: str | None = None
    images_count: int | None = None
    images: tuple[Image, ...] | None = None

    @property
    def page_link(self) -> str:
        """The post's page in the gallery."""
        return f"{site_root(self.link)}/gallery/{quote(self.id, safe='')}"

    @property
    def media(self) -> tuple[Image, ...]:
        """The pictures to show; most posts are albums of one, so the post itself shows nothing."""
        return self.images or () if self.is_album else (self,)

    def thumbnail(self, size: ThumbnailSize) -> str:
        """A still of the image, or of the album's cover."""
        first = self.images[0].id if self.images else ""
        shown = (self.cover or first) if self.is_album else ""
        return self.file_link("jpg", of=shown, suffix=size)


class TagGallery(Tag, frozen=True, kw_only=True):
    """A tag and a page of its posts."""

    items: tuple[GalleryItem, ...] = ()


class GallerySection(Record, frozen=True, kw_only=True):
    """One of the gallery's own sections, such as "Most Viral"."""

    id: int | None = None
    name: str | None = None
    description: str | None = None


class Tags(Record, frozen=True, kw_only=True):
    """Tags that Imgur shows on its front page, or those of one post.

    Attributes:
        featured: The name of one of them.
    """

    tags: tuple[Tag, ...] = ()
    featured: str | None = None
    galleries: tuple[GallerySection, ...] | None = None


class CustomGallery(Record, frozen=True, kw_only=True):
    """An account's own gallery, made of tags it follows, with a page of its posts."""

    link: str | None = None
    tags: tuple[str, ...] | None = None
    account_url: str | None = None
    item_count: int | None = None
    items: tuple[GalleryItem, ...] = ()


class Topic(Record, frozen=True, kw_only=True, rename={"top_post": "topPost"}):
    """A topic of the gallery.

    Attributes:
        ephemeral: Whether it goes away by itself.
    """

    id: int
    name: str | None = None
    description: str | None = None
    css: str | None = None
    ephemeral: bool | None = None
    readonly: bool | None = None
    top_post: GalleryItem | None = None


class Vote(Record, frozen=True, kw_only=True):
    """How a post was voted; posts of subreddits are not."""

    ups: int | None = None
    downs: int | None = None


class Credits(Record, frozen=True, kw_only=True, rename="pascal"):
    """Imgur's own count of the credits that are left.

    Attributes:
        user_reset: Epoch seconds.
    """

    user_limit: int | None = None
    user_remaining: int | None = None
    user_reset: int | None = None
    client_limit: int | None = None
    client_remaining: int | None = None


class Created(Record, frozen=True, kw_only=True):
    """An album or a comment that was just made.

    Attributes:
        id: A number for comments, in digits.
        deletehash: Of anonymous albums.
    """

    id: Id
    deletehash: str | None = None


class Token(Record, frozen=True, kw_only=True):
    """What lets the bot act for an Imgur account.

    Attributes:
        access_token: 40 hex digits.
        refresh_token: 40 hex digits; may differ from the one that was sent, so keep this one.
        expires_in: Seconds; between an hour and ten years has been seen, and it may die earlier.
    """

    access_token: str
    refresh_token: str
    expires_in: int | None = None
    account_id: int | None = None
    account_username: str | None = None


def instant(epoch_s: int | None) -> dt.datetime | None:
    """Epoch seconds as an aware instant; ``None`` where there is none, or none that exists."""
    try:
        return None if epoch_s is None else dt.datetime.fromtimestamp(epoch_s, dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None
