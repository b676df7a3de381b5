"""The linking pages' routes."""

from collections.abc import Mapping

from aiohttp import web

from bot.accounts.account import Linked
from bot.accounts.linking import CodeShown, Linking
from bot.accounts.tickets import LIFETIME
from bot.web import guard
from bot.web.answers import Result, language_of, page_response, result
from bot.web.headers import form_targets, origin_of
from bot.web.language import Language
from bot.web.rendering import Pages


class LinkingPages:
    """Handlers; what goes wrong in them is put into words by ``answers.py``."""

    def __init__(self, linking: Linking, pages: Mapping[str, Pages], *, base_url: str) -> None:
        """Prepare.

        Args:
            base_url: ``PUBLIC_BASE_URL``: the origin that requests must come from.
        """
        self._linking = linking
        self._pages = pages
        self._origin = origin_of(base_url)
        # Browsers keep a Secure cookie of plain http at best for this machine, and not all of them.
        self._is_https = self._origin.startswith("https:")
        self._cookie = "__Host-link" if self._is_https else "link"

    def routes(self) -> list[web.RouteDef]:
        """All of them; a slash at the end makes no difference, so that nothing need redirect."""
        return [
            web.get("/", self._home),
            web.get("/favicon.ico", self._icon),
            web.get("/link/{ticket:[^/]+}{slash:/?}", self._invite),
            web.post("/link/{ticket:[^/]+}{slash:/?}", self._accept),
            web.get("/callback/{who:discord|imgur}{slash:/?}", self._callback),
            web.post("/callback/discord{slash:/?}", self._from_discord),
            web.post("/callback/imgur{slash:/?}", self._from_imgur),
        ]

    async def _home(self, request: web.Request) -> web.Response:
        return page_response(self._pages_for(request).message("home"))

    async def _icon(self, request: web.Request) -> web.Response:
        return web.Response(text=self._pages_for(request).icon, content_type="image/svg+xml")

    async def _invite(self, request: web.Request) -> web.Response:
        invitation = await self._linking.visit(request.match_info["ticket"])
        page = self._pages_for(request).invitation(
            invitation.user_name,
            proves_first=invitation.proves_first,
            form_targets=form_targets(self._linking.leads_to),
        )
        response = page_response(page)
        # With "no-referrer" browsers send "Origin: null" along with a form.
        # Source: https://fetch.spec.whatwg.org/#append-a-request-origin-header
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    async def _accept(self, request: web.Request) -> web.Response:
        guard.require_our_page(request, self._origin)
        departure = await self._linking.accept(request.match_info["ticket"])
        response = web.Response(status=303, headers={"Location": departure.address})
        response.set_cookie(
            self._cookie,
            departure.cookie,
            max_age=int(LIFETIME.total_seconds()),
            secure=self._is_https,
            httponly=True,
            samesite="Lax",
        )
        return response

    async def _callback(self, request: web.Request) -> web.Response:
        return page_response(self._pages_for(request).callback())

    async def _from_discord(self, request: web.Request) -> web.Response:
        guard.require_our_page(request, self._origin)
        fields = await guard.read_fields(request)
        address = await self._linking.prove_discord(self._held(request), fields.get("query", ""))
        return web.json_response({"next": address})

    async def _from_imgur(self, request: web.Request) -> web.Response:
        guard.require_our_page(request, self._origin)
        fields = await guard.read_fields(request)
        end = await self._linking.complete(
            self._held(request), fields.get("query", ""), fields.get("fragment", "")
        )
        response = web.json_response(_told(language_of(request), end))
        response.del_cookie(self._cookie, secure=self._is_https, httponly=True, samesite="Lax")
        return response

    def _pages_for(self, request: web.Request) -> Pages:
        return self._pages[language_of(request).code]

    def _held(self, request: web.Request) -> str:
        """What this browser got when it went on; empty if it did not."""
        return request.cookies.get(self._cookie, "")


def _told(language: Language, end: Linked | CodeShown) -> Result:
    if isinstance(end, Linked):
        outcome = "linked" if end.account.is_default else "added"
        return result(language, outcome, name=end.account.username)
    half = len(end.code) // 2
    return result(
        language,
        "code",
        name=f"{end.code[:half]}-{end.code[half:]}",
        facts={language.imgur_account: end.username, language.discord_user: end.user_name},
    )
