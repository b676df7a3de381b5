"""Discord's sign-in as browsers and the bot meet it."""

from base64 import b64encode
from html import escape

from aiohttp import web

from sandbox.demo.door import page_answer
from sandbox.demo.signing_in import Question, RefusedError, SignIn
from sandbox.demo.town import Town


class SignInPages:
    """The page that asks, and what the bot is told."""

    def __init__(self, town: Town, sign_in: SignIn) -> None:
        self._people = {str(member.id): member.user for member in town.people}
        self._sign_in = sign_in

    def routes(self) -> list[web.RouteDef]:
        """All of them."""
        return [
            web.get("/oauth2/authorize", self._ask),
            web.post("/oauth2/authorize", self._answer),
            web.post("/api/v10/oauth2/token", self._token),
            web.post("/api/v10/oauth2/token/revoke", self._revoke),
            web.get("/api/v10/users/@me", self._me),
        ]

    async def _ask(self, request: web.Request) -> web.Response:
        """Discord would skip this for who agreed before; here one browser is several people."""
        self._question(request)
        buttons = "".join(
            f'<p class="row"><button class="yes" name="person" value="{key}">'
            f"Authorize as {escape(user.global_name or user.name)}</button></p>"
            for key, user in self._people.items()
        )
        return page_answer(
            "Authorize the bot?",
            "<h1>The bot would like to know who you are</h1>"
            "<p>It learns your name and nothing else. Be the person who asked for the link, or see "
            f'what happens if you are not.</p><form method="post">{buttons}'
            '<p class="row" style="margin:0"><button class="no" name="person" value="">Cancel'
            "</button></p></form>",
        )

    async def _answer(self, request: web.Request) -> web.Response:
        question = self._question(request)
        chosen = str((await request.post()).get("person", ""))
        if not chosen:
            raise web.HTTPSeeOther(self._sign_in.deny(question))
        if chosen not in self._people:
            raise web.HTTPBadRequest
        raise web.HTTPSeeOther(self._sign_in.agree(question, int(chosen)))

    def _question(self, request: web.Request) -> Question:
        try:
            return self._sign_in.question(request.query)
        except RefusedError as error:
            raise web.HTTPBadRequest(text=f"{error}\n") from error

    async def _token(self, request: web.Request) -> web.Response:
        if not self._is_application(request):
            return web.json_response({"error": "invalid_client"}, status=401)
        fields = {name: str(value) for name, value in (await request.post()).items()}
        try:
            token = self._sign_in.exchange(fields)
        except RefusedError as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(
            {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": 604_800,
                "scope": "identify",
            }
        )

    async def _revoke(self, request: web.Request) -> web.Response:
        if not self._is_application(request):
            return web.json_response({"error": "invalid_client"}, status=401)
        self._sign_in.revoke(str((await request.post()).get("token", "")))
        return web.json_response({})

    async def _me(self, request: web.Request) -> web.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        user = self._people.get(str(self._sign_in.whose(token)))
        if user is None:
            return web.json_response({"message": "401: Unauthorized", "code": 0}, status=401)
        return web.json_response(
            {"id": str(user.id), "username": user.name, "global_name": user.global_name}
        )

    def _is_application(self, request: web.Request) -> bool:
        pair = f"{self._sign_in.client_id}:{self._sign_in.client_secret}"
        expected = f"Basic {b64encode(pair.encode()).decode()}"
        return request.headers.get("Authorization") == expected
