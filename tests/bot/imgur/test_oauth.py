import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import DeadTokenError, InvalidGrantError, ResponseFormatError
from bot.imgur import oauth
from bot.imgur.oauth import AuthorizePage, Redirect, read_redirect, redirect_in
from bot.imgur.wire import Bearer, Request, Response
from tests.bot.imgur.scripted import raw, refusal

REFRESH = oauth.refresh_request("client", "s3cret", "r" * 40)
TOKENS = {
    "access_token": "a" * 40,
    "expires_in": 315360000,
    "token_type": "bearer",
    "scope": None,
    "refresh_token": "r" * 40,
    "account_id": 7,
    "account_username": "sarah",
}
FRAGMENT = (
    "access_token=aa&expires_in=315360000&token_type=bearer&refresh_token=rr"
    "&account_username=sarah&account_id=7"
)
GRANTED = Redirect("S", "aa", "rr", 315360000, 7, "sarah")


def test_people_are_sent_to_the_authorise_page_with_a_state() -> None:
    assert oauth.authorize_url("cid", state="a b") == (
        "https://api.imgur.com/oauth2/authorize?client_id=cid&response_type=token&state=a+b"
    )
    assert oauth.authorize_url("cid", response_type="pin", api_url="http://127.0.0.1:1") == (
        "http://127.0.0.1:1/oauth2/authorize?client_id=cid&response_type=pin"
    )


@pytest.mark.parametrize(
    ("request_", "grant_type", "proof"),
    [
        (REFRESH, "refresh_token", "refresh_token"),
        (oauth.code_request("client", "s3cret", "c"), "authorization_code", "code"),
        (oauth.pin_request("client", "s3cret", "p"), "pin", "pin"),
    ],
)
def test_every_grant_names_its_proof(request_: Request, grant_type: str, proof: str) -> None:
    assert [name for name, _ in request_.form] == [
        "grant_type",
        proof,
        "client_id",
        "client_secret",
    ]
    assert request_.form[0][1] == grant_type
    assert (request_.cost_credits, request_.credential) == (0, None)


def test_a_request_shows_no_secret() -> None:
    assert "s3cret" not in repr(REFRESH)


def test_tokens_are_read_without_an_envelope() -> None:
    token = oauth.read_token(REFRESH, raw(json.dumps(TOKENS).encode()))
    assert (token.access_token, token.account_id, token.expires_in) == ("a" * 40, 7, 315360000)


def test_an_answer_with_an_empty_token_revokes_nothing() -> None:
    empty = raw(json.dumps(TOKENS | {"refresh_token": ""}).encode())
    with pytest.raises(ResponseFormatError):
        oauth.read_token(REFRESH, empty)


def test_a_refused_refresh_token_is_an_invalid_grant() -> None:
    with pytest.raises(InvalidGrantError):
        oauth.read_token(REFRESH, refusal("Invalid refresh token"))


def test_a_token_can_be_asked_about() -> None:
    request = oauth.secret_request(Bearer(7, "t"))
    oauth.read_secret(request, raw(b'{"data":{},"success":true}'))
    with pytest.raises(DeadTokenError):
        oauth.read_secret(request, refusal("The access token provided is invalid.", status=403))


@pytest.mark.parametrize(
    ("query", "fragment"),
    [
        ("?state=S", f"#{FRAGMENT}"),
        ("", f"state=S&{FRAGMENT}"),
        (f"state=S&{FRAGMENT}", ""),
        ("state=S", f"state=S&{FRAGMENT}"),
    ],
)
def test_a_redirect_may_carry_its_parts_in_either_place(query: str, fragment: str) -> None:
    assert read_redirect(query, fragment) == GRANTED


def test_a_redirect_with_two_states_has_none() -> None:
    assert read_redirect("state=mine", "state=theirs&access_token=aa").state is None


def test_a_denial_is_read_from_either_place() -> None:
    assert read_redirect("error=access_denied&state=S", "").error == "access_denied"
    assert read_redirect("state=S", "error=access_denied").state == "S"


def test_a_pasted_address_is_read_with_or_without_a_query() -> None:
    assert redirect_in(f" https://bot.example/cb?state=S#{FRAGMENT} ") == GRANTED
    assert redirect_in(f"https://bot.example/cb#state=S&{FRAGMENT}") == GRANTED
    assert redirect_in("https://bot.example/cb") == Redirect()


def test_a_redirect_shows_no_token() -> None:
    shown = repr(read_redirect("code=c0de&state=st4te", "access_token=acc&refresh_token=ref"))
    assert not any(secret in shown for secret in ("c0de", "st4te", "acc'", "ref'"))


@given(st.text(), st.text())
def test_no_redirect_is_too_strange(query: str, fragment: str) -> None:
    assert isinstance(read_redirect(query, fragment), Redirect)


@pytest.mark.parametrize(
    ("response", "page"),
    [
        (raw(b"<html>Allow?</html>"), AuthorizePage.OPEN),
        (raw(b"", status=302, location="https://imgur.com/signin?x=1"), AuthorizePage.OPEN),
        (raw(b"<h1>Imgur has an error. Error (1024)</h1>"), AuthorizePage.ERROR_1024),
        (raw(b'{"data":{"error":"Imgur is temporarily over capacity."}}', status=500),
         AuthorizePage.OVER_CAPACITY),
        (refusal("Invalid client_id", status=403), AuthorizePage.REFUSED),
        (raw(b"", status=301, location="https://imgur.com/"), AuthorizePage.BROKEN),
        (raw(b"<html>502</html>", status=502), AuthorizePage.BROKEN),
    ],
)  # fmt: skip
def test_the_authorise_page_tells_whether_linking_can_work(
    response: Response, page: AuthorizePage
) -> None:
    assert oauth.read_probe(response) is page


def test_the_probe_costs_nothing() -> None:
    assert oauth.probe_request("cid").cost_credits == 0
