"""What every answer has in common: headers, words for failures, a line in the log."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import TypedDict

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.clock import Clock
from bot.errors import BotError
from bot.web.headers import CLOSED_POLICY, COMMON
from bot.web.language import KINDS, Language
from bot.web.rendering import Page, Pages
from bot.web.texts import chosen, outcome_of
from bot.web.visitors import Allowance, Network, client_address

_log = logging.getLogger(__name__)

#: The longest that one request may take, Imgur's answer included.
REQUEST_TIMEOUT_S = 30.0
#: A whole link takes five requests; a page that is reloaded in anger some more.
READS_PER_MINUTE = 120
WRITES_PER_MINUTE = 30
READS_TOGETHER = 3000
WRITES_TOGETHER = 600

_OUTCOMES = {404: "missing", 405: "method", 429: "limited"}


class Result(TypedDict):
    """What the callback page's script shows; the texts are texts, never markup."""

    kind: str
    heading: str
    body: str
    name: str
    facts: list[tuple[str, str]]


class Answers:
    """The middleware around all handlers."""

    def __init__(
        self, pages: Mapping[str, Pages], clock: Clock, trusted_proxies: Sequence[Network]
    ) -> None:
        self._pages = pages
        self._clock = clock
        self._trusted = trusted_proxies
        self._reads = Allowance(clock, each=READS_PER_MINUTE, together=READS_TOGETHER)
        self._writes = Allowance(clock, each=WRITES_PER_MINUTE, together=WRITES_TOGETHER)

    def middleware(self) -> Middleware:
        """For ``web.Application``."""

        @web.middleware
        async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
            began_s = self._clock.monotonic()
            response = await self._answer(request, handler)
            took_ms = (self._clock.monotonic() - began_s) * 1000
            _log.info("%s %s %d %.0f ms", request.method, _route(request), response.status, took_ms)
            return response

        return answer

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            self._require_allowance(request)
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                return await handler(request)
        except BotError as error:
            outcome, status = outcome_of(error)
            if outcome == "failed":
                _log.exception("linking failed on our side")
            return self._failure(request, outcome, status)
        except web.HTTPException as error:
            outcome = _OUTCOMES.get(error.status, "request")
            response = self._failure(request, outcome, error.status)
            if "Allow" in error.headers:
                response.headers["Allow"] = error.headers["Allow"]
            return response
        except Exception:  # noqa: BLE001 (the last door: whatever failed, visitors see a page)
            _log.exception("a page failed")
            return self._failure(request, "failed", 500)

    def _require_allowance(self, request: web.Request) -> None:
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", []))
        address = client_address(request.remote, forwarded, self._trusted)
        allowance = self._reads if request.method in {"GET", "HEAD"} else self._writes
        if not allowance.admits(address):
            raise web.HTTPTooManyRequests

    def _failure(self, request: web.Request, outcome: str, status: int) -> web.Response:
        if request.content_type == "application/json":
            return web.json_response(result(language_of(request), outcome), status=status)
        return page_response(self._pages[language_of(request).code].message(outcome), status)


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """For ``on_response_prepare``: the headers that no answer goes without."""
    for name, value in COMMON.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", CLOSED_POLICY)
    response.headers.popall("Server", None)


def page_response(page: Page, status: int = 200) -> web.Response:
    """A page as an answer."""
    return web.Response(
        text=page.html,
        status=status,
        content_type="text/html",
        headers={"Content-Security-Policy": page.policy},
    )


def language_of(request: web.Request) -> Language:
    """The language that the visitor's browser asks for, or the nearest that we have."""
    return chosen(request.headers.get("Accept-Language", ""))


def result(
    language: Language, outcome: str, *, name: str = "", facts: Mapping[str, str] | None = None
) -> Result:
    """An outcome for the callback page's script.

    Args:
        name: Shown large: the account, or the code.
        facts: Shown below, by their labels.
    """
    text = language.words[outcome]
    return Result(
        kind=KINDS[outcome],
        heading=text.heading,
        body=text.body,
        name=name,
        facts=list((facts or {}).items()),
    )


def _route(request: web.Request) -> str:
    """The path as it is registered: a ticket or a state never gets into the log."""
    resource = request.match_info.route.resource
    return "(no page)" if resource is None else resource.canonical
