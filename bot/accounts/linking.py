"""Linking an Imgur account to a Discord user, without anybody linking somebody else's."""

import asyncio
import dataclasses
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from bot.accounts.account import Linked, LinkedAccount, LinkStore, NewLink
from bot.accounts.announcing import InteractionRef, LinkAnnouncer
from bot.accounts.codes import Codes
from bot.accounts.identity import Identity, verifier_for
from bot.accounts.imgur_oauth import ImgurOAuth
from bot.accounts.tickets import Asker, Stage, Ticket, Tickets
from bot.accounts.vault import Vault
from bot.clock import Clock
from bot.errors import (
    BotError,
    ForeignTokenError,
    InvalidGrantError,
    LinkDeniedError,
    LinkingUnavailableError,
    NotLinkedError,
    TicketError,
    TransportError,
    WrongVisitorError,
)
from bot.imgur.oauth import read_redirect, redirect_in

_log = logging.getLogger(__name__)

_FINISH_TIMEOUT_S = 20.0
_ANNOUNCE_TIMEOUT_S = 3.0
#: Discord cannot answer for this visitor without showing him something.
#: Source: https://openid.net/specs/openid-connect-core-1_0.html#AuthError
_NEEDS_A_SCREEN = {
    "interaction_required",
    "login_required",
    "consent_required",
    "account_selection_required",
}


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the first page says.

    Attributes:
        proves_first: Whether Discord is asked who the visitor is before Imgur is opened.
    """

    user_name: str
    proves_first: bool


@dataclass(frozen=True, slots=True)
class Departure:
    """Where a browser goes next, and the cookie that it takes along."""

    address: str = field(repr=False)
    cookie: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CodeShown:
    """Imgur agreed; the link waits until this code is typed in Discord.

    Attributes:
        username: The Imgur account.
        user_name: The Discord user whom it would be linked to.
    """

    code: str = field(repr=False)
    username: str
    user_name: str


class Linking:
    """Everything between ``/account link`` and a stored link."""

    def __init__(
        self,
        *,
        links: LinkStore,
        tickets: Tickets,
        codes: Codes,
        vault: Vault,
        imgur: ImgurOAuth | None,
        pages_url: str | None,
        identity: Identity | None,
        announcer: LinkAnnouncer,
        clock: Clock,
        keys_fit: bool,
        avatar_of: Callable[[int, str], Awaitable[str | None]] | None = None,
    ) -> None:
        """Prepare.

        Args:
            imgur: ``None`` without ``IMGUR_CLIENT_SECRET``.
            pages_url: ``PUBLIC_BASE_URL``.
            identity: ``None`` without ``DISCORD_CLIENT_SECRET``; a code then takes its place.
            avatar_of: Looks up, for a Discord user, where an Imgur account's picture can be seen.
            keys_fit: Whether the links kept so far can be opened (``SealedValues.locked``).
        """
        self._links = links
        self._tickets = tickets
        self._codes = codes
        self._vault = vault
        self._imgur = imgur
        self._pages_url = pages_url
        self._identity = identity
        self._announcer = announcer
        self._clock = clock
        self._keys_fit = keys_fit
        self._avatar_of = avatar_of

    @property
    def has_pages(self) -> bool:
        """Whether there is a public address; without one, the address is pasted by hand."""
        return self._pages_url is not None

    @property
    def needs_code(self) -> bool:
        """Whether the page ends with a code that the user types in Discord."""
        return self._identity is None

    @property
    def leads_to(self) -> str:
        """The site that our first page leads to, as an address without parameters."""
        if self._identity is not None:
            return self._identity.site
        return "" if self._imgur is None else self._imgur.site

    async def begin(self, asker: Asker, *, replace: bool = False) -> str:
        """The address of a page of ours where this user, and nobody else, links an account.

        Args:
            replace: The user agreed that the new account takes the place of the present one.

        Raises:
            LinkingUnavailableError: A setting is missing, the keys do not fit, or Imgur's page
                is down.
        """
        await self._check(pages_needed=True)
        secret = await self._tickets.mint(asker, replace=replace)
        return f"{self._pages_url}/link/{secret}"

    async def begin_paste(self, asker: Asker, *, replace: bool = False) -> str:
        """The address of Imgur's page; what it redirects to is for ``paste``.

        Raises:
            LinkingUnavailableError: As ``begin``, but no page of ours is needed.
        """
        imgur = await self._check(pages_needed=False)
        return imgur.authorize_address(await self._tickets.mint_for_paste(asker, replace=replace))

    async def visit(self, secret: str) -> Invitation:
        """What the page behind a ticket's address says; changes nothing.

        Raises:
            TicketError: Unknown, used or too old.
        """
        ticket = await self._tickets.look(secret)
        return Invitation(ticket.user_name, proves_first=not self.needs_code)

    async def accept(self, secret: str) -> Departure:
        """The visitor goes on: his browser gets a cookie and is sent to Discord or to Imgur.

        Raises:
            TicketError: Unknown, used or too old.
            LinkingUnavailableError: A setting is missing.
        """
        if self._identity is None:
            bound = await self._tickets.bind(secret, Stage.UNPROVED)
            return Departure(self._imgur_or_raise().authorize_address(bound.state), bound.cookie)
        # Someone who comes a second time may have been the wrong visitor: let him change accounts.
        silently = (await self._tickets.look(secret)).stage is Stage.MINTED
        bound = await self._tickets.bind(secret, Stage.AT_DISCORD)
        address = self._identity.address(
            bound.ticket.application_id,
            state=bound.state,
            verifier=verifier_for(bound.cookie),
            silently=silently,
        )
        return Departure(address, bound.cookie)

    async def prove_discord(self, cookie: str, query: str) -> str:
        """Check Discord's redirect; returns where the browser goes next.

        Raises:
            WrongVisitorError: Another browser, or another Discord account. The ticket stays.
            TicketError: Unknown, used or too old, or Discord does not honour the code.
            LinkDeniedError: The visitor did not agree; the ticket is gone.
            LinkingUnavailableError: Discord does not answer. The ticket stays.
        """
        if self._identity is None:
            raise TicketError("this bot does not ask Discord")
        fields = dict(parse_qsl(query.removeprefix("?")))
        ticket = await self._tickets.spend(cookie, fields.get("state", ""))
        if fields.get("error") in _NEEDS_A_SCREEN:
            return await self._ask_discord_again(self._identity, ticket, cookie)
        if "code" not in fields:
            await self._tickets.abandon(cookie)
            await self._tell_failure(ticket, LinkDeniedError("denied at Discord"))
            raise LinkDeniedError("denied at Discord")
        visitor_id = await self._identity.user_id(
            ticket.application_id, code=fields["code"], verifier=verifier_for(cookie)
        )
        if visitor_id != ticket.user_id:
            raise WrongVisitorError("the browser is signed in as another Discord user")
        state = await self._tickets.issue(ticket, cookie, Stage.PROVED)
        return self._imgur_or_raise().authorize_address(state)

    async def complete(self, cookie: str, query: str, fragment: str) -> Linked | CodeShown:
        """Take Imgur's redirect from the browser that was sent there.

        Raises:
            WrongVisitorError: Another browser. The ticket stays.
            TicketError: Unknown, used or too old.
            LinkDeniedError: The visitor did not agree.
            LinkedElsewhereError: Another Discord user holds that account.
            ForeignTokenError: Imgur does not honour the tokens.
            ImgurError: It does not answer.
        """
        redirect = read_redirect(query, fragment)
        if redirect.error is not None and redirect.state is None:
            ticket = await self._tickets.abandon(cookie)
        else:
            ticket = await self._tickets.consume(cookie, redirect.state or "")
        try:
            outcome = await self._finish_soon(ticket, redirect.refresh_token)
        except BotError as error:
            await self._tell_failure(ticket, error)
            raise
        if isinstance(outcome, Linked):
            shown = await self._pictured(outcome)
            await self._tell(ticket, lambda ref: self._announcer.linked(ref, shown))
        return outcome

    async def confirm_code(self, user_id: int, typed: str) -> Linked:
        """Link what a browser was shown this code for.

        Raises:
            WrongCodeError: Not that code.
            TicketError: Nothing waits for a code, or not any more.
            LinkedElsewhereError: Another Discord user holds that account.
        """
        pending = await self._codes.redeem(user_id, typed)
        linked = await self._links.link(pending.link, replace=pending.replace, at=self._clock.now())
        return await self._pictured(linked)

    async def paste(self, user_id: int, address: str) -> Linked:
        """Link by the address that Imgur redirected to; that the user pastes it is his proof.

        Raises:
            WrongVisitorError: That address answers somebody else's attempt.
            TicketError: Unknown, used or too old.
            LinkDeniedError: The address says that access was denied.
            LinkedElsewhereError: Another Discord user holds that account.
            ForeignTokenError: Imgur does not honour the tokens.
            ImgurError: It does not answer.
        """
        redirect = redirect_in(address)
        ticket = await self._tickets.consume_pasted(user_id, redirect.state or "")
        linked = await self._link(user_id, redirect.refresh_token, replace=ticket.replace)
        return await self._pictured(linked)

    async def enter_token(
        self, user_id: int, refresh_token: str, *, replace: bool = False
    ) -> Linked:
        """Link by a refresh token of this application that the user has from elsewhere.

        Raises:
            LinkingUnavailableError: A setting is missing, or the keys do not fit.
            LinkedElsewhereError: Another Discord user holds that account.
            ForeignTokenError: Imgur does not honour the token.
            ImgurError: It does not answer.
        """
        self._imgur_or_raise()
        linked = await self._link(user_id, refresh_token.strip(), replace=replace)
        return await self._pictured(linked)

    async def status(self, user_id: int) -> Sequence[LinkedAccount]:
        """The user's links, the default first; also the revoked ones."""
        return await self._links.links_of(user_id)

    async def make_default(self, user_id: int, imgur_account_id: int) -> LinkedAccount:
        """Let the user's uploads go to that account from now on.

        Raises:
            NotLinkedError: He has no living link to it.
        """
        link = await self._links.make_default(user_id, imgur_account_id)
        if link is None:
            raise NotLinkedError("no such link")
        return link

    async def unlink(
        self, user_id: int, imgur_account_id: int | None = None
    ) -> Sequence[LinkedAccount]:
        """Delete one link of the user, or all, and whatever he has begun; returns what is gone.

        Imgur itself is not told: it has no call for that, only a page of its own.

        Raises:
            NotLinkedError: There was none.
        """
        await self._tickets.drop(user_id)
        await self._codes.drop(user_id)
        gone = await self._links.unlink(user_id, imgur_account_id)
        if not gone:
            raise NotLinkedError("no such link")
        return gone

    async def sweep(self) -> None:
        """Delete the attempts that were given up; meant to be called every few minutes."""
        await self._tickets.sweep()
        await self._codes.sweep()

    async def _check(self, *, pages_needed: bool) -> ImgurOAuth:
        missing = [] if self._imgur else ["IMGUR_CLIENT_SECRET"]
        if pages_needed and self._pages_url is None:
            missing.append("PUBLIC_BASE_URL")
        if missing:
            raise LinkingUnavailableError(f"not set: {', '.join(missing)}", cause="settings")
        imgur = self._imgur_or_raise()
        if not await imgur.is_open():
            raise LinkingUnavailableError("Imgur's authorise page does not work", cause="imgur")
        return imgur

    def _imgur_or_raise(self) -> ImgurOAuth:
        if self._imgur is None:
            raise LinkingUnavailableError("not set: IMGUR_CLIENT_SECRET", cause="settings")
        if not self._keys_fit:
            raise LinkingUnavailableError("SECRET_KEYS do not open the stored links", cause="keys")
        return self._imgur

    async def _ask_discord_again(self, identity: Identity, ticket: Ticket, cookie: str) -> str:
        state = await self._tickets.issue(ticket, cookie, Stage.AT_DISCORD)
        return identity.address(
            ticket.application_id, state=state, verifier=verifier_for(cookie), silently=False
        )

    async def _finish_soon(self, ticket: Ticket, refresh_token: str | None) -> Linked | CodeShown:
        """The end while somebody watches a page."""
        try:
            async with asyncio.timeout(_FINISH_TIMEOUT_S):
                return await self._finish(ticket, refresh_token)
        except TimeoutError as error:
            raise TransportError("Imgur took too long", maybe_applied=True) from error

    async def _finish(self, ticket: Ticket, refresh_token: str | None) -> Linked | CodeShown:
        if ticket.stage is Stage.PROVED:
            return await self._link(ticket.user_id, refresh_token, replace=ticket.replace)
        link = await self._granted("pending_links", ticket.user_id, refresh_token)
        code = await self._codes.hold(link, replace=ticket.replace)
        return CodeShown(code, link.username, ticket.user_name)

    async def _link(self, user_id: int, refresh_token: str | None, *, replace: bool) -> Linked:
        link = await self._granted("links", user_id, refresh_token)
        return await self._links.link(link, replace=replace, at=self._clock.now())

    async def _pictured(self, linked: Linked) -> Linked:
        """The same with the account's picture, which nothing depends on."""
        if self._avatar_of is None:
            return linked
        avatar = await self._avatar_of(linked.account.user_id, linked.account.username)
        return dataclasses.replace(linked, avatar_url=avatar)

    async def _granted(self, table: str, user_id: int, refresh_token: str | None) -> NewLink:
        """What Imgur itself says about a token that came from outside.

        The exchange proves that the token was issued to this application and names its account.
        Where Imgur rotates refresh tokens it also voids the one in the browser's history.
        """
        if not refresh_token:
            raise LinkDeniedError("denied at Imgur")
        try:
            grant = await self._imgur_or_raise().exchange(refresh_token)
        except InvalidGrantError as error:
            raise ForeignTokenError("Imgur does not honour the refresh token") from error
        return grant.sealed(self._vault, table, user_id)

    async def _tell_failure(self, ticket: Ticket, error: BotError) -> None:
        await self._tell(ticket, lambda ref: self._announcer.failed(ref, error))

    async def _tell(self, ticket: Ticket, say: Callable[[InteractionRef], Awaitable[None]]) -> None:
        """Tell it in Discord too; the browser does not wait long for that."""
        try:
            async with asyncio.timeout(_ANNOUNCE_TIMEOUT_S):
                await say(self._tickets.interaction_of(ticket))
        except (BotError, TimeoutError) as error:
            _log.warning("the end of a link could not be told: %s", type(error).__name__)
