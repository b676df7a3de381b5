"""Answers whose data are not of the form that they should have."""

from dataclasses import replace
from typing import Any

import pytest

from bot.errors import ResponseFormatError
from bot.imgur.models import Album, Created, Credits, GalleryItem, Image, Tags, Vote
from bot.imgur.people import AccountSettings, Comment, Notifications
from bot.imgur.reading import read
from bot.imgur.wire import Request
from tests.bot.imgur.scripted import answer, raw

GET = Request(method="GET", path="/3/image/abcdefg")
IMAGES = tuple[Image, ...]


def test_a_list_with_gaps_comes_as_an_object_and_is_a_list() -> None:
    items = read(GET, answer({"0": {"id": "a1"}, "7": {"id": "a2"}}), IMAGES)
    assert [item.id for item in items] == ["a1", "a2"]
    album = read(GET, answer({"id": "b2", "images": {"3": {"id": "a1"}}, "tags": {}}), Album)
    assert [image.id for image in album.images or ()] == ["a1"]
    assert album.tags == ()


@pytest.mark.parametrize("nothing", [None, {}, []])
def test_nothing_is_an_empty_list(nothing: Any) -> None:
    assert read(GET, answer(nothing), IMAGES) == ()


def test_an_object_in_place_of_a_list_is_none() -> None:
    with pytest.raises(ResponseFormatError):
        read(GET, answer({"id": "a1"}), IMAGES)


@pytest.mark.parametrize("missing", [{}, {"id": ""}, {"id": None}])
def test_an_image_that_has_only_a_link_gets_its_id_from_there(missing: dict[str, Any]) -> None:
    data = {"link": "http://i.imgur.com/a1b2c3d.png", **missing}
    assert read(GET, answer(data), Image).id == "a1b2c3d"
    assert read(GET, answer([data, {"link": "https://evil.example/a1b2c3d.png"}]), IMAGES)[0].link
    assert len(read(GET, answer([data, {"link": "?"}]), IMAGES)) == 1


@pytest.mark.parametrize("wanted", [Image, Album, GalleryItem, Created])
def test_an_empty_id_is_none(wanted: Any) -> None:
    with pytest.raises(ResponseFormatError):
        read(GET, answer({"id": "", "title": "t"}), wanted)


@pytest.mark.parametrize("success", [1, "1", "true", "True"])
def test_success_may_be_written_in_other_ways(success: object) -> None:
    body = b'{"data":{"id":"a1"},"success":%b,"status":200}'
    written = repr(success).replace("'", '"').encode()
    assert read(GET, raw(body % written), Image).id == "a1"


@pytest.mark.parametrize("error", [None, "", False, []])
def test_an_error_that_says_nothing_in_a_success_is_none(error: object) -> None:
    assert read(GET, answer({"id": "a1", "error": error}), Image).id == "a1"
    body = b'{"data":{"id":"a1"},"success":true,"status":200,"errors":[]}'
    assert read(GET, raw(body), Image).id == "a1"


def test_line_breaks_within_texts_are_spaces() -> None:
    response = answer({"id": "a1", "title": "two words"})
    broken = replace(response, body=response.body.replace(b"two words", b"two\nwords"))
    assert read(GET, broken, Image).title == "two words"


def test_bytes_that_are_no_text_are_marked() -> None:
    response = answer({"id": "a1", "title": "caf?"})
    broken = replace(response, body=response.body.replace(b"caf?", b"caf\xe9"))
    assert read(GET, broken, Image).title == "caf\N{REPLACEMENT CHARACTER}"


def test_what_old_answers_lack_is_missing() -> None:
    assert read(GET, answer({"email": "a@example.org"}), AccountSettings).account_url is None
    assert read(GET, answer({"ups": None, "downs": None}), Vote) == Vote()
    assert read(GET, answer({"featured": "x"}), Tags).tags == ()
    assert read(GET, answer({"UserRemaining": None}), Credits).client_remaining is None
    assert read(GET, answer({"replies": None, "messages": {}}), Notifications) == Notifications()


def test_answers_to_a_comment_may_be_mended_as_deep_as_they_go() -> None:
    deep = {"id": "7", "children": {"0": {"id": 8, "ups": "x", "children": None}}}
    comment = read(GET, answer({"id": 5, "children": [deep, {"comment": "lost"}]}), Comment)
    (child,) = comment.children or ()
    assert [one.id for one in child.children or ()] == [8]
