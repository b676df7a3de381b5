"""The albums of linked accounts, at hand while people choose one."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.clock import Clock
from bot.credits.pools import Payer
from bot.imgur.client import ImgurClient

#: Every letter typed asks anew, and every look costs a credit.
_FRESH_S = 300.0
_MAX_ACCOUNTS = 200
_PER_PAGE = 100

#: Makes a client that looks at a user's own linked account.
MembersClient = Callable[[Payer, int], ImgurClient]


@dataclass(frozen=True, slots=True)
class ListedAlbum:
    """An album as its owner's list has it."""

    imgur_id: str
    title: str


@dataclass(slots=True)
class _Shelf:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    read_at: float | None = None
    albums: Sequence[ListedAlbum] = ()


def _shown(title: str | None) -> str:
    return (title or "").strip() or "Untitled"  # Discord takes no empty names


class AlbumLists:
    """Looks each account's albums up at most once in a while."""

    def __init__(self, client_for: MembersClient, clock: Clock) -> None:
        self._client_for = client_for
        self._clock = clock
        self._shelves: dict[int, _Shelf] = {}

    async def of(self, payer: Payer, account_id: int) -> Sequence[ListedAlbum]:
        """The hundred latest albums of a linked account.

        Raises:
            ImgurError: Imgur did not tell them.
            CreditError: They cannot be looked up now.
        """
        shelf = self._shelf(account_id)
        async with shelf.lock:
            now = self._clock.monotonic()
            if shelf.read_at is None or now - shelf.read_at > _FRESH_S:
                client = self._client_for(payer, account_id)
                found = await client.account.albums(per_page=_PER_PAGE)
                shelf.albums = [ListedAlbum(one.id, _shown(one.title)) for one in found]
                shelf.read_at = now
            return shelf.albums

    def _shelf(self, account_id: int) -> _Shelf:
        shelf = self._shelves.pop(account_id, None) or _Shelf()
        self._shelves[account_id] = shelf  # the latest used is the last to go
        if len(self._shelves) > _MAX_ACCOUNTS:
            del self._shelves[next(iter(self._shelves))]
        return shelf
