"""Answers that Imgur really gave, read by the client.

They are not part of this project: ``IMGUR_SAMPLES_DIR`` names a folder of them, one JSON file each
with ``request``, ``status``, ``headers`` and ``body``.
"""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from bot.errors import ImgurError, RateLimitedError, ResponseFormatError
from bot.imgur.endpoints.image import TicketPoll, UploadTicket
from bot.imgur.models import (
    Album,
    Created,
    Credits,
    CustomGallery,
    GalleryItem,
    Image,
    Record,
    Tag,
    TagGallery,
    Tags,
    Token,
    Topic,
    Vote,
)
from bot.imgur.people import (
    Account,
    AccountSettings,
    Avatar,
    Avatars,
    BlockList,
    BlockState,
    Comment,
    Conversation,
    GalleryProfile,
    MessageNotification,
    Notifications,
    ReplyNotification,
)
from bot.imgur.reading import check, read
from bot.imgur.wire import COST_CALL, COST_UPLOAD, Anonymous, Bearer, Request, Response
from tests.contract.expected_readings import EXPECTED

FOLDER = os.environ.get("IMGUR_SAMPLES_DIR", "")
NO_FOLDER = "IMGUR_SAMPLES_DIR is not set: no recorded answers to read"

POSTS = tuple[GalleryItem, ...]
#: What a call is made for; the first row that fits counts. Other calls are only done, or not.
WANTED: list[tuple[str, str, Any]] = [
    ("POST", r"/3/(image|upload)", Image),
    ("POST", r"/3/(image|album)/[^/]+/favorite", str),
    ("POST", r"/3/album", Created),
    ("POST", r"/3/comment(/[^/]+)?", Created),
    ("POST", r"/3/gallery/[^/]+/comment(/[^/]+)?", Created),
    ("POST", r"/oauth2/token", Token),
    ("GET", r"/3/image/[^/]+", Image),
    ("GET", r"/3/album/[^/]+", Album),
    ("GET", r"/3/album/[^/]+/images", tuple[Image, ...]),
    ("GET", r"/3/album/[^/]+/image/[^/]+", Image),
    ("GET", r"/3/gallery/search.*", POSTS),
    ("GET", r"/3/gallery/tag_info/[^/]+", Tag),
    ("GET", r"/3/gallery/t/[^/]+(/(viral|time|top)(/\w+)?)?(/\d+)?", TagGallery),
    ("GET", r"/3/gallery/(hot|top|user|random)(/.*)?", POSTS),
    ("GET", r"/3/gallery/[^/]+/votes", Vote),
    ("GET", r"/3/gallery/[^/]+/tags", Tags),
    ("GET", r"/3/gallery/[^/]+/comments/ids", tuple[int, ...]),
    ("GET", r"/3/gallery/[^/]+/comments/count", int),
    ("GET", r"/3/gallery/[^/]+/comments(/\w+)?", tuple[Comment, ...]),
    ("GET", r"/3/gallery/[^/]+/comment/[^/]+", Comment),
    ("GET", r"/3/gallery/r/[^/]+(/(time|top)(/\w+)?)?(/\d+)?", POSTS),
    ("GET", r"/3/gallery/(album|image|r/[^/]+|t/[^/]+)/[^/]+", GalleryItem),
    ("GET", r"/3/gallery/[^/]+", GalleryItem),
    ("GET", r"/3/gallery/.*", POSTS),
    ("GET", r"/3/g/(memes|custom)/[^/]+", GalleryItem),
    ("GET", r"/3/g/memes/.*", POSTS),
    ("GET", r"/3/g/(custom|filtered)/.*", CustomGallery),
    ("GET", r"/3/tags", Tags),
    ("GET", r"/3/topics/defaults", tuple[Topic, ...]),
    ("GET", r"/3/memegen/defaults", tuple[Image, ...]),
    ("GET", r"/3/credits", Credits),
    ("GET", r"/3/account/me/block", BlockList),
    ("GET", r"/3/account/[^/]+", Account),
    ("GET", r"/3/account/[^/]+/available_avatars", Avatars),
    ("GET", r"/3/account/[^/]+/(gallery_favorites|favorites|submissions).*", POSTS),
    ("GET", r"/3/account/[^/]+/folders/.*", POSTS),
    ("GET", r"/3/account/[^/]+/settings", AccountSettings),
    ("GET", r"/3/account/[^/]+/gallery_profile", GalleryProfile),
    ("GET", r"/3/account/[^/]+/verifyemail", bool),
    ("GET", r"/3/account/[^/]+/avatar", Avatar),
    ("GET", r"/account/v1/[^/]+/block", BlockState),
    ("GET", r"/upload/poll", TicketPoll),
    ("GET", r"/3/account/[^/]+/notifications/replies", tuple[ReplyNotification, ...]),
    ("GET", r"/3/account/[^/]+/notifications/messages", tuple[MessageNotification, ...]),
    ("GET", r"/3/account/[^/]+/notifications", Notifications),
    ("GET", r"/3/account/[^/]+/(album|comment|image)s/count", int),
    ("GET", r"/3/account/[^/]+/(album|image)s/ids.*", tuple[str, ...]),
    ("GET", r"/3/account/[^/]+/comments/ids.*", tuple[int, ...]),
    ("GET", r"/3/account/[^/]+/album/[^/]+", Album),
    ("GET", r"/3/account/[^/]+/image/[^/]+", Image),
    ("GET", r"/3/account/[^/]+/comment/[^/]+", Comment),
    ("GET", r"/3/account/[^/]+/albums.*", tuple[Album, ...]),
    ("GET", r"/3/account/[^/]+/images.*", tuple[Image, ...]),
    ("GET", r"/3/account/[^/]+/comments.*", tuple[Comment, ...]),
    ("GET", r"/3/notification", Notifications),
    ("GET", r"/3/comment/[^/]+(/replies)?", Comment),
    ("GET", r"/3/conversations", tuple[Conversation, ...]),
    ("GET", r"/3/conversations/.*", Conversation),
]


@dataclass(frozen=True)
class Sample:
    """One recorded answer with the request that it answers."""

    request: Request
    response: Response
    wanted: Any
    body: Any

    @classmethod
    def load(cls, path: Path) -> "Sample":
        record = json.loads(path.read_text(encoding="utf-8"))
        method = (record["request"]["method"] or "GET").upper()
        target = _target(record["request"]["path"] or "")
        is_upload = method == "POST" and target in {"/3/image", "/3/upload"}
        request = Request(
            method=method,
            path=target,
            credential=Bearer(1, "token") if "/me/" in target else Anonymous(),
            cost_credits=COST_UPLOAD if is_upload else COST_CALL,
        )
        body = record["body"]
        headers = {name.lower(): value for name, value in (record["headers"] or {}).items()}
        raw = body if isinstance(body, str) else json.dumps(body)
        response = Response(
            _status(record["status"], body),
            headers,
            raw.encode(),
            f"https://api.imgur.com{target}",
        )
        return cls(request, response, _wanted(method, target, body), body)

    def outcome(self) -> Any:
        """What the client makes of it; ``"done"`` for calls that give nothing back."""
        try:
            if self.wanted is not None:
                return read(self.request, self.response, self.wanted)
            check(self.request, self.response)
        except ImgurError as error:
            return error
        return "done"


def _target(path: str) -> str:
    """A path as the client asks for it: in version 3, in JSON."""
    target = urlsplit(path).path if "://" in path else path.partition("?")[0]
    target = re.sub(r"(/json|\.json|\.xml)$", "", target).rstrip("/")
    is_bare = re.match(
        r"/(image|upload|album|gallery|account|comment|credits)(?!/v1|/poll)", target
    )
    return f"/3{target}" if is_bare and not target.startswith("/account/v1") else target


def _status(recorded: int | None, body: Any) -> int:
    """HTTP's status; where it was not written down, one that goes with the body's."""
    if recorded is not None:
        return recorded
    stated = body.get("status", 401) if isinstance(body, dict) else 500
    return int(stated) if int(stated) < 600 else 500


def _wanted(method: str, target: str, body: Any) -> Any:
    if isinstance(body, dict) and isinstance(body.get("data"), dict) and "ticket" in body["data"]:
        return UploadTicket
    for wanted_method, pattern, wanted in WANTED:
        if wanted_method == method and re.fullmatch(pattern, target):
            return _in_the_form_of(body, wanted)
    return None


def _in_the_form_of(body: Any, wanted: Any) -> Any:
    """What a path names only loosely: one post, or a page of them."""
    data = body.get("data") if isinstance(body, dict) else None
    if isinstance(data, list) and wanted in {TagGallery, GalleryItem}:
        return POSTS
    if isinstance(data, dict) and wanted == POSTS and "id" in data:
        return GalleryItem
    return wanted


def in_short(outcome: Any) -> str:
    """An outcome in a few words."""
    match outcome:
        case RateLimitedError():
            return f"{type(outcome).__name__} {outcome.pool} {outcome.retry_after_s:.0f}"
        case ImgurError():
            return type(outcome).__name__
        case tuple():
            return f"{len(outcome)} x {in_short(outcome[0])}" if outcome else "none"
        case Record():
            name = getattr(outcome, "id", None) or getattr(outcome, "name", None) or ""
            return f"{type(outcome).__name__} {name}".strip()
        case _:
            return str(outcome)


def samples() -> list[Any]:
    if not FOLDER:
        return [pytest.param(None, marks=pytest.mark.skip(reason=NO_FOLDER), id="none")]
    return [pytest.param(path, id=path.stem) for path in sorted(Path(FOLDER).glob("*.json"))]


@pytest.mark.parametrize("path", samples())
def test_every_recorded_answer_is_read_into_what_it_is(path: Path) -> None:
    sample = Sample.load(path)
    outcome = sample.outcome()
    expected = EXPECTED.get(path.stem)
    if expected is not None:
        assert in_short(outcome) == expected
    elif _states_failure(sample):
        assert isinstance(outcome, ImgurError)
        assert isinstance(outcome, ResponseFormatError) <= isinstance(sample.body, str)
    else:
        assert not isinstance(outcome, ImgurError), outcome


@pytest.mark.parametrize("path", samples())
def test_a_record_says_what_the_answer_says(path: Path) -> None:
    sample = Sample.load(path)
    outcome = sample.outcome()
    if isinstance(outcome, ImgurError) or outcome == "done":
        return
    document = sample.body
    _compare(outcome, document.get("data", document), "data")


def _states_failure(sample: Sample) -> bool:
    document = sample.body
    if sample.response.status >= 300 or not isinstance(document, dict) or "errors" in document:
        return True
    data = document.get("data")
    return (
        document.get("success", True) is not True
        or (isinstance(data, dict) and "error" in data)
        or (isinstance(data, str) and data.startswith("An error occurred"))
    )


def _compare(read_value: Any, said: Any, place: str) -> None:
    """Every field that a record has and the answer names holds what the answer says."""
    if isinstance(read_value, tuple):
        assert len(read_value) == len(said), place
        for number, (one, other) in enumerate(zip(read_value, said, strict=True)):
            _compare(one, other, f"{place}[{number}]")
    elif isinstance(read_value, Tag) and isinstance(said, str):
        assert read_value.name == said, place
    elif isinstance(read_value, Record):
        for field in msgspec.structs.fields(read_value):
            if field.encode_name in said:
                _compare_field(
                    getattr(read_value, field.name),
                    said[field.encode_name],
                    f"{place}.{field.encode_name}",
                )
    else:
        assert read_value == said, place


def _compare_field(read_value: Any, said: Any, place: str) -> None:
    if place.endswith((".link", ".mp4")) and said:
        assert read_value == said.replace("http://", "https://"), place
    elif isinstance(read_value, tuple | Record):
        _compare(read_value, said, place)
    elif isinstance(said, str) and isinstance(read_value, bool):
        assert read_value == (said.lower() in {"1", "true"}), place
    elif isinstance(said, str) and isinstance(read_value, int | float):
        assert float(read_value) == float(said), place
    else:
        assert read_value == said or str(said) == read_value, place
