"""What belongs to an account: pictures, albums, remarks, favourites, submissions.

Source: https://apidocs.imgur.com/#account; the errors that call themselves successes were recorded.
"""

from collections.abc import Sequence

from sandbox.imgur.calls import Answer, Auth, Call, Route
from sandbox.imgur.dialects.albums import listed_album_json
from sandbox.imgur.dialects.comments import comment_json
from sandbox.imgur.dialects.images import image_json
from sandbox.imgur.dialects.posts import post_json
from sandbox.imgur.endpoints.accounts import own, whose
from sandbox.imgur.endpoints.albums import get_album
from sandbox.imgur.endpoints.comments import sorted_comments
from sandbox.imgur.endpoints.gallery import arranged, listed
from sandbox.imgur.paging import account_page, gallery_page, read_tail
from sandbox.imgur.people import Favorite
from sandbox.imgur.records import Album, Comment, Image

_COMMENT_SORTS = ("best", "worst", "oldest", "newest")
_ORDERS = ("newest", "oldest")


def list_images(call: Call) -> object:
    """The caller's pictures, newest first."""
    page = read_tail(call, (), windows=False).page
    shown = account_page(call, _images(call), page)
    return [image_json(call, image, "listed") for image in shown]


def list_image_ids(call: Call) -> object:
    """Their ids."""
    page = read_tail(call, (), windows=False).page
    return [image.id for image in account_page(call, _images(call), page)]


def count_images(call: Call) -> object:
    """How many there are."""
    return len(_images(call))


def get_image(call: Call) -> object:
    """One of them; a missing one is an error inside a success."""
    for image in _images(call):
        if image.id == call.args["id"]:
            return image_json(call, image, "single")
    return Answer(disguised=f"Unable to find an image with the id, {call.args['id']}")


def delete_image(call: Call) -> object:
    """Delete one by its deletehash (its id will do)."""
    for image in _images(call):
        if call.args["id"] in {image.id, image.deletehash}:
            call.state.remove_image(image)
            return True
    return Answer(disguised="Unauthorized")


def list_albums(call: Call) -> object:
    """An account's albums, newest first; the public ones for others."""
    page = read_tail(call, (), windows=False).page
    shown = account_page(call, _albums(call), page)
    return [listed_album_json(call, album, order) for order, album in enumerate(shown)]


def list_album_ids(call: Call) -> object:
    """Their ids."""
    page = read_tail(call, (), windows=False).page
    return [album.id for album in account_page(call, _albums(call), page)]


def count_albums(call: Call) -> object:
    """How many there are."""
    return len(_albums(call))


def delete_album(call: Call) -> object:
    """Delete one of the caller's; a missing one is an error inside a success."""
    own(call)
    for album in _albums(call):
        if album.id == call.args["id"]:
            album.deleted = True
            call.state.posts.pop(album.id, None)
            return True
    return Answer(disguised=f"Album not found{call.args['id']}")


def list_comments(call: Call) -> object:
    """An account's remarks."""
    tail = read_tail(call, _COMMENT_SORTS, windows=False)
    comments = sorted_comments(_comments(call), tail.sort or "newest")
    return [comment_json(call, c, threaded=False) for c in account_page(call, comments, tail.page)]


def list_comment_ids(call: Call) -> object:
    """Their ids."""
    tail = read_tail(call, _COMMENT_SORTS, windows=False)
    comments = sorted_comments(_comments(call), tail.sort or "newest")
    return [comment.id for comment in account_page(call, comments, tail.page)]


def count_comments(call: Call) -> object:
    """How many there are."""
    return len(_comments(call))


def get_comment(call: Call) -> object:
    """One of them."""
    for comment in _comments(call):
        if str(comment.id) == call.args["id"]:
            return comment_json(call, comment, threaded=False)
    return Answer(disguised="Comment not found")


def delete_comment(call: Call) -> object:
    """Take one of the caller's back; a missing one is an error inside a success."""
    own(call)
    for comment in _comments(call):
        if str(comment.id) == call.args["id"]:
            comment.deleted, comment.text = True, "[deleted]"
            return True
    return Answer(disguised="Comment not found")


def list_gallery_favorites(call: Call) -> object:
    """What somebody keeps of the gallery."""
    tail = read_tail(call, _ORDERS, windows=False)
    kept = [f for f in whose(call).favorites if f.item_id in call.state.posts]
    shown = gallery_page(_ordered(kept, tail.sort), tail.page)
    return [post_json(call, call.state.posts[f.item_id]) for f in shown]


def list_favorites(call: Call) -> object:
    """Everything that the caller keeps, in the gallery or not."""
    tail = read_tail(call, _ORDERS, windows=False)
    shown = gallery_page(_ordered(own(call).favorites, tail.sort), tail.page)
    items = (_favorite(call, favorite) for favorite in shown)
    return [item for item in items if item is not None]


def list_folder(call: Call) -> object:
    """A folder of favourites; the sandbox has one folder with everything in it."""
    kept = [f for f in whose(call).favorites if f.item_id in call.state.posts]
    return [post_json(call, call.state.posts[f.item_id]) for f in gallery_page(kept, 0)]


def list_submissions(call: Call) -> object:
    """What somebody put into the gallery."""
    tail = read_tail(call, ("newest", "oldest", "worst", "best"), windows=False)
    account = whose(call)
    posts = [post for post in call.state.posts.values() if post.account_id == account.id]
    posts = arranged(posts, "viral" if tail.sort in {"best", "worst"} else "time")
    if tail.sort in {"oldest", "worst"}:
        posts.reverse()
    return listed(call, posts, tail)


def _images(call: Call) -> list[Image]:
    account = own(call)
    mine = (i for i in call.state.images.values() if i.account_id == account.id and not i.deleted)
    return sorted(mine, key=lambda image: image.created_at, reverse=True)


def _albums(call: Call) -> list[Album]:
    account = whose(call)
    mine = call.caller.account is not None and call.caller.account.id == account.id
    albums = (a for a in call.state.albums.values() if a.account_id == account.id)
    shown = [a for a in albums if not a.deleted and (mine or a.privacy == "public")]
    return sorted(shown, key=lambda album: album.created_at, reverse=True)


def _comments(call: Call) -> list[Comment]:
    account = whose(call)
    written = (c for c in call.state.comments.values() if c.account_id == account.id)
    return [comment for comment in written if not comment.deleted]


def _ordered(favorites: Sequence[Favorite], sort: str) -> list[Favorite]:
    newest_first = sort != "oldest"
    return sorted(favorites, key=lambda favorite: favorite.added_at, reverse=newest_first)


def _favorite(call: Call, favorite: Favorite) -> object | None:
    """A kept item; outside the gallery it has no score."""
    unrated = dict.fromkeys(("comment_count", "ups", "downs", "points", "score"))
    post = call.state.posts.get(favorite.item_id)
    if post is not None:
        return post_json(call, post)
    if image := call.state.image(favorite.item_id):
        return image_json(call, image, "inner") | unrated | {"is_album": False}
    if album := call.state.album(favorite.item_id):
        return listed_album_json(call, album, 0) | unrated
    return None


_USER = "/3/account/{username}"
_PAGED = ("page", "perPage")
_FOLDER = ("page", "sort")

ROUTES = (
    Route("GET", f"{_USER}/images/ids/*", list_image_ids, Auth.BEARER, _PAGED),
    Route("GET", f"{_USER}/images/count", count_images, Auth.BEARER),
    Route("GET", f"{_USER}/images/*", list_images, Auth.BEARER, _PAGED),
    Route("GET", f"{_USER}/image/{{id}}", get_image, Auth.BEARER),
    Route("DELETE", f"{_USER}/image/{{id}}", delete_image, Auth.BEARER),
    Route("GET", f"{_USER}/albums/ids/*", list_album_ids, fields=_PAGED),
    Route("GET", f"{_USER}/albums/count", count_albums),
    Route("GET", f"{_USER}/albums/*", list_albums, fields=_PAGED),
    Route("GET", f"{_USER}/album/{{id}}", get_album),
    Route("DELETE", f"{_USER}/album/{{id}}", delete_album, Auth.BEARER),
    Route("GET", f"{_USER}/comments/ids/*", list_comment_ids, fields=_PAGED),
    Route("GET", f"{_USER}/comments/count", count_comments),
    Route("GET", f"{_USER}/comments/*", list_comments, fields=_PAGED),
    Route("GET", f"{_USER}/comment/{{id}}", get_comment),
    Route("DELETE", f"{_USER}/comment/{{id}}", delete_comment, Auth.BEARER),
    Route("GET", f"{_USER}/gallery_favorites/*", list_gallery_favorites, fields=_PAGED),
    Route("GET", f"{_USER}/favorites/*", list_favorites, Auth.BEARER, _PAGED),
    Route("GET", f"{_USER}/folders/{{folder}}/favorites", list_folder, fields=_FOLDER),
    Route("GET", f"{_USER}/submissions/*", list_submissions, fields=(*_PAGED, "album_previews")),
)
