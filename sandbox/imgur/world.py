"""The sandbox's world: one request in, one answer out. No I/O, no clock."""

import logging
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from sandbox.imgur import site
from sandbox.imgur.auth import describe
from sandbox.imgur.calls import Dialect, Links, Refusal
from sandbox.imgur.canned import CANNED, canned
from sandbox.imgur.dialects.answers import finish
from sandbox.imgur.dialects.envelope import split_format
from sandbox.imgur.dialects.errors import error_document
from sandbox.imgur.dialects.headers import stock_headers
from sandbox.imgur.exchange import Exchange
from sandbox.imgur.faults import SILENCES, Armoury, spoil
from sandbox.imgur.messages import Request, Response
from sandbox.imgur.routes import ROUTES
from sandbox.imgur.routing import Router
from sandbox.imgur.state import Profile, State

log = logging.getLogger(__name__)

REMEMBERED_REQUESTS = 200

_ROUTER = Router(ROUTES)
_API_ROOTS = ("/3/", "/oauth2/", "/account/v1/", "/post/v1/", "/upload/")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list of requests."""

    at: datetime
    method: str
    path: str
    auth: str
    status: int
    cost: int
    fault: str


class World:
    """Everything that the sandbox Imgur is, apart from bytes on disk and on the wire.

    Attributes:
        state: What it remembers.
        armoury: The faults that wait for their request.
        entries: The last requests, oldest first.
        public_url: Where it can be reached; links in answers begin with it.
        image_base_url: Where direct picture links point instead; empty for ``public_url``.
    """

    def __init__(self, state: State, *, public_url: str = "", image_base_url: str = "") -> None:
        self.state = state
        self.armoury = Armoury()
        self.entries: deque[Entry] = deque(maxlen=REMEMBERED_REQUESTS)
        self.public_url = public_url or "http://imgur.sandbox.invalid"
        self.image_base_url = image_base_url

    @property
    def links(self) -> Links:
        """Where links in answers point."""
        return Links(self.image_base_url or self.public_url, self.public_url)

    def time(self, now: datetime) -> datetime:
        """The world's time: the real one and what was added to it."""
        return now + timedelta(seconds=self.state.clock_offset_s)

    def handle(self, request: Request, now: datetime) -> Response:
        """Answer one request.

        Args:
            request: With the fault that the armoury had for it when it arrived: some faults have
                to be known before the body is read, so the caller takes it.
            now: The real time; the world adds its own offset.
        """
        at, fault = self.time(now), request.fault
        response, cost = self._answer(request, at)
        if _is_for_the_tab(request):
            return response
        self.state.truth.requests += 1
        self.entries.append(
            Entry(
                at=at,
                method=request.method,
                path=request.path,
                auth=describe(request),
                status=response.status,
                cost=cost,
                fault=str(fault or ""),
            )
        )
        return spoil(response, fault) if fault else response

    def _answer(self, request: Request, now: datetime) -> tuple[Response, int]:
        """The answer and what it cost."""
        if request.fault is not None and request.fault.name in SILENCES:
            return Response(HTTPStatus.SERVICE_UNAVAILABLE), 0
        path = split_format(request.path)[0]
        dialect = dialect_of(self.state.switches.profile, request.method, path)
        if request.method == "OPTIONS":
            return Response(HTTPStatus.OK, headers=stock_headers(dialect)), 0
        match = _ROUTER.find(request.method, path)
        if match is not None:
            return Exchange(self.state, self.links, request, match, dialect, now).run()
        if path.startswith(_API_ROOTS) or _ROUTER.methods(path):
            return self._unknown_route(request, path, dialect), 0
        if request.fault is not None and request.fault.name in {*CANNED, "status"}:
            return canned(request.fault, request, dialect) or Response(500), 0
        return site.answer(self.state, request, self.links), 0

    def _unknown_route(self, request: Request, path: str, dialect: Dialect) -> Response:
        said = f"{request.method} {path}"
        self.state.truth.unknown_routes.append(said)
        log.warning("unknown route: %s", said)
        other = sorted(_ROUTER.methods(path))
        hint = f"; this path knows {', '.join(other)}" if other else ""
        refusal = Refusal(404, f"The sandbox knows no route {said}{hint}")
        if other:
            refusal = Refusal(405, refusal.message)
        document = error_document(refusal, request, dialect)
        return finish(document, refusal.status, request, dialect, {})


def _is_for_the_tab(request: Request) -> bool:
    """Whether the person's tab asks: its thumbnails are not part of the story that it shows."""
    referer = urlsplit(request.headers.get("referer", ""))
    return request.path == "/favicon.ico" or referer.path == "/sandbox"


def dialect_of(profile: Profile, method: str, path: str) -> Dialect:
    """Which backend answers: in the mixed profile only ``POST /3/image`` is classic."""
    if profile == "mixed":
        classic = method == "POST" and path.rstrip("/") == "/3/image"
        return Dialect.CLASSIC if classic else Dialect.NEW
    return Dialect(profile)
