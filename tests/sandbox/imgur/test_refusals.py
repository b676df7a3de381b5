"""What is missing or wrong in a call is refused with a status and a sentence."""

import pytest

from tests.sandbox.imgur.asking import Asker, asker


@pytest.fixture
def asking() -> Asker:
    return asker("new").as_account()


@pytest.mark.parametrize(
    ("method", "path", "form", "status"),
    [
        ("GET", "/3/account/x?account_id=17", {}, 404),
        ("GET", "/3/account/nobody/albums", {}, 404),
        ("PUT", "/3/account/me/settings", {"username": "x"}, 400),
        ("PUT", "/3/account/me/settings", {"username": "pixelpenguin"}, 400),
        ("POST", "/3/album", {"privacy": "loud"}, 400),
        ("POST", "/3/album", {"layout": "heap"}, 400),
        ("PUT", "/3/album/xxxxxxx", {"title": "x"}, 404),
        ("POST", "/3/album/xxxxxxx/add", {"ids": "a"}, 404),
        ("POST", "/3/album/xxxxxxx/favorite", {}, 404),
        ("POST", "/3/image/xxxxxxx", {"title": "x"}, 404),
        ("POST", "/3/image/xxxxxxx/favorite", {}, 404),
        ("DELETE", "/3/image/xxxxxxx", {}, 404),
        ("GET", "/3/gallery/xxxxxxx", {}, 404),
        ("GET", "/3/gallery/image/xxxxxxx", {}, 404),
        ("POST", "/3/gallery/xxxxxxx", {"title": "x"}, 404),
        ("DELETE", "/3/gallery/xxxxxxx", {}, 404),
        ("DELETE", "/3/gallery/{post}", {}, 403),
        ("POST", "/3/gallery/tags/{post}", {"tags": "cats"}, 403),
        ("POST", "/3/gallery/{post}/vote/tag/nothing/up", {}, 404),
        ("POST", "/3/gallery/{post}/comment", {"comment": " "}, 400),
        ("POST", "/3/gallery/{post}/comment", {"comment": "x" * 3000}, 400),
        ("POST", "/3/gallery/{post}/comment/17", {"comment": "x"}, 404),
        ("POST", "/3/comment/17/vote/up", {}, 404),
        ("POST", "/3/comment/17/report", {}, 404),
        ("DELETE", "/3/comment/17", {}, 404),
        ("POST", "/3/conversations/nobody", {"body": "x"}, 404),
        ("POST", "/3/conversations/quietharbour", {}, 400),
        ("POST", "/3/conversations/block/nobody", {}, 404),
        ("GET", "/3/conversations/17", {}, 404),
        ("GET", "/3/notification/17", {}, 404),
        ("GET", "/3/topics/999/viral", {}, 404),
        ("GET", "/post/v1/media/xxxxxxx", {}, 404),
        ("GET", "/post/v1/albums/xxxxxxx", {}, 404),
        ("GET", "/3/gallery/search?q_size_px=tiny", {}, 400),
    ],
)
def test_it_is_refused(
    asking: Asker, method: str, path: str, form: dict[str, str], status: int
) -> None:
    post = next(iter(asking.world.state.posts))

    told = asking.ask(method, path.format(post=post), form)

    assert told.status == status
    assert told.document["success"] is False
    assert isinstance(told.data["error"], str)


def test_who_does_not_want_messages_gets_none(asking: Asker) -> None:
    asking.post("/account/v1/quietharbour/block")
    other = asking.as_account("quietharbour")
    other.put("/3/account/me/settings", {"messaging_enabled": "0"})

    assert other.post("/3/conversations/marmalade", {"body": "x"}).status == 403
    assert asking.post("/3/conversations/quietharbour", {"body": "x"}).status == 403


def test_ones_own_item_can_be_tagged_and_the_tag_voted_on(asking: Asker) -> None:
    image_id = asking.upload().data["id"]
    asking.post(f"/3/gallery/{image_id}", {"title": "Mine"})

    assert asking.post(f"/3/gallery/tags/{image_id}", {"tags": "cats"}).data is True
    tags = asking.get(f"/3/gallery/{image_id}/tags").data["tags"]
    assert [tag["name"] for tag in tags] == ["cats"]
    assert asking.post(f"/3/gallery/{image_id}/vote/tag/cats/up").data is True


def test_a_picture_of_ones_own_is_part_of_the_websites_api(asking: Asker) -> None:
    image_id = asking.upload("/3/upload").data["id"]
    album_id = asking.post("/3/album", {"ids": image_id}).data["id"]

    media = asking.get(f"/post/v1/media/{image_id}").document
    album = asking.get(f"/post/v1/albums/{album_id}").document

    assert [item["id"] for item in media["media"]] == [image_id]
    assert (album["is_album"], album["image_count"]) == (True, 1)
