"""The pools as they will be, to try the future on. Pure."""

from collections.abc import Callable

from bot.credits.ledger import Ledger, Shortage
from bot.credits.pools import Call, Charge, Payer, Work


class Foresight:
    """Tries calls on copies of the pools, at times of one's choosing.

    Attributes:
        began_at: The present.
    """

    def __init__(
        self, charge_of: Callable[[Call, Payer | None], Charge], ledger: Ledger, began_at: float
    ) -> None:
        self._charge_of = charge_of
        self._ledger = ledger.foresee()
        self.began_at = began_at

    def look(self, call: Call) -> None:
        """Take what a call costs that the bot makes for its own sake."""
        charge = self._charge_of(call, None)
        self._ledger.serve(charge, Work.INTERACTIVE, self.began_at)

    def serve(self, call: Call, payer: Payer, now: float) -> Shortage | None:
        """Take what a call costs for one that succeeds at once, or say what is short."""
        return self._ledger.serve(self._charge_of(call, payer), payer.work, now)
