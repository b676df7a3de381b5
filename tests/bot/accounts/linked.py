"""Somebody who is linked to an account of the sandbox."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.accounts.account import LinkedAccount, NewLink
from bot.accounts.imgur_oauth import ImgurOAuth
from bot.accounts.sealing import Owner, TokenPair
from bot.accounts.vault import Vault
from bot.imgur.wire import Sender
from bot.storage.links import SqlLinkStore
from sandbox.imgur.people import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Token
from sandbox.imgur.server import Sandbox
from tests.bot.accounts.making import ALICE, NOON
from tests.bot.accounts.still_clock import StillClock

LIFE = timedelta(days=28)


@dataclass
class Deaths:
    """A ``LinkAnnouncer`` that only tells of links that have died.

    Attributes:
        told: The users, in order.
        is_away: Discord is out of reach.
    """

    told: list[int] = field(default_factory=list)
    is_away: bool = False

    async def linked(self, _ref: object, _linked: object) -> None:
        raise AssertionError

    async def failed(self, _ref: object, _error: object) -> None:
        raise AssertionError

    async def revoked(self, account: LinkedAccount) -> bool:
        if not self.is_away:
            self.told.append(account.user_id)
        return not self.is_away


def oauth(door: Sender, imgur: Sandbox, clock: StillClock) -> ImgurOAuth:
    return ImgurOAuth(
        door,
        api_url=imgur.url,
        client_id=DEMO_CLIENT_ID,
        client_secret=DEMO_CLIENT_SECRET,
        clock=clock,
    )


def issue(imgur: Sandbox, name: str = "marmalade") -> Token:
    """A pair of tokens as if the account's owner had allowed access."""
    state = imgur.world.state
    account = state.account_named(name)
    assert account is not None
    token = Token(
        access=state.new_hex(40),
        refresh=state.new_hex(40),
        account_id=account.id,
        client_id=DEMO_CLIENT_ID,
        issued_at=NOON,
        expires_in_s=int(LIFE.total_seconds()),
    )
    state.tokens.append(token)
    return token


async def link(
    links: SqlLinkStore,
    vault: Vault,
    token: Token,
    user_id: int = ALICE,
    expires_at: datetime = NOON + LIFE,
) -> LinkedAccount:
    pair = TokenPair(token.access, token.refresh)
    new = NewLink(
        user_id=user_id,
        imgur_account_id=token.account_id,
        username="marmalade",
        tokens=Owner("links", user_id, token.account_id).seal(vault, pair),
        expires_at=expires_at,
    )
    return (await links.link(new, replace=False, at=NOON)).account
