"""Answers that go wrong in a known way: every shape in which Imgur was seen to fail. Pure.

Source: recorded and reported answers; each body here is worded after one of them.
"""

import json
from collections.abc import Callable

from sandbox.imgur.calls import Dialect, Refusal
from sandbox.imgur.dialects.envelope import to_json, wrap
from sandbox.imgur.dialects.errors import (
    ARRAY_HEADERS,
    ARRAY_TYPE,
    asked,
    error_document,
    errors_array,
)
from sandbox.imgur.messages import Fault, Request, Response
from sandbox.imgur.pages import plain_page

_JSON = "application/json"
_HTML = "text/html; charset=utf-8"

HUGE_BYTES = 10_000_000

Canned = Callable[[Request, Dialect], Response]


def canned(fault: Fault, request: Request, dialect: Dialect) -> Response | None:
    """The answer that stands instead of a true one; ``None`` for the other kinds of fault."""
    if fault.name == "status":
        return _plain(int(fault.argument), f"sandbox: status {fault.argument}", "text/plain")
    make = CANNED.get(fault.name)
    return make(request, dialect) if make else None


def _plain(status: int, text: str, content_type: str) -> Response:
    return Response(status, text.encode(), {"Content-Type": content_type})


def _html(status: int, title: str, text: str = "") -> Canned:
    page = plain_page(title, text or title)
    return lambda _request, _dialect: _plain(status, page, _HTML)


def _nginx(status: int, title: str) -> Canned:
    page = (
        f"<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{status} {title}</h1></center>\r\n<hr><center>nginx</center>\r\n"
        "</body>\r\n</html>\r\n"
    )
    return lambda _request, _dialect: _plain(status, page, "text/html")


def _refused(refusal: Refusal) -> Canned:
    def make(request: Request, dialect: Dialect) -> Response:
        body = to_json(error_document(refusal, request, dialect), dialect)
        return Response(refusal.status, body, {"Content-Type": _JSON})

    return make


def _document(status: int, data: object, *, success: bool = False, said: int = 0) -> Canned:
    document = {"data": data, "success": success, "status": said or status}
    body = to_json(document, Dialect.CLASSIC)
    return lambda _request, _dialect: Response(status, body, {"Content-Type": _JSON})


def _disguised(message: str) -> Canned:
    def make(request: Request, dialect: Dialect) -> Response:
        data = {"error": message, **asked(request)}
        document = {"data": data, "success": True, "status": 200}
        return Response(200, to_json(document, dialect), {"Content-Type": _JSON})

    return make


def _array(status: int, detail: str, *, trace: bool = True, twice: bool = False) -> Canned:
    def make(request: Request, _dialect: Dialect) -> Response:
        body = json.dumps(errors_array(status, detail, request, trace=trace)).encode()
        if twice:
            body += b'\n{"data":{"error":"Too Many Requests"},"success":false,"status":429}'
        return Response(status, body, {"Content-Type": ARRAY_TYPE, **ARRAY_HEADERS})

    return make


def _detailed(status: int, code: int, message: str, kind: str, exception: object) -> Canned:
    """An error object whose ``exception`` is an object too."""
    error = {"code": code, "message": message, "type": kind, "exception": exception}

    def make(request: Request, dialect: Dialect) -> Response:
        document = wrap({"error": error, **asked(request)}, status, dialect, success=False)
        return Response(status, to_json(document, dialect), {"Content-Type": _JSON})

    return make


def _xml(request: Request, _dialect: Dialect) -> Response:
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\n<data type="array" success="0" status="429">'
        "<error><code>1025</code><message>Too Many Requests</message><type>ImgurException</type>"
        f"<exception/></error><request>{request.path}</request><method>{request.method}</method>"
        "</data>"
    )
    return _plain(429, text, "text/xml; charset=utf-8")


def _edge(_request: Request, _dialect: Dialect) -> Response:
    body = b'{"data":{"error":"These actions are forbidden."},"success":false,"status":400}'
    headers = {"Content-Type": _JSON, "CDN-Error": "yes", "Retry-After": "0"}
    return Response(400, body, headers)


def _huge(_request: Request, _dialect: Dialect) -> Response:
    body = b'{"data":"' + b"x" * HUGE_BYTES + b'","success":true,"status":200}'
    return Response(200, body, {"Content-Type": _JSON})


_CAPACITY = {"error": "Imgur is temporarily over capacity. Please try again later."}
_NO_KEY = '{"message":"Missing Mashape application key.Go to http://docs.mashape.com/api-keys"}'

#: Every such answer by its name.
CANNED: dict[str, Canned] = {
    # what a 429 looks like
    "uploading-too-fast": _refused(
        Refusal(
            429,
            "You are uploading too fast. Please wait 59 more minutes.",
            code=429,
            body_status=400,
        )
    ),
    "uploading-too-fast-400": _refused(
        Refusal(400, "You are uploading too fast. Please wait 59 more minutes.", code=429)
    ),
    "commenting-too-fast": _detailed(
        429,
        2008,
        "You're commenting too fast! Try again in 27 seconds",
        "Exception_CaptioningTooFast",
        {"wait": 27},
    ),
    "gateway-429": _array(429, "Too Many Requests"),
    "gateway-429-no-id": _array(429, "Too Many Requests", trace=False),
    "double-body": _array(429, "Too Many Requests", twice=True),
    "over-capacity-403": _document(403, _CAPACITY),
    "over-capacity-429": _document(429, _CAPACITY, said=500),
    "over-capacity-500": _document(500, _CAPACITY),
    "over-capacity-1203": _refused(
        Refusal(500, "Imgur is over capacity. Please try again.", body_status=1203)
    ),
    "xml-429": _xml,
    "html-429": _html(429, "Imgur: the most awesome 429 page on the internet"),
    "nginx-429": _nginx(429, "Too Many Requests"),
    # the shapes of errors
    "invalid-client-id": _refused(Refusal(403, "Invalid client_id")),
    "unauthorized": _refused(Refusal(403, "Unauthorized")),
    "permission-denied": _refused(Refusal(403, "Permission denied")),
    "authentication-required": _refused(Refusal(401, "Authentication required")),
    "token-invalid": _refused(Refusal(403, "The access token provided is invalid.")),
    "not-found": _refused(Refusal(404, "Unable to find an image with the id, sandbox")),
    "file-type-invalid": _refused(Refusal(400, "File type invalid (1)", code=1003)),
    "over-size": _refused(Refusal(400, "File is over the size limit", code=1002)),
    "entity-too-large": _refused(Refusal(413, "file is over the size limit", code=413)),
    "processing-failed": _detailed(
        500, 1001, "[Sandbox]: Failed stripping metadata", "Exception_UploadError", {}
    ),
    "banned-country": _refused(
        Refusal(400, "Banned country attempt (XX)", code=1016, kind="Exception_Logged")
    ),
    "forbidden-400": _refused(Refusal(400, "Forbidden", code=403)),
    "expectation-failed": _refused(Refusal(417, "Internal expectation failed")),
    "could-not-process": _refused(Refusal(500, "Could not process upload!")),
    "could-not-complete": _detailed(500, 500, "Could not complete request", "ImgurException", {}),
    "circuit-breaker": _refused(Refusal(500, "circuit breaker is open")),
    "errors-array-401": _array(401, "The requester is not authorized to access the resource."),
    "edge-forbidden": _edge,
    "plain-string": _document(500, "An error occurred"),
    "false-data": _document(400, data=False),
    "commercial-key-missing": lambda _request, _dialect: _plain(401, _NO_KEY, _JSON),
    # pages instead of documents
    "html": _html(503, "Imgur is over capacity!"),
    "html-200": _html(200, "Imgur: The magic of the Internet"),
    "html-404": _html(404, "imgur: the simple 404 page"),
    "bad-request-html": _html(400, "400 Bad request", "Your browser sent an invalid request."),
    "varnish-503": _html(503, "503 client read error", "Guru Meditation: Varnish cache server"),
    "nginx-405": _nginx(405, "Not Allowed"),
    "nginx-413": _nginx(413, "Request Entity Too Large"),
    "gateway-timeout": _nginx(504, "Gateway Time-out"),
    # success in disguise
    "disguised-error": _disguised("Unable to find an image with the id, sandbox"),
    "disguised-empty-id": _disguised("An image ID is required for a GET request to /image"),
    "disguised-album": _disguised("Album not foundsandbox"),
    "disguised-comment": _disguised("Comment not found"),
    "disguised-unauthorized": _disguised("Unauthorized"),
    "disguised-string": _document(
        200, "An error occurred while fetching the comment", success=True
    ),
    "null-data": _document(200, None, success=True),
    # bodies beyond measure
    "huge": _huge,
}
