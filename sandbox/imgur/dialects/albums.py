"""An album as either backend writes it. Pure.

Source: https://api.imgur.com/models/album, and recorded answers where they say otherwise.
"""

from sandbox.imgur.calls import Call, Dialect
from sandbox.imgur.dialects.images import (
    ad_config,
    cut,
    image_json,
    is_favorite,
    owner_name,
)
from sandbox.imgur.records import Album, Image


def album_json(call: Call, album: Album) -> dict[str, object]:
    """An album with all its pictures."""
    item = _facts(call, album)
    item |= {"include_album_ads": False, "is_album": True}
    item |= _owner_part(call, album)
    pictures = call.state.pictures_of(album)
    item["images"] = [image_json(call, picture, "inner") for picture in pictures]
    item["ad_config"] = ad_config(in_gallery=album.id in call.state.posts, album=True)
    return as_new(item) if call.dialect is Dialect.NEW else item


def listed_album_json(call: Call, album: Album, order: int) -> dict[str, object]:
    """An album in an account's list: without pictures."""
    item = _facts(call, album) | {"include_album_ads": False, "is_album": True}
    item |= _owner_part(call, album)
    item["order"] = order
    return as_new(item) if call.dialect is Dialect.NEW else item


def cover_of(call: Call, album: Album) -> Image | None:
    """The chosen cover if it still is there, else the first picture."""
    pictures = call.state.pictures_of(album)
    chosen = (picture for picture in pictures if picture.id == album.cover)
    return next(chosen, pictures[0] if pictures else None)


def as_new(item: dict[str, object]) -> dict[str, object]:
    """The classic form turned into the new backend's: empty text and zeros instead of null."""
    changed = dict(item)
    for key in ("description", "cover"):
        changed[key] = item[key] or ""
    for key in ("cover_width", "cover_height"):
        changed[key] = item[key] or 0
    changed.setdefault("deletehash", "")
    return changed


def _facts(call: Call, album: Album) -> dict[str, object]:
    cover = cover_of(call, album)
    post = call.state.posts.get(album.id)
    return {
        "id": album.id,
        "title": cut(album.title),
        "description": album.description or None,
        "datetime": int(album.created_at.timestamp()),
        "cover": cover.id if cover else None,
        "cover_edited": None,
        "cover_width": cover.width if cover else None,
        "cover_height": cover.height if cover else None,
        "account_url": owner_name(call, album.account_id),
        "account_id": album.account_id,
        "privacy": album.privacy,
        "layout": album.layout,
        "views": album.views,
        "link": f"{call.links.pages}/a/{album.id}",
        "favorite": is_favorite(call, album.id),
        "nsfw": post.nsfw if post else False,
        "section": (post.subreddit or None) if post else None,
        "images_count": len(call.state.pictures_of(album)),
        "in_gallery": post is not None,
        "is_ad": False,
    }


def _owner_part(call: Call, album: Album) -> dict[str, object]:
    me = call.caller.account
    own = me is not None and me.id == album.account_id
    return {"deletehash": album.deletehash} if own else {}
