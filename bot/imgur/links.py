"""What a pasted Imgur address means. Pure.

Source: https://api.imgur.com/models/image#thumbs for the thumbnails' letters; the forms of pages
are those that Imgur's site has used since 2010.
"""

import re
from dataclasses import dataclass
from enum import Enum
from urllib.parse import unquote, urlsplit


class LinkKind(Enum):
    """What an address leads to."""

    FILE = "file"  # certainly one image
    PAGE = "page"  # an image, or an album: ask for the image, then for the album
    ALBUM = "album"
    POST = "post"  # in the gallery
    USER = "user"
    TAG = "tag"
    SUBREDDIT = "subreddit"


@dataclass(frozen=True, slots=True)
class ImgurLink:
    """An address that was understood.

    Attributes:
        id: The image's, album's or post's id; else the user's, tag's or subreddit's name.
        extension: Of a file, as pasted, in lower case and without its dot; ``gifv`` is a player.
    """

    kind: LinkKind
    id: str
    extension: str = ""


_HOSTS = frozenset({"imgur.com", "www.imgur.com", "m.imgur.com", "imgur.io", "www.imgur.io"})
_FILE_HOSTS = frozenset({"i.imgur.com", "i.imgur.io"})

_ID = re.compile(r"[A-Za-z0-9]{7}|[A-Za-z0-9]{5}")
_SLUG_ID = re.compile(r"[\w%-]*-([A-Za-z0-9]{7}|[A-Za-z0-9]{5})")
_FILE = re.compile(r"([A-Za-z0-9]{5,8})(?:_[a-z])?\.([A-Za-z0-9]{2,4})")
_NAME = re.compile(r"\w[\w .-]{0,62}")

#: An image's id has 5 or 7 characters; one more is a thumbnail's letter.
_WITH_LETTER = re.compile(r"([A-Za-z0-9]{5}|[A-Za-z0-9]{7})[sbtmlhgr]")

#: Words of the site that look like ids.
_RESERVED = frozenset(
    {
        *("about", "login", "press", "rules", "store", "terms", "topic", "viral"),
        *("account", "emerald", "favicon", "gallery", "memegen", "privacy", "removed"),
    }
)
_LISTS = {"t": LinkKind.TAG, "topic": LinkKind.TAG, "r": LinkKind.SUBREDDIT}


def understand(text: str) -> ImgurLink | None:
    """What an address leads to; ``None`` where it is not one of Imgur's, or shows nothing.

    Args:
        text: As pasted: with or without a scheme, within ``<`` and ``>``, with query and fragment.
    """
    address = text.strip().removeprefix("<").removesuffix(">")
    if "://" not in address:
        address = f"https://{address.removeprefix('//')}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"}:
        return None
    steps = [unquote(step) for step in parts.path.split("/") if step]
    host = parts.netloc.lower().removesuffix(":443").removesuffix(":80")
    if host in _FILE_HOSTS:
        return _file(steps) or _page(steps)
    is_album_of_old = host.endswith(".imgur.com") and steps[:1] == ["a"]  # on its owner's subdomain
    return _site(steps) if host in _HOSTS or is_album_of_old else None


def _site(steps: list[str]) -> ImgurLink | None:
    match steps:
        case ["a", page, *_]:
            return _known(LinkKind.ALBUM, page)
        case ["gallery", page, *_]:
            return _known(LinkKind.POST, page)
        case ["t" | "topic" | "r", _, page, *_] if _known(LinkKind.POST, page):
            return _known(LinkKind.POST, page)
        case ["t" | "topic" | "r" as section, name, *_]:
            return _named(_LISTS[section], name)
        case ["user", name, *_]:
            return _named(LinkKind.USER, name)
        case _:
            return _file(steps) or _page(steps)


def _file(steps: list[str]) -> ImgurLink | None:
    found = _FILE.fullmatch(steps[0]) if len(steps) == 1 else None
    if found is None or found[1] in _RESERVED:
        return None
    lettered = _WITH_LETTER.fullmatch(found[1])
    return ImgurLink(LinkKind.FILE, lettered[1] if lettered else found[1], found[2].lower())


def _page(steps: list[str]) -> ImgurLink | None:
    return _known(LinkKind.PAGE, steps[0]) if len(steps) == 1 else None


def _known(kind: LinkKind, page: str) -> ImgurLink | None:
    """A page by its id, or by a title with the id behind the last hyphen."""
    if _ID.fullmatch(page):
        return None if page in _RESERVED else ImgurLink(kind, page)
    slug = _SLUG_ID.fullmatch(page)
    return ImgurLink(kind, slug[1]) if slug else None


def _named(kind: LinkKind, name: str) -> ImgurLink | None:
    return ImgurLink(kind, name) if _NAME.fullmatch(name) else None
