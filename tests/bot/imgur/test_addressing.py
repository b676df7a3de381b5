import pytest

from bot.imgur.addressing import Addressing
from bot.imgur.wire import Anonymous, Bearer, Credential, Request

APPLICATION = Anonymous()


def to(
    path: str,
    credential: Credential | None = APPLICATION,
    query: tuple[tuple[str, str], ...] = (),
) -> Request:
    return Request(method="GET", path=path, credential=credential, query=query)


IMGUR = Addressing("cid", api_url=None, rapidapi_key=None)
COMMERCIAL = Addressing("cid", api_url=None, rapidapi_key="k")
STAND_IN = Addressing("cid", api_url="http://127.0.0.1:1/base", rapidapi_key="k")


@pytest.mark.parametrize(
    ("addressing", "path", "address"),
    [
        (IMGUR, "/3/image/a", "https://api.imgur.com/3/image/a"),
        (IMGUR, "/upload/poll", "https://imgur.com/upload/poll?client_id=cid"),
        (COMMERCIAL, "/3/image/a", "https://imgur-apiv3.p.rapidapi.com/3/image/a"),
        (COMMERCIAL, "/oauth2/token", "https://api.imgur.com/oauth2/token"),
        (COMMERCIAL, "/account/v1/x/block", "https://api.imgur.com/account/v1/x/block"),
        (STAND_IN, "/3/image/a", "http://127.0.0.1:1/base/3/image/a"),
        (STAND_IN, "/oauth2/token", "http://127.0.0.1:1/base/oauth2/token"),
        (STAND_IN, "/upload/poll", "http://127.0.0.1:1/base/upload/poll?client_id=cid"),
    ],
)
def test_each_path_has_its_host(addressing: Addressing, path: str, address: str) -> None:
    assert addressing.address(to(path)) == address


def test_queries_are_escaped() -> None:
    request = to("/3/gallery/search", query=(("q", "cats & dogs"), ("tickets[]", "ü")))
    assert IMGUR.address(request).endswith("?q=cats+%26+dogs&tickets%5B%5D=%C3%BC")


@pytest.mark.parametrize(
    ("credential", "header"),
    [(Anonymous(), "Client-ID cid"), (Bearer(1, "t"), "Bearer t"), (None, None)],
)
def test_each_credential_has_its_header(credential: Credential | None, header: str | None) -> None:
    assert IMGUR.headers(to("/3/image/a", credential)).get("Authorization") == header


def test_calls_about_blocks_ask_for_their_own_type() -> None:
    assert IMGUR.headers(to("/3/image/a"))["Accept"] == "application/json"
    assert IMGUR.headers(to("/account/v1/a/block"))["Accept"] == "application/vnd.api+json"


def test_the_commercial_key_goes_with_calls_and_with_nothing_else() -> None:
    calls = COMMERCIAL.headers(to("/3/image/a"))
    assert calls["X-RapidAPI-Key"] == calls["X-Mashape-Key"] == "k"
    assert calls["X-RapidAPI-Host"] == "imgur-apiv3.p.rapidapi.com"
    assert calls["Authorization"] == "Client-ID cid"
    assert "k" not in COMMERCIAL.headers(to("/oauth2/token", None)).values()
    assert "X-RapidAPI-Key" not in IMGUR.headers(to("/3/image/a"))


def test_it_shows_no_key() -> None:
    assert repr(COMMERCIAL) == "'https://imgur-apiv3.p.rapidapi.com'"


@pytest.mark.parametrize(
    ("addressing", "address", "is_file"),
    [
        (IMGUR, "https://i.imgur.com/abc1234.png", True),
        (IMGUR, "http://i.imgur.com/abc1234.png", False),
        (IMGUR, "https://i.imgur.com.evil.example/abc1234.png", False),
        (IMGUR, "https://i.imgur.com@evil.example/abc1234.png", False),
        (IMGUR, "http://127.0.0.1:1/base/abc1234.png", False),
        (STAND_IN, "http://127.0.0.1:1/base/abc1234.png", True),
        (STAND_IN, "http://127.0.0.1:1/other.png", False),
        (STAND_IN, "http://169.254.169.254/base/abc1234.png", False),
    ],
)
def test_only_imgurs_own_files_are_looked_at(
    addressing: Addressing, address: str, *, is_file: bool
) -> None:
    assert addressing.is_file(address) is is_file
