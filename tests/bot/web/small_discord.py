"""Discord's OAuth, as much of it as linking meets, as a real program.

Who is signed in in a browser is that browser's cookie ``discord_user``.
"""

import base64
import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from aiohttp import web

from tests.bot.accounts.making import APPLICATION_ID

CLIENT_SECRET = "discord-client-secret-canary"


@dataclass
class SmallDiscord:
    """What happened, and what shall happen.

    Attributes:
        silent_error: What visitors with ``prompt=none`` come back with instead of a code.
        is_down: Every call of the API is answered 503.
    """

    url: str = ""
    silent_error: str = ""
    is_down: bool = False
    visits: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, tuple[int, str]] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)
    issued: list[str] = field(default_factory=list)

    async def authorize(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        self.visits.append(query)
        assert query["client_id"] == str(APPLICATION_ID)
        assert (query["scope"], query["response_type"]) == ("identify", "code")
        assert query["code_challenge_method"] == "S256"
        answer = {"state": query["state"]}
        user_id = request.cookies.get("discord_user")
        if self.silent_error and query["prompt"] == "none":
            answer["error"] = self.silent_error
        elif user_id is None:
            answer["error"] = "access_denied"
        else:
            answer["code"] = secrets.token_hex(8)
            self.codes[answer["code"]] = (int(user_id), query["code_challenge"])
        return web.Response(
            status=302, headers={"Location": f"{query['redirect_uri']}?{urlencode(answer)}"}
        )

    async def token(self, request: web.Request) -> web.Response:
        form = await request.post()
        self._require_client(request)
        user_id, challenge = self.codes.pop(str(form["code"]), (0, ""))
        digest = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        if challenge != base64.urlsafe_b64encode(digest).decode().rstrip("="):
            return web.json_response({"error": "invalid_grant"}, status=400)
        token = secrets.token_hex(8)
        self.tokens[token] = user_id
        self.issued.append(token)
        return web.json_response({"access_token": token, "token_type": "Bearer"})

    async def who(self, request: web.Request) -> web.Response:
        user_id = self.tokens[request.headers["Authorization"].removeprefix("Bearer ")]
        return web.json_response({"id": str(user_id), "username": "whoever"})

    async def revoke(self, request: web.Request) -> web.Response:
        self._require_client(request)
        del self.tokens[str((await request.post())["token"])]
        return web.json_response({})

    def _require_client(self, request: web.Request) -> None:
        pair = f"{APPLICATION_ID}:{CLIENT_SECRET}".encode()
        expected = f"Basic {base64.b64encode(pair).decode()}"
        if request.headers["Authorization"] != expected:
            raise web.HTTPUnauthorized


@asynccontextmanager
async def serve_discord() -> AsyncIterator[SmallDiscord]:
    discord = SmallDiscord()

    @web.middleware
    async def breakdown(request: web.Request, handler: object) -> web.StreamResponse:
        if discord.is_down and request.path.startswith("/api"):
            return web.Response(status=503, text="upstream connect error")
        return await handler(request)

    app = web.Application(middlewares=[breakdown])
    app.router.add_get("/oauth2/authorize", discord.authorize)
    app.router.add_post("/api/v10/oauth2/token", discord.token)
    app.router.add_get("/api/v10/users/@me", discord.who)
    app.router.add_post("/api/v10/oauth2/token/revoke", discord.revoke)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    discord.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield discord
    finally:
        await runner.cleanup()
