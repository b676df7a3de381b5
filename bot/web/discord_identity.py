"""Discord's OAuth from the server's side: whose browser is this?

Source: https://docs.discord.com/developers/topics/oauth2
"""

import logging
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot import __version__
from bot.accounts.identity import challenge_of
from bot.errors import LinkingUnavailableError, TicketError

_log = logging.getLogger(__name__)

_TIMEOUT = aiohttp.ClientTimeout(total=8.0)
_USER_AGENT = f"DiscordBot (imgur-bot, {__version__})"


class DiscordIdentity:
    """``Identity`` by Discord."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        api_url: str,
        authorize_url: str,
        client_secret: str,
        redirect_uri: str,
    ) -> None:
        """Prepare.

        Args:
            api_url: ``DISCORD_API_URL``, with its version.
            redirect_uri: ``{PUBLIC_BASE_URL}/callback/discord``; the operator enters it in
                Discord's portal.
        """
        self._session = session
        self._api_url = api_url
        self._authorize_url = authorize_url
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri

    @property
    def site(self) -> str:
        """``DISCORD_AUTHORIZE_URL``."""
        return self._authorize_url

    def address(self, application_id: int, *, state: str, verifier: str, silently: bool) -> str:
        """Discord's authorise page with our questions."""
        fields = {
            "client_id": str(application_id),
            "response_type": "code",
            "scope": "identify",
            "redirect_uri": self._redirect_uri,
            "state": state,
            "prompt": "none" if silently else "consent",
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        return f"{self._authorize_url}?{urlencode(fields)}"

    async def user_id(self, application_id: int, *, code: str, verifier: str) -> int:
        """Whose code this is; see ``Identity``."""
        auth = aiohttp.encode_basic_auth(str(application_id), self._client_secret)
        grant = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": verifier,
        }
        try:
            token = str((await self._post("/oauth2/token", grant, auth))["access_token"])
            try:
                return await self._whoami(token)
            finally:
                await self._give_back(token, auth)
        except aiohttp.ClientResponseError as error:
            if error.status == 400:  # noqa: PLR2004 (invalid_grant)
                raise TicketError("Discord does not honour this code") from error
            raise _unavailable(error) from error
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
            raise _unavailable(error) from error

    async def _whoami(self, token: str) -> int:
        headers = {"Authorization": f"Bearer {token}", "User-Agent": _USER_AGENT}
        async with self._session.get(
            f"{self._api_url}/users/@me", headers=headers, timeout=_TIMEOUT, raise_for_status=True
        ) as response:
            return int((await response.json(content_type=None))["id"])

    async def _give_back(self, token: str, auth: str) -> None:
        """Revoke the token; it has said what it is for."""
        fields = {"token": token, "token_type_hint": "access_token"}
        try:
            await self._post("/oauth2/token/revoke", fields, auth)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            _log.warning("Discord's token could not be revoked: %s", type(error).__name__)

    async def _post(self, path: str, fields: dict[str, str], auth: str) -> Any:
        async with self._session.post(
            f"{self._api_url}{path}",
            data=fields,
            headers={"Authorization": auth, "User-Agent": _USER_AGENT},
            timeout=_TIMEOUT,
            raise_for_status=True,
            allow_redirects=False,
        ) as response:
            return await response.json(content_type=None)


def _unavailable(error: Exception) -> LinkingUnavailableError:
    return LinkingUnavailableError(f"Discord: {type(error).__name__}", cause="discord")
