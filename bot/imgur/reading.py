"""From an answer to what was asked for, or to exactly one named error. Pure.

The order: a redirect; HTML and other things that are not JSON; ``errors[]``; ``data.error`` as an
object, then as a text; ``data`` as a text; the bare status. A failure may come as HTTP 200 with
``success`` true.
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Generic, TypeVar

import msgspec

from bot.errors import (
    ImgurError,
    NotFoundError,
    RateLimitedError,
    RemovedError,
    ResponseFormatError,
    ServerError,
)
from bot.imgur.hosts import origin_of
from bot.imgur.mending import convert_with_care, with_trusted_links
from bot.imgur.refusals import Stated, error_for, wait_in
from bot.imgur.wire import Request, Response

T = TypeVar("T")

_UNREADABLE = (msgspec.MsgspecError, RecursionError, ValueError)
_SUCCESS = re.compile(rb'"success"\s*:\s*true')
_ENVELOPE_BYTES = 80
_ERROR_SIGNS = (b'"error', b'"An error')
#: An answer that states an error is short; one that is longer is told by what it lacks.
_ERROR_BYTES = 4096
#: Not allowed within JSON's texts, and no more than spaces between them.
_CONTROLS = re.compile(r"[\x00-\x1f]")
_OVER_CAPACITY = re.compile(rb"over\s+capacity", re.IGNORECASE)
_XML = re.compile(rb"<(message|error|code)>([^<]{1,500})</")
_OK, _NO_CONTENT, _REDIRECTS, _REFUSED = 200, 204, 300, 400


class _Envelope(msgspec.Struct, Generic[T]):
    """What a successful answer is wrapped in."""

    data: T
    success: bool = True


def read(request: Request, response: Response, wanted: type[T]) -> T:
    """What the call was made for.

    An answer that is read again, for the same type, gives the same record.

    Args:
        wanted: A record of ``models.py`` or ``people.py``, a tuple of them, or a plain type.

    Raises:
        ImgurError: One of its subclasses; says why there is none.
    """
    if wanted not in response.read:
        response.read[wanted] = _read(request, response, wanted)
    value: T = response.read[wanted]
    return value


def check(request: Request, response: Response) -> None:
    """Nothing, where an answer says that the call was done.

    Raises:
        ImgurError: It was not.
    """
    failure = failure_of(request, response)
    if failure is not None:
        raise failure


def failure_of(request: Request, response: Response) -> ImgurError | None:
    """The failure that an answer states, or ``None`` where it claims success."""
    if _looks_well(response):
        return None
    key = failure_of
    if key not in response.read:
        response.read[key] = _failure(request, response)
    failure: ImgurError | None = response.read[key]
    return failure


def refusal_of(request: Request, response: Response) -> RateLimitedError | None:
    """The same, only where the answer says that a pool is empty."""
    failure = failure_of(request, response)
    return failure if isinstance(failure, RateLimitedError) else None


def _read(request: Request, response: Response, wanted: type[T]) -> T:
    origin = origin_of(response.url)
    if _looks_well(response):
        try:
            key: Any = wanted
            envelope: _Envelope[T] = _decoder(key).decode(response.body)
            return with_trusted_links(envelope.data, origin)
        except _UNREADABLE:
            pass  # something is odd in it: read it field by field
    check(request, response)
    data: Any = None
    try:
        data = _data(_first_document(response))
        return with_trusted_links(convert_with_care(data, wanted), origin)
    except _UNREADABLE as error:
        if isinstance(data, str):
            raise error_for(request, response, Stated(response.status, data)) from error
        raise _unreadable(request, response, "not what was asked for") from error


@lru_cache(maxsize=128)
def _decoder(wanted: Any) -> msgspec.json.Decoder[Any]:
    envelope: Any = _Envelope
    return msgspec.json.Decoder(envelope[wanted], strict=False)


def _looks_well(response: Response) -> bool:
    """A quick sure sign of success; most answers show it."""
    body = response.body
    return (
        _OK <= response.status < _REDIRECTS
        and not any(sign in body[:_ERROR_BYTES] for sign in _ERROR_SIGNS)
        and _SUCCESS.search(body[:_ENVELOPE_BYTES] + body[-_ENVELOPE_BYTES:]) is not None
    )


def _failure(request: Request, response: Response) -> ImgurError | None:
    if _REDIRECTS <= response.status < _REFUSED:
        return _redirected(response)
    if response.status == _NO_CONTENT:
        return None
    try:
        document = _first_document(response)
    except _UNREADABLE:
        return _unread_failure(request, response)
    stated = _stated(response, document)
    return None if stated is None else error_for(request, response, stated)


def _redirected(response: Response) -> ImgurError | None:
    """Removed pictures are redirected to one picture that says so.

    Source: https://i.imgur.com/removed.png
    """
    if response.status == 304:  # noqa: PLR2004 (not modified: no failure, and nothing to read)
        return None
    location = response.headers.get("location", "").partition("?")[0]
    if location.endswith("/removed.png"):
        return RemovedError("redirected to removed.png", status=response.status)
    return ResponseFormatError("a redirect in place of an answer", status=response.status)


def _first_document(response: Response) -> Any:
    """The first JSON document of a body; some answers hold two.

    Raises:
        ValueError: There is none.
        RecursionError: It is nested too deeply.
    """
    try:
        return msgspec.json.decode(response.body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        text = _CONTROLS.sub(" ", response.body.decode("utf-8-sig", "replace")).lstrip()
        _, end = json.JSONDecoder().raw_decode(text)
        return msgspec.json.decode(text[:end])


def _unread_failure(request: Request, response: Response) -> ImgurError:
    """HTML pages and the like are known by their status at most."""
    if _OVER_CAPACITY.search(response.body):
        return error_for(request, response, Stated(response.status, "over capacity"))
    if response.status >= _REFUSED:
        failure = error_for(request, response, _stated_in_xml(response))
        if isinstance(failure, RateLimitedError | ServerError | NotFoundError) or request.is_upload:
            return failure
    return _unreadable(request, response, "not JSON")


def _stated_in_xml(response: Response) -> Stated:
    """What an XML document says, which Imgur has for some refusals; else the bare status."""
    said = {name: text.decode("utf-8", "replace") for name, text in _XML.findall(response.body)}
    message = said.get(b"message") or said.get(b"error", "")
    return Stated(response.status, message, _number(said.get(b"code")), wait_s=wait_in(message))


def _unreadable(request: Request, response: Response, why: str) -> ResponseFormatError:
    return ResponseFormatError(
        f"an answer that cannot be read: {why}",
        status=response.status,
        maybe_applied=not request.is_repeatable and response.status < _REFUSED,
    )


def _data(document: Any) -> Any:
    """The data of a document; tokens and a few others come without an envelope."""
    if isinstance(document, dict) and "data" in document:
        return document["data"]
    return document


def _stated(response: Response, document: Any) -> Stated | None:
    """What a document says about its failure; ``None`` where it claims success."""
    fields = document if isinstance(document, dict) else {}
    errors = fields.get("errors")
    if isinstance(errors, list | dict) and (errors or response.status >= _REFUSED):
        return _stated_in_array(response, errors if isinstance(errors, list) else [errors])
    data = _data(fields)
    status = _status(response, fields)
    claims_success = _claims_success(fields) and response.status < _REFUSED
    if isinstance(data, dict):
        for name in ("error", "errorCode"):
            if data.get(name) or (name in data and not claims_success):
                return _stated_in_error(status, data[name])
    if isinstance(data, str) and data.startswith("An error occurred"):
        return Stated(status, data)
    if claims_success:
        return None
    message = data if isinstance(data, str) else _text(fields, "message")
    if not message and isinstance(data, dict):
        message = _text(data, "message", "detail")
    return Stated(status, message, wait_s=wait_in(message))


def _status(response: Response, fields: Mapping[str, Any]) -> int:
    """HTTP's status, or the body's where only that one tells of a failure."""
    stated = _number(fields.get("status"))
    if response.status >= _REFUSED or stated is None or stated < _REFUSED:
        return response.status
    return stated


def _claims_success(fields: Mapping[str, Any]) -> bool:
    """Whether a body says that all went well, in one of PHP's ways; saying nothing counts too."""
    return str(fields.get("success", True)).lower() in {"1", "true"}


def _stated_in_array(response: Response, errors: list[Any]) -> Stated:
    first = errors[0] if errors else ""
    if not isinstance(first, dict):
        return Stated(response.status, first if isinstance(first, str) else "", is_array=True)
    code = _number(first.get("code"))
    status = response.status if response.status >= _REFUSED else code or response.status
    return Stated(status, _text(first, "detail", "message", "status"), code, is_array=True)


def _stated_in_error(status: int, error: Any) -> Stated:
    if not isinstance(error, Mapping):
        message = str(error) if isinstance(error, str | int) else ""
        return Stated(status, message, wait_s=wait_in(message))
    message = _text(error, "message", "detail", "status")
    exception = error.get("exception")
    wait = exception.get("wait") if isinstance(exception, Mapping) else None
    wait_s = _number(wait)
    return Stated(
        status,
        message,
        _number(error.get("code")),
        wait_s=wait_in(message) if wait_s is None else float(wait_s),
    )


def _text(fields: Mapping[str, Any], *names: str) -> str:
    return next((value for name in names if isinstance(value := fields.get(name), str)), "")


def _number(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[:9])
    return value if isinstance(value, int) and not isinstance(value, bool) else None
