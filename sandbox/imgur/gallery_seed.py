"""The gallery that every sandbox has from its first day: about two hundred posts of ours. Pure.

The same seed always gives the same posts, with the same ids; only their times follow the clock.
"""

from datetime import datetime, timedelta

from sandbox.imgur.ids import number, pick
from sandbox.imgur.messages import Blob, Media
from sandbox.imgur.records import Album, Comment, Image, Post, Tag
from sandbox.imgur.state import State

POSTS = 200

#: Subject, tags and section of what the posts show.
_SUBJECTS = (
    ("cat", ("cats", "aww"), "aww"),
    ("dog", ("dogs", "aww"), "aww"),
    ("mountain", ("nature", "wallpaper"), "earthporn"),
    ("harbour", ("nature", "travel"), "pics"),
    ("bicycle", ("travel", "funny"), "pics"),
    ("teapot", ("funny", "diy"), ""),
    ("robot", ("science", "diy"), "gifs"),
    ("garden", ("nature", "diy"), "pics"),
    ("comet", ("science", "wallpaper"), "space"),
    ("sandwich", ("food", "funny"), "food"),
)
_QUALITIES = ("sleepy", "tiny", "enormous", "proud", "lost", "curious", "golden", "rainy", "first")
_ENDINGS = ("at dawn", "on a Monday", "after the storm", "with a hat", "again", "in the snow")
_REMARKS = (
    "That is a fine picture.",
    "Where was this taken?",
    "I had one just like it.",
    "The hills look soft.",
    "More of this, please.",
    "Sound on? There is none.",
)
_TAGS = (
    ("cats", "Cats", "Our feline friends", "bf63a7"),
    ("dogs", "Dogs", "Who is a good one?", "8a6d3b"),
    ("aww", "Aww", "Soft things", "d46a6a"),
    ("nature", "Nature", "Outside", "3b8a5a"),
    ("travel", "Travel", "Elsewhere", "3b6d8a"),
    ("funny", "Funny", "Laughs", "633875"),
    ("diy", "DIY", "Made by hand", "8a5a3b"),
    ("science", "Science", "How things are", "3ba3b1"),
    ("food", "Food", "Things to eat", "b1843b"),
    ("wallpaper", "Wallpaper", "For large screens", "51535a"),
)
_SIZES = ((320, 240), (480, 360), (640, 480), (800, 600), (1600, 1200), (2400, 1600))
_KINDS = (
    "image/jpeg",
    "image/jpeg",
    "image/jpeg",
    "image/png",
    "image/png",
    "image/gif",
    "video/mp4",
)

#: The size of the one film that we have.
FILM_SIZE = (320, 180)

#: Ages in hours: so many posts within that span.
_AGES_H = ((40, 22), (50, 6 * 24), (50, 28 * 24), (40, 300 * 24), (20, 1500 * 24))


def fill_gallery(state: State, now: datetime) -> None:
    """Add tags, posts with their pictures, remarks, and some accounts' own albums."""
    for name, shown, description, accent in _TAGS:
        followers = 1000 + number(f"{state.seed}/{name}", 200_000)
        state.tags[name] = Tag(name, shown, description, accent, followers)
    for index in range(POSTS):
        _add_post(state, index, now)
    for account in state.accounts.values():
        if account.url in {"pixelpenguin", "northernlights"}:
            _add_own_album(state, account.id, account.url, now)
    for tag in state.tags.values():
        tag.background = next(p.id for p in state.posts.values() if tag.name in p.tags)


def _add_post(state: State, index: int, now: datetime) -> None:
    key = f"{state.seed}/post/{index}"
    subject, tags, section = pick(f"{key}/subject", _SUBJECTS)
    quality, ending = pick(f"{key}/quality", _QUALITIES), pick(f"{key}/ending", _ENDINGS)
    at = now - timedelta(hours=_age_h(index), minutes=number(f"{key}/minute", 60))
    authors = [a.id for a in state.accounts.values() if not a.choosable]
    author = pick(f"{key}/author", authors)
    is_album = number(f"{key}/album", 10) < 6  # noqa: PLR2004 - most posts are albums
    first = _add_image(state, f"{key}/0", at, author)
    item_id = _add_album(state, key, at, author, first) if is_album else first.id
    ups = 5 + number(f"{key}/ups", 90) ** 2
    post = Post(
        id=item_id,
        is_album=is_album,
        title=f"The {quality} {subject} {ending}",
        account_id=author,
        submitted_at=at,
        description=f"A {subject}, {quality} as ever." if index % 4 == 0 else None,
        ups=ups,
        downs=ups // (8 + number(f"{key}/downs", 40)),
        favorites=number(f"{key}/favorites", 300),
        subreddit="" if is_album or index % 3 == 0 else section,
        tags=list(tags),
        nsfw=_nsfw(index),
        viral=number(f"{key}/viral", 100) < 70,  # noqa: PLR2004 - per cent
        meme=index % 9 == 0,
    )
    state.posts[post.id] = post
    for remark in range(number(f"{key}/remarks", 5)):
        _add_comment(state, post, f"{key}/remark/{remark}", remark)


def _nsfw(index: int) -> bool | None:
    """Mostly looked at and found harmless; some not, some not looked at."""
    if index % 17 == 3:  # noqa: PLR2004 - any remainder will do
        return True
    return None if index % 13 == 5 else False  # noqa: PLR2004 - same


def _age_h(index: int) -> float:
    newer_h = 0
    for count, oldest_h in _AGES_H:
        if index < count:
            return newer_h + (oldest_h - newer_h) * index / count
        index, newer_h = index - count, oldest_h
    return float(newer_h)


def _add_image(state: State, key: str, at: datetime, account_id: int) -> Image:
    kind = pick(f"{key}/kind", _KINDS)
    moving = kind in {"image/gif", "video/mp4"}
    width, height = pick(f"{key}/size", _SIZES if kind == "image/jpeg" else _SIZES[:3])
    if kind == "video/mp4":
        width, height = FILM_SIZE
    image_id = state.new_word(7)
    media = Media(kind, width, height, animated=moving)
    size_bytes = _room_bytes(media) + number(f"{key}/bytes", 9000)
    image = Image(
        id=image_id,
        deletehash=state.new_word(15),
        account_id=account_id,
        blob=Blob(f"drawn-{image_id}", size_bytes, "", kind, media),
        type=kind,
        width=width,
        height=height,
        created_at=at,
        animated=moving,
        views=number(f"{key}/views", 50_000),
        drawn=True,
    )
    state.images[image_id] = image
    return image


def _room_bytes(media: Media) -> int:
    """At least what the drawn file needs; the rest is filling."""
    pixels = media.width * media.height
    per_pixel = {"image/jpeg": 0.05, "image/png": 0.05, "image/gif": 0.4}.get(media.type, 0.0)
    return 6000 + int(pixels * per_pixel)


def _add_album(state: State, key: str, at: datetime, author: int, first: Image) -> str:
    more = max(0, number(f"{key}/count", 12) - 6)
    rest = [_add_image(state, f"{key}/{n + 1}", at, author) for n in range(more)]
    album = Album(
        id=state.new_word(7),
        deletehash=state.new_word(15),
        account_id=author,
        created_at=at,
        image_ids=[first.id, *(image.id for image in rest)],
        views=number(f"{key}/seen", 90_000),
    )
    state.albums[album.id] = album
    return album.id


def _add_own_album(state: State, account_id: int, name: str, now: datetime) -> None:
    """An album that is not in the gallery."""
    at = now - timedelta(days=30)
    made = [_add_image(state, f"{state.seed}/{name}/{n}", at, account_id) for n in range(4)]
    album = Album(
        id=state.new_word(7),
        deletehash=state.new_word(15),
        account_id=account_id,
        created_at=at,
        image_ids=[image.id for image in made],
        title=f"Pictures by {name}",
    )
    state.albums[album.id] = album


def _add_comment(state: State, post: Post, key: str, position: int) -> None:
    """A remark; every third one answers the one before."""
    comment_id = state.new_number()
    people = [account.id for account in state.accounts.values() if not account.choosable]
    answered = comment_id - 1 if position % 3 == 2 else 0  # noqa: PLR2004 - the third
    state.comments[comment_id] = Comment(
        id=comment_id,
        post_id=post.id,
        text=pick(f"{key}/text", _REMARKS),
        account_id=pick(f"{key}/who", people),
        created_at=post.submitted_at + timedelta(minutes=3 * (position + 1)),
        parent_id=answered,
        ups=number(f"{key}/ups", 60),
        downs=number(f"{key}/downs", 6),
        platform=pick(f"{key}/platform", ("desktop", "iphone", "android", "mweb")),
    )
