"""The website's own API, undocumented and without the envelope, as other tools read it.

Source: what gallery-dl and ArchiveTeam read from it.
"""

from sandbox.imgur.calls import Answer, Call, Refusal, Route
from sandbox.imgur.dialects.images import EXTENSIONS, cut, file_link, is_favorite, vote_of
from sandbox.imgur.dialects.posts import comment_count
from sandbox.imgur.records import Album, Image


def get_media(call: Call) -> object:
    """A picture as a post with one medium."""
    image = call.state.image(call.args["id"])
    if image is None:
        raise Refusal(404, f"Unable to find an image with the id, {call.args['id']}")
    return Answer(_post(call, image, None), wrapped=False)


def get_album(call: Call) -> object:
    """An album as a post."""
    album = call.state.album(call.args["id"])
    if album is None:
        raise Refusal(404, f"Unable to find an album with the id, {call.args['id']}")
    return Answer(_post(call, None, album), wrapped=False)


def get_post(call: Call) -> object:
    """Whichever of both the id names, if it is in the gallery."""
    if call.args["id"] not in call.state.posts:
        raise Refusal(404, f"Unable to find a post with the id, {call.args['id']}")
    return get_album(call) if call.state.posts[call.args["id"]].is_album else get_media(call)


def _post(call: Call, image: Image | None, album: Album | None) -> dict[str, object]:
    item = album or image
    assert item is not None  # noqa: S101 - one of both is given
    pictures = call.state.pictures_of(album) if album else [image] if image else []
    post = call.state.posts.get(item.id)
    path = "a" if album else "gallery"
    facts: dict[str, object] = {
        "id": item.id,
        "account_id": item.account_id or 0,
        "title": cut(post.title if post else item.title) or "",
        "description": item.description or "",
        "view_count": item.views,
        "upvote_count": post.all_ups if post else 0,
        "downvote_count": post.all_downs if post else 0,
        "point_count": post.points if post else 0,
        "image_count": len(pictures),
        "comment_count": comment_count(call, post) if post else 0,
        "favorite_count": post.favorites if post else 0,
        "virality": 0.0,
        "score": float(post.points) if post else 0.0,
        "in_most_viral": bool(post and post.viral),
        "is_album": album is not None,
        "is_mature": bool(post and post.nsfw),
        "cover_id": pictures[0].id if pictures else "",
        "created_at": item.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "updated_at": None,
        "url": f"{call.links.pages}/{path}/{item.id}",
        "privacy": album.privacy if album else "hidden",
        "vote": vote_of(call, post),
        "favorite": is_favorite(call, item.id),
        "is_ad": False,
        "shared_with_community": post is not None,
        "is_pending": False,
        "platform": "api",
        "display": [],
    }
    if pictures:
        facts["media"] = [_medium(call, picture) for picture in pictures]
    return facts


def _medium(call: Call, image: Image) -> dict[str, object]:
    extension = EXTENSIONS[image.type]
    return {
        "id": image.id,
        "account_id": image.account_id or 0,
        "mime_type": image.type,
        "type": "video" if image.is_video else "image",
        "name": image.name,
        "basename": "",
        "url": file_link(image, call.links, long_jpeg=True),
        "ext": "jpeg" if extension == "jpg" else extension,
        "width": image.width,
        "height": image.height,
        "size": image.size_bytes,
        "metadata": {
            "title": image.title or "",
            "description": image.description or "",
            "is_animated": image.animated,
            "is_looping": image.type == "image/gif" and image.animated,
            "duration": 0,
            "has_sound": image.has_sound,
        },
        "created_at": image.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "updated_at": None,
    }


_FIELDS = ("include",)

ROUTES = (
    Route("GET", "/post/v1/media/{id}", get_media, fields=_FIELDS),
    Route("GET", "/post/v1/albums/{id}", get_album, fields=_FIELDS),
    Route("GET", "/post/v1/posts/{id}", get_post, fields=_FIELDS),
    Route("GET", "/post/v1/posts/{id}/meta", get_post, fields=_FIELDS),
)
