import json

import pytest

from sandbox.imgur.canned import CANNED
from sandbox.imgur.commands import ArmFault, CommandError, FaultMatch, arm_fault
from sandbox.imgur.faults import names, parse
from tests.sandbox.imgur.asking import NOW, Asker, asker


def arm(
    asking: Asker,
    fault: str,
    method: str = "",
    path: str = "",
    *,
    times: int | None = 1,
    skip: int = 0,
) -> None:
    match = FaultMatch(method, path)
    arm_fault(asking.world, ArmFault(fault=fault, match=match, times=times, skip=skip), NOW)


def test_a_fault_spoils_one_matching_request_and_is_gone() -> None:
    asking = asker()
    arm(asking, "gateway-429", "POST", "/3/image")

    other = asking.get("/3/credits").status
    spoiled = asking.upload("/3/image")
    after = asking.upload("/3/image").status

    assert (other, spoiled.status, after) == (200, 429, 200)
    assert spoiled.document["errors"][0]["detail"] == "Too Many Requests"


def test_a_fault_can_wait_and_can_stay() -> None:
    asking = asker()
    arm(asking, "status:503", path="/3/cred*", times=2, skip=1)

    statuses = [asking.get("/3/credits").status for _ in range(5)]

    assert statuses == [200, 503, 503, 200, 200]


def test_a_single_request_may_ask_for_its_fault() -> None:
    told = asker().get("/3/credits", headers={"x-sandbox-fault": "over-capacity-403"})

    assert told.status == 403
    assert told.data["error"].startswith("Imgur is temporarily over capacity")


def test_a_refusal_on_demand_has_the_rate_headers_and_takes_a_post_token_only() -> None:
    asking = asker("new")
    arm(asking, "gateway-429")

    told = asking.upload("/3/upload")

    assert told.headers["x-ratelimit-userremaining"] == "500"
    assert told.headers["x-post-rate-limit-remaining"] == "1249"
    assert asking.world.state.truth.uploads == 0


def test_an_answer_that_is_cut_off_was_an_upload_all_the_same() -> None:
    asking = asker()
    arm(asking, "cut-before-answer")

    told = asking.upload("/3/image")

    assert told.response.delivery.manner == "cut"
    assert asking.world.state.truth.uploads == 1


def test_a_request_that_is_cut_off_was_none() -> None:
    asking = asker()
    arm(asking, "cut-while-reading")

    assert asking.upload("/3/image").response.delivery.manner == "cut"
    assert asking.world.state.truth.uploads == 0


@pytest.mark.parametrize(
    ("fault", "manner", "delay_s"),
    [
        ("slow:3.5", "plain", 3.5),
        ("slow-drip", "drip", 0.05),
        ("truncated", "truncate", 0.0),
        ("no-answer", "hang", 0.0),
    ],
)
def test_deliveries_are_ordered_not_done(fault: str, manner: str, delay_s: float) -> None:
    asking = asker()
    arm(asking, fault)

    delivery = asking.get("/3/credits").response.delivery

    assert (delivery.manner, delivery.delay_s) == (manner, delay_s)


@pytest.mark.parametrize("fault", sorted(CANNED))
def test_every_canned_answer_can_be_had_in_both_dialects(fault: str) -> None:
    for profile in ("classic", "new"):
        told = asker(profile).get("/3/credits", headers={"x-sandbox-fault": fault})
        assert told.response.body
        assert told.headers["content-type"]


def test_success_in_disguise_is_a_success_with_an_error() -> None:
    told = asker().get("/3/credits", headers={"x-sandbox-fault": "disguised-error"})

    assert (told.status, told.document["success"]) == (200, True)
    assert told.data["error"].startswith("Unable to find an image")


def test_two_documents_stand_in_one_body() -> None:
    told = asker().get("/3/credits", headers={"x-sandbox-fault": "double-body"})

    assert len([json.loads(line) for line in told.response.body.splitlines()]) == 2


def test_headers_can_be_missing_or_nonsense() -> None:
    asking = asker()

    missing = asking.get("/3/credits", headers={"x-sandbox-fault": "no-rate-headers"})
    nonsense = asking.get("/3/credits", headers={"x-sandbox-fault": "nonsense-rate-headers"})

    assert "x-ratelimit-userremaining" not in missing.headers
    assert "-5" in nonsense.headers.values()
    assert missing.status == nonsense.status == 200


def test_an_unknown_fault_is_refused_with_the_list_of_names() -> None:
    with pytest.raises(CommandError, match="gateway-429"):
        arm(asker(), "gateway-430")
    with pytest.raises(ValueError, match="number"):
        parse("status:often")


def test_every_name_in_the_list_is_understood() -> None:
    for name in names():
        assert parse("status:500" if name == "status" else name).name == name
