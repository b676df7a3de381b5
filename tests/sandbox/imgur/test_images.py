from tests.sandbox.imgur.asking import asker


def test_a_picture_can_be_read_back_and_hides_its_deletehash() -> None:
    new, classic = asker("new"), asker("classic")

    seen_new = new.get(f"/3/image/{new.upload().data['id']}").data
    seen_classic = classic.get(f"/3/image/{classic.upload().data['id']}").data

    assert seen_new["deletehash"] == ""
    assert seen_new["ad_type"] is None
    assert "edited" not in seen_new
    assert "deletehash" not in seen_classic
    assert seen_classic["ad_type"] == 0


def test_its_owner_sees_the_deletehash() -> None:
    asking = asker().as_account()
    told = asking.upload()

    assert asking.get(f"/3/image/{told.data['id']}").data["deletehash"] == told.data["deletehash"]


def test_a_missing_picture_is_a_404_without_rate_headers() -> None:
    told = asker().get("/3/image/xxxxxxx")

    assert told.status == 404
    assert told.data["error"] == "Unable to find an image with the id, xxxxxxx"
    assert not [name for name in told.headers if "rate" in name]


def test_no_id_at_all_is_an_error_inside_a_success() -> None:
    told = asker().get("/3/image")

    assert (told.status, told.document["success"]) == (200, True)
    assert told.data["error"] == "An image ID is required for a GET request to /image"


def test_deleting_by_deletehash_works_twice_and_the_picture_is_gone() -> None:
    asking = asker()
    image = asking.upload().data

    answers = [asking.delete(f"/3/image/{image['deletehash']}").document for _ in range(2)]

    assert [answer["data"] for answer in answers] == [True, True]
    assert asking.get(f"/3/image/{image['id']}").status == 404
    assert asking.get(f"/{image['id']}.png").headers["location"] == "/removed.png"
    assert len(asking.world.state.dropped_blobs) == 1


def test_a_client_id_and_the_plain_id_may_neither_delete_nor_change() -> None:
    asking = asker()
    image_id = asking.upload().data["id"]

    deleted = asking.delete(f"/3/image/{image_id}")
    changed = asking.post(f"/3/image/{image_id}", {"title": "mine"})
    favoured = asking.post(f"/3/image/{image_id}/favorite")

    assert (deleted.status, deleted.data["error"]) == (403, "Unauthorized")
    assert (changed.status, changed.data["error"]) == (403, "Permission denied")
    assert (favoured.status, favoured.data["error"]) == (403, "Unauthorized")


def test_the_deletehash_or_the_owner_may_change_the_words() -> None:
    asking = asker()
    image = asking.upload().data
    owner = asking.as_account()
    own = owner.upload().data

    asking.post(f"/3/image/{image['deletehash']}", {"title": "by hash"})
    owner.put(f"/3/image/{own['id']}", {"title": "by owner", "description": "both"})

    assert asking.get(f"/3/image/{image['id']}").data["title"] == "by hash"
    assert asking.get(f"/3/image/{own['id']}").data["description"] == "both"


def test_favourites_toggle() -> None:
    asking = asker().as_account()
    image_id = asking.upload().data["id"]

    first = asking.post(f"/3/image/{image_id}/favorite").data
    seen = asking.get(f"/3/image/{image_id}").data["favorite"]
    second = asking.post(f"/3/image/{image_id}/favorite").data

    assert (first, seen, second) == ("favorited", True, "unfavorited")
