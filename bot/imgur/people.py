"""Records of accounts and of what people say.

The same holds as in ``models.py``: ids are certain, everything else may be ``None``.
Source: https://apidocs.imgur.com and https://api.imgur.com/models
"""

import datetime as dt

import msgspec

from bot.imgur.models import Record, instant


class Follow(Record, frozen=True, kw_only=True):
    """Whether the account that asked follows another."""

    status: bool | None = None


class Account(Record, frozen=True, kw_only=True):
    """An Imgur account as everybody sees it.

    Attributes:
        url: The account's name.
        created: Epoch seconds.
        pro_expiration: ``False``, or epoch seconds.
    """

    id: int
    url: str
    bio: str | None = None
    avatar: str | None = None
    avatar_name: str | None = None
    cover: str | None = None
    cover_name: str | None = None
    reputation: float | None = None
    reputation_name: str | None = None
    created: int | None = None
    pro_expiration: int | bool | None = None
    user_follow: Follow | None = None
    is_blocked: bool | None = None

    @property
    def created_at(self) -> dt.datetime | None:
        """When the account was made."""
        return instant(self.created)


class Blocked(Record, frozen=True, kw_only=True):
    """An account that is blocked."""

    blocked_id: int | None = None
    blocked_url: str | None = None


class AccountSettings(Record, frozen=True, kw_only=True):
    """What an account's owner chose; holds an e-mail address, so never log its fields."""

    account_url: str | None = None
    email: str | None = None
    avatar: str | None = None
    cover: str | None = None
    public_images: bool | None = None
    album_privacy: str | None = None
    pro_expiration: int | bool | None = None
    accepted_gallery_terms: bool | None = None
    active_emails: tuple[str, ...] | None = None
    messaging_enabled: bool | None = None
    comment_replies: bool | None = None
    blocked_users: tuple[Blocked, ...] | None = None
    show_mature: bool | None = None
    newsletter_subscribed: bool | None = None
    first_party: bool | None = None


class Trophy(Record, frozen=True, kw_only=True):
    """Something an account was honoured for."""

    id: int
    name: str | None = None
    name_clean: str | None = None
    description: str | None = None
    data: str | None = None
    data_link: str | None = None
    datetime: int | None = None
    image: str | None = None


class GalleryProfile(Record, frozen=True, kw_only=True):
    """What an account did in the gallery."""

    total_gallery_comments: int | None = None
    total_gallery_favorites: int | None = None
    total_gallery_submissions: int | None = None
    trophies: tuple[Trophy, ...] = ()


class Avatar(Record, frozen=True, kw_only=True):
    """A picture that stands for an account."""

    avatar: str | None = None
    avatar_name: str | None = None


class AvailableAvatar(Record, frozen=True, kw_only=True):
    """An avatar that can be chosen."""

    name: str
    location: str | None = None


class Avatars(Record, frozen=True, kw_only=True):
    """The avatars to choose from."""

    available_avatars: tuple[AvailableAvatar, ...] = ()
    available_avatars_count: int | None = None


class BlockState(Record, frozen=True, kw_only=True):
    """Whether the account that asked blocks another."""

    blocked: bool


class BlockedAccount(Record, frozen=True, kw_only=True):
    """One line of the list of blocked accounts."""

    url: str


class BlockList(Record, frozen=True, kw_only=True):
    """Whom an account blocks.

    Attributes:
        next: Where the list goes on, if it does.
    """

    items: tuple[BlockedAccount, ...] = ()
    next: str | None = None


class Comment(Record, frozen=True, kw_only=True):
    """What somebody said about a post.

    Attributes:
        image_id: The post, also where it is an album.
        author: ``[deleted]`` where the comment is.
        datetime: Epoch seconds.
        parent_id: The comment it answers; 0 for none.
        children: The answers to it; ``None`` in old lists.
    """

    id: int
    image_id: str | None = None
    comment: str | None = None
    author: str | None = None
    author_id: int | None = None
    on_album: bool | None = None
    album_cover: str | None = None
    ups: int | None = None
    downs: int | None = None
    points: float | None = None
    datetime: int | None = None
    parent_id: int | None = None
    deleted: bool | None = None
    vote: str | None = None
    platform: str | None = None
    has_admin_badge: bool | None = None
    children: tuple["Comment", ...] | None = None

    @property
    def said_at(self) -> dt.datetime | None:
        """When it was said."""
        return instant(self.datetime)


class Message(Record, frozen=True, kw_only=True):
    """One message of a conversation."""

    id: int
    sender: str | None = msgspec.field(default=None, name="from")
    account_id: int | None = None
    sender_id: int | None = None
    body: str | None = None
    conversation_id: int | None = None
    datetime: int | None = None


class Conversation(Record, frozen=True, kw_only=True):
    """A talk with another account.

    Attributes:
        messages: Only where one conversation was asked for.
        done: Whether that was the last page.
    """

    id: int
    with_account: str | None = None
    with_account_id: int | None = None
    last_message_preview: str | None = None
    message_count: int | None = None
    datetime: int | None = None
    messages: tuple[Message, ...] | None = None
    done: bool | None = None
    page: int | None = None


class ReplyNotification(Record, frozen=True, kw_only=True):
    """Somebody answered a comment or a post."""

    id: int
    account_id: int | None = None
    viewed: bool | None = None
    content: Comment | None = None


class MessageDigest(Record, frozen=True, kw_only=True):
    """The last message of a conversation.

    Attributes:
        with_account: The other account's number.
    """

    id: int | None = None
    sender: str | None = msgspec.field(default=None, name="from")
    account_id: int | None = None
    with_account: int | None = None
    last_message: str | None = None
    message_num: int | None = None
    spam: bool | None = None
    datetime: int | None = None


class MessageNotification(Record, frozen=True, kw_only=True):
    """Somebody wrote."""

    id: int
    account_id: int | None = None
    viewed: bool | None = None
    content: MessageDigest | None = None


class Notifications(Record, frozen=True, kw_only=True):
    """What an account has not looked at, or all of it."""

    replies: tuple[ReplyNotification, ...] = ()
    messages: tuple[MessageNotification, ...] = ()
