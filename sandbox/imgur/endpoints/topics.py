"""What has gone from the documentation and still may answer: topics, meme pictures, own galleries.

Source: https://api.imgur.com/endpoints/topic, memegen and custom_gallery.
"""

from sandbox.imgur.calls import Auth, Call, Refusal, Route
from sandbox.imgur.dialects.images import image_json
from sandbox.imgur.dialects.posts import post_json
from sandbox.imgur.endpoints.gallery import SORTS, arranged, find, listed, visible, within
from sandbox.imgur.paging import read_tail
from sandbox.imgur.records import Post, Tag


def list_topics(call: Call) -> object:
    """The default topics; the sandbox makes one of each tag."""
    return [_topic_json(call, number, tag) for number, tag in _topics(call).items()]


def list_topic(call: Call) -> object:
    """A page of a topic's posts, or one of them."""
    number = call.args["topic"]
    tag = _topics(call).get(int(number)) if number.isdigit() else None
    if tag is None:
        raise Refusal(404, "Topic not found")
    posts = [post for post in visible(call) if tag.name in post.tags]
    by_id = {post.id: post for post in posts}
    if len(call.rest) == 1 and call.rest[0] in by_id:
        return post_json(call, by_id[call.rest[0]], whole=True)
    tail = read_tail(call, SORTS)
    if tail.sort == "top":
        posts = within(posts, call, tail.window or "week")
    return listed(call, arranged(posts, tail.sort or "viral"), tail)


def list_meme_pictures(call: Call) -> object:
    """Pictures to write on."""
    memes = [post for post in call.state.posts.values() if post.meme and not post.is_album]
    return [image_json(call, call.state.images[post.id], "inner") for post in memes[:20]]


def get_custom_gallery(call: Call) -> object:
    """The posts under the caller's own tags, or one post."""
    if len(call.rest) == 1 and call.rest[0] in call.state.posts:
        return post_json(call, find(call, call.rest[0]), whole=True)
    wanted = set(call.me.custom_tags)
    posts = [post for post in visible(call) if wanted & set(post.tags)]
    return _custom(call, posts, call.me.custom_tags, "custom")


def get_filtered_gallery(call: Call) -> object:
    """The posts without the tags that the caller blocks."""
    unwanted = set(call.me.blocked_tags)
    posts = [post for post in visible(call) if not unwanted & set(post.tags)]
    return _custom(call, posts, call.me.blocked_tags, "filtered")


def add_custom_tags(call: Call) -> object:
    """Add to the custom gallery's tags."""
    for name in call.listed("tags") or []:
        if name not in call.me.custom_tags:
            call.me.custom_tags.append(name)
    return True


def remove_custom_tags(call: Call) -> object:
    """Take some away."""
    gone = set(call.listed("tags") or [])
    call.me.custom_tags = [name for name in call.me.custom_tags if name not in gone]
    return True


def block_tag(call: Call) -> object:
    """See a tag's posts no longer."""
    if call.param("tag") not in call.me.blocked_tags:
        call.me.blocked_tags.append(call.param("tag"))
    return True


def unblock_tag(call: Call) -> object:
    """See them again."""
    call.me.blocked_tags = [name for name in call.me.blocked_tags if name != call.param("tag")]
    return True


def _topics(call: Call) -> dict[int, Tag]:
    return {number + 1: tag for number, tag in enumerate(call.state.tags.values())}


def _topic_json(call: Call, number: int, tag: Tag) -> dict[str, object]:
    posts = [post for post in visible(call) if tag.name in post.tags]
    best = next(post for post in arranged(posts, "viral") if post.is_album)
    hero = next(post for post in arranged(posts, "viral") if not post.is_album)
    return {
        "id": number,
        "name": tag.display_name,
        "description": tag.description,
        "css": None,
        "ephemeral": False,
        "readonly": False,
        "topPost": post_json(call, best, previews=False),
        "heroImage": post_json(call, hero),
        "isHero": number == 1,
    }


def _custom(call: Call, posts: list[Post], tags: list[str], name: str) -> dict[str, object]:
    tail = read_tail(call, SORTS)
    items = listed(call, arranged(posts, tail.sort or "viral"), tail)
    return {
        "link": f"{call.links.pages}/{name}",
        "tags": list(tags),
        "account_url": call.me.url,
        "item_count": len(items),
        "items": items,
    }


_PAGED = ("page", "perPage", "album_previews")
_TAGS = ("tags[]",)
_CUSTOM = "/3/g/custom"

ROUTES = (
    Route("GET", "/3/topics/defaults", list_topics),
    Route("GET", "/3/topics/{topic}/*", list_topic, fields=_PAGED),
    Route("GET", "/3/memegen/defaults", list_meme_pictures),
    Route("PUT", f"{_CUSTOM}/add_tags", add_custom_tags, Auth.BEARER, _TAGS),
    Route("DELETE", f"{_CUSTOM}/remove_tags", remove_custom_tags, Auth.BEARER, _TAGS),
    Route("GET", f"{_CUSTOM}/*", get_custom_gallery, Auth.BEARER, _PAGED),
    Route("GET", "/3/g/filtered/*", get_filtered_gallery, Auth.BEARER, _PAGED),
    Route("POST", "/3/g/block_tag", block_tag, Auth.BEARER, ("tag",)),
    Route("POST", "/3/g/unblock_tag", unblock_tag, Auth.BEARER, ("tag",)),
)
