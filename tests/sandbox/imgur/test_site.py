import pytest

from sandbox.imgur.commands import SetProfile, set_profile
from tests.sandbox.imgur.asking import NOW, Asker, asker, blob_of


def uploaded(asking: Asker, kind: str = "image/png", *, moves: bool = False) -> str:
    answer = asking.upload("/3/upload", blob_of(kind, moves=moves), {"title": "A <b>"})
    return str(answer.data["id"])


@pytest.mark.parametrize(
    ("form", "variant", "content_type"),
    [
        ("{}.png", "original", "image/png"),
        ("{}.jpg", "original", "image/png"),
        ("{}s.jpg", "s", "image/jpeg"),
        ("{}h.jpg", "h", "image/jpeg"),
        ("{}_d.webp?maxwidth=520&fidelity=high", "l", "image/jpeg"),
    ],
)
def test_a_picture_is_served_in_every_form(form: str, variant: str, content_type: str) -> None:
    asking = asker()

    told = asking.get("/" + form.format(uploaded(asking)))

    assert told.response.file is not None
    assert (told.response.file.variant, told.headers["content-type"]) == (variant, content_type)


def test_an_animated_gif_has_a_film_and_a_player_page() -> None:
    asking = asker()
    image_id = uploaded(asking, "image/gif", moves=True)

    film = asking.get(f"/{image_id}.mp4").response.file
    player = asking.get(f"/{image_id}.gifv").text

    assert film is not None
    assert film.variant == "clip"
    assert f"{image_id}.gif" in player


def test_a_film_in_the_making_leads_to_the_removed_picture() -> None:
    asking = asker()
    image_id = uploaded(asking, "video/mp4")

    before = asking.get(f"/{image_id}.mp4")
    for _ in range(2):
        asking.get(f"/3/image/{image_id}")
    after = asking.get(f"/{image_id}.mp4")

    assert before.headers["location"] == "/removed.png"
    assert after.response.file is not None
    assert asking.get("/removed.png").response.file is not None


def test_the_page_of_a_film_in_the_making_says_so_until_it_is_done() -> None:
    asking = asker()
    image_id = uploaded(asking, "video/mp4")

    pages = [asking.get(f"/{image_id}").text for _ in range(3)]

    assert ["still being processed" in page for page in pages] == [True, True, False]
    assert "<video" in pages[2]


def test_unknown_files_and_pages_are_not_found() -> None:
    asking = asker()

    assert asking.get("/xxxxxxx.png").status == 404
    assert asking.get("/a/xxxxxxx").status == 404
    assert asking.get("/a/b/c/d").status == 404


@pytest.mark.parametrize("form", ["/{}", "/some-title-{}", "/gallery/some-title-{}", "/t/cats/{}"])
def test_a_picture_has_a_page_under_every_address(form: str) -> None:
    asking = asker()

    page = asking.get(form.format(uploaded(asking))).text

    assert "A &lt;b&gt;" in page
    assert "<b>" not in page


def test_an_album_has_a_page_with_its_pictures() -> None:
    asking = asker().as_account()
    image_id = uploaded(asking)
    album = asking.post("/3/album", {"ids": image_id, "title": "Two"}).data["id"]

    assert f"{image_id}.png" in asking.get(f"/a/{album}").text


def test_the_delete_page_asks_and_then_deletes() -> None:
    asking = asker()
    image = asking.upload().data
    address = f"/delete/{image['deletehash']}"

    asked = asking.get(address).text
    still_there = asking.get(f"/3/image/{image['id']}").status
    asking.post(address)

    assert "Delete this picture?" in asked
    assert still_there == 200
    assert asking.get(f"/3/image/{image['id']}").status == 404
    assert "has been deleted" in asking.get(address).text


def test_the_region_picture_replaces_every_file() -> None:
    asking = asker()
    image_id = uploaded(asking)
    set_profile(asking.world, SetProfile(region_refused=True), NOW)

    file = asking.get(f"/{image_id}.png").response.file

    assert file is not None
    assert file.blob.key == "drawn-region"


def test_a_strict_image_host_turns_some_callers_away() -> None:
    asking = asker()
    address = f"/{uploaded(asking)}.png"
    set_profile(asking.world, SetProfile(strict_image_host=True), NOW)

    def status(**headers: str) -> int:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return asking.get(address, headers=sent).status

    assert status(user_agent="python-requests/2.3") == 429
    assert status(referer="http://127.0.0.1:5000/") == 403
    assert status(accept="text/html,*/*") == 302
    assert status(accept="image/*") == 200


def test_links_can_begin_elsewhere() -> None:
    asking = asker()
    asking.world.image_base_url = "https://i.imgur.com"

    told = asking.upload()

    assert told.data["link"] == f"https://i.imgur.com/{told.data['id']}.png"
