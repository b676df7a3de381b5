"""OAuth as Imgur does it: three response types, its own error strings, ten-year tokens.

Source: https://apidocs.imgur.com/#authorization-and-oauth; where the documents and recorded
redirects disagree (``state`` stands in the query, tokens in the fragment) the records are followed.
"""

from urllib.parse import urlencode

from sandbox.imgur import consent
from sandbox.imgur.calls import Answer, Auth, Call, Refusal, Route
from sandbox.imgur.messages import Response
from sandbox.imgur.people import Account, Application, Grant, Token

_RESPONSE_TYPES = {"token", "code", "pin"}
#: How the authorise page names itself in its errors.
_AUTHORIZE_ALIAS = "/oauth/authorize"
_AUTHORIZE_FIELDS = ("response_type", "state", "account", "answer")


def authorize(call: Call) -> object:
    """The page that asks whether the application may act for an account."""
    if call.state.switches.oauth_closed == "capacity":
        message = "Imgur is temporarily over capacity. Please try again later."
        raise Refusal(500, message)
    if call.state.switches.oauth_closed:
        return _html(consent.closed_page())
    application = _application(call)
    choices = [account for account in call.state.accounts.values() if account.choosable]
    return _html(consent.authorize_page(application, choices))


def answer_authorize(call: Call) -> object:
    """What the page's buttons do: back to the application with tokens, a code or an error."""
    if call.state.switches.oauth_closed:
        return authorize(call)
    application = _application(call)
    account = call.state.account_named(call.param("account"))
    answer = call.param("answer")
    if answer not in {"allow", "deny"} or (answer == "allow" and account is None):
        raise Refusal(403, "Unauthorized")
    if answer == "deny" or account is None:
        return _denied(call, application)
    if call.param("response_type") == "token":
        return _redirect(application, call.param("state"), fragment=_fragment(call, account))
    grant = _grant(call, application, account)
    if grant.kind == "pin":
        return _html(consent.pin_page(application, grant.value))
    return _redirect(application, call.param("state"), {"code": grant.value})


def exchange(call: Call) -> object:
    """Tokens for a refresh token, a code or a pin."""
    application = call.state.applications.get(call.param("client_id"))
    if application is None or application.secret != call.param("client_secret"):
        raise Refusal(403, "Invalid client_id")
    kind = call.param("grant_type")
    if kind == "refresh_token":
        return _plain(_refreshed(call, application), call)
    if kind == "authorization_code":
        grant = _redeemed(call, application, "code", "Invalid code")
    elif kind == "pin":
        grant = _redeemed(call, application, "pin", "Invalid Pin")
    else:
        raise Refusal(400, "Invalid grant_type")
    return _plain(_issue(call, application.client_id, grant.account_id), call)


def verify(call: Call) -> object:
    """Whether the bearer token lives; Imgur documents no more than that."""
    return call.me is not None


def add_client(call: Call) -> object:
    """Registering an application: closed at Imgur since mid-2025."""
    if call.state.switches.oauth_closed:
        return Response(301, headers={"Location": "https://imgur.com/"})
    return _html(consent.registration_page(list(call.state.applications.values())))


def revoke(call: Call) -> object:
    """The account page's button: an application loses its access to an account."""
    account = call.state.account_named(call.param("account"))
    if account is not None:
        end_access(call.state.tokens, account.id, call.param("application"))
    return Response(303, headers={"Location": "/account/settings/apps"})


def list_access(call: Call) -> object:
    """The account page that shows who has access."""
    return _html(consent.access_page(call.state))


def end_access(tokens: list[Token], account_id: int, client_id: str = "") -> int:
    """Kill an account's tokens, all or one application's; says how many lived."""
    ended = 0
    for token in tokens:
        if token.account_id == account_id and client_id in {"", token.client_id}:
            ended += not token.refresh_dead
            token.access_dead = token.refresh_dead = True
    return ended


def _application(call: Call) -> Application:
    client_id, response_type = call.param("client_id"), call.param("response_type")
    if not client_id or response_type not in _RESPONSE_TYPES:
        message = "client_id and response_type are required"
        raise Refusal(400, message, asked_path=_AUTHORIZE_ALIAS)
    application = call.state.applications.get(client_id)
    if application is None:
        raise Refusal(403, "Invalid client_id", asked_path=_AUTHORIZE_ALIAS)
    return application


def _grant(call: Call, application: Application, account: Account) -> Grant:
    kind = call.param("response_type")
    value = call.state.new_hex(10 if kind == "pin" else 40)
    grant = Grant(value, kind, account.id, application.client_id)
    call.state.grants.append(grant)
    return grant


def _redeemed(call: Call, application: Application, kind: str, message: str) -> Grant:
    for grant in call.state.grants:
        wanted = (kind, call.param(kind), application.client_id)
        if (grant.kind, grant.value, grant.client_id) == wanted:
            call.state.grants.remove(grant)
            return grant
    raise Refusal(400, message)


def _refreshed(call: Call, application: Application) -> Token:
    switches, tokens = call.state.switches, call.state.tokens
    known = [
        token
        for token in tokens
        if token.refresh == call.param("refresh_token") and token.client_id == application.client_id
    ]
    if not known:
        raise Refusal(400, "Refresh token doesn't exist or is invalid for the client")
    if known[-1].refresh_dead:
        raise Refusal(400, "Invalid refresh token")
    for token in known:
        token.access_dead |= not switches.old_access_lives
        token.refresh_dead |= switches.rotate_refresh
    refresh = "" if switches.rotate_refresh else known[-1].refresh
    return _issue(call, application.client_id, known[-1].account_id, refresh)


def _issue(call: Call, client_id: str, account_id: int, refresh: str = "") -> Token:
    token = Token(
        access=call.state.new_hex(40),
        refresh=refresh or call.state.new_hex(40),
        account_id=account_id,
        client_id=client_id,
        issued_at=call.now,
        expires_in_s=call.state.switches.expires_in_s,
    )
    call.state.tokens.append(token)
    return token


def _facts(call: Call, token: Token) -> dict[str, object]:
    return {
        "access_token": token.access,
        "expires_in": token.expires_in_s,
        "token_type": "bearer",
        "refresh_token": token.refresh,
        "account_username": call.state.accounts[token.account_id].url,
        "account_id": token.account_id,
    }


def _plain(token: Token, call: Call) -> Answer:
    facts = _facts(call, token)
    document = {
        "access_token": facts["access_token"],
        "expires_in": facts["expires_in"],
        "token_type": "bearer",
        "scope": None,
        "refresh_token": facts["refresh_token"],
        "account_id": facts["account_id"],
        "account_username": facts["account_username"],
    }
    return Answer(document, wrapped=False)


def _fragment(call: Call, account: Account) -> dict[str, object]:
    return _facts(call, _issue(call, call.param("client_id"), account.id))


def _denied(call: Call, application: Application) -> Response:
    error = {"error": "access_denied"}
    if call.param("response_type") == "pin":
        return _html(consent.denied_page(application))
    if call.param("response_type") == "token":
        return _redirect(application, call.param("state"), fragment=dict(error))
    return _redirect(application, call.param("state"), error)


def _redirect(
    application: Application,
    state: str,
    query: dict[str, str] | None = None,
    fragment: dict[str, object] | None = None,
) -> Response:
    asked = {**({"state": state} if state else {}), **(query or {})}
    location = application.callback_url
    if asked:
        location += ("&" if "?" in location else "?") + urlencode(asked)
    if fragment:
        location += "#" + urlencode(fragment)
    return Response(302, headers={"Location": location})


def _html(text: str, status: int = 200) -> Response:
    headers = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
    return Response(status, text.encode(), headers)


ROUTES = (
    Route("GET", "/oauth2/authorize", authorize, Auth.NONE, _AUTHORIZE_FIELDS, cost=0),
    Route("POST", "/oauth2/authorize", answer_authorize, Auth.NONE, _AUTHORIZE_FIELDS, cost=0),
    Route(
        "POST",
        "/oauth2/token",
        exchange,
        Auth.NONE,
        ("grant_type", "refresh_token", "code", "pin", "client_secret"),
        cost=0,
    ),
    Route("GET", "/oauth2/secret", verify, Auth.BEARER, cost=0),
    Route("GET", "/oauth2/addclient", add_client, Auth.NONE, cost=0),
    Route("GET", "/account/settings/apps", list_access, Auth.NONE, cost=0),
    Route(
        "POST",
        "/account/settings/apps",
        revoke,
        Auth.NONE,
        ("account", "application"),
        cost=0,
    ),
)
