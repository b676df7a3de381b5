"""Odd answers made readable, and links made safe. Pure."""

import re
from operator import is_not
from typing import Any, TypeVar

import msgspec
from msgspec import structs

from bot.imgur.hosts import SITE, trusted_link
from bot.imgur.links import understand
from bot.imgur.models import Album, CustomGallery, GalleryItem, Image, Item, TagGallery, Topic

T = TypeVar("T")

#: So many odd fields are left out of one answer before it counts as unreadable.
MAX_ODD_FIELDS = 64

_PLACE = re.compile(r" - at `\$((?:\.[A-Za-z_]\w*|\[\d+\])+)`$")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_WANTS_TEXT = "Expected `str"
_WANTS_LIST = "Expected `array"
_LACKS_ID = "Object missing required field `id`"

_WITH_IMAGES = (Album, GalleryItem)
_EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/apng": "png",
    "image/gif": "gif",
    "video/mp4": "mp4",
}


def convert_with_care(data: Any, wanted: type[T]) -> T:
    """Plain data as a record; a field of the wrong type counts as missing.

    A number where a text is wanted becomes that text, a tag may be its name alone, and an object
    with numbers for names is a list, as PHP writes those with gaps; nothing at all is an empty one.
    An item without an id gets that of its link; in a list it is left out where it has none either.
    ``data`` is changed on the way.

    Raises:
        msgspec.ValidationError: It is something else altogether.
    """
    holder = [data]
    for _ in range(MAX_ODD_FIELDS):
        try:
            return msgspec.convert(holder[0], wanted, strict=False)
        except msgspec.ValidationError as error:
            if not _mend(holder, str(error)):
                raise
    return msgspec.convert(holder[0], wanted, strict=False)


def with_trusted_links(value: T, api_origin: str) -> T:
    """A record, or a tuple of them, with no link that leads to a strange host.

    Args:
        api_origin: The origin of the API that answered; a stand-in serves its files itself.
    """
    trusted: Any = value
    if isinstance(value, tuple):
        trusted = tuple([with_trusted_links(each, api_origin) for each in value])
    elif isinstance(value, Item):
        trusted = _trusted_item(value, api_origin)
    elif isinstance(value, TagGallery):
        trusted = structs.replace(value, items=with_trusted_links(value.items, api_origin))
    elif isinstance(value, CustomGallery):
        link = trusted_link(value.link or "", api_origin)
        items = with_trusted_links(value.items, api_origin)
        trusted = structs.replace(value, link=link, items=items)
    elif isinstance(value, Topic) and value.top_post is not None:
        trusted = structs.replace(value, top_post=_trusted_item(value.top_post, api_origin))
    result: T = trusted
    return result


_I = TypeVar("_I", bound=Item)


def _trusted_item(item: _I, api_origin: str) -> _I:
    changes: dict[str, object] = {}
    link = trusted_link(item.link, api_origin) or _rebuilt(item)
    if link != item.link:
        changes["link"] = link
    if isinstance(item, Image) and item.mp4:
        mp4 = trusted_link(item.mp4, api_origin)
        if mp4 != item.mp4:
            changes["mp4"] = mp4
    if isinstance(item, _WITH_IMAGES) and item.images:
        images = tuple([_trusted_item(image, api_origin) for image in item.images])
        if any(map(is_not, images, item.images)):
            changes["images"] = images
    return structs.replace(item, **changes) if changes else item


def _rebuilt(item: Item) -> str:
    """The link as Imgur builds it, for items that give none or a strange one."""
    bare = structs.replace(item, link="")
    if isinstance(item, Album) or (isinstance(item, GalleryItem) and item.is_album):
        return f"{SITE}/a/{bare.page_link.rsplit('/', 1)[-1]}"
    kind = item.type if isinstance(item, Image) else None
    return bare.file_link(_EXTENSIONS.get(kind or "", "jpg"))


def _mend(root: list[Any], complaint: str) -> bool:
    """Mend what msgspec complains about, or take it away; returns whether there is hope.

    Args:
        root: Holds the data as its only item.
    """
    place = _PLACE.search(complaint)
    found = _STEP.findall(place[1]) if place else []
    steps: list[str | int] = [0, *(name or int(index) for name, index in found)]
    holder: Any = root
    for step in steps[:-1]:
        holder = holder[step]
    last = steps[-1]
    odd = holder[last]
    mended = _mended(odd, complaint)
    if mended is None and isinstance(odd, str) and "tags" in steps[-2:-1]:
        mended = {"name": odd}
    if mended is not None:
        holder[last] = mended
    elif holder is root:
        return False
    else:
        del holder[last]
    return True


def _mended(odd: Any, complaint: str) -> Any:
    """What an odd value stands for; ``None`` where nobody knows."""
    if complaint.startswith(_WANTS_TEXT) and _is_number(odd):
        return str(odd)
    if complaint.startswith(_WANTS_LIST):
        if odd is None:
            return []
        if isinstance(odd, dict) and all(name.isdigit() for name in odd):
            return list(odd.values())
    if complaint.startswith(_LACKS_ID) and isinstance(odd, dict):
        link = understand(str(odd.get("link", "")))
        return None if link is None else {**odd, "id": link.id}
    return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
