"""The sender that lets a user's own account speak."""

from dataclasses import replace

from bot.accounts.tokens import Tokens
from bot.errors import DeadTokenError, RateLimitedError
from bot.imgur.reading import failure_of
from bot.imgur.wire import Anonymous, Bearer, Request, Response, Sender

_TOO_MANY = 429
_UNKNOWN_WAIT_S = 60.0


class AuthorisingSender:
    """Puts a user's credential on requests that carry the application's.

    A dead token is renewed, and the request sent again, once: the answer proves that it did not
    take effect, so this holds for uploads too. Belongs around whatever pays for calls: which pool
    pays depends on the credential.
    """

    def __init__(
        self, inner: Sender, tokens: Tokens, user_id: int, imgur_account_id: int | None = None
    ) -> None:
        """Prepare.

        Args:
            imgur_account_id: One account of the user, and nothing else; else his default, or the
                application's where he has linked none.
        """
        self._inner = inner
        self._tokens = tokens
        self._user_id = user_id
        self._imgur_account_id = imgur_account_id

    async def send(self, request: Request) -> Response:
        """Send it as the user.

        Raises:
            LinkError: The account is not linked, or revoked. Nothing was sent.
            ImgurError: Its token has run out and cannot be renewed, or no answer arrived.
            RateLimitedError: Imgur refuses a token that it issued a moment ago.
            CryptoError: Its tokens cannot be opened.
        """
        if not isinstance(request.credential, Anonymous):
            return await self._inner.send(request)
        credential = await self._tokens.credential_for(self._user_id, self._imgur_account_id)
        request = replace(request, credential=credential)
        response = await self._inner.send(request)
        is_dead = isinstance(failure_of(request, response), DeadTokenError)
        if not is_dead or not isinstance(credential, Bearer):
            return response
        fresh = await self._tokens.renewed(self._user_id, credential)
        request = replace(request, credential=fresh)
        response = await self._inner.send(request)
        if response.status == _TOO_MANY and isinstance(
            failure_of(request, response), DeadTokenError
        ):
            # A refusal that looks like a dead token; the token was issued a moment ago.
            raise RateLimitedError(
                "refused with a new token",
                status=_TOO_MANY,
                pool="user",
                retry_after_s=_UNKNOWN_WAIT_S,
            )
        return response
