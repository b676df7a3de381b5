"""Every failure that the sandbox can show, as the client names it, over the wire."""

import io
from collections.abc import AsyncIterator, Awaitable

import pytest
from PIL import Image

from bot.errors import ImgurError, RateLimitedError, ResponseFormatError, TransportError
from bot.imgur.client import ImgurClient
from bot.imgur.piping import Piped
from bot.imgur.senders import HttpSender
from bot.imgur.wire import FilePart
from sandbox.imgur.faults import DELIVERIES, SILENCES, Armed, names, parse
from sandbox.imgur.people import DEMO_CLIENT_ID
from sandbox.imgur.server import Sandbox, serve
from tests.clocks import FakeClock

#: What a look at an image fails with; an upload and a deletion fail with the same, but for
#: those below. Rate limits say for how many seconds.
FAILURES = {
    "authentication-required": "AuthenticationRequiredError",
    "bad-request-html": "ResponseFormatError",
    "banned-country": "NetworkRefusedError",
    "circuit-breaker": "ServerError",
    "commenting-too-fast": "RateLimitedError 27",
    "commercial-key-missing": "InvalidClientIdError",
    "could-not-complete": "ServerError",
    "could-not-process": "ProcessingFailedError",
    "disguised-album": "NotFoundError",
    "disguised-comment": "NotFoundError",
    "disguised-empty-id": "ValidationError",
    "disguised-error": "NotFoundError",
    "disguised-string": "NotFoundError",
    "disguised-unauthorized": "PermissionDeniedError",
    "double-body": "RateLimitedError 60",
    "edge-forbidden": "NetworkRefusedError",
    "entity-too-large": "FileTooLargeError",
    "errors-array-401": "AuthenticationRequiredError",
    "expectation-failed": "ProcessingFailedError",
    "false-data": "ValidationError",
    "file-type-invalid": "FileTypeRefusedError",
    "forbidden-400": "PermissionDeniedError",
    "gateway-429": "RateLimitedError 60",
    "gateway-429-no-id": "RateLimitedError 60",
    "gateway-timeout": "ServerError",
    "html": "OverCapacityError 60",
    "html-200": "ResponseFormatError",
    "html-404": "NotFoundError",
    "html-429": "RateLimitedError 60",
    "huge": "ResponseFormatError",
    "invalid-client-id": "InvalidClientIdError",
    "nginx-405": "ResponseFormatError",
    "nginx-413": "ResponseFormatError",
    "nginx-429": "RateLimitedError 60",
    "not-found": "NotFoundError",
    "null-data": "ResponseFormatError",
    "over-capacity-1203": "OverCapacityError 60",
    "over-capacity-403": "OverCapacityError 60",
    "over-capacity-429": "OverCapacityError 60",
    "over-capacity-500": "OverCapacityError 60",
    "over-size": "FileTooLargeError",
    "permission-denied": "PermissionDeniedError",
    "plain-string": "ServerError",
    "processing-failed": "ProcessingFailedError",
    "token-invalid": "DeadTokenError",
    "unauthorized": "PermissionDeniedError",
    "uploading-too-fast": "RateLimitedError 3540",
    "uploading-too-fast-400": "RateLimitedError 3540",
    "varnish-503": "ServerError",
    "xml-429": "RateLimitedError 60",
}
OF_UPLOADS = {
    "bad-request-html": "ValidationError",
    "nginx-405": "ValidationError",
    "nginx-413": "FileTooLargeError",
}
OF_DELETIONS = {"null-data": "done"}
#: Answers that come late, or with odd headers, are answers still.
HARMLESS = {"no-rate-headers", "nonsense-rate-headers", "slow-drip", "sunset"}
PICTURE = io.BytesIO()
Image.new("RGB", (8, 8)).save(PICTURE, "PNG")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with serve() as running:
        yield running


@pytest.fixture
async def imgur(sandbox: Sandbox) -> AsyncIterator[ImgurClient]:
    clock = FakeClock()
    async with HttpSender(DEMO_CLIENT_ID, clock, api_url=sandbox.url) as sender:
        yield ImgurClient(sender, clock=clock)


async def outcome(call: Awaitable[object]) -> str:
    try:
        await call
    except RateLimitedError as error:
        return f"{type(error).__name__} {error.retry_after_s:.0f}"
    except ImgurError as error:
        return type(error).__name__
    return "done"


async def once() -> AsyncIterator[bytes]:
    yield PICTURE.getvalue()


def upload(imgur: ImgurClient) -> Awaitable[object]:
    part = FilePart("image", "a.png", "image/png", Piped(once(), len(PICTURE.getvalue())))
    return imgur.image.upload(part)


def look(imgur: ImgurClient) -> Awaitable[object]:
    return imgur.image.get("abcdefg")


def delete(imgur: ImgurClient) -> Awaitable[object]:
    return imgur.image.delete("abcdefg")


@pytest.mark.parametrize("fault", FAILURES)
async def test_a_failure_has_one_name_whatever_was_asked(
    fault: str, sandbox: Sandbox, imgur: ImgurClient
) -> None:
    expected = FAILURES[fault]
    for call, exceptions in ((look, {}), (upload, OF_UPLOADS), (delete, OF_DELETIONS)):
        sandbox.world.armoury.armed.append(Armed(parse(fault)))
        assert await outcome(call(imgur)) == exceptions.get(fault, expected), call.__name__


def test_every_failure_of_the_sandbox_is_among_them() -> None:
    assert set(names()) - {*DELIVERIES, *SILENCES, "status"} == set(FAILURES)


@pytest.mark.parametrize("fault", ["cut-before-answer", "truncated"])
async def test_an_answer_that_is_lost_leaves_an_upload_in_doubt(
    fault: str, sandbox: Sandbox, imgur: ImgurClient
) -> None:
    sandbox.world.armoury.armed.append(Armed(parse(fault)))
    with pytest.raises((TransportError, ResponseFormatError)) as caught:
        await upload(imgur)
    assert caught.value.maybe_applied
    assert sandbox.world.state.truth.uploads == 1


async def test_a_refusal_that_is_lost_in_part_leaves_no_doubt(
    sandbox: Sandbox, imgur: ImgurClient
) -> None:
    sandbox.world.armoury.armed.append(Armed(parse("truncated")))
    with pytest.raises(ResponseFormatError) as caught:
        await delete(imgur)
    assert (caught.value.status, caught.value.maybe_applied) == (404, False)


@pytest.mark.parametrize("fault", sorted(HARMLESS))
async def test_what_only_delays_or_decorates_an_answer_is_no_failure(
    fault: str, sandbox: Sandbox, imgur: ImgurClient
) -> None:
    sandbox.world.armoury.armed.append(Armed(parse(fault)))
    assert (await imgur.feed.credits()).user_remaining is not None
