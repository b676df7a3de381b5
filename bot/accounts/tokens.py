"""Which credential a user's calls carry, and its renewal, once however many ask."""

import asyncio
import logging
from collections import Counter
from datetime import timedelta

from bot.accounts.account import LinkedAccount, LinkStore
from bot.accounts.announcing import LinkAnnouncer
from bot.accounts.imgur_oauth import ImgurOAuth
from bot.accounts.sealing import Owner, TokenPair
from bot.accounts.vault import Vault
from bot.clock import Clock
from bot.errors import (
    ImgurError,
    InvalidGrantError,
    LinkingUnavailableError,
    LinkRevokedError,
    NotLinkedError,
    ResponseFormatError,
)
from bot.imgur.wire import Anonymous, Bearer

_log = logging.getLogger(__name__)

#: Longer than any call to Imgur; a process that dies with a claim holds the others up for no more.
_CLAIM = timedelta(seconds=60)
_LOOK_EVERY_S = 0.25


class Tokens:
    """Credentials of linked users.

    The refresh of one version of one link happens once: within this process by sharing one task,
    among several by a claim in the store. A new pair is committed before anybody uses it.

    Attributes:
        refreshes: How often a refresh was ``"renewed"``, ``"refused"`` or ``"failed"`` so far.
    """

    def __init__(
        self,
        store: LinkStore,
        vault: Vault,
        imgur: ImgurOAuth | None,
        clock: Clock,
        announcer: LinkAnnouncer | None = None,
    ) -> None:
        """Prepare.

        Args:
            announcer: Tells people that a link of theirs has died.
            imgur: ``None`` without ``IMGUR_CLIENT_SECRET``: tokens are used as long as they live.
        """
        self._store = store
        self._vault = vault
        self._imgur = imgur
        self._clock = clock
        self._announcer = announcer
        self._flights: dict[tuple[int, int], asyncio.Task[LinkedAccount]] = {}
        self.refreshes = Counter(renewed=0, refused=0, failed=0)
        self._notices: set[asyncio.Task[None]] = set()
        self._telling = asyncio.Lock()

    async def credential_for(
        self, user_id: int, imgur_account_id: int | None = None
    ) -> Bearer | Anonymous:
        """What this user's calls carry; anonymous only for somebody who has linked nothing.

        Args:
            imgur_account_id: One account of the user, and nothing else; else his default.

        Raises:
            NotLinkedError: That account is not linked (any more).
            LinkRevokedError: Imgur does not honour the link any more.
            ImgurError: The token has run out and Imgur does not answer.
            CryptoError: The tokens cannot be opened.
        """
        if imgur_account_id is not None:
            return await self._bearer(await self._find(user_id, imgur_account_id))
        link = await self._store.default_of(user_id)
        return Anonymous() if link is None else await self._bearer(link)

    async def renewed(self, user_id: int, dead: Bearer) -> Bearer:
        """A credential in the place of one that Imgur called dead.

        Raises:
            NotLinkedError, LinkRevokedError, ImgurError, CryptoError: As ``credential_for``.
        """
        link = await self._find(user_id, dead.account_id)
        bearer = self._open(link)
        if bearer.access_token != dead.access_token:
            return bearer
        return self._open(await self._refreshed(link))

    async def tell_revoked(self) -> None:
        """Tell everybody whose link has died and who was not told yet, once for each death."""
        if self._announcer is None:
            return
        async with self._telling:
            for link in await self._store.untold():
                if await self._announcer.revoked(link):
                    await self._store.take_untold(link.user_id, at=self._clock.now())

    async def settled(self) -> None:
        """Return when no refresh is under way; cutting one off could lose a pair of tokens."""
        while under_way := (*self._flights.values(), *self._notices):
            await asyncio.wait(under_way)

    async def _bearer(self, link: LinkedAccount) -> Bearer:
        now = self._clock.now()
        bearer = self._open(link)
        if not link.is_due(now):
            return bearer
        try:
            return self._open(await self._refreshed(link))
        except (ImgurError, LinkingUnavailableError) as error:
            if now >= link.expires_at:
                raise
            _log.warning("link %d could not be renewed in advance: %s", link.id, error)
            return bearer

    async def _refreshed(self, link: LinkedAccount) -> LinkedAccount:
        """The link with new tokens; callers share one refresh, and none can cut it off."""
        if self._imgur is None:
            raise LinkingUnavailableError("not set: IMGUR_CLIENT_SECRET", cause="settings")
        if not self._vault.can_seal:  # the new pair could not be stored, the old might be void
            raise LinkingUnavailableError("SECRET_KEYS do not fit what is stored", cause="keys")
        key = (link.id, link.version)
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.create_task(
                self._refresh(link, self._imgur), name=f"refresh link {link.id}"
            )
            self._flights[key] = flight
            flight.add_done_callback(lambda done: self._land(key, done))
        return await asyncio.shield(flight)

    def _land(self, key: tuple[int, int], flight: asyncio.Task[LinkedAccount]) -> None:
        del self._flights[key]
        if not flight.cancelled():
            flight.exception()  # looked at, also when every caller has gone

    async def _refresh(self, link: LinkedAccount, imgur: ImgurOAuth) -> LinkedAccount:
        """Refresh this version, or wait for whoever is at it."""
        while True:
            now = self._clock.now()
            if await self._store.claim(link, now=now, until=now + _CLAIM):
                return await self._exchange(link, imgur)
            latest = await self._find(link.user_id, link.imgur_account_id)
            if latest.version != link.version:
                return latest
            await self._clock.sleep(_LOOK_EVERY_S)

    async def _exchange(self, link: LinkedAccount, imgur: ImgurOAuth) -> LinkedAccount:
        try:
            grant = await imgur.exchange(self._pair(link).refresh)
        except InvalidGrantError as error:
            self.refreshes["refused"] += 1
            return await self._revoked(link, error)
        except ImgurError:
            self.refreshes["failed"] += 1
            await self._store.release(link)
            raise
        self.refreshes["renewed"] += 1
        if grant.account_id != link.imgur_account_id:
            raise ResponseFormatError("the tokens of another account", status=200)
        new = grant.sealed(self._vault, "links", link.user_id)
        renewed = await self._store.renew(link, new, at=self._clock.now())
        return renewed or await self._find(link.user_id, link.imgur_account_id)

    async def _revoked(self, link: LinkedAccount, error: InvalidGrantError) -> LinkedAccount:
        if not await self._store.revoke(link, at=self._clock.now()):
            # Linked anew while Imgur was asked about the former tokens.
            return await self._find(link.user_id, link.imgur_account_id)
        _log.warning("Imgur does not honour link %d any more", link.id)
        notice = asyncio.create_task(self.tell_revoked(), name=f"tell of link {link.id}")
        self._notices.add(notice)
        notice.add_done_callback(self._notices.discard)
        raise LinkRevokedError("Imgur refuses the refresh token") from error

    async def _find(self, user_id: int, imgur_account_id: int) -> LinkedAccount:
        link = await self._store.find(user_id, imgur_account_id)
        if link is None:
            raise NotLinkedError("no such link")
        return link

    def _open(self, link: LinkedAccount) -> Bearer:
        return Bearer(link.imgur_account_id, self._pair(link).access)

    def _pair(self, link: LinkedAccount) -> TokenPair:
        if link.tokens is None:
            raise LinkRevokedError("the link is revoked")
        return Owner("links", link.user_id, link.imgur_account_id).open(self._vault, link.tokens)
