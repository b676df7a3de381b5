"""Tickets: one attempt of one Discord user to link, from the button to Imgur's answer.

A ticket is carried by three secrets in turn: the address of our page, the cookie of the browser
that opened it, and the ``state`` of the leg that it is on. Only their digests are kept. Every step
is one statement that matches all the secrets it needs, so that a step happens once or not at all::

    MINTED ──bind──> AT_DISCORD ──spend──> PROVING ──issue──> PROVED ──consume──> (gone)
       └─────bind, where Discord cannot vouch──────> UNPROVED ──consume──> (gone)
    PASTING ──consume by the same Discord user──> (gone)

``bind`` may be repeated, from any browser: it voids whatever the former one had reached.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NoReturn, Protocol

from bot.accounts.announcing import InteractionRef
from bot.accounts.vault import Vault
from bot.clock import Clock
from bot.errors import TicketError, WrongVisitorError

LIFETIME = timedelta(minutes=10)
_SECRET_BYTES = 32


class Stage(StrEnum):
    """How far an attempt has come."""

    MINTED = "minted"  # the address is out, no browser has answered
    AT_DISCORD = "at_discord"  # a browser is bound and sent to prove who it is
    PROVING = "proving"  # Discord's answer is being checked, or was somebody else's
    PROVED = "proved"  # at Imgur, and the browser is the asker's
    UNPROVED = "unproved"  # at Imgur, and whose browser it is must still be shown
    PASTING = "pasting"  # at Imgur, and the address comes back through Discord


@dataclass(frozen=True, slots=True)
class Asker:
    """Who wants to link, and where the answer goes.

    Attributes:
        user_name: As the page greets; Discord's ``@`` name.
    """

    user_id: int
    user_name: str
    interaction: InteractionRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """An attempt as it is kept.

    Attributes:
        interaction_token: Sealed.
        replace: The user agreed that the new account takes the default's place.
    """

    user_id: int
    user_name: str
    application_id: int
    interaction_token: bytes = field(repr=False)
    interaction_expires_at: datetime
    replace: bool
    stage: Stage
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Bound:
    """A ticket that a browser has taken up, and that browser's secrets."""

    ticket: Ticket
    cookie: str = field(repr=False)
    state: str = field(repr=False)


class TicketStore(Protocol):
    """Keeps tickets, one for each user; each call is one statement, or one transaction.

    Digests are 32 bytes. A ticket past its ``expires_at`` is as good as absent.
    """

    async def put(self, ticket: Ticket, *, address: bytes | None, state: bytes | None) -> None:
        """Store a ticket in the place of the user's former one."""
        ...

    async def look(self, address: bytes, *, now: datetime) -> Ticket | None:
        """The ticket behind an address; changes nothing."""
        ...

    async def bind(
        self, address: bytes, *, browser: bytes, state: bytes, stage: Stage, now: datetime
    ) -> Ticket | None:
        """Give the ticket to this browser and send it on the leg that ``stage`` names."""
        ...

    async def spend(self, state: bytes, *, browser: bytes, now: datetime) -> Ticket | None:
        """From ``AT_DISCORD`` to ``PROVING``; the state is void from here on."""
        ...

    async def issue(
        self, user_id: int, *, browser: bytes, state: bytes, stage: Stage, now: datetime
    ) -> bool:
        """From ``PROVING`` to the leg that ``stage`` names, with a new state."""
        ...

    async def consume(self, state: bytes, *, browser: bytes, now: datetime) -> Ticket | None:
        """Delete and return the ticket that stands at Imgur with both secrets."""
        ...

    async def consume_pasted(self, state: bytes, *, user_id: int, now: datetime) -> Ticket | None:
        """Delete and return the ticket that stands ``PASTING`` for this user."""
        ...

    async def abandon(self, browser: bytes, *, now: datetime) -> Ticket | None:
        """Delete and return the ticket that this browser holds, wherever it stands."""
        ...

    async def knows(self, state: bytes, *, now: datetime) -> bool:
        """Whether a living ticket waits for this state, whoever holds it."""
        ...

    async def drop(self, user_id: int) -> None:
        """Delete a user's ticket."""
        ...

    async def sweep(self, *, now: datetime) -> None:
        """Delete all that are too old."""
        ...


class Tickets:
    """Makes tickets and moves them on."""

    def __init__(self, store: TicketStore, vault: Vault, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock

    async def mint(self, asker: Asker, *, replace: bool) -> str:
        """A new ticket; returns the secret part of its address."""
        address = _new_secret()
        ticket = self._ticket(asker, Stage.MINTED, replace=replace)
        await self._store.put(ticket, address=digest(address), state=None)
        return address

    async def mint_for_paste(self, asker: Asker, *, replace: bool) -> str:
        """A new ticket that no browser of ours will see; returns the state for Imgur."""
        state = _new_secret()
        ticket = self._ticket(asker, Stage.PASTING, replace=replace)
        await self._store.put(ticket, address=None, state=digest(state))
        return state

    async def look(self, address: str) -> Ticket:
        """The ticket behind an address; changes nothing.

        Raises:
            TicketError: Unknown, used or too old.
        """
        return _living(await self._store.look(digest(address), now=self._clock.now()))

    async def bind(self, address: str, stage: Stage) -> Bound:
        """Give the ticket to a browser that gets a new cookie, and send it to ``stage``.

        Raises:
            TicketError: Unknown, used or too old.
        """
        cookie, state = _new_secret(), _new_secret()
        ticket = await self._store.bind(
            digest(address),
            browser=digest(cookie),
            state=digest(state),
            stage=stage,
            now=self._clock.now(),
        )
        return Bound(_living(ticket), cookie, state)

    async def spend(self, cookie: str, state: str) -> Ticket:
        """Take Discord's answer from the browser that was sent there, once.

        Raises:
            WrongVisitorError: The state is somebody else's, or this browser holds no cookie.
            TicketError: Unknown, used or too old.
        """
        now = self._clock.now()
        ticket = await self._store.spend(digest(state), browser=digest(cookie), now=now)
        return ticket or await self._refuse(state)

    async def issue(self, ticket: Ticket, cookie: str, stage: Stage) -> str:
        """Send a browser whose answer was checked on to ``stage``; returns the new state.

        Raises:
            TicketError: Another browser took the ticket over meanwhile, or it is too old.
        """
        state = _new_secret()
        moved = await self._store.issue(
            ticket.user_id,
            browser=digest(cookie),
            state=digest(state),
            stage=stage,
            now=self._clock.now(),
        )
        if not moved:
            raise TicketError("the ticket was taken over or is too old")
        return state

    async def consume(self, cookie: str, state: str) -> Ticket:
        """Take Imgur's answer from the browser that was sent there; the ticket is gone.

        Raises:
            WrongVisitorError: The state is somebody else's, or this browser holds no cookie.
            TicketError: Unknown, used or too old.
        """
        now = self._clock.now()
        ticket = await self._store.consume(digest(state), browser=digest(cookie), now=now)
        return ticket or await self._refuse(state)

    async def consume_pasted(self, user_id: int, state: str) -> Ticket:
        """Take Imgur's answer that a Discord user pasted; the ticket is gone.

        Raises:
            WrongVisitorError: The state was issued to somebody else.
            TicketError: Unknown, used or too old.
        """
        now = self._clock.now()
        ticket = await self._store.consume_pasted(digest(state), user_id=user_id, now=now)
        return ticket or await self._refuse(state)

    async def abandon(self, cookie: str) -> Ticket:
        """End the attempt that this browser holds.

        Raises:
            TicketError: It holds none.
        """
        return _living(await self._store.abandon(digest(cookie), now=self._clock.now()))

    async def drop(self, user_id: int) -> None:
        """End whatever attempt this user has begun."""
        await self._store.drop(user_id)

    async def sweep(self) -> None:
        """Forget the attempts that are too old."""
        await self._store.sweep(now=self._clock.now())

    def interaction_of(self, ticket: Ticket) -> InteractionRef:
        """Where the end of this attempt is told.

        Raises:
            CryptoError: It was sealed with a key that is gone, or changed.
        """
        token = self._vault.open(ticket.interaction_token, _context(ticket.user_id))
        return InteractionRef(ticket.application_id, token.decode(), ticket.interaction_expires_at)

    def _ticket(self, asker: Asker, stage: Stage, *, replace: bool) -> Ticket:
        ref = asker.interaction
        return Ticket(
            user_id=asker.user_id,
            user_name=asker.user_name,
            application_id=ref.application_id,
            interaction_token=self._vault.seal(ref.token.encode(), _context(asker.user_id)),
            interaction_expires_at=ref.expires_at,
            replace=replace,
            stage=stage,
            expires_at=self._clock.now() + LIFETIME,
        )

    async def _refuse(self, state: str) -> NoReturn:
        if await self._store.knows(digest(state), now=self._clock.now()):
            raise WrongVisitorError("this state was issued to another browser or user")
        raise TicketError("the state is unknown, used or too old")


def digest(secret: str) -> bytes:
    """How a secret of 256 bits is kept; it has too much chance in it to need salt."""
    return hashlib.sha256(secret.encode(errors="replace")).digest()


def _new_secret() -> str:
    return secrets.token_urlsafe(_SECRET_BYTES)


def _living(ticket: Ticket | None) -> Ticket:
    if ticket is None:
        raise TicketError("the ticket is unknown, used or too old")
    return ticket


def _context(user_id: int) -> str:
    return f"link_tickets.interaction_token:{user_id}"
