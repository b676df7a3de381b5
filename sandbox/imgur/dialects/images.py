"""A picture as either backend writes it. Pure.

Source: https://api.imgur.com/models/image, and recorded answers where they say otherwise.
"""

from typing import Literal

from sandbox.imgur.calls import Call, Dialect, Links
from sandbox.imgur.records import TITLE_LIMIT, Image, Post

#: Where the picture stands: in the answer to its upload, alone, inside an album, or in an
#: account's list.
Place = Literal["upload", "single", "inner", "listed"]

EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "video/mp4": "mp4",
}

#: Above this a GIF's link leads to its still (and to plain http, as seen until 2022).
BIG_GIF_BYTES = 20_000_000

#: The size of the film that stands in for every GIF's MP4 form.
CLIP_BYTES = 4096


def file_link(image: Image, links: Links, *, long_jpeg: bool = False) -> str:
    """The direct address."""
    extension = EXTENSIONS[image.type]
    if image.type == "image/gif" and image.size_bytes > BIG_GIF_BYTES:
        return f"{links.images}/{image.id}h.gif".replace("https:", "http:")
    if long_jpeg and extension == "jpg":
        extension = "jpeg"
    return f"{links.images}/{image.id}.{extension}"


def image_json(call: Call, image: Image, place: Place) -> dict[str, object]:
    """An image as it stands at that place."""
    item = _facts(call, image, place)
    owned = place == "upload" or _is_owner(call, image)
    if owned:
        item["deletehash"] = image.deletehash
        item["name"] = image.name if place == "upload" else image.name or None
    item["link"] = file_link(
        image, call.links, long_jpeg=place == "upload" and call.dialect is Dialect.NEW
    )
    if image.animated:
        item |= film_json(image, call.links)
    if place == "single":
        item["ad_config"] = ad_config(in_gallery=image.id in call.state.posts)
    return item if call.dialect is Dialect.CLASSIC else as_new(item, image, place)


def _facts(call: Call, image: Image, place: Place) -> dict[str, object]:
    post: Post | None = call.state.posts.get(image.id)
    echo = place == "upload"
    named = place == "listed" or (echo and call.dialect is Dialect.NEW)
    owner_known = place in {"upload", "listed"} or _is_owner(call, image)
    return {
        "id": image.id,
        "title": image.title if echo else cut(image.title),
        "description": image.description if echo else image.description or None,
        "datetime": int(image.created_at.timestamp()),
        "type": image.type,
        "animated": image.animated,
        "width": image.width,
        "height": image.height,
        "size": image.size_bytes,
        "views": image.views,
        "bandwidth": image.views * image.size_bytes,
        "vote": vote_of(call, post),
        "favorite": is_favorite(call, image.id),
        "nsfw": post.nsfw if post and place == "single" else None,
        "section": (post.subreddit or None) if post and place == "single" else None,
        "account_url": owner_name(call, image.account_id) if named else None,
        "account_id": _account_id(image, place) if owner_known else None,
        "is_ad": False,
        "in_most_viral": bool(post and post.viral),
        "has_sound": image.has_sound,
        "tags": [],
        "ad_type": 0,
        "ad_url": "",
        "edited": "0",
        "in_gallery": post is not None,
    }


def film_json(image: Image, links: Links) -> dict[str, object]:
    """What animated pictures have besides."""
    address = f"{links.images}/{image.id}"
    if image.polls_left > 0:
        return {
            "mp4_size": 0,
            "mp4": "",
            "gifv": f"{address}.gifv",
            "hls": "",
            "processing": {"status": "pending"},
        }
    film: dict[str, object] = {
        "mp4_size": image.size_bytes if image.is_video else CLIP_BYTES,
        "mp4": f"{address}.mp4",
        "gifv": f"{address}.gifv",
        "hls": f"{address}.m3u8",
    }
    if image.type == "image/gif":
        film["looping"] = True
    film["processing"] = {"status": "completed"}
    return film


def as_new(item: dict[str, object], image: Image, place: Place) -> dict[str, object]:
    """The classic form turned into the new backend's."""
    changed = {key: value for key, value in item.items() if key != "edited"}
    changed |= {"ad_type": None, "ad_url": None}
    changed.setdefault("deletehash", "")
    if place == "upload":
        for key in ("gifv", "mp4_size", "looping", "processing"):
            changed.pop(key, None)
        changed |= {"animated": False, "mp4": "", "hls": "", "account_id": image.account_id}
    elif not image.animated:
        changed |= {"mp4": "", "hls": ""}
    return changed


def ad_config(*, in_gallery: bool, album: bool = False, nsfw: bool | None = None) -> object:
    """Advertising flags; clients ignore them, so a plausible set will do."""
    safe = ["in_gallery" if in_gallery else "not_in_gallery", "share"]
    safe += ["album"] if album else []
    unsafe = ["onsfw_mod_unsafe", "mature"] if nsfw else ["sixth_mod_unsafe"]
    shows, level = bool(in_gallery and not nsfw), 2 if in_gallery and not nsfw else 1
    return {
        "safeFlags": safe,
        "highRiskFlags": [],
        "unsafeFlags": unsafe,
        "wallUnsafeFlags": [],
        "showsAds": shows,
        "showAdLevel": level,
        "safe_flags": safe,
        "high_risk_flags": [],
        "unsafe_flags": unsafe,
        "wall_unsafe_flags": [],
        "show_ads": shows,
        "show_ad_level": level,
        "nsfw_score": 0,
    }


def cut(title: str | None) -> str | None:
    """A title as it is read back: at most 128 characters, empty becomes null."""
    return (title or "")[:TITLE_LIMIT] or None


def vote_of(call: Call, post: Post | None) -> str | None:
    """The caller's own vote."""
    if post is None or call.caller.account is None:
        return None
    return post.votes.get(call.caller.account.id)


def is_favorite(call: Call, item_id: str) -> bool:
    """Whether the caller keeps the item."""
    account = call.caller.account
    return account is not None and any(kept.item_id == item_id for kept in account.favorites)


def owner_name(call: Call, account_id: int | None) -> str | None:
    """An account's user name."""
    account = call.state.accounts.get(account_id) if account_id is not None else None
    return account.url if account else None


def _account_id(image: Image, place: Place) -> int | None:
    return 0 if place == "upload" and image.account_id is None else image.account_id


def _is_owner(call: Call, image: Image) -> bool:
    account = call.caller.account
    return account is not None and account.id == image.account_id
