"""Imgur's OAuth as linking uses it: where to send people, what tokens are worth, is it open."""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.accounts.account import NewLink
from bot.accounts.sealing import Owner, TokenPair
from bot.accounts.vault import Vault
from bot.clock import Clock
from bot.errors import ImgurError, ResponseFormatError
from bot.imgur.oauth import (
    AuthorizePage,
    authorize_url,
    probe_request,
    read_probe,
    read_token,
    refresh_request,
)
from bot.imgur.wire import Sender

_log = logging.getLogger(__name__)

#: How long it is believed that the authorise page works, or does not, and that it is out of reach.
_BELIEVED_S = 600.0
_UNREACHED_S = 60.0
#: Where an answer does not say how long its tokens live; the shortest life that was seen.
_SHORTEST_LIFE_S = 3600


@dataclass(frozen=True, slots=True)
class Grant:
    """What Imgur itself says about a refresh token."""

    account_id: int
    username: str
    tokens: TokenPair = field(repr=False)
    expires_at: datetime

    def sealed(self, vault: Vault, table: str, user_id: int) -> NewLink:
        """As it may be written down, for a row of ``table`` that belongs to ``user_id``."""
        return NewLink(
            user_id=user_id,
            imgur_account_id=self.account_id,
            username=self.username,
            tokens=Owner(table, user_id, self.account_id).seal(vault, self.tokens),
            expires_at=self.expires_at,
        )


class ImgurOAuth:
    """One application's dealings with Imgur's OAuth."""

    def __init__(
        self, sender: Sender, *, api_url: str, client_id: str, client_secret: str, clock: Clock
    ) -> None:
        """Prepare.

        Args:
            sender: One that takes ``/oauth2`` paths; they cost no credits.
            api_url: ``IMGUR_API_URL``; Imgur's own also where ``/3`` goes elsewhere.
        """
        self._sender = sender
        self._api_url = api_url
        self._client_id = client_id
        self._client_secret = client_secret
        self._clock = clock
        self._probing = asyncio.Lock()
        self._is_open = False
        self._believed_until_s = -1.0

    @property
    def site(self) -> str:
        """The authorise page's address without its parameters."""
        return self.authorize_address("").partition("?")[0]

    def authorize_address(self, state: str) -> str:
        """Where an account's owner allows or denies access."""
        return authorize_url(self._client_id, state=state, api_url=self._api_url)

    async def exchange(self, refresh_token: str) -> Grant:
        """A fresh pair for a refresh token, and whose account it is.

        Raises:
            InvalidGrantError: The token is void, or not this application's.
            ImgurError: Imgur does not answer, or not readably.
        """
        request = refresh_request(self._client_id, self._client_secret, refresh_token)
        response = await self._sender.send(request)
        token = read_token(request, response)
        if token.account_id is None or not token.account_username:
            raise ResponseFormatError("tokens without an account", status=response.status)
        life = timedelta(seconds=token.expires_in or _SHORTEST_LIFE_S)
        return Grant(
            account_id=token.account_id,
            username=token.account_username,
            tokens=TokenPair(token.access_token, token.refresh_token),
            expires_at=self._clock.now() + life,
        )

    async def is_open(self) -> bool:
        """Whether people can link accounts at present, as of the last ten minutes."""
        async with self._probing:
            if self._clock.monotonic() >= self._believed_until_s:
                self._is_open, believed_s = await self._probe()
                self._believed_until_s = self._clock.monotonic() + believed_s
            return self._is_open

    async def _probe(self) -> tuple[bool, float]:
        """Whether the page works, and for how many seconds that holds."""
        try:
            page = read_probe(await self._sender.send(probe_request(self._client_id)))
        except ImgurError as error:
            _log.warning("Imgur's authorise page is out of reach: %s", type(error).__name__)
            return False, _UNREACHED_S
        if page is not AuthorizePage.OPEN:
            _log.warning("Imgur's authorise page %s", page.value)
        return page is AuthorizePage.OPEN, _BELIEVED_S
