"""A document as a finished answer: format, content type, entity tag. Pure.

Source: https://apidocs.imgur.com/#responses (formats, ``_fake_status``); entity tags as recorded.
"""

from collections.abc import Mapping
from hashlib import sha1
from http import HTTPStatus

from sandbox.imgur.calls import Dialect
from sandbox.imgur.dialects.envelope import split_format, to_json, to_jsonp, to_xml
from sandbox.imgur.dialects.errors import ARRAY_HEADERS, ARRAY_TYPE
from sandbox.imgur.dialects.headers import stock_headers
from sandbox.imgur.messages import Request, Response


def finish(
    document: Mapping[str, object],
    status: int,
    request: Request,
    dialect: Dialect,
    extra_headers: Mapping[str, str],
) -> Response:
    """The answer as bytes and headers, in the format that the caller asked for."""
    headers = stock_headers(dialect) | dict(extra_headers)
    body, headers["Content-Type"] = _encoded(document, request, dialect)
    if "errors" in document:
        headers |= ARRAY_HEADERS
    if dialect is Dialect.CLASSIC and request.method == "GET" and status == HTTPStatus.OK:
        headers["ETag"] = f'"{sha1(body, usedforsecurity=False).hexdigest()}"'
        if _known(request, headers["ETag"]):
            return Response(HTTPStatus.NOT_MODIFIED, b"", headers)
    if dict(request.query).get("_fake_status") == "200":
        status = HTTPStatus.OK
    return Response(int(status), body, headers)


def _encoded(
    document: Mapping[str, object], request: Request, dialect: Dialect
) -> tuple[bytes, str]:
    if split_format(request.path)[1] == "xml" and "data" in document:
        return to_xml(document), "text/xml; charset=utf-8"
    body = to_json(document, dialect)
    callback = next((v for k, v in (*request.form, *request.query) if k == "callback"), "")
    if callback:
        return to_jsonp(body, callback), "text/javascript; charset=utf-8"
    if "errors" in document:
        return body, ARRAY_TYPE
    classic = dialect is Dialect.CLASSIC
    return body, "application/json" if classic else "application/json; charset=utf-8"


def _known(request: Request, tag: str) -> bool:
    """Whether the caller has this very body already, by a strong or weak tag."""
    wanted = request.headers.get("if-none-match", "")
    return tag in {part.strip().removeprefix("W/") for part in wanted.split(",")}
