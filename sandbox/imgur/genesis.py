"""How a world begins: the demo application and accounts, and a gallery. Pure."""

from datetime import datetime, timedelta

from sandbox.imgur.gallery_seed import fill_gallery
from sandbox.imgur.people import (
    DEMO_CALLBACK_URL,
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    Account,
    Application,
)
from sandbox.imgur.state import State

#: Name, bio and reputation of the accounts that the authorise page offers.
_PEOPLE = (
    ("marmalade", "Breakfast, mostly.", 1204),
    ("pixelpenguin", "I draw small things.", 15872),
    ("quietharbour", None, 87),
    ("northernlights", "Long exposures.", 40211),
)

#: Accounts that only post in the gallery.
_AUTHORS = ("teacupstorm", "slowturtle", "brasskettle", "violetfern", "oldlighthouse", "mothwing")


def new_state(seed: int, now: datetime, *, callback_url: str = "") -> State:
    """A world's memory on its first day.

    Args:
        callback_url: Where the demo application wants to be called back.
    """
    state = State(seed=seed, began_at=now)
    state.applications[DEMO_CLIENT_ID] = Application(
        client_id=DEMO_CLIENT_ID,
        secret=DEMO_CLIENT_SECRET,
        name="Demo bot",
        callback_url=callback_url or DEMO_CALLBACK_URL,
    )
    for index, (name, bio, reputation) in enumerate(_PEOPLE):
        add_account(state, now - timedelta(days=900 + 40 * index), name, bio, reputation)
    for index, name in enumerate(_AUTHORS):
        account = add_account(state, now - timedelta(days=1500 + 60 * index), name)
        account.choosable, account.reputation = False, 100 * (index + 1) ** 3
    fill_gallery(state, now)
    return state


def add_account(
    state: State, created_at: datetime, name: str, bio: str | None = None, reputation: int = 0
) -> Account:
    """A new account, which the authorise page offers."""
    account = Account(
        id=1_000_001 + 7 * len(state.accounts),
        url=name,
        created_at=created_at,
        bio=bio,
        reputation=reputation,
        avatar_name=f"default/{name[0].upper()}",
    )
    state.accounts[account.id] = account
    return account
