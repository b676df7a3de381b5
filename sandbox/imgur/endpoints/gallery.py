"""The gallery: its sections, single items, putting in and taking out.

Source: https://apidocs.imgur.com/#gallery
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from sandbox.imgur.calls import Answer, Auth, Call, Refusal, Route
from sandbox.imgur.dialects.posts import post_json, subreddit_json
from sandbox.imgur.ids import number
from sandbox.imgur.paging import Tail, gallery_page, read_tail, since
from sandbox.imgur.records import Post

SORTS = ("viral", "top", "time", "rising")


def list_section(section: str, call: Call) -> object:
    """A page of ``hot``, ``top`` or ``user``; the window counts for ``top`` only."""
    tail = read_tail(call, SORTS)
    posts = visible(call, mature=call.flag("mature"))
    if section == "hot":
        posts = [post for post in posts if post.viral]
    elif section == "user" and not call.flag("showViral", default=True):
        posts = [post for post in posts if not post.viral]
    elif section == "top":
        posts = within(posts, call, tail.window or "day")
    default = "time" if section == "user" else "viral"
    return listed(call, arranged(posts, tail.sort or default), tail)


def get_item(call: Call) -> object:
    """An item of either kind; a short number instead of an id is a page of ``hot``."""
    if call.args["id"].isdigit() and len(call.args["id"]) < len("5char"):
        return list_section("hot", replace(call, rest=(call.args["id"],)))
    return post_json(call, find(call, call.args["id"]), whole=True)


def get_image_item(call: Call) -> object:
    """An item that is a picture."""
    post = call.state.posts.get(call.args["id"])
    if post is None or post.is_album:
        raise Refusal(404, f"Unable to find an image with the id, {call.args['id']}")
    return post_json(call, post, whole=True)


def get_album_item(call: Call) -> object:
    """An item that is an album; a picture's id is not one."""
    post = call.state.posts.get(call.args["id"])
    if post is None or not post.is_album:
        raise Refusal(404, f"No album was found with the ID, {call.args['id']}")
    return post_json(call, post, whole=True)


def list_subreddit(call: Call) -> object:
    """A page of a subreddit, or one item of it."""
    name = call.args["subreddit"].lower()
    posts = [p for p in visible(call) if p.subreddit.lower() == name and not p.is_album]
    by_id = {post.id: post for post in posts}
    if len(call.rest) == 1 and call.rest[0] in by_id:
        return subreddit_json(call, by_id[call.rest[0]])
    tail = read_tail(call, ("time", "top"))
    if tail.sort == "top":
        posts = within(posts, call, tail.window or "week")
    shown = gallery_page(arranged(posts, tail.sort or "time"), tail.page)
    return Answer([subreddit_json(call, post) for post in shown], rate_headers=False, cache_s=600)


def list_random(call: Call) -> object:
    """A page of posts in no order; the same page stays the same."""
    tail = read_tail(call, ())
    seed = call.state.seed
    shuffled = sorted(visible(call), key=lambda post: number(f"{seed}/{post.id}", 1 << 30))
    return listed(call, shuffled, tail)


def list_memes(call: Call) -> object:
    """A page of memes, or one of them."""
    posts = [post for post in visible(call) if post.meme]
    by_id = {post.id: post for post in posts}
    if len(call.rest) == 1 and call.rest[0] in by_id:
        return post_json(call, by_id[call.rest[0]], whole=True)
    tail = read_tail(call, SORTS)
    if tail.sort == "top":
        posts = within(posts, call, tail.window or "week")
    return listed(call, arranged(posts, tail.sort or "viral"), tail)


def share(call: Call) -> object:
    """Put one's picture or album into the gallery."""
    item_id, title, me = call.args["id"], call.param("title"), call.me
    image, album = call.state.image(item_id), call.state.album(item_id)
    owner = image.account_id if image else album.account_id if album else None
    if image is None and album is None:
        raise Refusal(404, f"Unable to find an image with the id, {item_id}")
    if owner != me.id:
        raise Refusal(403, "Unauthorized")
    if not title:
        raise Refusal(400, "A title is required.")
    if not (call.flag("terms") or me.accepted_gallery_terms):
        raise Refusal(400, "You must accept the gallery terms first.")
    call.state.posts[item_id] = Post(
        id=item_id,
        is_album=album is not None,
        title=title,
        account_id=me.id,
        submitted_at=call.now,
        ups=1,
        tags=[tag for tag in call.listed("tags") or [] if tag in call.state.tags],
        nsfw=True if call.flag("mature") else None,
    )
    return True


def unshare(call: Call) -> object:
    """Take one's item out of the gallery; it lives on outside."""
    post = find(call, call.args["id"])
    if post.account_id != call.me.id:
        raise Refusal(403, "Unauthorized")
    del call.state.posts[post.id]
    return True


def report(call: Call) -> object:
    """Report an item; nobody reads it here."""
    find(call, call.args["id"])
    if call.param("reason", "1") not in {"1", "2", "3", "4", "5"}:
        raise Refusal(400, "Invalid reason")
    return True


def find(call: Call, post_id: str) -> Post:
    """An item of the gallery.

    Raises:
        Refusal: 404 when there is none.
    """
    post = call.state.posts.get(post_id)
    if post is None:
        raise Refusal(404, f"Unable to find an image with the id, {post_id}")
    return post


def visible(call: Call, *, mature: bool = False) -> list[Post]:
    """The posts that the caller may see in lists; what nobody looked at is among them."""
    me = call.caller.account
    shows = me.show_mature if me is not None else mature
    return [post for post in call.state.posts.values() if shows or not post.nsfw]


def within(posts: Iterable[Post], call: Call, window: str) -> list[Post]:
    """The posts of a window."""
    began = since(window, call.now)
    return [post for post in posts if began is None or post.submitted_at >= began]


def arranged(posts: Iterable[Post], sort: str) -> list[Post]:
    """The posts in the wanted order."""
    if sort == "time":
        return sorted(posts, key=lambda post: post.submitted_at, reverse=True)
    if sort == "rising":
        return sorted(posts, key=lambda post: (post.submitted_at.date(), post.points), reverse=True)
    return sorted(posts, key=lambda post: post.points, reverse=True)


def listed(call: Call, posts: Sequence[Post], tail: Tail) -> list[object]:
    """A page of posts as a list shows them."""
    previews = call.flag("album_previews", default=True)
    return [post_json(call, post, previews=previews) for post in gallery_page(posts, tail.page)]


_LIST = ("showViral", "mature", "album_previews", "page", "perPage")
_PAGED = ("page", "perPage")
_SHARE = ("title", "topic", "terms", "mature", "tags[]")

ROUTES = (
    Route("GET", "/3/gallery", partial(list_section, "hot"), fields=_LIST),
    Route("GET", "/3/gallery/hot/*", partial(list_section, "hot"), fields=_LIST),
    Route("GET", "/3/gallery/top/*", partial(list_section, "top"), fields=_LIST),
    Route("GET", "/3/gallery/user/*", partial(list_section, "user"), fields=_LIST),
    Route("GET", "/3/gallery/r/{subreddit}/*", list_subreddit, fields=_PAGED),
    Route("GET", "/3/gallery/random/random/*", list_random, fields=_PAGED),
    Route("GET", "/3/g/memes/*", list_memes, fields=_PAGED),
    Route("GET", "/3/gallery/g/memes/*", list_memes, fields=_PAGED),
    Route("GET", "/3/gallery/image/{id}", get_image_item),
    Route("GET", "/3/gallery/album/{id}", get_album_item),
    Route("GET", "/3/gallery/{id}", get_item, fields=_LIST),
    Route("POST", "/3/gallery/image/{id}", share, Auth.BEARER, _SHARE),
    Route("POST", "/3/gallery/album/{id}", share, Auth.BEARER, _SHARE),
    Route("POST", "/3/gallery/{id}", share, Auth.BEARER, _SHARE),
    Route("DELETE", "/3/gallery/{id}", unshare, Auth.BEARER),
    Route("POST", "/3/gallery/image/{id}/report", report, Auth.BEARER, ("reason",)),
    Route("POST", "/3/gallery/album/{id}/report", report, Auth.BEARER, ("reason",)),
    Route("POST", "/3/gallery/{id}/report", report, Auth.BEARER, ("reason",)),
)
