"""Tags: the list, one tag with its items, tagging, voting on tags.

Source: https://apidocs.imgur.com/#gallery
"""

from sandbox.imgur.calls import Answer, Auth, Call, Dialect, Refusal, Route
from sandbox.imgur.dialects.images import owner_name
from sandbox.imgur.dialects.posts import post_json, tag_json
from sandbox.imgur.endpoints.gallery import SORTS, arranged, find, listed, visible, within
from sandbox.imgur.paging import read_tail
from sandbox.imgur.records import Tag

_CACHE_S = 600
_GALLERIES = (
    ("Most Viral", "Today's most popular posts"),
    ("User Submitted", "Brand new posts shared in real time"),
    ("Random", "A bit of everything"),
    ("Highest Scoring", "The best of the best"),
)


def list_tags(call: Call) -> object:
    """The default tags; cached at the edge, so without rate headers."""
    tags = [tag_json(call, tag) for tag in call.state.tags.values()]
    galleries = [
        {"id": index, "name": name, "description": words}
        for index, (name, words) in enumerate(_GALLERIES)
    ]
    data = {"tags": tags, "featured": next(iter(call.state.tags), None), "galleries": galleries}
    return Answer(data, rate_headers=False, cache_s=_CACHE_S)


def tag_info(call: Call) -> object:
    """A tag without its items."""
    return tag_json(call, known_tag(call))


def list_tagged(call: Call) -> object:
    """A tag with a page of its items, or one of them."""
    tag = known_tag(call)
    posts = [post for post in visible(call) if tag.name in post.tags]
    by_id = {post.id: post for post in posts}
    if len(call.rest) == 1 and call.rest[0] in by_id:
        return post_json(call, by_id[call.rest[0]], whole=True)
    tail = read_tail(call, SORTS)
    if tail.sort == "top":
        posts = within(posts, call, tail.window or "week")
    items = listed(call, arranged(posts, tail.sort or "viral"), tail)
    return Answer(tag_json(call, tag) | {"items": items}, rate_headers=False, cache_s=_CACHE_S)


def list_tags_of_item(call: Call) -> object:
    """An item's tags: with votes in the classic form, as whole tags in the new one."""
    post = find(call, call.args["id"])
    names = [name for name in post.tags if name in call.state.tags]
    if call.dialect is Dialect.NEW:
        return {"tags": [tag_json(call, call.state.tags[name]) for name in names]}
    author = owner_name(call, post.account_id)
    return {"tags": [{"name": name, "ups": 1, "downs": 0, "author": author} for name in names]}


def tag_item(call: Call) -> object:
    """Set one's item's tags."""
    post, wanted = find(call, call.args["id"]), call.listed("tags")
    if post.account_id != call.me.id:
        raise Refusal(403, "Unauthorized")
    if not wanted:
        raise Refusal(400, "Tags are required.")
    post.tags = [name for name in wanted if name in call.state.tags]
    return True


def vote_on_tag(call: Call) -> object:
    """Vote on an item's tag; the votes are not counted here."""
    post = find(call, call.args["id"])
    if call.args["name"] not in post.tags:
        raise Refusal(404, "Tag does not exist")
    if call.args["vote"] not in {"up", "down"}:
        raise Refusal(400, "Invalid vote")
    return True


def known_tag(call: Call) -> Tag:
    """The tag that the path names.

    Raises:
        Refusal: 404 when there is none.
    """
    tag = call.state.tags.get(call.args["tag"].lower())
    if tag is None:
        raise Refusal(404, "Tag does not exist")
    return tag


_LIST = ("page", "perPage", "album_previews")

ROUTES = (
    Route("GET", "/3/tags", list_tags),
    Route("GET", "/3/gallery/tag_info/{tag}", tag_info),
    Route("GET", "/3/gallery/t/{tag}/*", list_tagged, fields=_LIST),
    Route("GET", "/3/gallery/{id}/tags", list_tags_of_item),
    Route("POST", "/3/gallery/tags/{id}", tag_item, Auth.BEARER, ("tags[]",)),
    Route("POST", "/3/gallery/{id}/vote/tag/{name}/{vote}", vote_on_tag, Auth.BEARER),
)
