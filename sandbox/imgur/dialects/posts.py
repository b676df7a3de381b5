"""Gallery items as either backend writes them. Pure.

Source: https://api.imgur.com/models/gallery_image, gallery_album and tag, and recorded answers.
"""

from sandbox.imgur.calls import Call, Dialect
from sandbox.imgur.dialects import albums, images
from sandbox.imgur.records import Image, Post, Tag

#: How many pictures of an album a list shows.
PREVIEWS = 3

_UNRATED = ("comment_count", "favorite_count", "ups", "downs", "points", "score")


def post_json(call: Call, post: Post, *, whole: bool = False, previews: bool = True) -> object:
    """A gallery item.

    Args:
        whole: All pictures of an album instead of the first three.
        previews: Whether an album in a list shows pictures at all.
    """
    if not post.is_album:
        return _image_post(call, post, call.state.images[post.id])
    return _album_post(call, post, whole=whole, previews=previews)


def subreddit_json(call: Call, post: Post) -> dict[str, object]:
    """An item of a subreddit's section, where votes and comments are not counted."""
    item = _image_post(call, post, call.state.images[post.id])
    unknown = ("comment_count", "favorite_count", "ups", "downs", "points")
    return item | dict.fromkeys(unknown) | {"account_url": None, "account_id": None}


def tag_json(call: Call, tag: Tag) -> dict[str, object]:
    """A tag with its counts."""
    me = call.caller.account
    total = sum(tag.name in post.tags for post in call.state.posts.values())
    return {
        "name": tag.name,
        "display_name": tag.display_name,
        "followers": tag.followers,
        "total_items": total,
        "following": me is not None and tag.name in me.followed_tags,
        "is_whitelisted": False,
        "background_hash": tag.background,
        "thumbnail_hash": None,
        "accent": tag.accent,
        "background_is_animated": False,
        "thumbnail_is_animated": False,
        "is_promoted": False,
        "description": tag.description,
        "logo_hash": None,
        "logo_destination_url": None,
        "description_annotations": {},
    }


def comment_count(call: Call, post: Post) -> int:
    """How many remarks stand below a post."""
    return sum(comment.post_id == post.id for comment in call.state.comments.values())


def _image_post(call: Call, post: Post, image: Image) -> dict[str, object]:
    item = images.image_json(call, image, "inner")
    for owners in ("name", "deletehash"):
        item.pop(owners, None)
    if "edited" in item:
        item["edited"] = 0
    item |= {
        "title": post.title,
        "description": post.description,
        "datetime": int(post.submitted_at.timestamp()),
        "vote": images.vote_of(call, post),
        "nsfw": post.nsfw,
        "section": post.subreddit,
        "account_url": images.owner_name(call, post.account_id),
        "account_id": post.account_id,
        "in_most_viral": post.viral,
        "tags": _tags(call, post),
        "in_gallery": True,
        "topic": None,
        "topic_id": 0,
        "ad_config": images.ad_config(in_gallery=True, nsfw=post.nsfw),
    }
    if call.dialect is Dialect.NEW:
        item["deletehash"] = ""
    return item | _score(call, post) | {"is_album": False} | _meme(post)


def _album_post(call: Call, post: Post, *, whole: bool, previews: bool) -> dict[str, object]:
    album = call.state.albums[post.id]
    pictures = call.state.pictures_of(album)
    cover = albums.cover_of(call, album)
    score = _score(call, post)
    item: dict[str, object] = {
        "id": post.id,
        "title": post.title,
        "description": post.description,
        "datetime": int(post.submitted_at.timestamp()),
        "cover": cover.id if cover else None,
        "cover_width": cover.width if cover else None,
        "cover_height": cover.height if cover else None,
        "account_url": images.owner_name(call, post.account_id),
        "account_id": post.account_id,
        "privacy": album.privacy,
        "layout": album.layout,
        "views": album.views,
        "link": f"{call.links.pages}/a/{post.id}",
        "ups": score["ups"],
        "downs": score["downs"],
        "points": score["points"],
        "score": score["score"],
        "is_album": True,
        "vote": images.vote_of(call, post),
        "favorite": images.is_favorite(call, post.id),
        "nsfw": post.nsfw,
        "section": post.subreddit,
        "comment_count": score["comment_count"],
        "favorite_count": score["favorite_count"],
        "topic": None,
        "topic_id": None,
        "images_count": len(pictures),
        "in_gallery": True,
        "is_ad": False,
        "tags": _tags(call, post),
        "ad_type": 0,
        "ad_url": "",
        "in_most_viral": post.viral,
        "include_album_ads": False,
    }
    if whole or previews:
        shown = pictures if whole else pictures[:PREVIEWS]
        item["images"] = [_inner(call, picture) for picture in shown]
    item["ad_config"] = images.ad_config(in_gallery=True, album=True, nsfw=post.nsfw)
    item |= _meme(post)
    if call.dialect is Dialect.NEW:
        return albums.as_new(item) | {"ad_type": None, "ad_url": None}
    return item


def _inner(call: Call, picture: Image) -> dict[str, object]:
    """A picture inside a post; it is not rated by itself."""
    item = images.image_json(call, picture, "inner")
    return item | dict.fromkeys(_UNRATED)


def _score(call: Call, post: Post) -> dict[str, object]:
    kept = sum(
        any(favorite.item_id == post.id for favorite in account.favorites)
        for account in call.state.accounts.values()
    )
    return {
        "comment_count": comment_count(call, post),
        "favorite_count": post.favorites + kept,
        "ups": post.all_ups,
        "downs": post.all_downs,
        "points": post.points,
        "score": post.points,
    }


def _tags(call: Call, post: Post) -> list[object]:
    known = call.state.tags
    return [tag_json(call, known[name]) for name in post.tags if name in known]


def _meme(post: Post) -> dict[str, object]:
    if not post.meme:
        return {}
    lines = {"top_text": post.title.upper(), "bottom_text": ""}
    return {"meme_metadata": {"meme_name": "Sandbox Meme", **lines, "bg_image": post.id}}
