from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.imgur.commands import (
    AddApplication,
    Revoke,
    SetOAuth,
    put_application,
    revoke,
    set_oauth,
)
from sandbox.imgur.people import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
from tests.sandbox.imgur.asking import NOW, Asker, Told, asker

CLIENT = {"client_id": DEMO_CLIENT_ID, "client_secret": DEMO_CLIENT_SECRET}
ALLOW = {"account": "marmalade", "answer": "allow"}


def authorize(asking: Asker, kind: str = "token", form: dict[str, str] | None = None) -> Told:
    address = f"/oauth2/authorize?client_id={DEMO_CLIENT_ID}&response_type={kind}&state=s1"
    return asking.post(address, ALLOW if form is None else form, auth="")


def fragment(told: Told) -> dict[str, str]:
    return {k: v[0] for k, v in parse_qs(urlsplit(told.headers["location"]).fragment).items()}


def query(told: Told) -> dict[str, str]:
    return {k: v[0] for k, v in parse_qs(urlsplit(told.headers["location"]).query).items()}


def refresh(asking: Asker, token: str) -> Told:
    form = {"grant_type": "refresh_token", "refresh_token": token, **CLIENT}
    return asking.post("/oauth2/token", form, auth="")


def test_the_page_names_the_application_and_the_accounts() -> None:
    address = f"/oauth2/authorize?client_id={DEMO_CLIENT_ID}&response_type=token"

    told = asker().get(address, auth="")

    assert "Allow Demo bot to use your Imgur account?" in told.text
    assert 'value="marmalade"' in told.text
    assert "<script" not in told.text


def test_allowing_redirects_with_the_state_in_the_query_and_the_tokens_in_the_fragment() -> None:
    told = authorize(asker())

    assert told.status == 302
    assert told.headers["location"].startswith("http://127.0.0.1:8080/callback/imgur?state=s1#")
    facts = fragment(told)
    assert list(facts) == [
        "access_token",
        "expires_in",
        "token_type",
        "refresh_token",
        "account_username",
        "account_id",
    ]
    assert (facts["expires_in"], facts["account_username"]) == ("315360000", "marmalade")
    assert len(facts["access_token"]) == len(facts["refresh_token"]) == 40


def test_without_a_state_there_is_no_query() -> None:
    address = f"/oauth2/authorize?client_id={DEMO_CLIENT_ID}&response_type=token"

    told = asker().post(address, ALLOW, auth="")

    assert urlsplit(told.headers["location"]).query == ""


@pytest.mark.parametrize(
    ("kind", "location"),
    [
        ("token", "http://127.0.0.1:8080/callback/imgur?state=s1#error=access_denied"),
        ("code", "http://127.0.0.1:8080/callback/imgur?state=s1&error=access_denied"),
    ],
)
def test_denying_says_so_in_the_place_of_the_answer(kind: str, location: str) -> None:
    assert authorize(asker(), kind, {"answer": "deny"}).headers["location"] == location


def test_an_empty_form_is_unauthorized() -> None:
    told = authorize(asker(), form={})

    assert (told.status, told.data["error"]) == (403, "Unauthorized")


def test_missing_parameters_are_named_under_imgurs_own_odd_path() -> None:
    told = asker().get(f"/oauth2/authorize?client_id={DEMO_CLIENT_ID}", auth="")

    assert told.status == 400
    assert told.data["error"] == "client_id and response_type are required"
    assert told.data["request"] == "/oauth/authorize"


def test_a_code_and_a_pin_are_each_good_once() -> None:
    asking = asker()
    code = query(authorize(asking, "code"))["code"]
    page = authorize(asking, "pin").text
    pin = page.partition('class="pin">')[2].partition("<")[0]

    for kind, grant, value in (("code", "authorization_code", code), ("pin", "pin", pin)):
        form = {"grant_type": grant, kind: value, **CLIENT}
        first = asking.post("/oauth2/token", form, auth="")
        second = asking.post("/oauth2/token", form, auth="")
        assert first.document["account_username"] == "marmalade"
        assert "data" not in first.document
        assert second.status == 400


def test_a_wrong_pin_is_refused_in_imgurs_words() -> None:
    form = {"grant_type": "pin", "pin": "nope", **CLIENT}

    assert asker().post("/oauth2/token", form, auth="").data["error"] == "Invalid Pin"


def test_a_refresh_gives_a_new_access_token_and_the_same_refresh_token() -> None:
    asking = asker()
    old = fragment(authorize(asking))

    new = refresh(asking, old["refresh_token"]).document

    assert new["refresh_token"] == old["refresh_token"]
    assert new["access_token"] != old["access_token"]
    assert new["account_id"] == int(old["account_id"])
    assert asking.get("/3/account/me", auth=f"Bearer {new['access_token']}").status == 200
    assert asking.get("/3/account/me", auth=f"Bearer {old['access_token']}").status == 200


def test_a_refresh_can_rotate_and_kill_the_old_pair() -> None:
    asking = asker()
    set_oauth(asking.world, SetOAuth(rotate_refresh=True, old_access_lives=False), NOW)
    old = fragment(authorize(asking))

    new = refresh(asking, old["refresh_token"]).document
    again = refresh(asking, old["refresh_token"])
    dead = asking.get("/3/account/me", auth=f"Bearer {old['access_token']}")

    assert new["refresh_token"] != old["refresh_token"]
    assert (again.status, again.data["error"]) == (400, "Invalid refresh token")
    assert (dead.status, dead.data["error"]) == (403, "The access token provided is invalid.")


def test_a_refresh_token_is_worth_nothing_to_another_application() -> None:
    asking = asker()
    other = put_application(asking.world, AddApplication(name="Other"), NOW)
    old = fragment(authorize(asking))
    form = {
        "grant_type": "refresh_token",
        "refresh_token": old["refresh_token"],
        "client_id": str(other["client_id"]),
        "client_secret": str(other["secret"]),
    }

    assert asking.post("/oauth2/token", form, auth="").status == 400


def test_a_wrong_secret_is_refused() -> None:
    form = {"grant_type": "pin", "pin": "1", **CLIENT, "client_secret": "wrong"}

    assert asker().post("/oauth2/token", form, auth="").status == 403


def test_tokens_run_out_when_their_time_is_over() -> None:
    asking = asker()
    set_oauth(asking.world, SetOAuth(expires_in_s=60), NOW)
    bearer = asking.as_account()

    bearer.later(59)
    assert bearer.get("/3/account/me").status == 200
    bearer.later(1)

    assert bearer.get("/3/account/me").status == 403


def test_revoking_ends_both_tokens() -> None:
    asking = asker()
    tokens = fragment(authorize(asking))

    ended = revoke(asking.world, Revoke(account="marmalade"), NOW)

    assert ended == {"ended": 1}
    assert asking.get("/3/account/me", auth=f"Bearer {tokens['access_token']}").status == 403
    assert refresh(asking, tokens["refresh_token"]).status == 400


def test_the_account_page_revokes_too() -> None:
    asking = asker()
    tokens = fragment(authorize(asking))
    assert "Demo bot" in asking.get("/account/settings/apps", auth="").text

    form = {"account": "marmalade", "application": DEMO_CLIENT_ID}
    asking.post("/account/settings/apps", form, auth="")

    assert refresh(asking, tokens["refresh_token"]).status == 400


def test_closed_means_an_error_page_and_no_registration() -> None:
    asking = asker()
    address = f"/oauth2/authorize?client_id={DEMO_CLIENT_ID}&response_type=token"
    set_oauth(asking.world, SetOAuth(closed="page"), NOW)

    page, allowed = asking.get(address, auth=""), asking.post(address, ALLOW, auth="")
    registration = asking.get("/oauth2/addclient", auth="")
    set_oauth(asking.world, SetOAuth(closed="capacity"), NOW)

    assert "Error (1024)" in page.text
    assert "location" not in allowed.headers
    assert (registration.status, registration.headers["location"]) == (301, "https://imgur.com/")
    assert asking.get(address, auth="").status == 500


@pytest.mark.parametrize(
    ("auth", "status", "error"),
    [
        ("Bearer", 403, "Malformed auth header"),
        ("Bearer 0123", 403, "The access token provided is invalid."),
        ("Client-ID 0123", 403, "Invalid client_id"),
        ("", 401, "Authentication required"),
    ],
)
def test_wrong_credentials_are_refused_in_imgurs_words(auth: str, status: int, error: str) -> None:
    told = asker("classic").get("/3/image/xxxxxxx", auth=auth)

    assert (told.status, told.data["error"]) == (status, error)


def test_a_client_id_is_not_enough_for_a_users_call() -> None:
    told = asker("classic").get("/3/account/me/images")

    assert (told.status, told.data["error"]) == (401, "Authentication required")


def test_the_client_id_may_stand_in_the_query() -> None:
    assert asker().get(f"/3/credits?client_id={DEMO_CLIENT_ID}", auth="").status == 200


def test_the_secret_call_verifies_a_token() -> None:
    assert asker().as_account().get("/oauth2/secret").status == 200
    assert asker().get("/oauth2/secret").status == 401


def test_names_are_escaped_on_the_page() -> None:
    asking = asker()
    evil = AddApplication(client_id=DEMO_CLIENT_ID, name="<script>alert(1)</script>")
    put_application(asking.world, evil, NOW)

    address = f"/oauth2/authorize?client_id={DEMO_CLIENT_ID}&response_type=token&state=%22%3E%3Cb"

    assert "<script" not in asking.get(address, auth="").text
