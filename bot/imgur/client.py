"""Imgur's whole API in the name of one credential."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from bot.clock import Clock
from bot.imgur.endpoints.account import AccountEndpoints
from bot.imgur.endpoints.album import AlbumEndpoints
from bot.imgur.endpoints.comment import CommentEndpoints
from bot.imgur.endpoints.feed import FeedEndpoints
from bot.imgur.endpoints.gallery import GalleryEndpoints
from bot.imgur.endpoints.image import ImageEndpoints
from bot.imgur.endpoints.mail import MailEndpoints
from bot.imgur.paging import Meter, Pages
from bot.imgur.wire import Anonymous, Credential, Sender

T = TypeVar("T")

_APPLICATION = Anonymous()


class ImgurClient:
    """Groups the calls; cheap enough to be made for each one.

    Attributes:
        image: Look at, upload, change and delete images.
        album: The same for albums.
        gallery: Search, sections, tags, votes, comments, sharing.
        account: Profile, settings, and what an account holds.
        comment: Comments.
        feed: The feed, credits, topics, memes, custom galleries.
        mail: Conversations and notifications.
    """

    def __init__(
        self, sender: Sender, credential: Credential = _APPLICATION, *, clock: Clock
    ) -> None:
        self._sender = sender
        self._credential = credential
        self._clock = clock
        self.image = ImageEndpoints(sender, credential, clock)
        self.album = AlbumEndpoints(sender, credential, clock)
        self.gallery = GalleryEndpoints(sender, credential, clock)
        self.account = AccountEndpoints(sender, credential, clock)
        self.comment = CommentEndpoints(sender, credential, clock)
        self.feed = FeedEndpoints(sender, credential, clock)
        self.mail = MailEndpoints(sender, credential, clock)

    def __repr__(self) -> str:
        return f"ImgurClient({self._sender!r})"

    def pages(
        self,
        call: Callable[["ImgurClient", int], Awaitable[Sequence[T]]],
        *,
        first: int = 0,
        last: int | None = None,
    ) -> Pages[T]:
        """Go through the pages of a list, one call each.

        ::

            async for page in client.pages(lambda c, n: c.gallery.search("cats", page=n)):
                print(page.number, page.cost_credits, page.items)

        Args:
            call: Asks for a page by its number.
            last: Go no further than that page.
        """
        meter = Meter(self._sender)
        client = ImgurClient(meter, self._credential, clock=self._clock)
        return Pages(lambda number: call(client, number), meter, first=first, last=last)
