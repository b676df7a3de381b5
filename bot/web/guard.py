"""What a request must be before its content is looked at."""

import asyncio
import json
from typing import Any

from aiohttp import web

#: Longer bodies than any of ours are cut off. Enforced by aiohttp (``client_max_size``).
MAX_BODY_BYTES = 8 * 1024
BODY_TIMEOUT_S = 10.0


def require_our_page(request: web.Request, origin: str) -> None:
    """Let only requests through that one of our own pages has made.

    Raises:
        HTTPForbidden: Another page's, or none's.
    """
    if request.headers.getall("Origin", []) != [origin]:
        raise web.HTTPForbidden
    if "Content-Encoding" in request.headers:
        raise web.HTTPForbidden


async def read_fields(request: web.Request) -> dict[str, str]:
    """The body: one JSON object of texts.

    Raises:
        HTTPForbidden: Not declared as JSON, which a page of another origin could not do unasked.
        HTTPRequestTimeout: It comes too slowly.
        HTTPRequestEntityTooLarge: Over ``MAX_BODY_BYTES``.
        HTTPBadRequest: Not such an object.
    """
    if request.content_type != "application/json":
        raise web.HTTPForbidden
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            body = await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    try:
        fields: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest from None
    if not isinstance(fields, dict) or not all(isinstance(v, str) for v in fields.values()):
        raise web.HTTPBadRequest
    return fields
