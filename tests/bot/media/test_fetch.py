import asyncio
import gzip
import ipaddress
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from bot.clock import SystemClock
from bot.errors import (
    AddressRefusedError,
    FetchError,
    FetchTimeoutError,
    SourceGoneError,
    TooLargeError,
)
from bot.media.addresses import PublicRules
from bot.media.fetch import Fetcher, system_lookup
from tests.bot.media.clocks import StillClock
from tests.bot.media.hosts import Answer, Host, body, head, raw, redirect, serving
from tests.ports import held

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
LIMIT = 1 << 20
REFUSAL = "^an address that is not opened$"


def nobody(host: str, port: int) -> list[str]:
    raise AssertionError(f"{host}:{port} was looked up")


@asynccontextmanager
async def fetching(host: Host, **options: Any) -> AsyncIterator[Fetcher]:
    """A fetcher to which the host is both Discord's and, unless said otherwise, a public one."""
    rules = PublicRules(allowed_ports=frozenset({host.port}), allowed_networks=LOOPBACK)
    defaults = {"clock": SystemClock(), "rules": rules, "lookup": nobody}
    async with Fetcher([host.url("")], **{**defaults, **options}) as fetcher:
        yield fetcher


async def public(fetcher: Fetcher, url: str, limit_bytes: int = LIMIT) -> bytes:
    async with fetcher.public(url, limit_bytes=limit_bytes) as download:
        return b"".join([chunk async for chunk in download])


async def attachment(fetcher: Fetcher, url: str, limit_bytes: int = LIMIT) -> bytes:
    async with fetcher.attachment(url, limit_bytes=limit_bytes) as download:
        return b"".join([chunk async for chunk in download])


async def counted(fetcher: Fetcher, url: str, limit_bytes: int) -> int:
    async with fetcher.public(url, limit_bytes=limit_bytes) as download:
        return sum([len(chunk) async for chunk in download])


BOTH = pytest.mark.parametrize("fetch", [public, attachment])


# --- What works -----------------------------------------------------------------------------------


@BOTH
async def test_a_file_arrives_whole(fetch: Callable[..., Any]) -> None:
    data = bytes(range(256)) * 4000
    async with serving(body(data)) as host, fetching(host) as fetcher:
        assert await fetch(fetcher, host.url("/a.png")) == data


async def test_length_and_name_are_known_before_the_body() -> None:
    async with serving(body(b"12345")) as host, fetching(host) as fetcher:
        url = host.url("/1/2/my%20cat.png?ex=3")
        async with fetcher.attachment(url, limit_bytes=LIMIT) as download:
            assert (download.declared_bytes, download.filename) == (5, "my cat.png")


async def test_a_length_may_be_missing() -> None:
    answer = raw(head("Transfer-Encoding: chunked") + b"3\r\nabc\r\n0\r\n\r\n")
    async with (
        serving(answer) as host,
        fetching(host) as fetcher,
        fetcher.public(host.url(), limit_bytes=LIMIT) as download,
    ):
        assert download.declared_bytes is None
        assert [chunk async for chunk in download] == [b"abc"]


async def test_a_signed_query_arrives_as_it_was_given() -> None:
    async with serving(body(b"x")) as host, fetching(host) as fetcher:
        await attachment(fetcher, host.url("/a%20b.png?ex=1a&is=2b&hm=3c&"))
        assert host.requests[0].startswith("GET /a%20b.png?ex=1a&is=2b&hm=3c& HTTP/1.1\r\n")


async def test_we_say_who_we_are_and_nothing_else() -> None:
    async with (
        serving(body(b"x", "Set-Cookie: spy=1")) as host,
        fetching(host, lookup=lambda *_: ["127.0.0.1"]) as fetcher,
    ):
        for _ in range(2):
            await public(fetcher, host.url(name="spy.example.org"))
    request = host.requests[1].lower()
    assert "user-agent: imgur-bot\r\n" in request
    assert "accept-encoding: identity\r\n" in request
    assert "cookie" not in request
    assert "referer" not in request


async def test_an_attachment_can_come_from_memory() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=request.url.path.encode())

    cdn = {"cdn_hosts": ["cdn.simcord.invalid"], "cdn_transport": httpx.MockTransport(answer)}
    async with Fetcher(**cdn, clock=SystemClock(), lookup=nobody) as fetcher:
        assert await attachment(fetcher, "https://cdn.simcord.invalid/a.png") == b"/a.png"
        with pytest.raises(AddressRefusedError):
            await public(fetcher, "http://127.0.0.1/")


async def test_a_connection_that_takes_too_long_is_a_timeout() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("slow", request=request)

    cdn = {"cdn_hosts": ["cdn.simcord.invalid"], "cdn_transport": httpx.MockTransport(answer)}
    async with Fetcher(**cdn, clock=SystemClock(), lookup=nobody) as fetcher:
        with pytest.raises(FetchTimeoutError):
            await attachment(fetcher, "https://cdn.simcord.invalid/a.png")


def test_the_systems_resolver_knows_this_machine() -> None:
    assert {"127.0.0.1", "::1"} & set(system_lookup("localhost", 80))


async def test_three_downloads_run_at_once_and_the_fourth_waits() -> None:
    arrived, gate = asyncio.Semaphore(0), asyncio.Event()

    async def answer(_: str, writer: asyncio.StreamWriter) -> None:
        arrived.release()
        await gate.wait()
        writer.write(head("Content-Length: 1") + b"x")

    async with serving(answer) as host, fetching(host) as fetcher:
        tasks = [asyncio.create_task(attachment(fetcher, host.url())) for _ in range(4)]
        for _ in range(3):
            await arrived.acquire()
        for _ in range(20):
            await asyncio.sleep(0)
        assert host.connections == 3
        gate.set()
        assert await asyncio.gather(*tasks) == [b"x"] * 4


# --- Where it does not go -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "017700000001",
        "[::ffff:127.0.0.1]",
        "[::1]",
        "0",
        "localhost",
    ],
)
async def test_an_inner_listener_sees_no_connection(name: str) -> None:
    async with serving(body(b"secret")) as host:
        rules = PublicRules(allowed_ports=frozenset({host.port}))
        async with fetching(host, rules=rules) as fetcher:
            with pytest.raises(AddressRefusedError, match=REFUSAL):
                await public(fetcher, host.url(name=name))
        assert host.connections == 0


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["fe80::1%1"],
        ["2606:4700::1111", "10.0.0.1"],
    ],
    ids=str,
)
async def test_a_name_with_any_inner_address_is_refused(addresses: list[str]) -> None:
    async with serving(body(b"secret")) as host:
        rules = PublicRules(allowed_ports=frozenset({host.port}))
        async with fetching(host, rules=rules, lookup=lambda *_: addresses) as fetcher:
            with pytest.raises(AddressRefusedError, match=REFUSAL):
                await public(fetcher, host.url(name="evil.example.org"))
        assert host.connections == 0


async def test_a_name_is_looked_up_once_and_checked_for_every_connection() -> None:
    answers = [["127.0.0.1"], ["127.0.0.2", "10.0.0.1"]]
    async with serving(body(b"x")) as host:
        async with fetching(host, lookup=lambda *_: answers.pop(0)) as fetcher:
            assert await public(fetcher, host.url(name="rebind.example.org")) == b"x"
            assert len(answers) == 1
            with pytest.raises(AddressRefusedError, match=REFUSAL):
                await public(fetcher, host.url(name="rebind.example.org"))
        assert host.connections == 1


async def test_the_socket_guard_stands_alone_when_the_address_check_is_fooled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.media.fetch.check_public_url", lambda url, **_: url)
    async with serving(body(b"secret")) as host:
        rules = PublicRules(allowed_ports=frozenset({host.port}))
        async with fetching(host, rules=rules) as fetcher:
            with pytest.raises(AddressRefusedError, match=REFUSAL):
                await public(fetcher, host.url())
        async with fetching(host, rules=PublicRules(allowed_networks=LOOPBACK)) as fetcher:
            with pytest.raises(AddressRefusedError, match=REFUSAL):
                await public(fetcher, host.url())
        assert host.connections == 0


async def test_a_name_without_an_address_is_a_failed_download() -> None:
    def unknown(*_: object) -> list[str]:
        raise OSError("no such name")

    async with serving(body(b"x")) as host, fetching(host, lookup=unknown) as fetcher:
        with pytest.raises(FetchError) as caught:
            await public(fetcher, host.url(name="nowhere.example.org"))
    assert type(caught.value) is FetchError


async def test_our_own_host_is_refused() -> None:
    rules = PublicRules(denied_hosts=frozenset({"bot.example.org"}))
    async with serving(body(b"x")) as host, fetching(host, rules=rules) as fetcher:
        with pytest.raises(AddressRefusedError, match=REFUSAL):
            await public(fetcher, "http://Bot.example.org./")


async def test_an_attachment_elsewhere_is_refused() -> None:
    async with serving(body(b"x")) as host, fetching(host) as fetcher:
        with pytest.raises(AddressRefusedError):
            await attachment(fetcher, host.url(name="localhost"))
        assert host.connections == 0


# --- Redirects ------------------------------------------------------------------------------------


async def test_three_redirects_are_followed_and_a_fourth_is_not() -> None:
    async with serving(redirect("/1", "/2", "/3")) as host, fetching(host) as fetcher:
        assert await public(fetcher, host.url("/0")) == b"ok"
    async with serving(redirect("/1", "/2", "/3", "/4")) as host, fetching(host) as fetcher:
        with pytest.raises(FetchError, match="more than 3 redirects"):
            await public(fetcher, host.url("/0"))


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/",
        "http://[::1]/",
        "http://169.254.169.254/latest",
        "//localhost/x",
        "file:///etc/passwd",
        "http://user@example.org/",
        "http://[",
        "gopher://x",
    ],
)
async def test_every_hop_is_checked(target: str) -> None:
    async with serving(redirect("/1", target)) as host, fetching(host) as fetcher:
        with pytest.raises(AddressRefusedError, match=REFUSAL):
            await public(fetcher, host.url("/0"))
        assert host.connections == 2


async def test_an_attachment_is_not_led_away_from_discords_hosts() -> None:
    async with serving(redirect("http://example.org/")) as host, fetching(host) as fetcher:
        with pytest.raises(AddressRefusedError):
            await attachment(fetcher, host.url("/0"))
    async with serving(redirect("/1")) as host, fetching(host) as fetcher:
        assert await attachment(fetcher, host.url("/0")) == b"ok"


async def test_a_redirect_may_not_give_encryption_up() -> None:
    cdn = {"cdn_hosts": ["cdn.example.org", "http://cdn.example.org"], "lookup": nobody}
    answer = httpx.Response(302, headers={"Location": "http://cdn.example.org/"})
    transport = httpx.MockTransport(lambda _: answer)
    async with Fetcher(**cdn, clock=SystemClock(), cdn_transport=transport) as fetcher:
        with pytest.raises(AddressRefusedError):
            await attachment(fetcher, "https://cdn.example.org/")


# --- Answers --------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone"])
async def test_a_file_that_is_not_there_is_gone(fetch: Callable[..., Any], status: str) -> None:
    async with serving(body(b"", status=status)) as host, fetching(host) as fetcher:
        with pytest.raises(SourceGoneError):
            await fetch(fetcher, host.url())


async def test_a_link_that_is_too_old_is_gone_only_at_discord() -> None:
    async with serving(body(b"", status="403 Forbidden")) as host, fetching(host) as fetcher:
        with pytest.raises(SourceGoneError):
            await attachment(fetcher, host.url())
        with pytest.raises(FetchError) as caught:
            await public(fetcher, host.url())
    assert type(caught.value) is FetchError


@pytest.mark.parametrize(
    "status", ["204 No Content", "206 Partial Content", "304 Not Modified", "500 Oops", "999 ?"]
)
async def test_any_other_answer_is_a_failed_download(status: str) -> None:
    async with serving(body(b"", status=status)) as host, fetching(host) as fetcher:
        with pytest.raises(FetchError) as caught:
            await public(fetcher, host.url())
    assert type(caught.value) is FetchError


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "identity, gzip"])
async def test_a_compressed_answer_is_refused_unread(encoding: str) -> None:
    bomb = gzip.compress(bytes(10_000_000))
    answer = body(bomb, f"Content-Encoding: {encoding}")
    async with serving(answer) as host, fetching(host) as fetcher:
        with pytest.raises(FetchError, match="compressed"):
            await public(fetcher, host.url())


NONSENSE = {
    "nothing": b"",
    "not HTTP": b"SSH-2.0-OpenSSH_9.6\r\n",
    "a wrong length": head("Content-Length: -1"),
    "two lengths": head("Content-Length: 1", "Content-Length: 2") + b"xx",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "a wrong chunk": head("Transfer-Encoding: chunked") + b"zz\r\n",
    "a body shorter than announced": head("Content-Length: 9") + b"short",
    "a head of 1,000 fields": head(*["X: y"] * 1000),
    "a vast field": head("X: " + "y" * 100_000),
}


@pytest.mark.parametrize("data", NONSENSE.values(), ids=NONSENSE.keys())
async def test_nonsense_is_a_failed_download(data: bytes) -> None:
    async with serving(raw(data)) as host, fetching(host) as fetcher:
        with pytest.raises(FetchError):
            await public(fetcher, host.url())


async def test_a_refused_connection_is_a_failed_download_that_was_not_slow() -> None:
    with held() as port:
        host = Host(port)
        async with fetching(host) as fetcher:
            with pytest.raises(FetchError) as caught:
                await public(fetcher, host.url())
    assert type(caught.value) is FetchError


# --- Limits ---------------------------------------------------------------------------------------


@BOTH
async def test_an_announced_length_over_the_limit_is_refused_unread(
    fetch: Callable[..., Any],
) -> None:
    async with serving(body(b"x", length=LIMIT + 1)) as host, fetching(host) as fetcher:
        with pytest.raises(TooLargeError) as caught:
            await fetch(fetcher, host.url())
    assert caught.value.limit_bytes == LIMIT


async def test_an_endless_body_is_cut_at_the_limit_with_flat_memory() -> None:
    async def endless(_: str, writer: asyncio.StreamWriter) -> None:
        writer.write(head())
        while True:
            writer.write(bytes(65536))
            await writer.drain()

    async with serving(endless) as host, fetching(host) as fetcher:
        tracemalloc.start()
        try:
            with pytest.raises(TooLargeError):
                await counted(fetcher, host.url(), 16 << 20)
            assert tracemalloc.get_traced_memory()[1] < 8 << 20
        finally:
            tracemalloc.stop()


async def test_the_limit_itself_is_allowed() -> None:
    async with serving(body(bytes(LIMIT))) as host, fetching(host) as fetcher:
        assert len(await public(fetcher, host.url())) == LIMIT


# --- Time -----------------------------------------------------------------------------------------


async def slow(
    fetch: Callable[..., Any],
    answer: Answer,
    clock: StillClock,
    step_s: float,
    *,
    is_there: Callable[[], bool] = lambda: True,
) -> float:
    """Let time pass until the download gives up; returns when that was.

    Args:
        is_there: Whether what was sent so far has arrived. No time passes before it has: the clock
            knows nothing of how busy the machine is.
    """
    async with serving(answer) as host, fetching(host, clock=clock) as fetcher:
        task = asyncio.create_task(fetch(fetcher, host.url()))
        await host.requested.wait()
        while not task.done():
            await clock.advance(step_s)
            while not (is_there() or task.done()):  # noqa: ASYNC110 (nothing tells of it)
                await asyncio.sleep(0)
        with pytest.raises(FetchTimeoutError):
            await task
    return clock.monotonic()


async def forever() -> None:
    await asyncio.Event().wait()


@BOTH
async def test_a_host_that_never_answers_is_given_up(fetch: Callable[..., Any]) -> None:
    async def silent(_: str, __: asyncio.StreamWriter) -> None:
        await forever()

    assert await slow(fetch, silent, StillClock(), 1.0) <= 11


async def test_a_drip_is_given_up() -> None:
    clock = StillClock()

    async def drip(_: str, writer: asyncio.StreamWriter) -> None:
        writer.write(head("Content-Length: 1000"))
        while True:
            writer.write(b"x")
            await clock.sleep(1.0)

    assert await slow(public, drip, clock, 1.0) <= 11


async def test_an_endless_head_is_given_up_or_cut() -> None:
    async def endless(_: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X: y\r\n" * 100)
            await writer.drain()

    async with serving(endless) as host, fetching(host) as fetcher:
        with pytest.raises(FetchError):
            await public(fetcher, host.url())


async def test_just_fast_enough_still_meets_the_deadline() -> None:
    clock, sent_bytes, received_bytes = StillClock(), 0, 0

    async def steady(_: str, writer: asyncio.StreamWriter) -> None:
        nonlocal sent_bytes
        writer.write(head())
        while True:
            writer.write(bytes(20 * 1024))
            sent_bytes += 20 * 1024
            await clock.sleep(1.0)

    async def receive(fetcher: Fetcher, url: str) -> None:
        nonlocal received_bytes
        async with fetcher.public(url, limit_bytes=LIMIT) as download:
            async for chunk in download:
                received_bytes += len(chunk)

    def is_there() -> bool:
        return received_bytes == sent_bytes

    assert 31 <= await slow(receive, steady, clock, 1.0, is_there=is_there) <= 35


async def test_a_receiver_that_is_slow_after_the_last_byte_is_not_hurried() -> None:
    clock = StillClock()
    async with (
        serving(body(b"x")) as host,
        fetching(host, clock=clock) as fetcher,
        fetcher.public(host.url(), limit_bytes=LIMIT) as download,
    ):
        assert [chunk async for chunk in download] == [b"x"]
        await clock.advance(1000.0)


async def test_a_receivers_own_timeout_stays_its_own() -> None:
    async with serving(body(b"x")) as host, fetching(host) as fetcher:
        with pytest.raises(TimeoutError, match="mine"):
            async with fetcher.public(host.url(), limit_bytes=LIMIT):
                raise TimeoutError("mine")


async def test_cancelled_downloads_leave_the_pool_usable() -> None:
    async def answer(path: str, writer: asyncio.StreamWriter) -> None:
        if path == "/hang":
            await forever()
        writer.write(head("Content-Length: 1") + b"x")

    async with serving(answer) as host, fetching(host) as fetcher:
        for _ in range(30):
            task = asyncio.create_task(attachment(fetcher, host.url("/hang")))
            await host.requested.wait()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert task.cancelled()
            host.requested.clear()
        for _ in range(10):
            assert await attachment(fetcher, host.url("/")) == b"x"
