"""Discord's OAuth2 for linking: the authorise page, tokens, and who a token belongs to.

Source: https://docs.discord.com/developers/topics/oauth2
"""

from __future__ import annotations

import base64
import hashlib
import html
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from aiohttp import web

from tests.wire import payloads
from tests.wire.refusals import unauthorized
from tests.wire.rest.routing import Answer, Call, Routes

if TYPE_CHECKING:
    from tests.wire.entities import User
    from tests.wire.world import World

AUTHORIZE_PATH = "/oauth2/authorize"
COOKIE = "discord_stand_in_user"
CODE_LIFE = timedelta(minutes=10)
TOKEN_LIFE = timedelta(days=7)


@dataclass(frozen=True)
class Grant:
    """What a code or a token stands for."""

    user: User
    scope: str
    expires_at: datetime
    redirect_uri: str = ""
    challenge: str = ""


class OAuth:
    """The authorisation server.

    Attributes:
        signed_in: Who is signed in in browsers that carry no cookie of ours.
        asks: Whether the page shows its two buttons instead of redirecting at once.
        redirect_uris: The registered addresses; None accepts any.
        visits: The query of every visit to the authorise page.
        tokens: Access tokens that are good, by their text.
        revoked: Tokens that were handed back.
    """

    def __init__(self, world: World, client_secret: str) -> None:
        self.client_secret = client_secret
        self.signed_in: User | None = None
        self.asks = False
        self.redirect_uris: set[str] | None = None
        self.visits: list[dict[str, str]] = []
        self.tokens: dict[str, Grant] = {}
        self.revoked: list[str] = []
        self._codes: dict[str, Grant] = {}
        self._world = world
        self.routes = Routes()
        self.routes.on("POST", "/oauth2/token", scheme="")(self._token)
        self.routes.on("POST", "/oauth2/token/revoke", scheme="")(self._revoke)
        self.routes.on("GET", "/users/@me", scheme="Bearer")(self._who)

    def cookie(self, user: User) -> dict[str, str]:
        """Name and value of the cookie that signs this user in."""
        return {"name": COOKIE, "value": str(user.id)}

    # The page

    async def page(self, request: web.Request) -> web.StreamResponse:
        """GET shows or redirects; POST is a press on one of the two buttons."""
        query = dict(request.query)
        self.visits.append(query)
        self._world.changes.announce()
        mistake = self._mistake(query)
        if mistake:
            return web.Response(status=400, text=mistake)
        user = self._visitor(request)
        if user is None:
            return web.Response(status=401, text="Nobody is signed in to Discord here.")
        if request.method == "POST":
            pressed = (await request.post()).get("press")
            return self._redirect(query, user if pressed == "authorize" else None)
        if self.asks and query.get("prompt") != "none":
            return web.Response(text=_page(user.name, query), content_type="text/html")
        return self._redirect(query, user)

    def _mistake(self, query: dict[str, str]) -> str:
        if query.get("client_id") != str(self._world.bot.id):
            return "Unknown client_id."
        if query.get("response_type") != "code" or not query.get("scope"):
            return "response_type must be code, and a scope is needed."
        redirect_uri = query.get("redirect_uri")
        if self.redirect_uris is not None and redirect_uri not in self.redirect_uris:
            return "Invalid OAuth2 redirect_uri"
        if query.get("code_challenge") and query.get("code_challenge_method") != "S256":
            return "code_challenge_method must be S256."
        return "" if redirect_uri else "redirect_uri is needed."

    def _visitor(self, request: web.Request) -> User | None:
        cookie = request.cookies.get(COOKIE)
        return self._world.users.get(int(cookie)) if cookie else self.signed_in

    def _redirect(self, query: dict[str, str], user: User | None) -> web.Response:
        result = {"error": "access_denied", "error_description": "The user denied"}
        if user is not None:
            code = secrets.token_urlsafe(22)
            expires_at = self._world.clock.now() + CODE_LIFE
            self._codes[code] = Grant(
                user,
                query["scope"],
                expires_at,
                query["redirect_uri"],
                query.get("code_challenge", ""),
            )
            result = {"code": code}
        if "state" in query:
            result["state"] = query["state"]
        target = query["redirect_uri"]
        separator = "&" if "?" in target else "?"
        return web.Response(
            status=302, headers={"Location": f"{target}{separator}{urlencode(result)}"}
        )

    # The API

    def _token(self, world: World, call: Call) -> Answer:
        if not self._knows_client(call):
            return 401, {"error": "invalid_client"}
        if call.content_type != "application/x-www-form-urlencoded":
            return 400, {"error": "invalid_request"}
        if call.body.get("grant_type") != "authorization_code":
            return 400, {"error": "unsupported_grant_type"}
        grant = self._codes.pop(call.body.get("code", ""), None)
        if grant is None or not self._redeems(grant, call.body):
            description = 'Invalid "code" in request.'
            return 400, {"error": "invalid_grant", "error_description": description}
        token = secrets.token_urlsafe(22)
        expires_at = world.clock.now() + TOKEN_LIFE
        self.tokens[token] = Grant(grant.user, grant.scope, expires_at)
        return 200, {
            "token_type": "Bearer",
            "access_token": token,
            "expires_in": int(TOKEN_LIFE.total_seconds()),
            "refresh_token": secrets.token_urlsafe(22),
            "scope": grant.scope,
        }

    def _redeems(self, grant: Grant, form: dict[str, Any]) -> bool:
        if grant.expires_at <= self._world.clock.now():
            return False
        if form.get("redirect_uri") != grant.redirect_uri:
            return False
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return not grant.challenge or challenge == grant.challenge

    def _revoke(self, _world: World, call: Call) -> Answer:
        if not self._knows_client(call):
            return 401, {"error": "invalid_client"}
        token = str(call.body.get("token"))
        self.revoked.append(token)
        self.tokens.pop(token, None)
        return 200, {}

    def _who(self, world: World, call: Call) -> Answer:
        grant = self.tokens.get(call.credentials)
        if grant is None or grant.expires_at <= world.clock.now():
            raise unauthorized()
        if "identify" not in grant.scope.split():
            raise unauthorized()
        hidden = ("email", "verified")
        user = payloads.of_own_user(grant.user)
        return 200, {key: value for key, value in user.items() if key not in hidden}

    def _knows_client(self, call: Call) -> bool:
        expected = (str(self._world.bot.id), self.client_secret)
        if call.scheme == "Basic":
            name, _, secret = base64.b64decode(call.credentials).decode().partition(":")
            return (name, secret) == expected
        return (call.body.get("client_id"), call.body.get("client_secret")) == expected


def _page(name: str, query: dict[str, str]) -> str:
    action = html.escape(f"{AUTHORIZE_PATH}?{urlencode(query)}")
    return (
        f"<!DOCTYPE html><title>Discord</title><h1>Signed in as {html.escape(name)}</h1>"
        f'<form method="post" action="{action}">'
        '<button name="press" value="cancel">Cancel</button>'
        '<button name="press" value="authorize">Authorize</button></form>'
    )
