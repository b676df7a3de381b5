from typing import Any

import pytest

from bot.errors import (
    NotFoundError,
    OutOfCreditsError,
    ProcessingFailedError,
    TransportError,
    ValidationError,
)
from bot.imgur.client import ImgurClient
from bot.imgur.endpoints.base import filled, pairs
from bot.imgur.models import Image
from bot.imgur.wire import Bearer, FilePart, Request, Response
from tests.bot.imgur.loopback import Block
from tests.bot.imgur.scripted import Answer, ScriptedSender, answer, refusal
from tests.clocks import FakeClock

PICTURE = FilePart("image", "a.png", "image/png", Block(9))
FILM = FilePart("video", "a.mp4", "video/mp4", Block(9))
UPLOADED = answer({"id": "abcdefg", "deletehash": "hash", "mp4": "", "animated": False})
PENDING = answer({"id": "abcdefg", "deletehash": "", "processing": {"status": "pending"}})
DONE = answer({"id": "abcdefg", "mp4_size": 12, "animated": True})
TICKET = answer({"errorCode": None, "ticket": "t1"})
NOT_YET = answer({"done": [], "images": []})
REDEEMED = answer(
    {
        "done": {"t1": "abcdefg"},
        "images": {"abcdefg": {"width": "640", "ext": ".mp4", "deletehash": "hash"}},
    }
)


class HastyClock(FakeClock):
    """Does not wait for anybody."""

    async def sleep(self, seconds: float) -> None:
        self.elapsed_s += seconds


def client(*answers: Answer, credential: Any = None) -> tuple[ImgurClient, ScriptedSender]:
    sender = ScriptedSender(answers)
    more = () if credential is None else (credential,)
    return ImgurClient(sender, *more, clock=HastyClock()), sender


# --- uploading --------------------------------------------------------------------------------


async def test_a_picture_is_uploaded_with_its_words_and_costs_ten_credits() -> None:
    imgur, sender = client(UPLOADED)
    image = await imgur.image.upload(PICTURE, title="T", album="b2")
    (request,) = sender.asked
    assert (request.method, request.path, request.cost_credits) == ("POST", "/3/image", 10)
    assert request.form == (("type", "file"), ("title", "T"), ("album", "b2"))
    assert request.file is PICTURE
    assert (image.id, image.deletehash) == ("abcdefg", "hash")


async def test_a_film_goes_another_way_and_is_looked_at_until_it_is_processed() -> None:
    imgur, sender = client(UPLOADED, PENDING, DONE)
    image = await imgur.image.upload(FILM, disable_audio=True)
    assert [request.path for request in sender.asked] == ["/3/upload", *["/3/image/abcdefg"] * 2]
    assert ("disable_audio", "1") in sender.asked[0].form
    assert image.is_processed
    assert image.deletehash == "hash"


async def test_a_film_that_takes_too_long_is_given_back_as_it_is() -> None:
    imgur, sender = client(UPLOADED, *[PENDING] * 6)
    image = await imgur.image.upload(FILM)
    assert len(sender.asked) == 7
    assert not image.is_processed


@pytest.mark.parametrize(
    "trouble",
    [OutOfCreditsError(pool="user", wait_s=9), TransportError("lost", maybe_applied=False)],
)
async def test_trouble_while_looking_is_no_trouble_of_the_upload(trouble: Exception) -> None:
    imgur, _ = client(UPLOADED, trouble)
    assert (await imgur.image.upload(FILM)).deletehash == "hash"


async def test_who_does_not_want_to_wait_does_not() -> None:
    imgur, sender = client(UPLOADED)
    await imgur.image.upload(FILM, wait=False)
    assert len(sender.asked) == 1


async def test_a_ticket_is_polled_until_it_is_an_image() -> None:
    trouble = TransportError("lost", maybe_applied=False)
    imgur, sender = client(TICKET, NOT_YET, trouble, REDEEMED)
    image = await imgur.image.upload(PICTURE)
    poll = sender.asked[1]
    assert (poll.path, poll.query, poll.cost_credits) == ("/upload/poll", (("tickets[]", "t1"),), 0)
    assert poll.credential is None
    assert image == Image(
        id="abcdefg", link="https://i.imgur.com/abcdefg.mp4", width=640, deletehash="hash"
    )


async def test_a_ticket_that_comes_to_nothing_is_given_up() -> None:
    imgur, sender = client(TICKET, *[NOT_YET] * 13)
    with pytest.raises(ProcessingFailedError):
        await imgur.image.upload(FILM)
    assert len(sender.asked) == 14


async def test_imgur_can_fetch_a_picture_itself() -> None:
    imgur, sender = client(UPLOADED)
    await imgur.image.upload_url("https://example.org/a.png", description="D")
    (request,) = sender.asked
    assert request.form[:2] == (("image", "https://example.org/a.png"), ("type", "url"))
    assert (request.file, request.cost_credits) == (None, 10)


# --- other calls ------------------------------------------------------------------------------


async def test_calls_carry_the_clients_credential_and_a_name_that_is_safe_to_log() -> None:
    sarah = Bearer(7, "t")
    imgur, sender = client(answer(data=True), credential=sarah)
    await imgur.image.delete("h4sh")
    (request,) = sender.asked
    assert (request.credential, request.method, request.path) == (sarah, "DELETE", "/3/image/h4sh")
    assert request.endpoint == "/3/image/{image_id}"


async def test_a_search_names_what_was_given_and_falls_back_to_imgurs_own_order() -> None:
    imgur, sender = client(answer([]))
    assert await imgur.gallery.search("cats", sort="", window="", page=2, q_type="png") == ()
    (request,) = sender.asked
    assert request.path == "/3/gallery/search/time/all/2"
    assert request.query == (("q", "cats"), ("q_type", "png"))


async def test_albums_are_made_of_lists() -> None:
    imgur, sender = client(answer({"id": "b2", "deletehash": "hash"}))
    made = await imgur.album.create(deletehashes=["a", "b"], title="T")
    assert made.deletehash == "hash"
    assert sender.asked[0].form == (
        ("deletehashes[]", "a"),
        ("deletehashes[]", "b"),
        ("title", "T"),
    )


@pytest.mark.parametrize(("said", "now"), [("favorited", True), ("unfavorited", False)])
async def test_a_favourite_is_turned_on_and_off(said: str, now: object) -> None:
    imgur, _ = client(answer(said))
    assert await imgur.image.favorite("a") is now


async def test_a_comment_may_be_deleted_in_either_dialect() -> None:
    imgur, _ = client(answer(data=True), answer({"id": 5}))
    await imgur.comment.delete(5)
    await imgur.comment.delete(5)


async def test_what_is_missing_says_so() -> None:
    imgur, _ = client(refusal("Unable to find an image with the id, a", status=200))
    with pytest.raises(NotFoundError):
        await imgur.account.image("a")


def test_ids_cannot_lead_to_another_path() -> None:
    assert filled("/3/image/{a}/x", ["a/../b?c"]) == "/3/image/a%2F..%2Fb%3Fc/x"
    for missing in ("", " ", ".", ".."):
        with pytest.raises(ValidationError):
            filled("/3/image/{a}", [missing])


def test_fields_are_written_as_imgur_wants_them() -> None:
    fields = {"a": None, "b": True, "c": False, "d": 0, "e": ["x", "y"], "f": ""}
    assert pairs(fields) == (
        ("b", "true"),
        ("c", "false"),
        ("d", "0"),
        ("e[]", "x"),
        ("e[]", "y"),
        ("f", ""),
    )


# --- pages ------------------------------------------------------------------------------------


def ids(*names: str) -> Response:
    return answer([{"id": name} for name in names])


async def test_pages_end_with_the_list_and_say_what_they_cost() -> None:
    imgur, sender = client(ids("a", "b"), ids("c"), ids())
    pages = imgur.pages(lambda c, number: c.gallery.search("cats", page=number))
    seen = [
        (page.number, [item.id for item in page.items], page.cost_credits) async for page in pages
    ]
    assert seen == [(0, ["a", "b"], 1), (1, ["c"], 1)]
    assert pages.cost_credits == 3
    assert len(sender.asked) == 3


async def test_an_item_that_slid_to_the_next_page_is_shown_once() -> None:
    imgur, _ = client(ids("a", "b"), ids("b", "c"), ids("c"))
    pages = imgur.pages(lambda c, number: c.account.images(page=number))
    assert [[item.id for item in page.items] async for page in pages] == [["a", "b"], ["c"]]


async def test_pages_may_begin_and_end_anywhere_and_hold_plain_ids() -> None:
    imgur, sender = client(answer(["x"]), answer(["y"]))
    pages = imgur.pages(lambda c, number: c.account.image_ids(page=number), first=3, last=4)
    assert [page.items async for page in pages] == [["x"], ["y"]]
    assert [request.path[-1] for request in sender.asked] == ["3", "4"]


async def test_a_remembered_page_costs_nothing() -> None:
    async def remembered(_: Request) -> Response:
        return Response(200, {}, ids("a").body, is_remembered=True)

    imgur, _ = client(remembered)
    pages = imgur.pages(lambda c, number: c.gallery.search("cats", page=number), last=0)
    assert [page.cost_credits async for page in pages] == [0]
