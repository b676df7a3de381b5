"""Albums: one's own by id, anonymous ones by deletehash.

Source: https://apidocs.imgur.com/#album; who may do what was seen in black-box suites.
"""

from sandbox.imgur.calls import Answer, Call, Dialect, Refusal, Route
from sandbox.imgur.dialects.albums import album_json
from sandbox.imgur.dialects.images import image_json
from sandbox.imgur.endpoints.favorites import toggle
from sandbox.imgur.records import Album, Image

_PRIVACIES = {"public", "hidden", "secret", "private"}
_LAYOUTS = {"blog", "grid", "horizontal", "vertical"}
_WORDS = ("title", "description", "cover", "privacy", "layout")
_LISTS = ("ids[]", "deletehashes[]")


def get_album(call: Call) -> object:
    """The album with its pictures."""
    return album_json(call, found(call, call.args["id"]))


def list_images(call: Call) -> object:
    """The album's pictures, all at once."""
    album = found(call, call.args["id"])
    return [image_json(call, picture, "inner") for picture in call.state.pictures_of(album)]


def get_image(call: Call) -> object:
    """One of its pictures; a missing one is an error inside a success."""
    album, image_id = found(call, call.args["id"]), call.args["image"]
    for picture in call.state.pictures_of(album):
        if picture.id == image_id:
            return image_json(call, picture, "inner")
    return Answer(disguised=f"Unable to find an image with the id, {image_id}")


def create_album(call: Call) -> object:
    """A new album, the caller's own or an anonymous one."""
    me = call.caller.account
    pictures = _named_pictures(call) or []
    album = Album(
        id=call.state.new_word(7),
        deletehash=call.state.new_word(15),
        account_id=me.id if me else None,
        created_at=call.now,
        image_ids=[picture.id for picture in pictures],
        privacy=me.album_privacy if me else "hidden",
    )
    _reworded(call, album)
    call.state.albums[album.id] = album
    return {"id": album.id, "deletehash": album.deletehash}


def update_album(call: Call) -> object:
    """Change what was sent; picture lists replace the old one."""
    album = changeable(call)
    pictures = _named_pictures(call, album)
    if pictures is not None:
        album.image_ids = [picture.id for picture in pictures]
    _reworded(call, album)
    return True


def add_images(call: Call) -> object:
    """Append pictures; those already in it stay where they are."""
    album = changeable(call)
    for picture in _required_pictures(call, album):
        if picture.id not in album.image_ids:
            album.image_ids.append(picture.id)
    return True


def remove_images(call: Call) -> object:
    """Take pictures out; they live on outside."""
    album = changeable(call)
    gone = {*(call.listed("ids") or []), *(call.listed("deletehashes") or [])}
    if not gone:
        raise Refusal(400, "No image ids were given.")
    pictures = call.state.pictures_of(album)
    album.image_ids = [p.id for p in pictures if not gone & {p.id, p.deletehash}]
    return True


def delete_album(call: Call) -> object:
    """Delete the album; its pictures live on."""
    album = changeable(call)
    album.deleted = True
    call.state.posts.pop(album.id, None)
    return True


def favorite_album(call: Call) -> object:
    """Keep it, or no longer."""
    if call.caller.account is None:
        raise Refusal(403, "Unauthorized")
    return toggle(call, found(call, call.args["id"]).id)


def found(call: Call, album_id: str) -> Album:
    """An album that may be looked at.

    Raises:
        Refusal: 404 when there is none, or it is somebody else's secret.
    """
    album, me = call.state.album(album_id), call.caller.account
    secret = album is not None and album.privacy == "secret"
    if album is None or (secret and (me is None or me.id != album.account_id)):
        raise Refusal(404, f"Unable to find an album with the id, {album_id}")
    return album


def changeable(call: Call) -> Album:
    """The album that the path names by a deletehash, or by id as one's own.

    Raises:
        Refusal: 403 when it is not the caller's to change, 404 when there is none.
    """
    name, me = call.args["id"], call.caller.account
    for album in call.state.albums.values():
        if album.deleted or name not in {album.id, album.deletehash}:
            continue
        if name == album.deletehash or (me is not None and me.id == album.account_id):
            return album
        raise Refusal(403, "Permission denied")
    raise Refusal(404, f"Unable to find an album with the id, {name}")


def _named_pictures(call: Call, album: Album | None = None) -> list[Image] | None:
    """The pictures that the body lists; ``None`` when it lists none at all.

    Raises:
        Refusal: One of them is not the caller's: ids ask for an owner, deletehashes do not.
    """
    ids, hashes = call.listed("ids"), call.listed("deletehashes")
    if ids is None and hashes is None:
        return None
    me = call.caller.account
    own = {i.id: i for i in call.state.images.values() if me and i.account_id == me.id}
    by_hash = {i.deletehash: i for i in call.state.images.values() if not i.deleted}
    pictures = [own.get(image_id) for image_id in ids or []]
    pictures += [by_hash.get(deletehash) for deletehash in hashes or []]
    named = [picture for picture in pictures if picture is not None and not picture.deleted]
    if len(named) != len(pictures):
        raise _not_owner(call, album)
    return named


def _required_pictures(call: Call, album: Album) -> list[Image]:
    pictures = _named_pictures(call, album)
    if not pictures:
        raise Refusal(400, "No image ids were given.")
    return pictures


def _not_owner(call: Call, album: Album | None) -> Refusal:
    name = album.id if album else ""
    if call.dialect is Dialect.NEW:
        message = f"You must own all the image ids to add them to album {name}".rstrip()
        return Refusal(403, message)
    return Refusal(
        400,
        f"You are not the owner of album '{name}', which means you can't add images to it. "
        "For anonymous albums, use the album deletehash.",
    )


def _reworded(call: Call, album: Album) -> None:
    """Set what was sent of title, description, cover, privacy and layout."""
    privacy, layout = call.param("privacy"), call.param("layout")
    if privacy and privacy not in _PRIVACIES:
        raise Refusal(400, f"Invalid privacy ({privacy})")
    if layout and layout not in _LAYOUTS:
        raise Refusal(400, f"Invalid layout ({layout})")
    album.privacy, album.layout = privacy or album.privacy, layout or album.layout
    for name in ("title", "description", "cover"):
        if (value := call.sent(name)) is not None:
            setattr(album, name, value)


_ALL = (*_WORDS, *_LISTS)

ROUTES = (
    Route("POST", "/3/album", create_album, fields=_ALL),
    Route("GET", "/3/album/{id}", get_album),
    Route("PUT", "/3/album/{id}", update_album, fields=_ALL),
    Route("POST", "/3/album/{id}", update_album, fields=_ALL),
    Route("DELETE", "/3/album/{id}", delete_album),
    Route("GET", "/3/album/{id}/images", list_images),
    Route("GET", "/3/album/{id}/image/{image}", get_image),
    Route("POST", "/3/album/{id}/favorite", favorite_album),
    Route("POST", "/3/album/{id}/add", add_images, fields=_LISTS),
    Route("PUT", "/3/album/{id}/add", add_images, fields=_LISTS),
    Route("POST", "/3/album/{id}/remove_images", remove_images, fields=_LISTS),
    Route("DELETE", "/3/album/{id}/remove_images", remove_images, fields=_LISTS),
)
