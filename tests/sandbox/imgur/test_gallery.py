from datetime import timedelta

import pytest

from tests.sandbox.imgur.asking import Asker, asker


def ids(asking: Asker, address: str) -> list[str]:
    return [item["id"] for item in asking.get(address).data]


def test_a_page_has_sixty_items_and_the_last_ones_fewer_and_then_none() -> None:
    asking = asker()
    pages = [ids(asking, f"/3/gallery/user/time/{page}") for page in range(5)]

    assert [len(page) for page in pages[:3]] == [60, 60, 60]
    assert 0 < len(pages[3]) < 60
    assert pages[4] == []
    everything = [item for page in pages for item in page]
    assert len(set(everything)) == len(everything)


def test_items_are_of_both_kinds_and_say_which() -> None:
    items = asker().get("/3/gallery/hot").data

    assert {item["is_album"] for item in items} == {True, False}
    for item in items:
        if item["is_album"]:
            assert len(item["images"]) == min(3, item["images_count"])
        else:
            assert item["type"].startswith(("image/", "video/"))


def test_previews_can_be_left_away() -> None:
    items = asker().get("/3/gallery/hot?album_previews=false").data

    assert all("images" not in item for item in items)


def test_mature_items_are_hidden_unless_asked_for_and_the_unknown_are_not() -> None:
    asking = asker()

    def marks(address: str) -> set[object]:
        return {item["nsfw"] for page in range(4) for item in asking.get(f"{address}{page}").data}

    assert marks("/3/gallery/user/time/") == {False, None}
    pages = [asking.get(f"/3/gallery/user/time/{n}?mature=true").data for n in range(4)]
    assert {item["nsfw"] for page in pages for item in page} == {True, False, None}


def test_an_account_decides_for_itself_what_it_sees() -> None:
    asking = asker().as_account()
    before = len(ids(asking, "/3/gallery/user/time/3?mature=true"))
    asking.put("/3/account/me/settings", {"show_mature": "true"})

    assert len(ids(asking, "/3/gallery/user/time/3")) > before


def test_the_window_counts_for_top_only() -> None:
    asking = asker()

    day, everything = ids(asking, "/3/gallery/top/top/day"), ids(asking, "/3/gallery/top/top/all")

    assert 0 < len(day) < len(everything)
    for post_id in day:
        age = asking.now - asking.world.state.posts[post_id].submitted_at
        assert age <= timedelta(days=1)


def test_top_is_ordered_by_points_and_time_by_age() -> None:
    asking = asker()
    points = [item["points"] for item in asking.get("/3/gallery/top/top/all").data]
    times = [item["datetime"] for item in asking.get("/3/gallery/user/time").data]

    assert points == sorted(points, reverse=True)
    assert times == sorted(times, reverse=True)


def test_a_number_is_a_page_wherever_it_stands() -> None:
    asking = asker()

    assert ids(asking, "/3/gallery/hot/1") == ids(asking, "/3/gallery/hot/viral/day/1")
    assert ids(asking, "/3/gallery/1") == ids(asking, "/3/gallery/hot/1")
    assert ids(asking, "/3/gallery/hot/viral/0?page=1") == ids(asking, "/3/gallery/hot/viral/0")


def test_a_sort_that_nobody_knows_is_refused() -> None:
    assert asker().get("/3/gallery/hot/sideways").status == 400


def test_an_album_has_all_its_pictures_when_asked_for_alone() -> None:
    asking = asker()
    album = max(asking.get("/3/gallery/hot").data, key=lambda item: item.get("images_count", 0))

    whole = asking.get(f"/3/gallery/album/{album['id']}").data
    either = asking.get(f"/3/gallery/{album['id']}").data

    assert len(whole["images"]) == album["images_count"] > 3
    assert whole == either


def test_a_pictures_id_is_no_album() -> None:
    asking = asker()
    picture = next(item for item in asking.get("/3/gallery/hot").data if not item["is_album"])

    told = asking.get(f"/3/gallery/album/{picture['id']}")

    assert (told.status, told.data["error"]) == (
        404,
        f"No album was found with the ID, {picture['id']}",
    )
    assert asking.get(f"/3/gallery/image/{picture['id']}").status == 200


def test_a_subreddit_has_pictures_without_votes() -> None:
    asking = asker()
    items = asking.get("/3/gallery/r/pics/time/0").data

    assert items
    assert {item["section"] for item in items} == {"pics"}
    assert {item["ups"] for item in items} == {None}
    alone = asking.get(f"/3/gallery/r/pics/{items[0]['id']}").data
    assert alone["id"] == items[0]["id"]
    assert asking.get("/3/gallery/r/nowhere").data == []


def test_random_is_stable_per_page() -> None:
    asking = asker()

    assert ids(asking, "/3/gallery/random/random/0") == ids(asking, "/3/gallery/random/random/0")
    assert ids(asking, "/3/gallery/random/random/0") != ids(asking, "/3/gallery/user/time/0")


def test_memes_have_their_words() -> None:
    items = asker().get("/3/g/memes").data

    assert items
    assert all(item["meme_metadata"]["meme_name"] for item in items)


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("q=cat", "cat"),
        ("q=title:%20cat", "cat"),
        ("q=sleepy%20AND%20dog", "sleepy dog"),
        ("q=cat%20NOT%20sleepy", "cat"),
        ("q=%22at%20dawn%22", "at dawn"),
        ("q_all=tiny%20robot", "tiny robot"),
        ("q_exactly=with%20a%20hat", "with a hat"),
    ],
)
def test_a_search_finds_what_it_says(query: str, holds: str) -> None:
    items = asker().get(f"/3/gallery/search/time/all/0?{query}").data

    assert items
    assert all(holds in item["title"].lower() for item in items)


def test_search_operators_and_indices_narrow_and_widen() -> None:
    asking = asker()

    def titles(query: str) -> set[str]:
        return {item["title"] for item in asking.get(f"/3/gallery/search?q={query}").data}

    assert titles("cat OR comet") == titles("cat") | titles("comet")
    assert not any("sleepy" in title for title in titles("cat NOT sleepy"))
    by_user = asking.get("/3/gallery/search?q=user: mothwing").data
    assert {item["account_url"] for item in by_user} == {"mothwing"}
    by_tag = asking.get("/3/gallery/search?q=tag: food").data
    assert all("food" in [tag["name"] for tag in item["tags"]] for item in by_tag)
    assert by_tag


def test_advanced_fields_replace_the_plain_query() -> None:
    asking = asker()

    both = ids(asking, "/3/gallery/search?q=cat&q_any=comet%20robot")

    assert both == ids(asking, "/3/gallery/search?q_any=comet%20robot")
    assert both


def test_a_search_by_type_and_size_looks_at_the_pictures() -> None:
    asking = asker()

    gifs = asking.get("/3/gallery/search?q_type=gif").data
    albums = asking.get("/3/gallery/search?q_type=album").data
    big = asking.get("/3/gallery/search?q_size_px=big").data

    whole = [asking.get(f"/3/gallery/{item['id']}").data for item in gifs]
    assert gifs
    assert all("image/gif" in str(item) for item in whole)
    assert all(item["is_album"] for item in albums)
    assert big
    assert asking.get("/3/gallery/search?q_type=bmp").status == 400


@pytest.mark.parametrize("query", ["", "?q=", "?q=zzzzzz"])
def test_no_query_and_no_hit_are_an_empty_list(query: str) -> None:
    assert asker().get(f"/3/gallery/search{query}").data == []


def test_tags_count_their_items_and_list_them() -> None:
    asking = asker()
    tag = next(t for t in asking.get("/3/tags").data["tags"] if t["name"] == "cats")

    tagged = asking.get("/3/gallery/t/cats/time/week/0").data
    alone = asking.get(f"/3/gallery/t/cats/{tagged['items'][0]['id']}").data

    assert tag["total_items"] >= len(tagged["items"]) > 0
    assert asking.get("/3/gallery/tag_info/cats").data["display_name"] == "Cats"
    assert "cats" in [t["name"] for t in alone["tags"]]
    assert asking.get("/3/gallery/t/nothing").status == 404


def test_sharing_needs_ones_own_picture_and_a_title() -> None:
    asking = asker().as_account()
    image_id = asking.upload().data["id"]
    others = next(iter(asking.world.state.images))

    assert asking.post(f"/3/gallery/image/{others}", {"title": "x"}).status == 403
    assert asking.post(f"/3/gallery/image/{image_id}").status == 400
    shared = asking.post(f"/3/gallery/image/{image_id}", {"title": "Mine", "tags": "cats,dogs"})

    item = asking.get(f"/3/gallery/{image_id}").data
    assert shared.data is True
    assert (item["title"], item["nsfw"]) == ("Mine", None)
    assert asking.get(f"/3/image/{image_id}").data["in_gallery"] is True
    assert asking.delete(f"/3/gallery/{image_id}").data is True
    assert asking.get(f"/3/gallery/{image_id}").status == 404


def test_a_report_is_taken() -> None:
    asking = asker().as_account()
    post_id = next(iter(asking.world.state.posts))

    assert asking.post(f"/3/gallery/image/{post_id}/report", {"reason": "2"}).data is True
    assert asking.post(f"/3/gallery/{post_id}/report", {"reason": "9"}).status == 400


def test_votes_can_be_cast_changed_and_taken_back() -> None:
    asking = asker().as_account()
    post_id = next(iter(asking.world.state.posts))
    before = asking.get(f"/3/gallery/{post_id}/votes").data

    asking.post(f"/3/gallery/{post_id}/vote/up")
    up = asking.get(f"/3/gallery/{post_id}").data
    asking.post(f"/3/gallery/{post_id}/vote/down")
    down = asking.get(f"/3/gallery/{post_id}/votes").data
    asking.post(f"/3/gallery/{post_id}/vote/veto")

    assert (up["vote"], up["ups"]) == ("up", before["ups"] + 1)
    assert down == {"ups": before["ups"], "downs": before["downs"] + 1}
    assert asking.get(f"/3/gallery/{post_id}/votes").data == before
    assert asking.post(f"/3/gallery/{post_id}/vote/sideways").status == 400


def test_the_websites_api_has_no_envelope() -> None:
    asking = asker()
    item = asking.get("/3/gallery/hot").data[0]

    document = asking.get(f"/post/v1/posts/{item['id']}?include=media,tags").document

    assert document["id"] == item["id"]
    assert "data" not in document
    assert document["media"][0]["url"]


def test_topics_and_meme_pictures_still_answer() -> None:
    asking = asker()
    topic = asking.get("/3/topics/defaults").data[0]

    assert asking.get(f"/3/topics/{topic['id']}/viral/0").data
    assert asking.get("/3/memegen/defaults").data
