"""The sender that pays for each call before it goes out."""

from bot.credits.ledger import Reservation
from bot.credits.limiter import Limiter
from bot.credits.pools import Call, Payer
from bot.imgur.wire import Request, Response, Sender


class CreditSender:
    """Pays for each call before it goes out."""

    def __init__(
        self,
        inner: Sender,
        limiter: Limiter,
        payer: Payer | None,
        reservation: Reservation | None = None,
    ) -> None:
        """Wrap ``inner``.

        Args:
            payer: ``None`` when the bot asks for its own sake.
            reservation: Pays for the first call; the next ones are reserved for as they come.
        """
        self._inner = inner
        self._limiter = limiter
        self._payer = payer
        self._reservation = reservation

    def __repr__(self) -> str:
        return f"CreditSender({self._inner!r})"

    async def send(self, request: Request) -> Response:
        """Send it, once it is paid for.

        Raises:
            CreditError: Nothing was sent.
            TransportError: No answer arrived.
        """
        reservation, self._reservation = self._reservation, None
        if reservation is None:
            reservation = self._limiter.reserve(Call.of(request), self._payer)
        return await self._limiter.pay(reservation, request, self._inner.send)
