"""Whatever comes is read, or fails by a name of ours.

Hypothesis makes bodies up (ten thousand with ``--hypothesis-profile=thorough``), and ten thousand
answers like Imgur's are spoiled by chance, the same ones each time.
"""

import json
import random
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ImgurError, RateLimitedError
from bot.imgur.endpoints.image import TicketPoll, UploadTicket
from bot.imgur.models import Album, Credits, GalleryItem, Image, TagGallery, Tags, Token, Vote
from bot.imgur.people import Account, AccountSettings, Comment, Conversation, Notifications
from bot.imgur.reading import failure_of, read
from bot.imgur.wire import COST_UPLOAD, Anonymous, Bearer, Request, Response

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(sorted(
        {"data", "error", "errors", "success", "status", "code", "message", "exception", "wait",
         "id", "link", "images", "tags", "items", "is_album", "title", "width", "ticket",
         "type", "mp4", "name", "ups", "downs", "children", "access_token"}
    )), inner, max_size=6),
    max_leaves=24,
)  # fmt: skip
BODIES = st.one_of(
    st.binary(max_size=200),
    JSON.map(lambda value: json.dumps(value).encode()),
    JSON.map(lambda value: json.dumps({"data": value, "success": True}).encode()),
    st.tuples(JSON, JSON).map(lambda two: b"\n".join(json.dumps(one).encode() for one in two)),
    st.tuples(JSON, st.integers(0, 60)).map(lambda cut: json.dumps(cut[0]).encode()[: cut[1]]),
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["date", "location", "retry-after", "x-ratelimit-userremaining", "x-ratelimit-userreset",
         "x-ratelimit-clientremaining", "x-post-rate-limit-remaining", "x-post-rate-limit-limit"]
    ),
    st.text(max_size=12) | st.integers(-5, 2_000_000_000).map(str),
    max_size=4,
)  # fmt: skip
WANTED: list[Any] = [
    Image, Album, GalleryItem, tuple[GalleryItem, ...], TagGallery, Tags, Vote, Token, Account,
    Comment, tuple[Comment, ...], AccountSettings, Conversation, Notifications, Credits,
    TicketPoll, UploadTicket, str, int, bool, object, tuple[int, ...], tuple[str, ...],
]  # fmt: skip


CALLS = st.builds(
    lambda method, path, credential: Request(method=method, path=path, credential=credential),
    st.sampled_from(["GET", "POST", "DELETE"]),
    st.sampled_from(["/3/image/a", "/3/upload", "/oauth2/token"]),
    st.sampled_from([None, Anonymous(), Bearer(1, "t")]),
)
ANSWERS = st.builds(Response, st.integers(100, 599), HEADERS, BODIES, st.just("https://a.example"))


@settings(max_examples=max(300, settings().max_examples), deadline=None)
@given(request_=CALLS, response=ANSWERS, wanted=st.sampled_from(WANTED))
def test_whatever_comes_is_read_or_fails_by_name(
    request_: Request, response: Response, wanted: Any
) -> None:
    _look_at(request_, response, wanted)


def _look_at(request: Request, response: Response, wanted: Any) -> None:
    stated = failure_of(request, response)
    raised = _failure_of_reading(request, response, wanted)
    assert stated is None or raised is stated
    if isinstance(raised, RateLimitedError):
        assert 1 <= raised.retry_after_s <= 86400


def _failure_of_reading(request: Request, response: Response, wanted: Any) -> ImgurError | None:
    try:
        read(request, response, wanted)
    except ImgurError as error:
        return error
    return None


# --- spoiled by chance ------------------------------------------------------------------------

PICTURE = {
    "id": "a1b2c3d",
    "link": "https://i.imgur.com/a1b2c3d.gif",
    "type": "image/gif",
    "width": 640,
    "mp4": "https://i.imgur.com/a1b2c3d.mp4",
    "mp4_size": "12",
    "nsfw": None,
    "tags": ["cats", {"name": "dogs"}],
    "processing": {"status": "completed"},
}
SAID = {"id": 5, "image_id": "a1b2c3d", "points": 1.5, "children": [{"id": "6", "children": []}]}
REFUSED = {"code": 2008, "message": "Try again in 27 seconds", "exception": {"wait": 27}}
DATA: list[Any] = [
    PICTURE, [PICTURE, {**PICTURE, "is_album": True, "images": [PICTURE]}], {"0": PICTURE},
    {"name": "cats", "items": [PICTURE]}, {"tags": [{"name": "cats"}]}, SAID, [SAID], {"ups": 1},
    {"id": 1, "url": "sarah", "created": "1", "pro_expiration": False}, {"error": REFUSED},
    {"error": "Unable to find an image with the id, x"}, {"ticket": "t", "errorCode": None},
    {"done": {"t": "a1b2c3d"}, "images": {"a1b2c3d": {"ext": ".mp4"}}}, "favorited", 12, True,
    {"UserRemaining": 1, "ClientRemaining": "2"}, [1, 2], ["x"], None,
]  # fmt: skip
JUNK: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**30, "", "0", "x" * 300, "\ud800", "\x00\n", [], {}, [[]],
    {"0": {}}, {"error": None}, [None], float("nan"), "http://[", "https://evil.example/a.png",
]  # fmt: skip
STATUSES = [200, 200, 200, 200, 302, 304, 400, 401, 403, 404, 413, 417, 429, 500, 503]


def _spoiled(chance: random.Random) -> bytes:
    """An answer in Imgur's envelope with up to three things wrong about it."""
    document: Any = {"data": chance.choice(DATA), "success": True, "status": 200}
    if chance.random() < 0.1:
        document = {"errors": [{"code": "429", "detail": "Too Many Requests"}]}
    document = json.loads(json.dumps(document))
    for _ in range(chance.randrange(3)):
        _spoil_a_value(document, chance)
    body = json.dumps(document).encode()
    return chance.choice(SPOILS)(body, chance) if chance.random() < 0.3 else body


def _spoil_a_value(holder: Any, chance: random.Random) -> None:
    """Put junk somewhere into it, or take something away."""
    while True:
        names = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        if not names:
            return
        name = chance.choice(names)
        inner = holder[name]
        if not isinstance(inner, dict | list) or chance.random() < 0.2:
            break
        holder = inner
    if chance.random() < 0.3:
        del holder[name]
    else:
        holder[name] = chance.choice(JUNK)


SPOILS: list[Callable[[bytes, random.Random], bytes]] = [
    lambda body, chance: body[: chance.randrange(len(body) + 1)],
    lambda body, _: body + b"\n" + body,
    lambda body, _: b"\xef\xbb\xbf" + body,
    lambda body, chance: body.replace(b":", chance.choice([b"", b"::", b":\xff", b":\n"]), 3),
    lambda body, chance: body.replace(b"o", b"\xe9", chance.randrange(9)),
    lambda body, _: body.replace(b"cats", b"c\xe9ts"),
    lambda body, _: b"<html>" + body,
    lambda body, chance: b"[" * chance.randrange(3000) + body,
    lambda body, _: body.replace(b"true", b'"1"').replace(b'"', b"\x00", 1),
]


def test_ten_thousand_spoiled_answers_are_read_or_fail_by_name() -> None:
    credentials = [None, Anonymous(), Bearer(1, "t")]
    for seed in range(10_000):
        chance = random.Random(seed)  # noqa: S311 (the same answers each time)
        request = Request(
            method=chance.choice(["GET", "POST", "DELETE"]),
            path=chance.choice(["/3/image/a", "/3/upload", "/oauth2/token"]),
            credential=chance.choice(credentials),
            cost_credits=chance.choice([1, COST_UPLOAD]),
        )
        headers = {"x-ratelimit-userremaining": chance.choice(["", "0", "-5", "9", "NaN"])}
        body = _spoiled(chance)
        response = Response(chance.choice(STATUSES), headers, body, "https://a.example")
        try:
            _look_at(request, response, chance.choice(WANTED))
        except Exception as error:
            raise AssertionError(f"seed {seed}: {response} {body[:300]!r}") from error
