import json
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import (
    ApiError,
    AuthenticationRequiredError,
    DeadTokenError,
    FileTooLargeError,
    FileTypeRefusedError,
    ImgurError,
    InvalidClientIdError,
    InvalidGrantError,
    NetworkRefusedError,
    NotFoundError,
    OverCapacityError,
    PermissionDeniedError,
    ProcessingFailedError,
    RateLimitedError,
    RemovedError,
    ResponseFormatError,
    ServerError,
    ValidationError,
)
from bot.imgur.models import Album, Created, GalleryItem, Image, TagGallery, Token
from bot.imgur.people import Account, Comment
from bot.imgur.reading import check, failure_of, read, refusal_of
from bot.imgur.wire import COST_UPLOAD, Bearer, Request, Response
from tests.bot.imgur.scripted import answer, raw, refusal

GET = Request(method="GET", path="/3/image/abcdefg")
OWN_GET = replace(GET, credential=Bearer(7, "f" * 40))
DELETE = Request(method="DELETE", path="/3/image/abcdefg")
UPLOAD = Request(method="POST", path="/3/image", cost_credits=COST_UPLOAD)
OWN_UPLOAD = replace(UPLOAD, credential=Bearer(7, "f" * 40))
TOKEN = Request(method="POST", path="/oauth2/token", credential=None, cost_credits=0)

FULL = {"x_ratelimit_userremaining": "2000", "x_ratelimit_clientremaining": "12500"}
TOO_MANY = b'{"errors":[{"id":"","code":"429","status":"Too Many Requests","detail":"..."}]}'

XML = b'<?xml version="1.0"?><data type="array" success="0" status="%b"><error>%b</error></data>'


def object_error(code: int, message: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "message": message, "type": "ImgurException", "exception": [], **more}


# --- success ----------------------------------------------------------------------------------


def test_numbers_may_be_texts_and_anything_but_the_id_may_be_missing() -> None:
    image = read(GET, answer({"id": "a1", "width": "640", "mp4_size": "12", "nsfw": None}), Image)
    assert (image.width, image.mp4_size, image.nsfw, image.title) == (640, 12, None, None)


def test_a_field_of_an_odd_type_counts_as_missing() -> None:
    data = {"id": "a1", "width": {"px": 1}, "title": 12, "views": "", "tags": [], "animated": "no"}
    image = read(GET, answer(data), Image)
    assert (image.width, image.title, image.views, image.animated) == (None, "12", None, None)


def test_an_item_without_an_id_is_left_out_of_a_list() -> None:
    items = read(GET, answer([{"id": "a1"}, {"title": "an ad"}, {"id": "a2"}]), tuple[Image, ...])
    assert [item.id for item in items] == ["a1", "a2"]


def test_a_record_without_an_id_cannot_be_read() -> None:
    with pytest.raises(ResponseFormatError):
        read(GET, answer({"title": "nobody"}), Image)


def test_a_number_may_be_an_id() -> None:
    assert read(UPLOAD, answer({"id": 539710677}), Created).id == "539710677"


def test_tags_may_be_names_alone() -> None:
    item = read(GET, answer({"id": "a1", "tags": ["funny", {"name": "cats"}]}), GalleryItem)
    assert [tag.name for tag in item.tags or ()] == ["funny", "cats"]


def test_what_comes_without_an_envelope_is_read_too() -> None:
    body = json.dumps({"access_token": "a", "refresh_token": "r", "expires_in": "3600"}).encode()
    assert read(TOKEN, raw(body), Token).expires_in == 3600


def test_only_the_first_of_two_documents_counts() -> None:
    response = answer({"id": "a1"})
    twice = replace(response, body=response.body + b'\n{"more":1}')
    assert read(GET, twice, Image).id == "a1"


def test_a_byte_order_mark_does_no_harm() -> None:
    response = answer({"id": "a1"})
    assert read(GET, replace(response, body=b"\xef\xbb\xbf" + response.body), Image).id == "a1"


def test_an_answer_is_read_once_for_each_type() -> None:
    response = answer({"id": "a1"})
    assert read(GET, response, Image) is read(GET, response, Image)


def test_the_word_error_in_a_title_is_no_error() -> None:
    assert read(GET, answer({"id": "a1", "title": '"error"'}), Image).title == '"error"'


@pytest.mark.parametrize("data", [True, None, {"id": 5}])
def test_a_deed_counts_as_done_whatever_it_gives_back(data: Any) -> None:
    check(DELETE, answer(data))


def test_an_answer_without_content_counts_as_done() -> None:
    check(DELETE, raw(b"", status=204))


# --- links ------------------------------------------------------------------------------------

SANDBOX = "http://127.0.0.1:8123"


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://i.imgur.com/a1.png", "https://i.imgur.com/a1.png"),
        ("http://i.imgur.com/a1h.gif", "https://i.imgur.com/a1h.gif"),
        ("http://s.imgur.com/a1.png", "https://s.imgur.com/a1.png"),
        (f"{SANDBOX}/a1.png", f"{SANDBOX}/a1.png"),
        ("https://i.imgur.com.evil.example/a1.png", "https://i.imgur.com/a1.png"),
        ("https://i.imgur.com@evil.example/a1.png", "https://i.imgur.com/a1.png"),
        ("https://i.imgur.com/a1.png)](https://evil.example", "https://i.imgur.com/a1.png"),
        ("https://i.imgur.com/a1.", "https://i.imgur.com/a1.png"),
        ("javascript:alert(1)", "https://i.imgur.com/a1.png"),
        ("http://127.0.0.1:9/a1.png", "https://i.imgur.com/a1.png"),
        ("http://[", "https://i.imgur.com/a1.png"),
        ("", "https://i.imgur.com/a1.png"),
    ],
)
def test_only_links_to_imgur_or_to_the_api_that_answered_are_kept(link: str, kept: str) -> None:
    data = {"id": "a1", "link": link, "type": "image/png"}
    response = replace(answer(data), url=f"{SANDBOX}/3/image/a1")
    assert read(GET, response, Image).link == kept


def test_links_within_lists_and_albums_are_looked_at_too() -> None:
    strange = {"id": "a1", "link": "https://evil.example/a1.png", "type": "image/jpeg"}
    album = {"id": "b2", "link": "https://evil.example/a/b2", "is_album": True, "images": [strange]}
    (item,) = read(GET, answer([album]), tuple[GalleryItem, ...])
    assert item.link == "https://imgur.com/a/b2"
    assert item.media[0].link == "https://i.imgur.com/a1.jpg"
    tag = read(GET, answer({"name": "cats", "items": [album]}), TagGallery)
    assert tag.items[0].link == "https://imgur.com/a/b2"
    plain = read(GET, answer({"id": "b2", "images": [strange], "link": "?"}), Album)
    assert (plain.link, plain.images and plain.images[0].link) == (item.link, item.media[0].link)


def test_a_strange_film_is_dropped() -> None:
    image = read(GET, answer({"id": "a1", "mp4": "https://evil.example/a1.mp4"}), Image)
    assert image.mp4 is None


# --- failures ---------------------------------------------------------------------------------

REFUSALS: list[tuple[Request, Response, type[ImgurError]]] = [
    (GET, refusal("Invalid client_id", status=403), InvalidClientIdError),
    (GET, raw(b'{"message":"Missing Mashape application key."}', status=401), InvalidClientIdError),
    (GET, refusal("Authentication required", status=401), AuthenticationRequiredError),
    (OWN_GET, refusal("Authentication required", status=401), DeadTokenError),
    (OWN_GET, refusal("Unauthorized", status=401), DeadTokenError),
    (OWN_GET, refusal("Unauthorized", status=403), PermissionDeniedError),
    (OWN_GET, refusal("The access token provided is invalid.", status=403), DeadTokenError),
    (OWN_GET, refusal("Malformed auth header", status=403), DeadTokenError),
    (OWN_GET, raw(TOO_MANY, status=429, **FULL), DeadTokenError),
    (GET, raw(TOO_MANY, status=429, **FULL), RateLimitedError),
    (OWN_GET, raw(TOO_MANY, status=429), RateLimitedError),
    (OWN_GET, refusal("Too Many Requests", status=429, **FULL), RateLimitedError),
    (TOKEN, refusal("Invalid refresh token"), InvalidGrantError),
    (TOKEN, refusal("Invalid Pin"), InvalidGrantError),
    (TOKEN, refusal("Unauthorized", status=401), InvalidGrantError),
    (TOKEN, refusal("Invalid client_id", status=403), InvalidClientIdError),
    (TOKEN, refusal("something else"), ValidationError),
    (GET, refusal("Imgur is temporarily over capacity.", status=403), OverCapacityError),
    (GET, raw(b"<html>Imgur is over capacity!</html>", status=503), OverCapacityError),
    (UPLOAD, refusal("These actions are forbidden."), NetworkRefusedError),
    (UPLOAD, refusal(object_error(1016, "Banned country attempt (XX)")), NetworkRefusedError),
    (UPLOAD, refusal(object_error(1003, "File type invalid (1)")), FileTypeRefusedError),
    (UPLOAD, refusal(object_error(1000, "...")), FileTooLargeError),
    (UPLOAD, refusal({"code": 413, "detail": "file is over the size limit"}, status=413),
     FileTooLargeError),
    (UPLOAD, raw(b"<html>413</html>", status=413), FileTooLargeError),
    (UPLOAD, refusal(object_error(1001, "stripping"), status=500), ProcessingFailedError),
    (UPLOAD, refusal("Internal expectation failed", status=417), ProcessingFailedError),
    (UPLOAD, refusal("Could not process upload!", status=500), ProcessingFailedError),
    (UPLOAD, refusal("No image data was sent to the upload api"), ValidationError),
    (UPLOAD, refusal("You are not the owner of album 'x'"), PermissionDeniedError),
    (GET, refusal("Unable to find an image with the id, x", status=404), NotFoundError),
    (GET, raw(b"<title>imgur: the simple 404 page</title>", status=404), NotFoundError),
    (GET, raw(b"", status=302, location="https://i.imgur.com/removed.png"), RemovedError),
    (GET, raw(b"", status=301, location="https://imgur.com/"), ResponseFormatError),
    (GET, refusal("Unable to find an image with the id, x", status=200), NotFoundError),
    (DELETE, refusal("Album not foundX", status=200), NotFoundError),
    (DELETE, refusal("Unauthorized", status=200), PermissionDeniedError),
    (DELETE, raw(b'{"data":false,"success":false,"status":400}'), ValidationError),
    (DELETE, raw(b'{"data":true,"success":false}'), ApiError),
    (GET, raw(b'{"data":"An error occurred","success":false,"status":500}', status=500),
     ServerError),
    (GET, raw(b"<html>503 client read error</html>", status=503), ServerError),
    (GET, raw(b"<html>429 page</html>", status=429), RateLimitedError),
    (GET, raw(b"<html>200</html>"), ResponseFormatError),
    (GET, raw(b"<html>400 Bad request</html>", status=400), ResponseFormatError),
    (GET, raw(b'{"data":{"id":"a1"'), ResponseFormatError),
    (GET, raw(b""), ResponseFormatError),
    (GET, raw(b"[" * 100_000), ResponseFormatError),
    (GET, raw(b'{"data":' + b"9" * 5000 + b"}"), ResponseFormatError),
    (GET, raw(TOO_MANY + b'\n{"second":"document"}', status=429), RateLimitedError),
    (GET, raw(b'{"errors":[]}', status=404), NotFoundError),
    (GET, raw(b'{"errors":["gone"]}', status=404), NotFoundError),
    (GET, raw(b'{"errors":{"code":"429","detail":"..."}}', status=200), RateLimitedError),
    (GET, raw(b'{"success":false,"status":"403","data":{"message":"Unauthorized"}}'),
     PermissionDeniedError),
    (GET, refusal("An image ID is required for a GET request to /image", status=200),
     ValidationError),
    (GET, refusal("The account could not be found", status=200), NotFoundError),
    (GET, refusal(None, status=404), NotFoundError),
    (UPLOAD, raw(b'{"data":{"errorCode":"Error 414","ticket":false},"success":true}'), ApiError),
    (UPLOAD, raw(b'{"message":"You have exceeded the DAILY quota"}', status=403),
     RateLimitedError),
    (UPLOAD, refusal("Content not viewable in your region"), NetworkRefusedError),
    (UPLOAD, raw(XML % (b"429", b"<code>1025</code><message>Too Many Requests</message>"),
                 status=429), RateLimitedError),
    (UPLOAD, raw(XML % (b"400", b"<code>1003</code><message>File type invalid (1)</message>"),
                 status=400), FileTypeRefusedError),
    (UPLOAD, raw(XML % (b"403", b"Invalid client_id"), status=403), InvalidClientIdError),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "response", "error"), REFUSALS)
def test_each_refusal_has_its_name(
    request_: Request, response: Response, error: type[ImgurError]
) -> None:
    with pytest.raises(ImgurError) as caught:
        read(request_, response, Image)
    assert type(caught.value) is error
    assert type(failure_of(request_, response)) is error


def test_a_text_in_place_of_a_record_is_a_failure() -> None:
    gone = answer("An error occurred while fetching the comment")
    with pytest.raises(NotFoundError):
        read(GET, gone, Comment)
    with pytest.raises(ApiError):
        read(GET, answer("nothing to see"), Account)


def test_half_a_character_makes_an_answer_unreadable() -> None:
    with pytest.raises(ResponseFormatError):
        read(GET, raw(b'{"data":{"id":"\\ud800"},"success":true}'), Image)


def test_an_unreadable_answer_to_a_write_is_ambiguous_only_where_it_claims_success() -> None:
    with pytest.raises(ResponseFormatError) as caught:
        read(UPLOAD, raw(b"<html></html>"), Image)
    assert caught.value.maybe_applied
    with pytest.raises(ResponseFormatError) as caught:
        read(GET, raw(b"<html></html>"), Image)
    assert not caught.value.maybe_applied


def test_a_refusal_carries_imgurs_code_and_a_clean_message() -> None:
    error = failure_of(GET, refusal(object_error(1003, "File\r\n type invalid " + "x" * 500)))
    assert isinstance(error, FileTypeRefusedError)
    assert error.code == 1003
    assert len(str(error)) == 200
    assert "\n" not in str(error)


# --- rate limits ------------------------------------------------------------------------------

NOON = "Wed, 12 Mar 2025 12:00:00 GMT"
NOON_EPOCH = 1741780800

LIMITS: list[tuple[Request, Response, str, float]] = [
    (UPLOAD, refusal(object_error(429, "You are uploading too fast. Please wait 59 more minutes.")),
     "uploads", 59 * 60),
    (GET, refusal(object_error(2008, "...", exception={"wait": 27}), status=429), "unknown", 27),
    (GET, refusal("Try again in 27 seconds, too fast", status=429), "unknown", 27),
    (UPLOAD, raw(TOO_MANY, status=429, x_post_rate_limit_remaining="0",
                 x_post_rate_limit_reset="623", x_ratelimit_userremaining="0"), "post", 623),
    (GET, raw(TOO_MANY, status=429, x_ratelimit_userremaining="0", x_ratelimit_userreset="1800"),
     "user", 1800),
    (GET, raw(TOO_MANY, status=429, x_ratelimit_userremaining="0", date=NOON,
              x_ratelimit_userreset=str(NOON_EPOCH + 600)), "user", 600),
    (GET, raw(TOO_MANY, status=429, x_ratelimit_userremaining="0",
              x_ratelimit_userreset=str(NOON_EPOCH)), "user", 3600),
    (GET, raw(TOO_MANY, status=429, x_ratelimit_clientremaining="0",
              x_ratelimit_clientreset="86400"), "client", 86400),
    (GET, raw(TOO_MANY, status=429, x_ratelimit_clientremaining="0"), "client", 3600),
    (GET, raw(b'{"message":"quota"}', status=429, x_ratelimit_requests_remaining="0"),
     "client", 3600),
    (UPLOAD, raw(TOO_MANY, status=429, **FULL), "uploads", 60),
    (OWN_UPLOAD, raw(TOO_MANY, status=429, x_post_rate_limit_limit="1250",
                     x_post_rate_limit_remaining="1194", **FULL), "uploads", 60),
    (GET, raw(TOO_MANY, status=429, **FULL), "unknown", 60),
    (GET, raw(TOO_MANY, status=429, retry_after="0"), "unknown", 60),
    (GET, raw(TOO_MANY, status=429, retry_after="5"), "unknown", 5),
    (GET, raw(TOO_MANY, status=429, retry_after="soon"), "unknown", 60),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "response", "pool", "wait_s"), LIMITS)
def test_a_rate_limit_says_which_pool_and_for_how_long(
    request_: Request, response: Response, pool: str, wait_s: float
) -> None:
    error = refusal_of(request_, response)
    assert error is not None
    assert (error.pool, error.retry_after_s) == (pool, wait_s)


def test_a_fresh_uploader_whose_token_died_is_not_taken_for_one_at_the_cap() -> None:
    response = raw(
        TOO_MANY,
        status=429,
        x_post_rate_limit_limit="1250",
        x_post_rate_limit_remaining="1249",
        **FULL,
    )
    assert isinstance(failure_of(OWN_UPLOAD, response), DeadTokenError)
    assert refusal_of(OWN_UPLOAD, response) is None
