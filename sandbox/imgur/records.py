"""What the sandbox holds of pictures: records that change in place and are kept as JSON."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sandbox.imgur.messages import Blob

Vote = Literal["up", "down"]

#: Imgur cuts titles on the way out; the answer to the upload itself echoes the whole text.
#: Source: black-box suites against the live service, 2021.
TITLE_LIMIT = 128


@dataclass(slots=True)
class Image:
    """One picture or video.

    Attributes:
        account_id: The owner; ``None`` for anonymous uploads.
        type: MIME type as served (a TIFF that was sent is served as JPEG).
        name: The file name that the uploader gave, else empty.
        polls_left: How often a video must be asked for before it counts as processed.
        drawn: A picture of ours, painted when first looked at.
    """

    id: str
    deletehash: str
    account_id: int | None
    blob: Blob
    type: str
    width: int
    height: int
    created_at: datetime
    animated: bool = False
    has_sound: bool = False
    title: str | None = None
    description: str | None = None
    name: str = ""
    views: int = 0
    polls_left: int = 0
    deleted: bool = False
    drawn: bool = False

    @property
    def size_bytes(self) -> int:
        """The size of the file."""
        return self.blob.size_bytes

    @property
    def is_video(self) -> bool:
        """Whether the file itself is a video (an animated GIF is none)."""
        return self.type.startswith("video/")


@dataclass(slots=True)
class Album:
    """Pictures in order.

    Attributes:
        cover: The picture that its owner chose; ``None`` takes the first.
    """

    id: str
    deletehash: str
    account_id: int | None
    created_at: datetime
    image_ids: list[str] = field(default_factory=list)
    title: str | None = None
    description: str | None = None
    cover: str | None = None
    privacy: str = "hidden"
    layout: str = "blog"
    views: int = 0
    deleted: bool = False


@dataclass(slots=True)
class Post:
    """A picture or an album in the gallery; it shares that item's id.

    Attributes:
        ups, downs: Votes of people whom the sandbox does not hold; ``votes`` come on top.
        subreddit: The section that the item belongs to, else empty.
        nsfw: ``None`` is "nobody looked yet".
        viral: In "most viral", the section ``hot``.
    """

    id: str
    is_album: bool
    title: str
    account_id: int
    submitted_at: datetime
    description: str | None = None
    ups: int = 0
    downs: int = 0
    favorites: int = 0
    subreddit: str = ""
    tags: list[str] = field(default_factory=list)
    nsfw: bool | None = False
    viral: bool = False
    meme: bool = False
    votes: dict[int, Vote] = field(default_factory=dict)

    @property
    def all_ups(self) -> int:
        """Everybody's votes up."""
        return self.ups + sum(vote == "up" for vote in self.votes.values())

    @property
    def all_downs(self) -> int:
        """Everybody's votes down."""
        return self.downs + sum(vote == "down" for vote in self.votes.values())

    @property
    def points(self) -> int:
        """Ups less downs."""
        return self.all_ups - self.all_downs


@dataclass(slots=True)
class Comment:
    """A remark below a gallery post; ``parent_id`` 0 stands on its own."""

    id: int
    post_id: str
    text: str
    account_id: int
    created_at: datetime
    parent_id: int = 0
    ups: int = 1
    downs: int = 0
    platform: str = "desktop"
    deleted: bool = False
    votes: dict[int, Vote] = field(default_factory=dict)


@dataclass(slots=True)
class Tag:
    """A tag of the gallery; how many items carry it is counted, not kept."""

    name: str
    display_name: str
    description: str
    accent: str
    followers: int = 0
    background: str = ""


@dataclass(slots=True)
class Ticket:
    """A video that the classic backend has taken and still works on."""

    id: str
    image_id: str
    polls_left: int
