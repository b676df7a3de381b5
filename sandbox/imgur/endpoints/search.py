"""Searching the gallery.

Source: https://apidocs.imgur.com/#3c981acf-47aa-488f-b068-269f65aee3ce
"""

from collections.abc import Sequence

from sandbox.imgur import query
from sandbox.imgur.calls import Call, Refusal, Route
from sandbox.imgur.dialects.images import EXTENSIONS, owner_name
from sandbox.imgur.endpoints.gallery import SORTS, arranged, listed, visible, within
from sandbox.imgur.paging import read_tail
from sandbox.imgur.query import Subject, Test
from sandbox.imgur.records import Image, Post

_WORDS = {
    "q_all": query.all_words,
    "q_any": query.any_word,
    "q_exactly": query.phrase,
    "q_not": query.without,
}
_TYPES = ("jpg", "png", "gif", "anigif", "album")

#: Name → shortest and longest side in pixels.
_SIZES = {
    "small": (0, 500),
    "med": (500, 2000),
    "big": (2000, 5000),
    "lrg": (5000, 10_000),
    "huge": (10_000, 1_000_000),
}
_ADVANCED = (*_WORDS, "q_type", "q_size_px")


def search(call: Call) -> object:
    """A page of hits; the advanced fields, where any is set, replace ``q``. No query, no hits."""
    tail = read_tail(call, SORTS)
    tests = _tests(call)
    if not tests:
        return []
    posts = visible(call)
    if tail.sort == "top":
        posts = within(posts, call, tail.window or "all")
    hits = [post for post in posts if _fits(call, post, tests)]
    return listed(call, arranged(hits, tail.sort or "time"), tail)


def _tests(call: Call) -> list[Test]:
    advanced = [make(call.param(name)) for name, make in _WORDS.items() if call.param(name)]
    if any(call.param(name) for name in _ADVANCED):
        return advanced or [lambda _subject: True]
    return [query.parse(call.param("q"))] if call.param("q").strip() else []


def _fits(call: Call, post: Post, tests: Sequence[Test]) -> bool:
    pictures = _pictures(call, post)
    if not (_has_type(call.param("q_type"), post, pictures) and _has_size(call, pictures)):
        return False
    subject = _subject(call, post, pictures)
    return all(test(subject) for test in tests)


def _pictures(call: Call, post: Post) -> list[Image]:
    if post.is_album:
        return call.state.pictures_of(call.state.albums[post.id])
    return [call.state.images[post.id]]


def _has_type(wanted: str, post: Post, pictures: Sequence[Image]) -> bool:
    if not wanted:
        return True
    if wanted not in _TYPES:
        raise Refusal(400, f"The sandbox does not know q_type {wanted!r}")
    if wanted == "album":
        return post.is_album
    if wanted == "anigif":
        return any(picture.animated for picture in pictures)
    return any(EXTENSIONS[picture.type] == wanted for picture in pictures)


def _has_size(call: Call, pictures: Sequence[Image]) -> bool:
    wanted = call.param("q_size_px")
    if not wanted:
        return True
    if wanted not in _SIZES:
        raise Refusal(400, f"The sandbox does not know q_size_px {wanted!r}")
    low, high = _SIZES[wanted]
    return any(low <= max(picture.width, picture.height) <= high for picture in pictures)


def _subject(call: Call, post: Post, pictures: Sequence[Image]) -> Subject:
    words = (post.title, post.description or "", *post.tags)
    return Subject(
        text=" ".join(words).lower(),
        title=post.title.lower(),
        fields={
            "tag": frozenset(post.tags),
            "user": frozenset({(owner_name(call, post.account_id) or "").lower()}),
            "ext": frozenset(EXTENSIONS[picture.type] for picture in pictures),
            "subreddit": frozenset({post.subreddit}),
            "album": frozenset({post.id.lower()} if post.is_album else ()),
            "meme": frozenset({"sandbox"} if post.meme else ()),
        },
    )


_FIELDS = ("q", "page", "perPage", "album_previews", "mature", *_ADVANCED)

ROUTES = (Route("GET", "/3/gallery/search/*", search, fields=_FIELDS),)
