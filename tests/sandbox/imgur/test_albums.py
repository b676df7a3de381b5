from tests.sandbox.imgur.asking import Asker, asker


def pictures(asking: Asker, album: str) -> list[str]:
    return [image["id"] for image in asking.get(f"/3/album/{album}/images").data]


def test_an_anonymous_album_is_made_of_deletehashes_and_changed_by_its_own() -> None:
    asking = asker()
    one, two = asking.upload().data, asking.upload().data

    album = asking.post("/3/album", {"deletehashes": one["deletehash"], "title": "T"}).data
    asking.post(f"/3/album/{album['deletehash']}/add", {"deletehashes[]": two["deletehash"]})

    seen = asking.get(f"/3/album/{album['id']}").data
    assert [image["id"] for image in seen["images"]] == [one["id"], two["id"]]
    assert (seen["images_count"], seen["cover"], seen["privacy"]) == (2, one["id"], "hidden")
    assert (seen["cover_width"], seen["title"]) == (40, "T")


def test_an_anonymous_album_does_not_take_ids() -> None:
    classic, new = asker("classic"), asker("new")

    told = [a.post("/3/album", {"ids": a.upload().data["id"]}) for a in (classic, new)]

    assert [t.status for t in told] == [400, 403]
    assert told[1].data["error"] == "You must own all the image ids to add them to album"


def test_an_anonymous_album_is_not_changed_by_its_id() -> None:
    asking = asker()
    album = asking.post("/3/album").data

    told = asking.put(f"/3/album/{album['id']}", {"title": "mine"})

    assert (told.status, told.data["error"]) == (403, "Permission denied")


def test_ones_own_album_is_changed_by_id_in_every_way() -> None:
    asking = asker().as_account()
    one, two, three = (asking.upload().data["id"] for _ in range(3))
    album = asking.post("/3/album", {"ids[]": one}).data["id"]

    asking.put(f"/3/album/{album}/add", {"ids": f"{two},{three},{one}"})
    assert pictures(asking, album) == [one, two, three]
    asking.delete(f"/3/album/{album}/remove_images?ids={one}")
    assert pictures(asking, album) == [two, three]
    asking.post(f"/3/album/{album}", {"ids": f"{three},{one}"})
    assert pictures(asking, album) == [three, one]
    asking.put(f"/3/album/{album}", {"title": "New", "cover": one, "layout": "grid"})

    seen = asking.get(f"/3/album/{album}").data
    assert (seen["title"], seen["cover"], seen["layout"]) == ("New", one, "grid")
    assert pictures(asking, album) == [three, one]
    assert len(seen["deletehash"]) == 15


def test_an_empty_album_is_empty_in_each_backends_way() -> None:
    classic, new = asker("classic"), asker("new")

    old = classic.get(f"/3/album/{classic.post('/3/album').data['id']}").data
    now = new.get(f"/3/album/{new.post('/3/album').data['id']}").data

    assert (old["description"], old["cover"], old["cover_width"]) == (None, None, None)
    assert (now["description"], now["cover"], now["cover_width"]) == ("", "", 0)
    assert now["deletehash"] == ""


def test_a_picture_that_is_not_in_the_album_is_an_error_inside_a_success() -> None:
    asking = asker()
    album = asking.post("/3/album").data["id"]

    told = asking.get(f"/3/album/{album}/image/xxxxxxx")

    assert (told.status, told.document["success"]) == (200, True)
    assert told.data["error"] == "Unable to find an image with the id, xxxxxxx"


def test_deleting_an_album_leaves_its_pictures() -> None:
    asking = asker()
    image = asking.upload().data
    album = asking.post("/3/album", {"deletehashes": image["deletehash"]}).data

    assert asking.delete(f"/3/album/{album['id']}").status == 403
    assert asking.delete(f"/3/album/{album['deletehash']}").data is True

    assert asking.get(f"/3/album/{album['id']}").data["error"].startswith("Unable to find an album")
    assert asking.get(f"/3/image/{image['id']}").status == 200


def test_a_secret_album_is_seen_by_its_owner_only() -> None:
    asking = asker()
    owner = asking.as_account()
    album = owner.post("/3/album", {"privacy": "secret"}).data["id"]

    assert owner.get(f"/3/album/{album}").status == 200
    assert asking.get(f"/3/album/{album}").status == 404


def test_albums_can_be_kept() -> None:
    asking = asker().as_account()
    album = asking.post("/3/album").data["id"]

    assert asking.post(f"/3/album/{album}/favorite").data == "favorited"
    assert asking.get(f"/3/album/{album}").data["favorite"] is True
    assert asking.post(f"/3/album/{album}/favorite").data == "unfavorited"


def test_a_deleted_picture_leaves_its_albums() -> None:
    asking = asker()
    image = asking.upload().data
    album = asking.post("/3/album", {"deletehashes": image["deletehash"]}).data["id"]

    asking.delete(f"/3/image/{image['deletehash']}")

    assert asking.get(f"/3/album/{album}").data["images_count"] == 0
