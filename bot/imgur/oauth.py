"""Imgur's OAuth 2: where to send people, what to ask for, how to read what comes back. Pure.

Imgur knows no scopes and no ``redirect_uri``: it redirects to the one registered address.
Source: https://apidocs.imgur.com/#authorization-and-oauth; that ``state`` comes in the query and
the tokens in the fragment was seen in recorded redirects, where the docs put all in the fragment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal
from urllib.parse import parse_qsl, urlencode

from bot.errors import ResponseFormatError
from bot.imgur.models import Token
from bot.imgur.reading import check, read
from bot.imgur.wire import COST_OAUTH, Bearer, Request, Response

IMGUR_API = "https://api.imgur.com"

#: ``code`` and ``pin`` are called deprecated by the docs and are in use by many clients.
ResponseType = Literal["token", "code", "pin"]

_AUTHORIZE = "/oauth2/authorize"
_TOKEN = "/oauth2/token"  # noqa: S105 (a path, not a token)
_SECRET = "/oauth2/secret"  # noqa: S105 (a path, not a secret)
_MAX_FIELDS = 32
_MAX_DIGITS = 12
_MAX_REDIRECT_CHARS = 8192


def authorize_url(
    client_id: str,
    *,
    state: str = "",
    response_type: ResponseType = "token",
    api_url: str = IMGUR_API,
) -> str:
    """Imgur's page where an account's owner allows or denies access.

    Args:
        state: Comes back in the redirect; single-use, and bound to whoever was sent there.
    """
    fields = {"client_id": client_id, "response_type": response_type, "state": state}
    return f"{api_url}{_AUTHORIZE}?{urlencode({k: v for k, v in fields.items() if v})}"


def refresh_request(client_id: str, client_secret: str, refresh_token: str) -> Request:
    """Ask for a new pair of tokens; ``read_token`` reads the answer."""
    return _token_request(client_id, client_secret, "refresh_token", refresh_token)


def code_request(client_id: str, client_secret: str, code: str) -> Request:
    """Turn the code of a redirect into tokens."""
    return _token_request(client_id, client_secret, "authorization_code", code)


def pin_request(client_id: str, client_secret: str, pin: str) -> Request:
    """Turn the pin that Imgur showed into tokens."""
    return _token_request(client_id, client_secret, "pin", pin)


def read_token(request: Request, response: Response) -> Token:
    """The tokens; store the refresh token that came back, it may be a new one.

    Raises:
        InvalidGrantError: The refresh token, code or pin is not (or no longer) valid.
        ImgurError: Anything else.
    """
    token = read(request, response, Token)
    if not token.access_token or not token.refresh_token:
        raise ResponseFormatError("an answer without tokens", status=response.status)
    return token


def secret_request(credential: Bearer) -> Request:
    """Ask whether an access token is alive; ``read_secret`` reads the answer."""
    return Request(
        method="GET",
        path=_SECRET,
        endpoint=_SECRET,
        credential=credential,
        cost_credits=COST_OAUTH,
    )


def read_secret(request: Request, response: Response) -> None:
    """Nothing, where the access token is alive; the body is documented nowhere.

    Raises:
        DeadTokenError: It is not.
        ImgurError: Anything else.
    """
    check(request, response)


@dataclass(frozen=True, slots=True)
class Redirect:
    """What Imgur's redirect brought, from query and fragment together.

    Attributes:
        state: ``None`` also where query and fragment contradict each other.
        error: ``"access_denied"`` where the owner said no.
        expires_in_s: Of the access token.
    """

    state: str | None = field(default=None, repr=False)
    access_token: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires_in_s: int | None = None
    account_id: int | None = None
    account_username: str | None = None
    code: str | None = field(default=None, repr=False)
    error: str | None = None


def read_redirect(query: str, fragment: str) -> Redirect:
    """Understand a redirect; whatever is odd about it reads as missing.

    Nothing in it is proof of anything: who can open an address can write one.

    Args:
        query: With or without ``?``.
        fragment: With or without ``#``.
    """
    fields = _fields(query.removeprefix("?"))
    in_fragment = _fields(fragment.removeprefix("#"))
    is_torn = "state" in fields and in_fragment.get("state", fields["state"]) != fields["state"]
    fields = {**fields, **in_fragment}
    return Redirect(
        state=None if is_torn else fields.get("state"),
        access_token=fields.get("access_token"),
        refresh_token=fields.get("refresh_token"),
        expires_in_s=_number(fields, "expires_in"),
        account_id=_number(fields, "account_id"),
        account_username=fields.get("account_username"),
        code=fields.get("code"),
        error=fields.get("error"),
    )


def redirect_in(address: str) -> Redirect:
    """The same, from a whole address that somebody pasted."""
    before, _, fragment = address.strip().partition("#")
    return read_redirect(before.partition("?")[2], fragment)


class AuthorizePage(Enum):
    """Whether people can link accounts at present.

    Source: reports since July 2025 in the issue trackers of ShareX and greenshot.
    """

    OPEN = "open"
    ERROR_1024 = "shows Error (1024)"
    OVER_CAPACITY = "says that Imgur is over capacity"
    REFUSED = "does not take this client id"
    BROKEN = "does not work"


def probe_request(client_id: str) -> Request:
    """Look at the authorise page as a browser would; ``read_probe`` reads the answer."""
    return Request(
        method="GET",
        path=_AUTHORIZE,
        endpoint=_AUTHORIZE,
        credential=None,
        query=(("client_id", client_id), ("response_type", "token")),
        cost_credits=COST_OAUTH,
        headers=(("Accept", "text/html"),),
    )


def read_probe(response: Response) -> AuthorizePage:
    """The state of the authorise page; a redirect to a sign-in page counts as open."""
    text = response.body.lower()
    if b"(1024)" in text:
        return AuthorizePage.ERROR_1024
    if b"over capacity" in text:
        return AuthorizePage.OVER_CAPACITY
    if b"client_id" in text and response.status in {400, 401, 403}:
        return AuthorizePage.REFUSED
    leads_home = response.headers.get("location", "").rstrip("/") == "https://imgur.com"
    if response.status >= 400 or leads_home:  # noqa: PLR2004 (HTTP's bound)
        return AuthorizePage.BROKEN
    return AuthorizePage.OPEN


def _token_request(client_id: str, client_secret: str, grant_type: str, proof: str) -> Request:
    name = {"authorization_code": "code"}.get(grant_type, grant_type)
    return Request(
        method="POST",
        path=_TOKEN,
        endpoint=_TOKEN,
        credential=None,
        form=(
            ("grant_type", grant_type),
            (name, proof),
            ("client_id", client_id),
            ("client_secret", client_secret),
        ),
        cost_credits=COST_OAUTH,
    )


def _fields(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text[:_MAX_REDIRECT_CHARS], max_num_fields=_MAX_FIELDS))
    except ValueError:
        return {}


def _number(fields: Mapping[str, str], name: str) -> int | None:
    text = fields.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else None
