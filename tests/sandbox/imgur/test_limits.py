import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.imgur.commands import SetCredits, SetProfile, set_credits, set_profile
from sandbox.imgur.limits import Limits
from tests.sandbox.imgur.asking import NOW, Asker, asker, png, unreadable


def pools(asking: Asker) -> dict[str, int]:
    return {pool.kind: pool.remaining for pool in asking.world.state.limits.pools.values()}


def test_a_call_costs_one_and_an_upload_ten() -> None:
    asking = asker()

    asking.get("/3/credits")
    told = asking.upload("/3/image")

    assert told.headers["x-ratelimit-userremaining"] == "489"
    assert told.headers["x-ratelimit-clientremaining"] == "12489"
    assert told.headers["x-post-rate-limit-remaining"] == "1249"


def test_the_new_backends_upload_price_can_be_one() -> None:
    asking = asker("new")
    set_profile(asking.world, SetProfile(upload_cost_new=1), NOW)

    assert asking.upload("/3/upload").headers["x-ratelimit-userremaining"] == "499"


def test_classic_resets_are_epochs_that_move_and_new_ones_seconds_that_fall() -> None:
    classic, new = asker("classic"), asker("new")
    for asking in (classic, new):
        asking.get("/3/credits")
        asking.later(60)

    epoch = int(classic.get("/3/credits").headers["x-ratelimit-userreset"])
    told = new.get("/3/credits")

    assert epoch == int(classic.now.timestamp()) + 3600
    assert told.headers["x-ratelimit-userreset"] == "3540"
    assert told.headers["x-ratelimit-clientreset"] == "86340"
    assert told.data["UserReset"] == int(NOW.timestamp()) + 3600


def test_the_credits_call_tells_what_its_own_headers_tell() -> None:
    told = asker().get("/3/credits")

    assert told.data["UserRemaining"] == int(told.headers["x-ratelimit-userremaining"])
    assert told.data["ClientRemaining"] == int(told.headers["x-ratelimit-clientremaining"])


def test_a_token_draws_on_the_accounts_own_pool() -> None:
    asking = asker()
    account = asking.as_account()
    asking.get("/3/credits")

    told = account.get("/3/credits")

    assert told.headers["x-ratelimit-userlimit"] == "2000"
    assert told.headers["x-ratelimit-userremaining"] == "1999"
    assert told.headers["x-ratelimit-clientremaining"] == "12498"


def test_nine_credits_do_not_buy_an_upload_and_are_still_there_afterwards() -> None:
    asking = asker()
    set_credits(asking.world, SetCredits(pool="user", remaining=9), NOW)

    refused = asking.upload("/3/image")
    read = asking.get("/3/credits")

    assert refused.status == 429
    assert refused.document["status"] == 400
    assert refused.data["error"]["message"].startswith("You are uploading too fast. Please wait 60")
    assert read.data["UserRemaining"] == 8
    assert asking.world.state.truth.refusals == 1


def test_the_new_backend_refuses_with_an_errors_array_and_full_headers() -> None:
    asking = asker("new")
    set_credits(asking.world, SetCredits(pool="client", remaining=0), NOW)

    told = asking.get("/3/credits")

    assert told.status == 429
    assert told.document["errors"][0]["code"] == "429"
    assert told.headers["content-type"] == "application/vnd.imgur.v1+json"
    assert told.headers["x-ratelimit-clientremaining"] == "0"


def test_the_fifty_first_upload_of_an_hour_meets_the_hidden_cap_with_full_credits() -> None:
    asking = asker("new")
    set_profile(asking.world, SetProfile(upload_cost_new=1), NOW)
    for _ in range(50):
        assert asking.upload("/3/upload").status == 200

    told = asking.upload("/3/upload")
    asking.later(3600)

    assert told.status == 429
    assert "errors" in told.document
    assert told.headers["x-ratelimit-userremaining"] == "450"
    assert told.headers["x-post-rate-limit-remaining"] == "1199"
    assert asking.upload("/3/upload").status == 200


def test_a_refused_file_costs_a_post_token_and_no_credit() -> None:
    asking = asker()

    told = asking.upload("/3/upload", unreadable("image/webp"))

    assert told.headers["x-ratelimit-userremaining"] == "500"
    assert told.headers["x-post-rate-limit-remaining"] == "1249"


def test_a_window_opens_with_the_first_use_and_closes_by_itself() -> None:
    asking = asker()
    asking.get("/3/credits")
    asking.later(3599)
    assert asking.get("/3/credits").data["UserRemaining"] == 498

    asking.later(1)

    assert asking.get("/3/credits").data["UserRemaining"] == 499


def test_the_post_pool_counts_posts_of_all_kinds_but_no_deletes() -> None:
    asking = asker()
    image = asking.upload().data

    told = asking.delete(f"/3/image/{image['deletehash']}")
    asking.post("/3/album")

    assert "x-post-rate-limit-remaining" not in told.headers
    assert pools(asking)["post"] == 1248


def test_oauth_costs_nothing() -> None:
    asking = asker()

    asking.post("/oauth2/token", {"grant_type": "refresh_token"}, auth="")

    assert pools(asking) == {}


def test_a_dry_client_pool_is_a_strike_and_five_of_them_block_the_month() -> None:
    asking = asker("new")
    for _ in range(5):
        set_credits(asking.world, SetCredits(pool="client", remaining=0), asking.now)
        asking.get("/3/credits")
        asking.get("/3/credits")
        asking.later(86_400)

    assert len(next(iter(asking.world.state.limits.strikes.values()))) == 5
    assert asking.get("/3/credits").status == 429


def test_commercial_use_has_its_own_pool_and_headers() -> None:
    asking = asker()

    told = asking.get("/3/credits", headers={"x-rapidapi-key": "k"})
    missing = asking.get("/3/credits", headers={"x-rapidapi-host": "imgur-apiv3.p.rapidapi.com"})

    assert told.headers["x-ratelimit-requests-remaining"] == "12499"
    assert "x-ratelimit-userremaining" not in told.headers
    assert "message" in missing.document


@pytest.mark.parametrize("address", ["/3/account/me/block", "/3/tags", "/3/gallery/t/cats"])
def test_some_answers_come_without_rate_headers(address: str) -> None:
    told = asker().as_account().get(address)

    assert told.status == 200
    assert not [name for name in told.headers if "ratelimit" in name]


@given(
    steps=st.lists(
        st.one_of(
            st.just("get"),
            st.just("upload"),
            st.just("bad upload"),
            st.integers(min_value=1, max_value=4000),
        ),
        max_size=60,
    ),
    limits=st.tuples(st.integers(0, 40), st.integers(0, 60), st.integers(0, 8), st.integers(0, 4)),
)
def test_no_pool_ever_goes_below_zero_and_every_refusal_is_for_a_short_pool(
    steps: list[str | int], limits: tuple[int, int, int, int]
) -> None:
    asking = asker()
    pool_limits = asking.world.state.limits = Limits()
    pool_limits.limits |= dict(zip(("user", "client", "post", "uploads"), limits, strict=True))

    for step in steps:
        match step:
            case int():
                asking.later(step)
            case "get":
                asking.get("/3/image/xxxxxxx")
            case "upload":
                asking.upload("/3/image", png())
            case _:
                asking.upload("/3/image", unreadable("image/webp"))

    for pool in pool_limits.pools.values():
        assert 0 <= pool.spent <= pool.limit
        assert pool.lowest is None or pool.lowest >= 0
    refusals = sum(pool.refusals for pool in pool_limits.pools.values())
    assert refusals <= asking.world.state.truth.refusals
