import pytest

from tests.sandbox.imgur.asking import Asker, asker


def test_an_account_is_found_by_name_id_and_me() -> None:
    asking = asker().as_account("pixelpenguin")

    me = asking.get("/3/account/me").data

    assert me["url"] == "pixelpenguin"
    assert asking.get("/3/account/PixelPenguin").data == me
    assert asking.get(f"/3/account/x?account_id={me['id']}").data == me
    assert asking.get("/3/account/nobody").status == 404


def test_me_needs_a_token() -> None:
    assert asker().get("/3/account/me").status == 401


def test_settings_are_the_callers_own_and_can_be_changed() -> None:
    asking = asker().as_account()

    asking.post("/3/account/me/settings", {"bio": "Toast.", "messaging_enabled": "false"})

    assert asking.get("/3/account/me/settings").data["messaging_enabled"] is False
    assert asking.get("/3/account/marmalade").data["bio"] == "Toast."
    assert asking.get("/3/account/pixelpenguin/settings").status == 403


def test_pictures_are_listed_paged_and_counted_with_their_deletehashes() -> None:
    asking = asker().as_account()
    ids = []
    for _ in range(3):
        ids.append(asking.upload().data["id"])
        asking.later(1)

    listed = asking.get("/3/account/me/images/0?perPage=2").data

    assert [image["id"] for image in listed] == [ids[2], ids[1]]
    assert all(len(image["deletehash"]) == 15 for image in listed)
    assert asking.get("/3/account/me/images/ids/1?perPage=2").data == [ids[0]]
    assert asking.get("/3/account/me/images/count").data == 3
    assert asking.get("/3/account/me/images/9").data == []


def test_a_page_has_fifty_pictures_unless_said_otherwise() -> None:
    asking = asker().as_account()
    for _ in range(51):
        asking.upload()
        asking.world.state.limits.pools.clear()

    assert len(asking.get("/3/account/me/images").data) == 50


def test_albums_are_listed_without_pictures_and_others_see_public_ones() -> None:
    asking = asker()
    owner = asking.as_account()
    owner.post("/3/album", {"title": "Hidden"})
    shown = owner.post("/3/album", {"title": "Shown", "privacy": "public"}).data["id"]

    assert owner.get("/3/account/me/albums/count").data == 2
    assert asking.get("/3/account/marmalade/albums/ids").data == [shown]
    listed = owner.get("/3/account/me/albums/0").data
    assert all("images" not in album for album in listed)
    assert {album["order"] for album in listed} == {0, 1}


@pytest.mark.parametrize(
    ("method", "path", "error"),
    [
        ("GET", "image/xxxxxxx", "Unable to find an image with the id, xxxxxxx"),
        ("DELETE", "image/xxxxxxx", "Unauthorized"),
        ("DELETE", "album/xxxxxxx", "Album not foundxxxxxxx"),
        ("DELETE", "comment/17", "Comment not found"),
    ],
)
def test_some_errors_call_themselves_successes(method: str, path: str, error: str) -> None:
    told = asker().as_account().ask(method, f"/3/account/me/{path}")

    assert (told.status, told.document["success"], told.document["status"]) == (200, True, 200)
    assert told.data["error"] == error


def test_things_can_be_deleted_through_the_account() -> None:
    asking = asker().as_account()
    image, album = asking.upload().data, asking.post("/3/album").data

    assert asking.delete(f"/3/account/me/image/{image['deletehash']}").data is True
    assert asking.delete(f"/3/account/me/album/{album['id']}").data is True

    assert asking.get(f"/3/image/{image['id']}").status == 404
    assert asking.get(f"/3/album/{album['id']}").status == 404


def test_favourites_hold_items_in_the_gallery_and_outside() -> None:
    asking = asker().as_account()
    inside = next(p.id for p in asking.world.state.posts.values() if not p.is_album)
    outside = asking.upload().data["id"]
    for image_id in (inside, outside):
        asking.post(f"/3/image/{image_id}/favorite")
        asking.later(1)

    def ids(path: str) -> list[str]:
        return [item["id"] for item in asking.get(f"/3/account/me/{path}").data]

    assert ids("favorites") == [outside, inside]
    assert ids("favorites/0/oldest") == [inside, outside]
    assert ids("gallery_favorites") == [inside]
    assert ids("folders/1/favorites") == [inside]


def test_submissions_are_what_somebody_shared() -> None:
    asking = asker()
    post = next(iter(asking.world.state.posts.values()))
    author = asking.world.state.accounts[post.account_id].url

    items = asking.get(f"/3/account/{author}/submissions/0/best").data
    profile = asking.get(f"/3/account/{author}/gallery_profile").data

    assert {item["account_url"] for item in items} == {author}
    assert profile["total_gallery_submissions"] >= len(items) > 0


def test_people_can_be_blocked_and_unblocked() -> None:
    asking = asker().as_account()
    block = "/account/v1/quietharbour/block"

    before = asking.get(block).data
    asking.post(block)
    listed = asking.get("/3/account/me/block").data

    assert before == {"blocked": False}
    assert listed == {"items": [{"url": "quietharbour"}], "next": None}
    assert asking.get("/3/account/quietharbour").data["is_blocked"] is True
    assert asking.delete(block).data == {"blocked": False}


def test_tags_can_be_followed_and_make_a_feed() -> None:
    asking = asker().as_account()
    follow = "/3/account/me/follow/tag/"

    assert asking.get("/3/feed").data == []
    assert asking.post(f"{follow}cats").data is True
    feed = asking.get("/3/feed").data

    assert all("cats" in [tag["name"] for tag in item["tags"]] for item in feed)
    assert feed
    assert asking.delete(f"{follow}cats").data is True
    again = asking.delete(f"{follow}cats")
    assert (again.status, again.data["error"]) == (409, "Not following tag")
    assert asking.post(f"{follow}nothing").status == 404


def test_avatars_and_mail_addresses_answer() -> None:
    asking = asker().as_account()

    assert asking.get("/3/account/nobody/available_avatars").data["available_avatars"]
    assert asking.get("/3/account/me/avatar").data["avatar_name"] == "default/M"
    assert asking.get("/3/account/me/verifyemail").data is True
    again = asking.post("/3/account/me/verifyemail")
    assert (again.status, again.data["error"]) == (400, "User Previously Verified")


def first_post(asking: Asker) -> str:
    return next(iter(asking.world.state.posts))


def test_a_remark_can_be_written_answered_voted_on_and_deleted() -> None:
    asking = asker("new")
    writer, reader = asking.as_account("marmalade"), asking.as_account("quietharbour")
    post = first_post(asking)

    remark = writer.post(f"/3/gallery/{post}/comment", {"comment": "Nice."}).data["id"]
    answer = reader.post(f"/3/comment/{remark}", {"image_id": post, "comment": "Yes."}).data["id"]
    reader.post(f"/3/comment/{remark}/vote/up")

    seen = reader.get(f"/3/comment/{remark}/replies").data
    assert (seen["comment"], seen["author"], seen["vote"]) == ("Nice.", "marmalade", "up")
    assert [child["id"] for child in seen["children"]] == [answer]
    assert answer in asking.get(f"/3/gallery/{post}/comments/ids").data
    assert writer.get("/3/account/me/comments/ids/newest").data == [remark]
    assert writer.get("/3/notification").data["replies"][0]["content"]["id"] == answer
    assert reader.delete(f"/3/comment/{remark}").status == 403
    assert writer.delete(f"/3/comment/{remark}").data == {"id": remark}


def test_a_missing_remark_is_a_sentence_inside_a_success() -> None:
    told = asker().get("/3/comment/17")

    assert (told.status, told.data) == (200, "An error occurred while fetching the comment")


def test_the_classic_backend_deletes_and_reports_in_its_own_way() -> None:
    asking = asker("classic").as_account()
    form = {"image_id": first_post(asking), "comment": "Hm."}
    remark = asking.post("/3/comment", form).data["id"]

    assert asking.post(f"/3/comment/{remark}/report").data is None
    assert asking.delete(f"/3/comment/{remark}").data is True


def test_threads_hold_every_remark_once() -> None:
    asking = asker()
    post = next(c.post_id for c in asking.world.state.comments.values() if c.parent_id)

    def numbers(comments: list[dict[str, object]]) -> list[object]:
        found: list[object] = []
        for comment in comments:
            children = comment["children"]
            assert isinstance(children, list)
            found += [comment["id"], *numbers(children)]
        return found

    threaded = numbers(asking.get(f"/3/gallery/{post}/comments/new").data)

    assert sorted(map(str, threaded)) == sorted(
        map(str, asking.get(f"/3/gallery/{post}/comments/ids").data)
    )
    assert asking.get(f"/3/gallery/{post}/comments/count").data == len(threaded)


def test_messages_go_back_and_forth() -> None:
    asking = asker()
    one, two = asking.as_account("marmalade"), asking.as_account("quietharbour")

    one.post("/3/conversations/quietharbour", {"body": "Hello"})
    told = two.get("/3/notification").data["messages"][0]
    listed = two.get("/3/conversations").data
    two.post("/3/conversations/marmalade", {"body": "Hello to you"})
    whole = one.get(f"/3/conversations/{listed[0]['id']}").data

    assert told["content"]["last_message"] == "Hello"
    assert (listed[0]["with_account"], listed[0]["message_count"]) == ("marmalade", 1)
    assert [message["body"] for message in whole["messages"]] == ["Hello to you", "Hello"]
    two.post(f"/3/notification/{told['id']}")
    assert two.get("/3/notification").data["messages"] == []
    assert one.delete(f"/3/conversations/{listed[0]['id']}").data is True
    assert one.get("/3/conversations").data == []


def test_the_custom_gallery_follows_its_tags() -> None:
    asking = asker().as_account()

    asking.put("/3/g/custom/add_tags", {"tags": "cats,dogs"})
    custom = asking.get("/3/g/custom/viral/week/0").data
    asking.delete("/3/g/custom/remove_tags?tags=dogs")
    asking.post("/3/g/block_tag", {"tag": "cats"})
    filtered = asking.get("/3/g/filtered").data

    assert custom["items"]
    assert asking.get("/3/g/custom").data["tags"] == ["cats"]
    assert all("cats" not in [t["name"] for t in item["tags"]] for item in filtered["items"])
