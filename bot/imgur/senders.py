"""The door to the network; only here does the client touch httpx and aiohttp.

Plain httpx loses its connections to cancelled requests for good, hence aiohttp's transport.
Source: https://github.com/encode/httpcore/issues/1093
"""

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport
from httpx_aiohttp.transport import AiohttpResponseStream

from bot.clock import Clock
from bot.errors import (
    ResponseFormatError,
    TransportError,
    UploadStalledError,
)
from bot.imgur.addressing import USER_AGENT, Addressing
from bot.imgur.bodies import read_body
from bot.imgur.multipart import MultipartBody
from bot.imgur.stalling import UPLOAD_ANSWER_S, Moves
from bot.imgur.wire import FilePart, Request, Response

_log = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 5.0
#: Name look-up and connecting together.
REACH_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 30.0
#: More than these wait before the pool, which gets slower the more wait in it.
MAX_AT_ONCE = 64
#: The library reads 16 KiB at a time, which costs more than half the speed.
CHUNK_BYTES = 262144

_FOREIGN = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, aiohttp.ClientError, OSError)
#: aiohttp's own words for "there was no connection"; what httpx makes of them is less exact.
_UNREACHED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


class HttpSender:
    """Sends requests to Imgur; use it as an async context manager.

    Attributes:
        sunsets: How many answers said that their endpoint will be switched off, by endpoint.
    """

    def __init__(
        self,
        client_id: str,
        clock: Clock,
        *,
        api_url: str | None = None,
        rapidapi_key: str | None = None,
        max_at_once: int = MAX_AT_ONCE,
    ) -> None:
        """Prepare; nothing is opened yet.

        Args:
            api_url: Where ``/3`` and ``/oauth2`` lie; ``None`` is Imgur.
            rapidapi_key: For commercial use. Without ``api_url``, ``/3`` then lies at RapidAPI.
        """
        self._addressing = Addressing(client_id, api_url=api_url, rapidapi_key=rapidapi_key)
        self._clock = clock
        self._slots = asyncio.Semaphore(max_at_once)
        self._client: httpx.AsyncClient | None = None
        self.sunsets: Counter[str] = Counter()

    def __repr__(self) -> str:
        return f"HttpSender({self._addressing!r})"

    async def __aenter__(self) -> Self:
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs addresses with their queries
        self._client = _client()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def host_of(self, request: Request) -> str:
        """The host that a request goes to."""
        return self._addressing.host(request)

    async def send(self, request: Request) -> Response:
        """Send it, as it is.

        Raises:
            TransportError: No answer arrived.
            ResponseFormatError: An answer came that is too long, or not whole.
            BrokenFileError: The file has more or fewer bytes than it announced.
        """
        async with self._slots:
            if request.file is not None:
                return await self._upload(request, request.file)
            try:
                return await self._exchange(request, self._call(request))
            except _FOREIGN as error:
                raise _lost(request, error, all_sent=True) from error

    async def glance(self, address: str) -> Response:
        """What the image host says of a file, without its body; redirects are not followed.

        Raises:
            TransportError: No answer arrived, or the address is not one of Imgur's.
        """
        if self._client is None or not self._addressing.is_file(address):
            raise TransportError("not an address of Imgur's files", maybe_applied=False)
        outgoing = httpx.Request(
            "HEAD",
            address,
            headers={"User-Agent": USER_AGENT, "Accept": "image/*, video/*"},
            extensions={"timeout": _timeout(READ_TIMEOUT_S)},
        )
        try:
            async with self._slots:
                incoming = await self._client.send(outgoing, stream=True)
                await incoming.aclose()
        except _FOREIGN as error:
            raise TransportError("the image host does not answer", maybe_applied=False) from error
        headers = {name.lower(): value for name, value in incoming.headers.items()}
        return Response(incoming.status_code, headers, b"", address)

    def _call(self, request: Request) -> httpx.Request:
        headers = self._addressing.headers(request)
        content = urlencode(request.form).encode() if request.form else b""
        if content:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return httpx.Request(
            request.method,
            self._addressing.address(request),
            headers=headers,
            content=content,
            extensions={"timeout": _timeout(READ_TIMEOUT_S)},
        )

    async def _upload(self, request: Request, part: FilePart) -> Response:
        moves = Moves(self._clock)
        body = MultipartBody(request.form, part, boundary=secrets.token_hex(16), on_move=moves.note)
        headers = self._addressing.headers(request) | {
            "Content-Type": body.content_type,
            "Content-Length": str(body.size_bytes),
        }
        outgoing = httpx.Request(
            request.method,
            self._addressing.address(request),
            headers=headers,
            stream=_Stream(body),
            extensions={"timeout": _timeout(2 * UPLOAD_ANSWER_S)},
        )
        try:
            return await self._watched(self._exchange(request, outgoing), body, moves)
        except _FOREIGN as error:
            if body.failure is not None:
                raise body.failure from None
            raise _lost(request, error, all_sent=body.is_complete) from error

    async def _watched(
        self, exchange: Coroutine[Any, Any, Response], body: MultipartBody, moves: Moves
    ) -> Response:
        """The outcome of an upload that is ended when it stalls."""
        sending = asyncio.create_task(exchange)
        watching = asyncio.create_task(moves.end(body))
        try:
            await asyncio.wait({sending, watching}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                return sending.result()
            raise UploadStalledError(
                "no byte of the upload moved for too long", maybe_applied=body.is_complete
            )
        finally:
            sending.cancel()
            watching.cancel()
            await asyncio.gather(sending, watching, return_exceptions=True)

    async def _exchange(self, request: Request, outgoing: httpx.Request) -> Response:
        if self._client is None:
            raise TransportError("the way to Imgur is closed", maybe_applied=False)
        incoming = await self._client.send(outgoing, stream=True)
        encoding = incoming.headers.get("content-encoding", "")
        try:
            body = await read_body(incoming.aiter_raw(), encoding)
        except (ValueError, httpx.ReadError) as error:
            raise ResponseFormatError(
                "an answer that is too long, or not whole",
                status=incoming.status_code,
                maybe_applied=not request.is_repeatable and incoming.is_success,
            ) from error
        finally:
            await incoming.aclose()
        headers = {name.lower(): value for name, value in incoming.headers.items()}
        self._note_sunset(request, headers.get("sunset"))
        return Response(
            incoming.status_code, headers, body, str(outgoing.url.copy_with(query=None))
        )

    def _note_sunset(self, request: Request, sunset: str | None) -> None:
        if sunset is not None:
            name = f"{request.method} {request.endpoint or request.path}"
            if not self.sunsets[name]:
                _log.warning("Imgur will switch off %s: %.40r", name, sunset)
            self.sunsets[name] += 1


class _Stream(httpx.AsyncByteStream):
    """A multipart body as httpx wants it."""

    def __init__(self, body: MultipartBody) -> None:
        self._body = body

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._body.__aiter__()


class _Transport(AiohttpTransport):
    """The stock transport, reading larger chunks."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        if isinstance(response.stream, AiohttpResponseStream):
            response.stream.CHUNK_SIZE = CHUNK_BYTES
        return response


def _client() -> httpx.AsyncClient:
    tls = httpx.create_ssl_context(trust_env=False)
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=tls, limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        read_bufsize=CHUNK_BYTES,
    )
    # aiohttp repeats reads and deletions by itself; nobody would have paid for those.
    session._retry_connection = False  # noqa: SLF001 (there is no other way; a test looks at it)
    return httpx.AsyncClient(
        transport=_Transport(verify=tls, client=session),
        follow_redirects=False,
        trust_env=False,
    )


def _timeout(read_s: float) -> dict[str, float | None]:
    return httpx.Timeout(read_s, connect=CONNECT_TIMEOUT_S, pool=REACH_TIMEOUT_S).as_dict()


def _lost(request: Request, error: Exception, *, all_sent: bool) -> TransportError:
    cause = error.__cause__ or error
    may_have_arrived = all_sent and not isinstance(cause, _UNREACHED)
    return TransportError(
        f"no answer from Imgur ({type(cause).__name__})",
        maybe_applied=may_have_arrived and not request.is_repeatable,
    )
