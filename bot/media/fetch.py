"""Downloads: attachments from Discord's hosts, and addresses that users give, behind a guard.

Every connection to a user's address goes through a resolver that refuses a name as soon as one of
its addresses leads inside, and a socket factory that looks at the very address about to be dialled.
So neither encodings nor changing answers nor redirects get past.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from httpx_aiohttp import AiohttpTransport
from httpx_aiohttp.transport import AiohttpResponseStream

from bot.clock import Clock
from bot.errors import FetchError, FetchTimeoutError, SourceGoneError, TooLargeError
from bot.media.addresses import (
    PublicRules,
    check_attachment_url,
    check_downgrade,
    check_public_url,
    filename_of,
    is_public,
    parse_address,
    parse_origins,
    refusal,
)
from bot.media.pace import Pace

_CHUNK_BYTES = 256 * 1024
_CONNECT_TIMEOUT_S = 5.0
_MAX_REDIRECTS = 3
_REDIRECTS = {301, 302, 303, 307, 308}
_OK = 200
#: Discord answers 404 or 403 for a deleted file and for a signed link that is too old.
#: Source: https://discord.com/developers/docs/reference#signed-attachment-cdn-urls
_ATTACHMENT_GONE = frozenset({403, 404, 410})
_PUBLIC_GONE = frozenset({404, 410})
_HEADERS = {"User-Agent": "imgur-bot", "Accept": "*/*", "Accept-Encoding": "identity"}
_FOREIGN = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, ValueError)

#: Finds a name's numeric addresses; blocks, so it is called in a thread. Raises ``OSError``.
Lookup = Callable[[str, int], list[str]]


def system_lookup(host: str, port: int) -> list[str]:
    """Ask the system's resolver."""
    answers = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=getattr(socket, "AI_ADDRCONFIG", 0)
    )
    return [str(answer[4][0]) for answer in answers]


class Download:
    """An answer whose body has not been read yet; iterate it once.

    Attributes:
        declared_bytes: The length that the sender announced, where it did.
        filename: From the address, made harmless; never empty.
    """

    def __init__(self, response: httpx.Response, pace: Pace, limit_bytes: int) -> None:
        length = response.headers.get("content-length", "")
        self.declared_bytes = int(length) if length.isdecimal() else None
        self.filename = filename_of(str(response.url))
        self._response = response
        self._pace = pace
        self._limit_bytes = limit_bytes
        self._check_size(self.declared_bytes or 0)
        pace.expect(limit_bytes if self.declared_bytes is None else self.declared_bytes)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the body as it comes, in chunks of up to 256 KiB.

        Raises:
            TooLargeError: More came than the limit.
            FetchError: The connection broke.
        """
        received_bytes = 0
        try:
            async for chunk in self._response.aiter_bytes():  # nothing to decode: see _check_answer
                received_bytes += len(chunk)
                self._check_size(received_bytes)
                self._pace.got(len(chunk))
                yield chunk
        except _FOREIGN as error:
            raise _translated(error) from error
        self._pace.end()

    def _check_size(self, size_bytes: int) -> None:
        if size_bytes > self._limit_bytes:
            raise TooLargeError(limit_bytes=self._limit_bytes)


class Fetcher:
    """Opens downloads, a few at a time; use it as an async context manager."""

    def __init__(
        self,
        cdn_hosts: Iterable[str],
        clock: Clock,
        *,
        rules: PublicRules | None = None,
        max_parallel: int = 3,
        cdn_transport: httpx.AsyncBaseTransport | None = None,
        lookup: Lookup = system_lookup,
    ) -> None:
        """Prepare; nothing is opened yet.

        Args:
            cdn_hosts: Where attachments lie: hosts (https) or origins.
            clock: Deadlines go by it.
            rules: What is open to addresses that users give.
            max_parallel: Further downloads wait.
            cdn_transport: Carries attachments in place of the network.
            lookup: Finds the addresses of names that users give.

        Raises:
            ValueError: One of ``cdn_hosts`` is neither a host nor an origin.
        """
        self._origins = parse_origins(cdn_hosts)
        self._clock = clock
        self._rules = rules or PublicRules()
        self._slots = asyncio.Semaphore(max_parallel)
        self._cdn_transport = cdn_transport
        self._lookup = lookup
        self._resources = AsyncExitStack()

    async def __aenter__(self) -> Self:
        tls = httpx.create_ssl_context(trust_env=False)
        resolver = _GuardedResolver(self._lookup, self._rules)
        self._resources.push_async_callback(resolver.close)
        guarded = aiohttp.TCPConnector(
            ssl=tls,
            resolver=resolver,
            socket_factory=partial(_guarded_socket, self._rules),
            use_dns_cache=False,
            force_close=True,
        )
        cdn = self._cdn_transport or _transport(aiohttp.TCPConnector(ssl=tls), tls)
        self._cdn = await self._resources.enter_async_context(_client(cdn))
        self._public = await self._resources.enter_async_context(_client(_transport(guarded, tls)))
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._resources.aclose()

    def attachment(self, url: str, *, limit_bytes: int) -> AbstractAsyncContextManager[Download]:
        """Open a file that was attached to a Discord message.

        The deadline holds for the body of the ``async with`` too, until the last byte is read.

        Raises:
            AddressRefusedError: It does not lie at one of Discord's hosts.
            SourceGoneError: It was deleted, or its signed link is too old.
            TooLargeError: It is, or claims to be, over ``limit_bytes``.
            FetchTimeoutError: Too slow.
            FetchError: Anything else went wrong.
        """
        check = partial(check_attachment_url, origins=self._origins)
        return self._download(self._cdn, check, _ATTACHMENT_GONE, url, limit_bytes)

    def check(self, url: str) -> None:
        """Look at an address that a user gave, without opening anything.

        Raises:
            AddressRefusedError: It is not one that ``public`` would open.
        """
        check_public_url(url, self._rules)

    def public(self, url: str, *, limit_bytes: int) -> AbstractAsyncContextManager[Download]:
        """Open an address that a user gave, unless it leads anywhere but into the open Internet.

        The deadline holds for the body of the ``async with`` too, until the last byte is read.

        Raises:
            AddressRefusedError: It is not one that we open; says no more than that.
            SourceGoneError: There is nothing (404, 410).
            TooLargeError: It is, or claims to be, over ``limit_bytes``.
            FetchTimeoutError: Too slow.
            FetchError: Anything else went wrong.
        """
        check = partial(check_public_url, rules=self._rules)
        return self._download(self._public, check, _PUBLIC_GONE, url, limit_bytes)

    @asynccontextmanager
    async def _download(
        self,
        client: httpx.AsyncClient,
        check: Callable[[str], str],
        gone: frozenset[int],
        url: str,
        limit_bytes: int,
    ) -> AsyncIterator[Download]:
        address = check(url)
        async with self._slots:
            pace = Pace(self._clock.monotonic(), limit_bytes)
            async with self._held_to(pace):
                response = await _open(client, check, address)
                try:
                    _check_answer(response, gone)
                    yield Download(response, pace, limit_bytes)
                finally:
                    await response.aclose()

    @asynccontextmanager
    async def _held_to(self, pace: Pace) -> AsyncIterator[None]:
        """Cancel the body when it is too slow, by our clock instead of the event loop's."""
        alarm = asyncio.timeout(None)
        try:
            async with alarm:
                watch = asyncio.create_task(self._watch(pace, alarm))
                try:
                    yield
                finally:
                    watch.cancel()
        except TimeoutError as error:
            if alarm.expired():
                raise FetchTimeoutError("the download was too slow") from error
            raise

    async def _watch(self, pace: Pace, alarm: asyncio.Timeout) -> None:
        try:
            while (wait_s := pace.next_check_s(self._clock.monotonic())) is not None:
                await self._clock.sleep(wait_s)
        except TimeoutError:
            alarm.reschedule(asyncio.get_running_loop().time())


async def _open(client: httpx.AsyncClient, check: Callable[[str], str], url: str) -> httpx.Response:
    """Follow redirects, each checked like the first address."""
    try:
        for _ in range(_MAX_REDIRECTS + 1):
            response = await client.send(client.build_request("GET", url), stream=True)
            if response.status_code not in _REDIRECTS:
                return response
            await response.aclose()
            target = check(urljoin(url, response.headers.get("location", "")))
            check_downgrade(url, target)
            url = target
    except _FOREIGN as error:
        raise _translated(error) from error
    raise FetchError(f"more than {_MAX_REDIRECTS} redirects")


def _check_answer(response: httpx.Response, gone: frozenset[int]) -> None:
    if response.status_code in gone:
        raise SourceGoneError(f"the file is gone (status {response.status_code})")
    if response.status_code != _OK:
        raise FetchError(f"the host answered with status {response.status_code}")
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise FetchError("the host sent the file compressed, which was not asked for")


def _translated(error: Exception) -> FetchError:
    cause = error.__cause__ or error
    if isinstance(error, ValueError | httpx.InvalidURL):
        return refusal()
    if isinstance(getattr(cause, "os_error", None), PermissionError):
        return refusal()
    if isinstance(cause, TimeoutError | httpx.TimeoutException):
        return FetchTimeoutError("the host did not answer in time")
    return FetchError(f"the download failed ({type(cause).__name__})")


# --- The pipes --------------------------------------------------------------------------------


class _Transport(AiohttpTransport):
    """The stock transport reading 256 KiB at a time; its 16 KiB cost more than half the speed."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        if isinstance(response.stream, AiohttpResponseStream):
            response.stream.CHUNK_SIZE = _CHUNK_BYTES
        return response


def _transport(connector: aiohttp.TCPConnector, tls: ssl.SSLContext) -> _Transport:
    session = aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), read_bufsize=_CHUNK_BYTES
    )
    return _Transport(verify=tls, client=session)


def _client(transport: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=transport,
        headers=_HEADERS,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        timeout=httpx.Timeout(None, connect=_CONNECT_TIMEOUT_S),
        trust_env=False,
    )


class _GuardedResolver(AbstractResolver):
    """Refuses a name of which any address leads inside.

    Has threads of its own: slow name servers must not hold up the spool's.
    """

    def __init__(self, lookup: Lookup, rules: PublicRules) -> None:
        self._lookup = lookup
        self._rules = rules
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="names")

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 (aiohttp's signature)
    ) -> list[ResolveResult]:
        """Look the name up and check every answer.

        Raises:
            AddressRefusedError: One leads inside.
            OSError: The name has no address.
        """
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, self._lookup, host, port)
        return [self._answer(host, port, address) for address in dict.fromkeys(found)]

    async def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _answer(self, host: str, port: int, text: str) -> ResolveResult:
        address = parse_address(text)
        if address is None or not is_public(address, self._rules.allowed_networks):
            raise refusal()
        return ResolveResult(
            hostname=host,
            host=text,
            port=port,
            family=socket.AF_INET if address.version == 4 else socket.AF_INET6,  # noqa: PLR2004 (IPv4)
            proto=0,
            flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
        )


def _guarded_socket(rules: PublicRules, target: aiohttp.AddrInfoType) -> socket.socket:
    """Make the socket for a connection, unless it would lead inside.

    Raises:
        PermissionError: It would.
    """
    family, kind, protocol, _, destination = target
    address = parse_address(str(destination[0]))
    if (
        address is None
        or not is_public(address, rules.allowed_networks)
        or destination[1] not in rules.allowed_ports
    ):
        raise PermissionError("an address that is not opened")
    return socket.socket(family, kind, protocol)
