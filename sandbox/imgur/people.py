"""Accounts, applications and what one may do for the other."""

from dataclasses import dataclass, field
from datetime import datetime

#: The application that every sandbox knows from the start.
DEMO_CLIENT_ID = "5a9db0c11e47d10"
DEMO_CLIENT_SECRET = "5a9db0c15ec2e70fa11da7a7e57ab1e0c0ffee42"  # noqa: S105 - of a made-up service
DEMO_CALLBACK_URL = "http://127.0.0.1:8080/callback/imgur"


@dataclass(slots=True)
class Application:
    """A registered client; Imgur allows one callback address each.

    Source: https://apidocs.imgur.com/#authorization-and-oauth
    """

    client_id: str
    secret: str
    name: str
    callback_url: str


@dataclass(slots=True)
class Favorite:
    """An item that somebody keeps."""

    item_id: str
    added_at: datetime


@dataclass(slots=True)
class Account:
    """Somebody with an Imgur account; nobody here has a password.

    Attributes:
        url: The user name, as Imgur calls it.
        choosable: Offered on the authorise page.
    """

    id: int
    url: str
    created_at: datetime
    choosable: bool = True
    bio: str | None = None
    reputation: int = 0
    avatar_name: str = "default/G"
    public_images: bool = False
    messaging_enabled: bool = True
    accepted_gallery_terms: bool = True
    show_mature: bool = False
    newsletter_subscribed: bool = False
    album_privacy: str = "hidden"
    email_verified: bool = True
    favorites: list[Favorite] = field(default_factory=list)
    followed_tags: list[str] = field(default_factory=list)
    custom_tags: list[str] = field(default_factory=list)
    blocked_tags: list[str] = field(default_factory=list)
    blocked_users: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Token:
    """A pair of tokens and what became of it."""

    access: str
    refresh: str
    account_id: int
    client_id: str
    issued_at: datetime
    expires_in_s: int
    access_dead: bool = False
    refresh_dead: bool = False


@dataclass(slots=True)
class Grant:
    """A code or a pin, good for one exchange."""

    value: str
    kind: str
    account_id: int
    client_id: str


@dataclass(slots=True)
class Notification:
    """Tells an account of a reply or a message; ``about`` is a comment or conversation id."""

    id: int
    account_id: int
    kind: str
    about: int
    viewed: bool = False


@dataclass(slots=True)
class Message:
    """One line of a conversation."""

    id: int
    sender_id: int
    body: str
    sent_at: datetime


@dataclass(slots=True)
class Conversation:
    """Messages between two accounts."""

    id: int
    members: tuple[int, int]
    messages: list[Message] = field(default_factory=list)
    hidden_from: list[int] = field(default_factory=list)

    def other(self, account_id: int) -> int:
        """The member that is not ``account_id``."""
        first, second = self.members
        return second if first == account_id else first
