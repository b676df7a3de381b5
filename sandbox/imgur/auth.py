"""Who is calling, and in which words a wrong credential is refused. Pure.

Source: https://apidocs.imgur.com/#authorization-and-oauth; the strings are recorded ones.
"""

from datetime import datetime, timedelta

from sandbox.imgur.calls import Caller, Dialect, Refusal
from sandbox.imgur.messages import Request
from sandbox.imgur.people import Account, Application
from sandbox.imgur.state import State

_COMMERCIAL_KEYS = ("x-rapidapi-key", "x-mashape-key", "x-mashape-authorization")


class MissingCommercialKeyError(Exception):
    """A call through the commercial gateway without its key."""


def identify(state: State, request: Request, dialect: Dialect, now: datetime) -> Caller:
    """The caller.

    Raises:
        Refusal: 401 or 403 in Imgur's words.
        MissingCommercialKeyError: The gateway's host header came without a key.
    """
    key = next((request.headers[name] for name in _COMMERCIAL_KEYS if name in request.headers), "")
    if not key and "x-rapidapi-host" in request.headers:
        raise MissingCommercialKeyError
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        application, account = _bearer(state, value.strip(), now)
        return Caller(application, request.remote, account, key)
    return Caller(_client(state, request, dialect, scheme, value), request.remote, None, key)


def describe(request: Request) -> str:
    """How the caller tried to show who he is: for the list of requests."""
    scheme = request.headers.get("authorization", "").partition(" ")[0]
    if scheme:
        return scheme
    return "client_id" if any(key == "client_id" for key, _ in request.query) else "none"


def _client(
    state: State, request: Request, dialect: Dialect, scheme: str, value: str
) -> Application:
    client_id = value.strip() if scheme.lower() == "client-id" else ""
    client_id = client_id or dict(request.query).get("client_id", "")
    if not client_id:
        if dialect is Dialect.CLASSIC:
            raise Refusal(401, "Authentication required")
        detail = "The requester is not authorized to access the resource."
        raise Refusal(401, detail, array=True)
    application = state.applications.get(client_id)
    if application is None:
        raise Refusal(403, "Invalid client_id")
    return application


def _bearer(state: State, value: str, now: datetime) -> tuple[Application, Account]:
    if not value:
        raise Refusal(403, "Malformed auth header")
    token = next((token for token in state.tokens if token.access == value), None)
    if token is None or token.access_dead:
        raise Refusal(403, "The access token provided is invalid.")
    if now >= token.issued_at + timedelta(seconds=token.expires_in_s):
        raise Refusal(403, "The access token provided is invalid.")
    return state.applications[token.client_id], state.accounts[token.account_id]
