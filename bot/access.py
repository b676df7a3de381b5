"""Clients for Imgur that pay for their calls and speak for somebody."""

import asyncio

from bot.accounts.authorising import AuthorisingSender
from bot.accounts.tokens import Tokens
from bot.clock import Clock
from bot.credits.ledger import Reservation
from bot.credits.limiter import Limiter
from bot.credits.paying import CreditSender
from bot.credits.pools import Payer
from bot.errors import BotError
from bot.imgur.client import ImgurClient
from bot.imgur.layers import Cache, CachingSender, RetryingSender
from bot.imgur.wire import Sender
from bot.uploads.job import Batch, Job, Uploaded

#: Nobody waits longer for what is only nice to have.
_ORNAMENT_TIMEOUT_S = 2.0


class ImgurAccess:
    """Makes clients; all share one transport, one cache and one ledger."""

    def __init__(
        self, transport: Sender, cache: Cache, limiter: Limiter, tokens: Tokens, clock: Clock
    ) -> None:
        self._transport = transport
        self._cache = cache
        self._limiter = limiter
        self._tokens = tokens
        self._clock = clock

    def reader(self, payer: Payer) -> ImgurClient:
        """Looks things up in the application's name; what was just looked up costs nothing."""
        paying = CreditSender(self._transport, self._limiter, payer)
        return self._client(CachingSender(RetryingSender(paying, self._clock), self._cache))

    def member(self, payer: Payer, imgur_account_id: int) -> ImgurClient:
        """Looks around and changes things in the name of one account that the payer has linked."""
        paying = CreditSender(self._transport, self._limiter, payer)
        asking = CachingSender(RetryingSender(paying, self._clock), self._cache)
        return self._speaking_for(asking, payer.user_id, imgur_account_id)

    def uploader(self, batch: Batch, job: Job, reservation: Reservation) -> ImgurClient:
        """Uploads one file, paid for by ``reservation``, into its user's account if linked."""
        paying = CreditSender(self._transport, self._limiter, batch.payer, reservation)
        return self._speaking_for(paying, batch.user_id, job.imgur_account_id)

    def curator(self, batch: Batch, job: Job) -> ImgurClient:
        """Looks into the account that a file goes to, and makes the album that it goes into."""
        paying = CreditSender(self._transport, self._limiter, batch.payer)
        return self._speaking_for(paying, batch.user_id, job.imgur_account_id)

    def owner(self, payer: Payer, batch: Batch, uploaded: Uploaded) -> ImgurClient:
        """Changes a picture that was uploaded, in its owner's name."""
        paying = CreditSender(self._transport, self._limiter, payer)
        # A deletehash speaks for itself; the token is only needed without one.
        account_id = None if uploaded.deletehash else uploaded.account_id
        return self._speaking_for(paying, batch.user_id, account_id)

    async def avatar_of(self, user_id: int, username: str) -> str | None:
        """Where an account's picture can be seen; ``None`` where Imgur does not say so soon."""
        try:
            async with asyncio.timeout(_ORNAMENT_TIMEOUT_S):
                return (await self.reader(Payer(user_id)).account.get(username)).avatar
        except (BotError, TimeoutError):
            return None

    def _speaking_for(
        self, paying: Sender, user_id: int, imgur_account_id: int | None
    ) -> ImgurClient:
        if imgur_account_id is None:
            return self._client(paying)
        return self._client(AuthorisingSender(paying, self._tokens, user_id, imgur_account_id))

    def _client(self, sender: Sender) -> ImgurClient:
        return ImgurClient(sender, clock=self._clock)
