import base64

import pytest

from sandbox.imgur.commands import SetProfile, set_profile
from sandbox.imgur.endpoints.uploads import plan_text
from sandbox.imgur.messages import Upload
from tests.sandbox.imgur.asking import NOW, asker, blob_of, png, sent, unreadable


def test_the_classic_backend_answers_an_upload_with_zero_for_nobody_and_a_jpg_link() -> None:
    told = asker().upload("/3/image", blob_of("image/jpeg"))

    assert told.status == 200
    assert told.data["account_id"] == 0
    assert told.data["edited"] == "0"
    assert told.data["link"].endswith(f"/{told.data['id']}.jpg")
    assert "mp4" not in told.data
    assert b"image\\/jpeg" in told.response.body


def test_the_new_backend_answers_with_null_for_nobody_and_a_jpeg_link() -> None:
    asking = asker()

    told = asking.upload("/3/upload", blob_of("image/jpeg"))

    assert told.data["account_id"] is None
    assert told.data["mp4"] == ""
    assert told.data["link"].endswith(".jpeg")
    assert b'"image/jpeg"' in told.response.body
    assert asking.get(f"/3/image/{told.data['id']}").data["link"].endswith(".jpg")


def test_an_upload_has_the_ids_and_facts_of_its_file() -> None:
    told = asker().upload(blob=png(777, 12, 34))

    assert (told.data["width"], told.data["height"], told.data["size"]) == (12, 34, 777)
    assert len(told.data["id"]) == 7
    assert len(told.data["deletehash"]) == 15


def test_a_long_title_is_echoed_whole_and_cut_when_read_back() -> None:
    asking, title = asker(), "x" * 200

    told = asking.upload(form={"title": title})

    assert told.data["title"] == title
    assert asking.get(f"/3/image/{told.data['id']}").data["title"] == "x" * 128


def test_an_empty_title_is_echoed_and_null_when_read_back() -> None:
    asking = asker()

    told = asking.upload(form={"title": "", "name": "  a.png "})

    assert told.data["title"] == ""
    assert told.data["name"] == "a.png"
    assert asking.get(f"/3/image/{told.data['id']}").data["title"] is None


@pytest.mark.parametrize(
    ("upload", "form", "error"),
    [
        (None, {}, "No image data was sent to the upload api"),
        (
            sent("url", text="http://x", name="video"),
            {},
            "No image data was sent to the upload api",
        ),
        (sent("file", png()), {"type": "base64"}, "File was not uploaded correctly"),
        (sent("text", text="hello"), {}, "Invalid URL (hello)"),
        (sent("text", text="htp://x"), {"type": "url"}, "Unable to process upload!"),
    ],
)
def test_what_cannot_be_an_upload_is_refused_in_imgurs_words(
    upload: Upload | None, form: dict[str, str], error: str
) -> None:
    told = asker().post("/3/image", form, upload=upload)

    assert told.status == 400
    assert told.data["error"] == error
    assert told.data["request"] == "/3/image"
    assert told.data["method"] == "POST"


def test_an_address_with_type_base64_is_an_invalid_file_type() -> None:
    upload = sent("url", png(), "http://x/a.png")

    told = asker().post("/3/image", {"type": "base64"}, upload=upload)

    assert told.data["error"]["code"] == 1003


def test_base64_uploads_whatever_type_says() -> None:
    upload = sent("base64", png())

    assert asker().post("/3/image", {"type": "url"}, upload=upload).status == 200


def test_an_address_that_cannot_be_fetched_is_a_bad_request_of_the_new_backend() -> None:
    told = asker().post("/3/upload", {"type": "url"}, upload=sent("url", text="http://x/"))

    assert (told.status, told.data["error"]) == (400, "Bad Request")


def test_text_is_told_apart_by_what_it_is() -> None:
    gif = b"GIF89a and so on"
    packed = base64.b64encode(gif).decode()

    assert plan_text(packed).content == gif
    assert plan_text(f"data:image/gif;base64,{packed}").content == gif
    assert plan_text(" https://example.org/a.png ").address == "https://example.org/a.png"
    assert plan_text("certainly not").content is None


@pytest.mark.parametrize("kind", ["image/webp", "image/heic", "application/pdf", ""])
def test_other_types_are_refused_with_code_1003(kind: str) -> None:
    classic = asker().upload("/3/image", unreadable(kind))
    new = asker().upload("/3/upload", unreadable(kind))

    assert classic.data["error"] == {
        "code": 1003,
        "message": "File type invalid (1)",
        "type": "ImgurException",
        "exception": [],
    }
    assert new.data["error"]["exception"] == {}


def test_a_picture_over_ten_megabytes_is_refused_in_each_backends_way() -> None:
    classic = asker().upload("/3/image", png(10_000_001))
    new = asker().upload("/3/upload", png(10_000_001))

    assert (classic.status, classic.data["error"]["code"]) == (400, 1000)
    assert (new.status, new.data["error"]["status"]) == (413, "Request Entity Too Large")


def test_a_film_may_have_two_hundred_megabytes() -> None:
    assert asker().upload("/3/upload", blob_of("video/mp4", 200_000_000)).status == 200
    assert asker().upload("/3/upload", blob_of("video/mp4", 200_000_001)).status == 413


def test_a_broken_picture_fails_in_each_backends_way() -> None:
    classic = asker().upload("/3/image", unreadable("image/png"))
    new = asker().upload("/3/upload", unreadable("image/png"))

    assert (classic.status, classic.data["error"]) == (500, "Could not process upload!")
    assert (new.status, new.data["error"]) == (417, "Internal expectation failed")


def test_a_film_gets_a_ticket_from_the_classic_backend_and_is_done_after_two_polls() -> None:
    asking = asker()
    ticket = asking.upload("/3/image", blob_of("video/mp4")).data["ticket"]

    first = asking.get(f"/upload/poll?tickets[]={ticket}", auth="")
    second = asking.get(f"/upload/poll?tickets[]={ticket}", auth="")

    assert first.data == {"done": [], "images": []}
    image_id = second.data["done"][ticket]
    assert second.data["images"][image_id]["ext"] == ".mp4"
    assert asking.get(f"/3/image/{image_id}").data["processing"] == {"status": "completed"}


def test_a_film_is_processing_at_the_new_backend_until_it_was_asked_for_often_enough() -> None:
    asking = asker()
    set_profile(asking.world, SetProfile(polls_needed=2), NOW)

    told = asking.upload("/3/upload", blob_of("video/mp4"))
    seen = [asking.get(f"/3/image/{told.data['id']}").data for _ in range(2)]

    assert (told.data["mp4"], told.data["animated"]) == ("", False)
    assert [item["processing"]["status"] for item in seen] == ["pending", "completed"]
    assert seen[1]["mp4"].endswith(".mp4")


def test_an_animated_gif_has_its_other_forms() -> None:
    told = asker("classic").upload(blob=blob_of("image/gif", moves=True))

    assert told.data["animated"] is True
    assert told.data["looping"] is True
    assert told.data["mp4"].endswith(".mp4")
    assert told.data["gifv"].endswith(".gifv")


def test_a_gif_over_twenty_megabytes_links_to_its_still() -> None:
    asking = asker("new")
    image_id = asking.upload("/3/upload", blob_of("image/gif", 21_000_000, moves=True)).data["id"]

    assert asking.get(f"/3/image/{image_id}").data["link"].endswith(f"{image_id}h.gif")


def test_an_upload_into_an_anonymous_album_needs_its_deletehash() -> None:
    asking = asker()
    album = asking.post("/3/album").data

    refused = asking.upload(form={"album": album["id"]})
    taken = asking.upload(form={"album": album["deletehash"]})

    assert refused.status == 400
    assert refused.data["error"].startswith(f"You are not the owner of album '{album['id']}'")
    images = asking.get(f"/3/album/{album['id']}/images").data
    assert [image["id"] for image in images] == [taken.data["id"]]


def test_an_upload_with_a_token_belongs_to_the_account() -> None:
    asking = asker().as_account("marmalade")

    told = asking.upload("/3/upload")

    assert told.data["account_url"] == "marmalade"
    assert asking.get("/3/account/me/images/count").data == 1


def test_two_worlds_of_one_seed_give_the_same_ids() -> None:
    assert asker().upload().data["id"] == asker().upload().data["id"]


def test_audio_can_be_left_out() -> None:
    asking = asker()
    told = asking.upload("/3/upload", blob_of("video/mp4"), {"disable_audio": "1"})

    assert told.data["has_sound"] is False
