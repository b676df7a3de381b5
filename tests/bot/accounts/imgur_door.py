"""A sender for tests: plain HTTP to one address."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from bot.errors import TransportError
from bot.imgur.wire import Anonymous, Bearer, Request, Response


class Door:
    """Sends for real, and remembers.

    Attributes:
        is_cut: Nothing gets through.
    """

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = url
        self.requests: list[Request] = []
        self.is_cut = False

    async def send(self, request: Request) -> Response:
        if self.is_cut:
            raise TransportError("the line is cut", maybe_applied=False)
        self.requests.append(request)
        headers = {}
        if isinstance(request.credential, Bearer):
            headers["Authorization"] = f"Bearer {request.credential.access_token}"
        elif isinstance(request.credential, Anonymous):
            headers["Authorization"] = "Client-ID 5a9db0c11e47d10"
        try:
            async with self._http.request(
                request.method,
                f"{self._url}{request.path}",
                params=request.query,
                data=dict(request.form) or None,
                headers=headers,
                allow_redirects=False,
            ) as answer:
                lower = {name.lower(): value for name, value in answer.headers.items()}
                return Response(answer.status, lower, await answer.read(), str(answer.url))
        except aiohttp.ClientError as error:
            raise TransportError(type(error).__name__, maybe_applied=True) from error


@asynccontextmanager
async def open_door(url: str) -> AsyncIterator[Door]:
    async with aiohttp.ClientSession() as http:
        yield Door(http, url)
