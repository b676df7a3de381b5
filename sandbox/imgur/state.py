"""Everything that the sandbox remembers: one record, kept as one JSON document."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sandbox.imgur.ids import hexadecimal, word
from sandbox.imgur.limits import Limits
from sandbox.imgur.people import (
    Account,
    Application,
    Conversation,
    Grant,
    Notification,
    Token,
)
from sandbox.imgur.records import Album, Comment, Image, Post, Tag, Ticket

Profile = Literal["classic", "new", "mixed"]

#: Ten years, as Imgur has answered since 2018.
DEFAULT_EXPIRES_IN_S = 315_360_000


@dataclass(slots=True)
class Switches:
    """What can be chosen about the sandbox's behaviour.

    Attributes:
        upload_cost_new: Credits for an upload by the new backend; 10 is documented, 1 was seen.
        polls_needed: How often a video must be asked for until it is processed.
        oauth_closed: ``page`` shows "Error (1024)" instead of the authorise page, ``capacity``
            answers 500 over capacity; both close the registration.
        rotate_refresh: A refresh answers with another refresh token (the old one dies).
        old_access_lives: A refresh leaves the old access token valid.
        region_refused: The image host shows "not viewable in your region" for every picture.
        strict_image_host: Picture addresses lead browsers to the page, refuse the referer
            127.0.0.1, and answer python-requests 429.
    """

    profile: Profile = "mixed"
    upload_cost_new: int = 10
    polls_needed: int = 2
    oauth_closed: Literal["", "page", "capacity"] = ""
    expires_in_s: int = DEFAULT_EXPIRES_IN_S
    rotate_refresh: bool = False
    old_access_lives: bool = True
    region_refused: bool = False
    strict_image_host: bool = False


@dataclass(slots=True)
class Truth:
    """What tests want to hold the client to.

    Attributes:
        unknown_routes: ``"GET /3/nothing"`` for each call that no Imgur ever knew.
        unknown_fields: ``"POST /3/image: flavour"`` likewise.
    """

    requests: int = 0
    uploads: int = 0
    refusals: int = 0
    unknown_routes: list[str] = field(default_factory=list)
    unknown_fields: list[str] = field(default_factory=list)


@dataclass(slots=True)
class State:
    """The world's memory."""

    seed: int
    began_at: datetime
    clock_offset_s: float = 0.0
    serial: int = 0
    switches: Switches = field(default_factory=Switches)
    limits: Limits = field(default_factory=Limits)
    truth: Truth = field(default_factory=Truth)
    applications: dict[str, Application] = field(default_factory=dict)
    accounts: dict[int, Account] = field(default_factory=dict)
    tokens: list[Token] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    images: dict[str, Image] = field(default_factory=dict)
    albums: dict[str, Album] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    notifications: dict[int, Notification] = field(default_factory=dict)
    conversations: dict[int, Conversation] = field(default_factory=dict)
    dropped_blobs: list[str] = field(default_factory=list)

    def next_serial(self) -> int:
        """The next number of a sequence that never repeats."""
        self.serial += 1
        return self.serial

    def new_word(self, length: int) -> str:
        """A fresh id or deletehash."""
        return word(f"{self.seed}/{self.next_serial()}", length)

    def new_hex(self, length: int) -> str:
        """A fresh token, code or client id."""
        return hexadecimal(f"{self.seed}/{self.next_serial()}", length)

    def new_number(self) -> int:
        """A fresh id for comments, conversations and notifications."""
        return 2_400_000_000 + self.next_serial()

    def account_named(self, name: str) -> Account | None:
        """An account by its user name, whatever the case."""
        wanted = name.lower()
        return next((a for a in self.accounts.values() if a.url.lower() == wanted), None)

    def image(self, image_id: str) -> Image | None:
        """A picture that is still there."""
        image = self.images.get(image_id)
        return None if image is None or image.deleted else image

    def album(self, album_id: str) -> Album | None:
        """An album that is still there."""
        album = self.albums.get(album_id)
        return None if album is None or album.deleted else album

    def pictures_of(self, album: Album) -> list[Image]:
        """An album's pictures in order, without removed ones."""
        found = (self.image(image_id) for image_id in album.image_ids)
        return [image for image in found if image is not None]

    def uploads(self) -> list[Image]:
        """What was really uploaded and is still there, oldest first; nothing that we drew."""
        return [i for i in self.images.values() if not i.drawn and not i.deleted]

    def remove_image(self, image: Image) -> None:
        """Take a picture away with everything that hung on it; its bytes are given up."""
        if image.deleted:
            return
        image.deleted = True
        self.posts.pop(image.id, None)
        for album in self.albums.values():
            album.image_ids = [kept for kept in album.image_ids if kept != image.id]
        self.dropped_blobs.append(image.blob.key)
