"""The code that a page shows and the same user types in Discord, where Discord cannot vouch.

Weaker than Discord's own proof in the browser: whoever talks a user into typing a code gets his
Imgur account linked there. Hence a short life, few tries, and a page that says what the code does.
Source: https://www.rfc-editor.org/rfc/rfc8628#section-5
"""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.accounts.account import NewLink
from bot.accounts.sealing import Owner
from bot.accounts.vault import Vault
from bot.clock import Clock
from bot.errors import TicketError, WrongCodeError

LIFETIME = timedelta(minutes=10)
TRIES = 5
#: Capitals without vowels, which spell nothing and are hard to misread.
#: Source: https://www.rfc-editor.org/rfc/rfc8628#section-6.1
ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
_LENGTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingLink:
    """An Imgur account that waits for its code.

    Attributes:
        link: With tokens sealed for ``pending_links``.
        replace: The user agreed that it takes the default's place.
        code: Sealed.
    """

    link: NewLink
    replace: bool
    code: bytes = field(repr=False)
    tries_left: int
    expires_at: datetime


class PendingStore(Protocol):
    """Keeps pending links, one for each user; each call is one transaction.

    One past its ``expires_at`` is as good as absent.
    """

    async def put(self, pending: PendingLink) -> None:
        """Store one in the place of the user's former one."""
        ...

    async def use_try(self, user_id: int, *, now: datetime) -> PendingLink | None:
        """Take one try off and return it as it is then; ``None`` when no try is left."""
        ...

    async def take(self, pending: PendingLink, *, now: datetime) -> bool:
        """Delete this very one; ``False`` when it is gone or another has come."""
        ...

    async def drop(self, user_id: int) -> None:
        """Delete a user's."""
        ...

    async def sweep(self, *, now: datetime) -> None:
        """Delete all that are too old."""
        ...


class Codes:
    """Holds back what was linked in a browser until its code is typed."""

    def __init__(self, store: PendingStore, vault: Vault, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock

    async def hold(self, link: NewLink, *, replace: bool) -> str:
        """Keep a link, sealed for ``pending_links``, until its code comes; returns the code."""
        code = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))
        pending = PendingLink(
            link=link,
            replace=replace,
            code=self._vault.seal(code.encode(), _context(link.user_id)),
            tries_left=TRIES,
            expires_at=self._clock.now() + LIFETIME,
        )
        await self._store.put(pending)
        return code

    async def redeem(self, user_id: int, typed: str) -> PendingLink:
        """The link that this code was shown for, once; its tokens are sealed for ``links``.

        Raises:
            WrongCodeError: Not that code.
            TicketError: Nothing waits for a code, or not any more.
            CryptoError: The pending link cannot be opened.
        """
        now = self._clock.now()
        pending = await self._store.use_try(user_id, now=now)
        if pending is None:
            raise TicketError("nothing waits for a code")
        code = self._vault.open(pending.code, _context(user_id))
        if not secrets.compare_digest(code, _normal(typed)):
            if not pending.tries_left:
                await self._store.take(pending, now=now)
            raise WrongCodeError(tries_left=pending.tries_left)
        if not await self._store.take(pending, now=now):
            raise TicketError("the code was used just now")
        return self._moved(pending)

    async def drop(self, user_id: int) -> None:
        """Forget what waits for this user's code."""
        await self._store.drop(user_id)

    async def sweep(self) -> None:
        """Forget what waited for too long."""
        await self._store.sweep(now=self._clock.now())

    def _moved(self, pending: PendingLink) -> PendingLink:
        link = pending.link
        here = Owner("pending_links", link.user_id, link.imgur_account_id)
        there = Owner("links", link.user_id, link.imgur_account_id)
        tokens = there.seal(self._vault, here.open(self._vault, link.tokens))
        return replace(pending, link=replace(link, tokens=tokens))


def _normal(typed: str) -> bytes:
    """What was typed, without the spaces, dashes and small letters that people add."""
    letters = (character for character in typed.upper() if character.isalnum())
    return "".join(letters).encode()


def _context(user_id: int) -> str:
    return f"pending_links.code:{user_id}"
