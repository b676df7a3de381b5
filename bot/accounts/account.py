"""The record of a linked Imgur account, and what keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.accounts.sealing import SealedTokens

#: A pair is renewed when this share of its life is left, or a day, whichever is less.
_MARGIN_SHARE = 0.1
_LONGEST_MARGIN = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedAccount:
    """One Imgur account of one Discord user.

    Attributes:
        id: The row's number.
        imgur_account_id: Imgur's number of the account.
        username: Imgur's name of it, as Imgur said it last.
        is_default: Whether uploads go there unless the user says otherwise.
        linked_at: When the user linked it last.
        refreshed_at: When its present tokens were issued.
        expires_at: When its present access token ends.
        version: Grows by one with each change of the tokens.
        tokens: Sealed; ``None`` once the link is revoked.
        revoked_at: When Imgur turned out not to honour it any more.
    """

    id: int
    user_id: int
    imgur_account_id: int
    username: str
    is_default: bool
    linked_at: datetime
    refreshed_at: datetime
    expires_at: datetime
    version: int
    tokens: SealedTokens | None = field(default=None, repr=False)
    revoked_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether its access token should be renewed before it is used."""
        life = self.expires_at - self.refreshed_at
        return now >= self.expires_at - min(life * _MARGIN_SHARE, _LONGEST_MARGIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    """An Imgur account that a Discord user has proved to hold, before it has a row."""

    user_id: int
    imgur_account_id: int
    username: str
    tokens: SealedTokens = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Linked:
    """How linking ended.

    Attributes:
        account: The link as it is now. Not the default where the user has another one and did not
            ask to replace it.
        replaced: The account that it took the place of; its tokens are gone.
        avatar_url: Where the account's picture can be seen, if that is known.
    """

    account: LinkedAccount
    replaced: LinkedAccount | None = None
    avatar_url: str | None = None


class LinkStore(Protocol):
    """Keeps links; each call is one transaction."""

    async def link(self, new: NewLink, *, replace: bool, at: datetime) -> Linked:
        """Store a link, or refresh the one that the user has to the same account.

        The user's first link becomes the default. A further one does so when ``replace`` is set or
        the default is revoked; the former default is then deleted.

        Raises:
            LinkedElsewhereError: Another Discord user holds a living link to that account.
        """
        ...

    async def default_of(self, user_id: int) -> LinkedAccount | None:
        """The link that a user's uploads go through."""
        ...

    async def find(self, user_id: int, imgur_account_id: int) -> LinkedAccount | None:
        """A user's link to that account."""
        ...

    async def links_of(self, user_id: int) -> Sequence[LinkedAccount]:
        """A user's links, the default first, then by age."""
        ...

    async def unlink(self, user_id: int, imgur_account_id: int | None) -> Sequence[LinkedAccount]:
        """Delete one link of a user, or all; the oldest of the rest becomes the default."""
        ...

    async def make_default(self, user_id: int, imgur_account_id: int) -> LinkedAccount | None:
        """Let a user's uploads go to that account; ``None`` when he holds no living link to it."""
        ...

    async def claim(self, link: LinkedAccount, *, now: datetime, until: datetime) -> bool:
        """Reserve the refresh of this version; ``False`` when it is reserved, changed or gone."""
        ...

    async def release(self, link: LinkedAccount) -> None:
        """Give that reservation back, the refresh having failed."""
        ...

    async def renew(
        self, link: LinkedAccount, new: NewLink, *, at: datetime
    ) -> LinkedAccount | None:
        """Replace this version's tokens; ``None`` when it is changed or gone."""
        ...

    async def revoke(self, link: LinkedAccount, *, at: datetime) -> bool:
        """Wipe this version's tokens and mark it; ``False`` when it is changed or gone."""
        ...

    async def untold(self) -> Sequence[LinkedAccount]:
        """The revoked links whose users were not told yet."""
        ...

    async def take_untold(self, user_id: int, *, at: datetime) -> bool:
        """Whether a revocation was not told to the user yet; asking marks it as told."""
        ...
