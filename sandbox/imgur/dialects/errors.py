"""How each backend says no. Pure.

Source: recorded and reported answers; Imgur documents only the string form.
"""

from http import HTTPStatus

from sandbox.imgur.calls import Dialect, Refusal
from sandbox.imgur.dialects.envelope import wrap
from sandbox.imgur.ids import hexadecimal
from sandbox.imgur.messages import Request

#: What the new backend calls a status in ``errors[]``.
_TITLES = {401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 429: "Too Many Requests"}

#: The content type of ``errors[]`` bodies.
ARRAY_TYPE = "application/vnd.imgur.v1+json"

#: The header that stands beside it.
ARRAY_HEADERS = {"imgur-media-type": "imgur.v1; param=full; format=json"}


def error_document(refusal: Refusal, request: Request, dialect: Dialect) -> dict[str, object]:
    """The whole body of a refusal."""
    if refusal.array:
        return errors_array(refusal.status, refusal.message, request)
    data = {"error": _error(refusal, dialect, request), **asked(request)}
    if refusal.asked_path:
        data["request"] = refusal.asked_path
    return wrap(data, refusal.body_status, dialect, success=False)


def errors_array(
    status: int, detail: str, request: Request, *, trace: bool = True
) -> dict[str, object]:
    """The gateway's form; ``code`` is a string, ``id`` may be empty."""
    return {
        "errors": [
            {
                "id": _trace(request) if trace else "",
                "code": str(status),
                "status": _TITLES.get(status, "Error"),
                "detail": detail,
            }
        ]
    }


def asked(request: Request) -> dict[str, object]:
    """What every error repeats of the question."""
    return {"request": request.path, "method": request.method}


def too_fast(minutes: int) -> Refusal:
    """The classic answer to an upload when a pool is dry; the wait is in the text only."""
    plural = "" if minutes == 1 else "s"
    return Refusal(
        429,
        f"You are uploading too fast. Please wait {minutes} more minute{plural}.",
        code=429,
        body_status=400,
    )


def too_large(dialect: Dialect) -> Refusal:
    """An upload over its limit."""
    if dialect is Dialect.CLASSIC:
        return Refusal(400, "File is over the size limit", code=1000, charged=False)
    return Refusal(413, "file is over the size limit", code=413, charged=False)


def _error(refusal: Refusal, dialect: Dialect, request: Request) -> object:
    if refusal.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return {
            "id": _trace(request),
            "code": 413,
            "detail": refusal.message,
            "status": "Request Entity Too Large",
        }
    if refusal.code is None:
        return refusal.message
    return {
        "code": refusal.code,
        "message": refusal.message,
        "type": refusal.kind,
        "exception": [] if dialect is Dialect.CLASSIC else {},
    }


def _trace(request: Request) -> str:
    """An id in the shape that the new backend's machines put on their errors."""
    name = hexadecimal(f"{request.method} {request.path}", 30)
    return f"legacy-api-{name[:10]}-{name[10:15]}/{name[15:]}-00001"
