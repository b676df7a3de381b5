import json
import xml.etree.ElementTree as ET

import pytest

from sandbox.imgur.routes import ROUTES
from sandbox.imgur.routing import Router
from tests.sandbox.imgur.asking import asker


def test_an_unknown_route_is_refused_loudly_and_counted() -> None:
    asking = asker()

    told = asking.get("/3/nothing/here")

    assert told.status == 404
    assert "GET /3/nothing/here" in told.data["error"]
    assert asking.world.state.truth.unknown_routes == ["GET /3/nothing/here"]


def test_a_known_path_with_another_method_names_the_methods_it_knows() -> None:
    told = asker().get("/3/upload")

    assert told.status == 405
    assert "POST" in told.data["error"]


def test_an_unknown_field_is_refused_loudly_and_counted() -> None:
    asking = asker()

    told = asking.upload("/3/image", form={"flavour": "mint"})

    assert told.status == 400
    assert "'flavour'" in told.data["error"]
    assert asking.world.state.truth.unknown_fields == ["POST /3/image: flavour"]
    assert told.headers["x-ratelimit-userremaining"] == "500"


def test_an_unknown_query_parameter_is_refused_too() -> None:
    assert asker().get("/3/gallery/search?q=cat&limit=5").status == 400


def test_a_file_where_none_belongs_is_refused() -> None:
    asking = asker()

    assert asking.upload("/3/album").status == 400


def test_lists_may_come_in_any_form() -> None:
    asking = asker().as_account()
    ids = [asking.upload().data["id"] for _ in range(3)]

    forms = (
        [("ids[]", image_id) for image_id in ids],
        [(f"ids[{number}]", image_id) for number, image_id in enumerate(ids)],
        [("ids", ",".join(ids))],
    )

    for form in forms:
        album = asking.post("/3/album", form).data["id"]
        images = asking.get(f"/3/album/{album}/images").data
        assert [image["id"] for image in images] == ids


def test_no_two_rows_of_the_table_mean_the_same_call() -> None:
    calls = [(route.method, route.path) for route in ROUTES]

    assert len(calls) == len(set(calls))


def test_every_row_can_be_reached() -> None:
    router = Router(ROUTES)
    for route in ROUTES:
        path = route.path.replace("{", "x").replace("}", "").removesuffix("/*")
        match = router.find(route.method, path)
        assert match is not None
        assert match.route is route


def test_classic_answers_have_a_tag_and_a_304_still_costs() -> None:
    asking = asker("classic")
    path = f"/3/image/{asking.upload().data['id']}"
    first = asking.get(path)

    again = asking.get(path, headers={"if-none-match": first.headers["etag"]})
    weak = asking.get(path, headers={"if-none-match": f"W/{first.headers['etag']}"})

    assert len(first.headers["etag"].strip('"')) == 40
    assert (again.status, again.response.body) == (304, b"")
    assert weak.status == 304
    left = [int(told.headers["x-ratelimit-userremaining"]) for told in (first, again)]
    assert left[0] - left[1] == 1


def test_new_answers_have_no_tag_and_another_order() -> None:
    classic, new = asker("classic").upload(), asker("new").upload()

    assert list(classic.document) == ["data", "success", "status"]
    assert next(iter(classic.data)) == "id"
    assert list(new.document) == ["status", "success", "data"]
    assert next(iter(new.data)) != "id"
    assert "etag" not in asker("new").get("/3/image").headers


def test_xml_and_jsonp_are_spoken() -> None:
    asking = asker("classic")
    image_id = asking.upload(form={"title": "a < b"}).data["id"]

    xml = asking.get(f"/3/image/{image_id}.xml")
    error = asking.get("/3/image/xxxxxxx.xml")
    padded = asking.get(f"/3/image/{image_id}.json?callback=show")

    root = ET.fromstring(xml.text)  # noqa: S314 (our own text)
    assert root.attrib == {"type": "array", "success": "1", "status": "200"}
    assert root.findtext("title") == "a < b"
    assert root.findtext("animated") == "false"
    refused = ET.fromstring(error.text)  # noqa: S314 (our own text)
    assert refused.findtext("request") == "/3/image/xxxxxxx.xml"
    assert padded.text.startswith("show({")
    assert json.loads(padded.text[5:-1])["data"]["id"] == image_id


def test_the_status_can_be_faked_for_old_browsers() -> None:
    told = asker().get("/3/image/xxxxxxx?_fake_status=200")

    assert (told.status, told.document["status"]) == (200, 404)


def test_preflights_are_answered_for_nothing() -> None:
    asking = asker()

    told = asking.ask("OPTIONS", "/3/image", auth="")

    assert told.headers["access-control-allow-origin"] == "*"
    assert asking.world.state.limits.pools == {}


def test_the_mixed_profile_is_classic_for_one_call_only() -> None:
    asking = asker("mixed")

    assert list(asking.upload("/3/image").document) == ["data", "success", "status"]
    assert list(asking.upload("/3/upload").document) == ["status", "success", "data"]
    assert list(asking.get("/3/credits").document) == ["status", "success", "data"]


def test_the_last_requests_are_remembered_with_their_price() -> None:
    asking = asker()

    asking.upload("/3/image")

    entry = asking.world.entries[-1]
    assert (entry.method, entry.path, entry.auth) == ("POST", "/3/image", "Client-ID")
    assert (entry.status, entry.cost) == (200, 10)


@pytest.mark.parametrize("path", ["/3/credits.json", "/3/credits/json", "/3/credits"])
def test_json_may_be_asked_for(path: str) -> None:
    assert asker().get(path).data["UserLimit"] == 500
