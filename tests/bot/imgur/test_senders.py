import asyncio
import gzip
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from aiohttp import web
from httpx_aiohttp.transport import AiohttpResponseStream

from bot.errors import (
    BrokenFileError,
    RemovedError,
    ResponseFormatError,
    SpoolError,
    TransportError,
    UploadStalledError,
)
from bot.imgur import senders
from bot.imgur.models import Image
from bot.imgur.reading import read
from bot.imgur.senders import HttpSender
from bot.imgur.wire import COST_UPLOAD, Bearer, FilePart, Method, Request
from tests.bot.imgur.loopback import Block, connected, nowhere, serving
from tests.clocks import FakeClock

MIB = 1024 * 1024
OK = '{"data":{"id":"abcdefg"},"success":true,"status":200}'
READ = Request(method="GET", path="/3/image/abcdefg", endpoint="/3/image/{image_id}")
FAVORITE = Request(method="POST", path="/3/image/abcdefg/favorite")
MESSAGE = Request(method="POST", path="/3/comment", form=(("comment", "ü & b"), ("ids[]", "a")))


def upload(content: Block, **more: Callable[..., Any]) -> Request:
    return Request(
        method="POST",
        path="/3/image",
        form=(("title", "T"), ("type", "file")),
        file=FilePart("image", "a.png", "image/png", content, **more),
        cost_credits=COST_UPLOAD,
    )


async def ok(_: web.Request) -> web.Response:
    return web.Response(text=OK, content_type="application/json")


async def drain(request: web.Request) -> web.Response:
    async for _ in request.content.iter_any():
        pass
    return await ok(request)


def abort(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


# --- what goes out ----------------------------------------------------------------------------


async def test_a_read_carries_the_credential_and_its_query() -> None:
    async def handler(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Client-ID cid"
        assert request.headers["User-Agent"] == "imgur-bot"
        assert request.query.getall("q") == ["cats & dogs"]
        return web.Response(text=OK, headers={"X-RateLimit-UserRemaining": "499"})

    async with connected(handler, FakeClock()) as sender:
        response = await sender.send(replace(READ, query=(("q", "cats & dogs"),)))
    assert response.headers["x-ratelimit-userremaining"] == "499"
    assert response.url.endswith("/3/image/abcdefg")
    assert read(READ, response, Image).id == "abcdefg"


async def test_a_form_without_a_file_is_urlencoded() -> None:
    async def handler(request: web.Request) -> web.Response:
        assert request.content_type == "application/x-www-form-urlencoded"
        form = await request.post()
        assert list(form.items()) == [("comment", "ü & b"), ("ids[]", "a")]
        return await ok(request)

    async with connected(handler, FakeClock()) as sender:
        assert (await sender.send(MESSAGE)).status == 200


async def test_a_file_streams_as_multipart_of_exact_length() -> None:
    async def handler(request: web.Request) -> web.Response:
        assert request.content_length
        assert "Transfer-Encoding" not in request.headers
        form = await request.post()
        file = form["image"]
        assert isinstance(file, web.FileField)
        assert (form["title"], file.filename, file.content_type) == ("T", "a.png", "image/png")
        assert len(file.file.read()) == 3 * MIB + 7
        return await ok(request)

    told: list[int] = []
    request = upload(Block(3 * MIB + 7), on_progress=told.append)
    async with connected(handler, FakeClock()) as sender:
        assert (await sender.send(request)).status == 200
    assert told == sorted(told)
    assert told[-1] == 3 * MIB + 7


async def test_a_file_can_be_sent_again() -> None:
    request = upload(Block(MIB))
    async with connected(drain, FakeClock()) as sender:
        assert [(await sender.send(request)).status for _ in range(2)] == [200, 200]


async def test_cookies_are_neither_kept_nor_sent() -> None:
    async def handler(request: web.Request) -> web.Response:
        assert "Cookie" not in request.headers
        response = web.Response(text=OK)
        response.set_cookie("session", "1")
        return response

    async with serving(handler) as address:
        by_name = address.replace("127.0.0.1", "localhost")  # numbers never get cookies
        async with HttpSender("cid", FakeClock(), api_url=by_name) as sender:
            assert [(await sender.send(READ)).status for _ in range(2)] == [200, 200]


async def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, nowhere())
    async with connected(ok, FakeClock()) as sender:
        assert (await sender.send(READ)).status == 200


async def test_addresses_and_secrets_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    secret = replace(READ, query=(("q", "s3cret"),), credential=Bearer(1, "t0k3n"))
    async with connected(ok, FakeClock()) as sender:
        await sender.send(secret)
        assert repr(sender).startswith("HttpSender('http://127.0.0.1:")
    ours = " ".join(str(r.msg) % r.args for r in caplog.records if r.name != "aiohttp.access")
    assert not any(word in ours for word in ("s3cret", "t0k3n", "abcdefg"))


async def test_no_more_than_allowed_are_on_their_way_at_once() -> None:
    now, most, are_three = 0, 0, asyncio.Event()

    async def handler(_: web.Request) -> web.Response:
        nonlocal now, most
        now += 1
        most = max(most, now)
        if now == 3:
            are_three.set()
        await are_three.wait()  # however slowly they come
        await asyncio.sleep(0.01)
        now -= 1
        return web.Response(text=OK)

    async with connected(handler, FakeClock(), max_at_once=3) as sender:
        await asyncio.gather(*(sender.send(READ) for _ in range(12)))
    assert most == 3


# --- what comes back --------------------------------------------------------------------------


async def test_redirects_are_given_back_and_not_followed() -> None:
    seen: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.path)
        await request.read()
        return web.Response(status=307, headers={"Location": "/removed.png"})

    async with connected(handler, FakeClock()) as sender:
        response = await sender.send(upload(Block(100)))
    assert seen == ["/3/image"]
    with pytest.raises(RemovedError):
        read(READ, response, Image)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"x" * 10 * MIB, {}),
        (gzip.compress(b"\x00" * 400 * MIB, 1, mtime=0), {"Content-Encoding": "gzip"}),
        (b"x", {"Content-Encoding": "br"}),
    ],
    ids=["10 MB", "gzip bomb", "brotli"],
)
async def test_absurd_bodies_are_refused(body: bytes, headers: dict[str, str]) -> None:
    async def handler(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(body=body, headers=headers)

    async with connected(handler, FakeClock()) as sender:
        with pytest.raises(ResponseFormatError) as caught:
            await sender.send(READ)
        assert (caught.value.status, caught.value.maybe_applied) == (200, False)
        with pytest.raises(ResponseFormatError) as caught:
            await sender.send(upload(Block(100)))
        assert caught.value.maybe_applied


async def test_packed_bodies_are_unpacked() -> None:
    async def handler(_: web.Request) -> web.Response:
        packed = gzip.compress(OK.encode())
        return web.Response(body=packed, headers={"Content-Encoding": "gzip"})

    async with connected(handler, FakeClock()) as sender:
        assert (await sender.send(READ)).body == OK.encode()


async def test_a_body_that_is_cut_off_cannot_be_read() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b'{"data":')
        return abort(request)

    async with connected(handler, FakeClock()) as sender:
        with pytest.raises(ResponseFormatError):
            await sender.send(READ)


async def test_a_sunset_is_logged_once_for_each_endpoint_and_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(text=OK, headers={"Sunset": "Sat, 31 Dec 2026 23:59:59 GMT"})

    async with connected(handler, FakeClock()) as sender:
        await sender.send(READ)
        await sender.send(replace(READ, path="/3/image/xyz"))
    assert sender.sunsets == {"GET /3/image/{image_id}": 2}
    assert caplog.text.count("will switch off") == 1


async def test_answers_are_read_in_large_chunks() -> None:
    assert AiohttpResponseStream.CHUNK_SIZE == 16384, "the library has changed its mind: measure"
    async with serving(ok) as address, senders._client() as client:
        answer = await client._transport.handle_async_request(httpx.Request("GET", address))
        assert isinstance(answer.stream, AiohttpResponseStream)
        assert answer.stream.CHUNK_SIZE == 262144
        await answer.aclose()


# --- faults -----------------------------------------------------------------------------------


async def lost(sender: HttpSender, request: Request) -> TransportError:
    with pytest.raises(TransportError) as caught:
        await sender.send(request)
    return caught.value


@pytest.mark.parametrize("request_", [READ, FAVORITE, MESSAGE, upload(Block(100))])
async def test_what_found_nobody_was_not_applied(request_: Request) -> None:
    async with HttpSender("cid", FakeClock(), api_url=nowhere()) as sender:
        assert not (await lost(sender, request_)).maybe_applied


async def test_a_closed_sender_sends_nothing() -> None:
    sender = HttpSender("cid", FakeClock())
    assert not (await lost(sender, FAVORITE)).maybe_applied


async def test_a_host_without_a_name_is_not_reached() -> None:
    async with HttpSender("cid", FakeClock(), api_url="http://no.such.invalid") as sender:
        assert not (await lost(sender, FAVORITE)).maybe_applied


@pytest.mark.parametrize(("request_", "maybe"), [(READ, False), (FAVORITE, True), (MESSAGE, True)])
async def test_a_reset_in_place_of_an_answer_is_ambiguous_for_writes(
    request_: Request, maybe: object
) -> None:
    async def handler(request: web.Request) -> web.Response:
        return abort(request)

    async with connected(handler, FakeClock()) as sender:
        assert (await lost(sender, request_)).maybe_applied is maybe


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "POST"])
async def test_nothing_is_sent_again_unless_we_send_it(method: Method) -> None:
    seen: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.method)
        return abort(request)

    async with connected(handler, FakeClock()) as sender:
        await lost(sender, replace(READ, method=method))
    assert seen == [method]


async def test_a_reset_while_the_file_goes_out_is_certain() -> None:
    async def handler(request: web.Request) -> web.Response:
        await request.content.readany()
        return abort(request)

    async with connected(handler, FakeClock()) as sender:
        assert not (await lost(sender, upload(Block(64 * MIB)))).maybe_applied


async def test_a_reset_after_the_file_went_out_is_ambiguous() -> None:
    async def handler(request: web.Request) -> web.Response:
        await request.read()
        return abort(request)

    async with connected(handler, FakeClock()) as sender:
        assert (await lost(sender, upload(Block(MIB)))).maybe_applied


async def test_a_reset_before_the_end_may_go_out_is_certain_and_ends_the_wait() -> None:
    held = asyncio.Event()
    ended: list[BaseException] = []

    async def before_end() -> None:
        held.set()
        try:
            await asyncio.sleep(60)
        except BaseException as error:
            ended.append(error)
            raise

    async def handler(request: web.Request) -> web.Response:
        await held.wait()
        return abort(request)

    async with connected(handler, FakeClock()) as sender:
        request = upload(Block(MIB), before_end=before_end)
        assert not (await lost(sender, request)).maybe_applied
        await until(lambda: bool(ended))
    assert isinstance(ended[0], asyncio.CancelledError)


async def test_an_answer_that_does_not_come_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senders, "READ_TIMEOUT_S", 0.05)

    async def handler(_: web.Request) -> web.Response:
        return await never()

    async with connected(handler, FakeClock()) as sender:
        assert (await lost(sender, FAVORITE)).maybe_applied


async def never() -> web.Response:
    await asyncio.Event().wait()
    raise AssertionError


async def until(happens: Callable[[], bool]) -> None:
    while not happens():  # noqa: ASYNC110 (nothing tells of it)
        await asyncio.sleep(0.01)


async def standing_still(count: Callable[[], int]) -> None:
    """Wait until a number has begun to grow and does not grow any more."""
    await until(lambda: count() > 0)
    before = 0
    while before != count():
        before = count()
        await asyncio.sleep(0.3)


async def test_an_upload_that_nobody_reads_is_ended_after_half_a_minute() -> None:
    async def handler(_: web.Request) -> web.Response:
        return await never()

    clock, told = FakeClock(), [0]
    async with connected(handler, clock) as sender:
        sending = asyncio.create_task(
            lost(sender, upload(Block(64 * MIB), on_progress=told.append))
        )
        await standing_still(lambda: told[-1])
        await clock.advance(29)
        assert not sending.done()
        await clock.advance(2)
        error = await sending
    assert isinstance(error, UploadStalledError)
    assert not error.maybe_applied
    assert 0 < told[-1] < 64 * MIB


async def test_an_upload_that_gets_no_answer_is_ended_later_and_is_ambiguous() -> None:
    arrived = asyncio.Event()

    async def handler(request: web.Request) -> web.Response:
        await request.read()
        arrived.set()
        return await never()

    clock = FakeClock()
    async with connected(handler, clock) as sender:
        sending = asyncio.create_task(lost(sender, upload(Block(MIB))))
        await arrived.wait()
        await clock.advance(100)
        assert not sending.done()
        await clock.advance(21)
        assert (await sending).maybe_applied


@pytest.mark.parametrize("announced", [MIB - 1, MIB + 1])
async def test_a_file_of_another_length_is_refused(announced: int) -> None:
    class Liar(Block):
        def __aiter__(self) -> AsyncIterator[bytes]:
            return aiter(Block(MIB))

    request = upload(Liar(announced))
    async with connected(drain, FakeClock()) as sender:
        with pytest.raises(BrokenFileError):
            await sender.send(request)


async def test_a_file_that_cannot_be_read_back_fails_as_itself() -> None:
    class Gone(Block):
        def __aiter__(self) -> AsyncIterator[bytes]:
            raise SpoolError("gone")

    async with connected(drain, FakeClock()) as sender:
        with pytest.raises(SpoolError):
            await sender.send(upload(Gone(MIB)))
        assert (await sender.send(READ)).status == 200
