"""Telling in Discord how a link began in a browser, and that one has died."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.accounts.account import Linked, LinkedAccount
from bot.errors import BotError


@dataclass(frozen=True, slots=True)
class InteractionRef:
    """The interaction whose private answer carries the link's button.

    Attributes:
        token: Lets its holder edit that answer; kept out of ``repr``.
        expires_at: When Discord stops honouring it, fifteen minutes after the interaction.
    """

    application_id: int
    token: str = field(repr=False)
    expires_at: datetime


class LinkAnnouncer(Protocol):
    """Edits that answer, or writes to the user. What Discord refuses it logs and does not raise."""

    async def linked(self, ref: InteractionRef, linked: Linked) -> None:
        """The account is linked."""
        ...

    async def failed(self, ref: InteractionRef, error: BotError) -> None:
        """Nothing was linked, for this reason; the link's button is of no use any more."""
        ...

    async def revoked(self, account: LinkedAccount) -> bool:
        """Imgur does not honour the link any more.

        Returns:
            ``False`` where Discord is out of reach, so that it is worth another try.
        """
        ...
