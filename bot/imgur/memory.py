"""Answers that are kept for a while, within a bound. Pure."""

from collections import OrderedDict
from dataclasses import dataclass

from bot.imgur.wire import Anonymous, Bearer, Credential, Request, Response

#: An answer is kept with the records that were read from it, which take about as much again.
_WEIGHT = 3
_OVERHEAD_BYTES = 1024
_OK = 200

#: Lists that are the same for everyone for a while.
_LISTINGS = ("/3/gallery", "/3/tags", "/3/topics", "/3/g/", "/3/memegen")


@dataclass(frozen=True, slots=True)
class Key:
    """What two requests must share to share an answer; the credential comes first."""

    credential: Credential | None
    path: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, request: Request) -> "Key":
        """The key of a request."""
        return cls(request.credential, request.path, request.query, request.headers)


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept answer.

    Attributes:
        etag: What to ask with whether it still holds; empty where Imgur gave none.
        fresh_until: The instant up to which it is not even asked.
    """

    response: Response
    etag: str
    fresh_until: float

    @property
    def weight_bytes(self) -> int:
        """What it counts for."""
        return _WEIGHT * len(self.response.body) + _OVERHEAD_BYTES


class Memory:
    """The answers used last, up to a bound in bytes."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self.used_bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Key) -> Kept | None:
        """A kept answer, whose turn to go is then put off."""
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
        return kept

    def keep(self, key: Key, kept: Kept) -> None:
        """Keep an answer; what was used longest ago goes for it, or it goes itself if too big."""
        self.forget(key)
        self._kept[key] = kept
        self.used_bytes += kept.weight_bytes
        while self.used_bytes > self._max_bytes:
            self.forget(next(iter(self._kept)))

    def forget(self, key: Key) -> None:
        """Drop an answer, if it is there."""
        kept = self._kept.pop(key, None)
        if kept is not None:
            self.used_bytes -= kept.weight_bytes

    def forget_all_of(self, account: Bearer) -> None:
        """Drop what one account was told, because it has changed something."""
        for key in [key for key in self._kept if key.credential == account]:
            self.forget(key)


def may_keep(request: Request, response: Response) -> bool:
    """Whether an answer may be kept at all.

    ``no-store`` is honoured. PHP puts it on every answer together with ``post-check``, even beside
    an ETag, which is no word about this one: public answers are kept in spite of that.

    Source: https://www.php.net/manual/en/function.session-cache-limiter.php
    """
    control = response.headers.get("cache-control", "").lower()
    by_reflex = "post-check" in control and isinstance(request.credential, Anonymous)
    return response.status == _OK and ("no-store" not in control or by_reflex)


def is_listing(request: Request) -> bool:
    """Whether a request asks for what changes slowly and is asked often."""
    return request.path.startswith(_LISTINGS)
