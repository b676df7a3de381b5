"""From aiohttp's request to the world's: bodies are read, pictures go to files as they arrive."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import BodyPartReader, MultipartReader, web

from sandbox.imgur.endpoints.uploads import IMAGE_LIMIT_BYTES, plan_text
from sandbox.imgur.messages import Blob, Fault, Request, Upload
from sandbox.imgur.shelf import Shelf

#: Gives the bytes at an address; what it raises means "could not be fetched".
Fetch = Callable[[str], Awaitable[bytes]]

CHUNK_BYTES = 262_144

#: Base64 of the largest picture, percent-encoded at worst.
_TEXT_LIMIT_BYTES = IMAGE_LIMIT_BYTES * 2

_PICTURE_FIELDS = {"image", "video"}
_FETCH_TIMEOUT_S = 15.0
_SHOWN_TEXT = 200


class TooMuchError(Exception):
    """A body beyond anything that Imgur would read."""


class Intake:
    """Reads requests; pictures end up on the shelf."""

    def __init__(self, shelf: Shelf, fetch: Fetch | None = None) -> None:
        self._shelf = shelf
        self._fetch = fetch or fetch_address

    async def read(self, request: web.Request, fault: Fault | None) -> Request:
        """The whole request.

        Raises:
            TooMuchError: A body without a file is far too large.
        """
        form, upload = await self._body(request)
        return Request(
            method=request.method,
            path=request.path,
            query=tuple(request.query.items()),
            headers={name.lower(): value for name, value in request.headers.items()},
            form=tuple(form),
            upload=upload,
            remote=request.remote or "",
            fault=fault,
        )

    async def _body(self, request: web.Request) -> tuple[list[tuple[str, str]], Upload | None]:
        if not request.can_read_body:
            return [], None
        if request.content_type.startswith("multipart/"):
            return await self._multipart(await request.multipart())
        text = (await _limited(request.content)).decode("utf-8", "replace")
        if request.content_type == "application/json":
            fields = _json_fields(text)
        else:
            fields = parse_qsl(text, keep_blank_values=True)
        return await self._split_off_picture(fields)

    async def _multipart(
        self, reader: MultipartReader
    ) -> tuple[list[tuple[str, str]], Upload | None]:
        fields: list[tuple[str, str]] = []
        upload: Upload | None = None
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader):
                continue
            name = part.name or ""
            if not _is_file(part):
                fields.append((name, (await _limited(part)).decode("utf-8", "replace")))
            elif upload is None:
                blob = await self._spooled(part)
                upload = Upload(name, "file", part.filename or "", blob=blob)
            else:
                fields.append((f"{name} (a second file)", ""))
        if upload is not None:
            return fields, upload
        return await self._split_off_picture(fields)

    async def _spooled(self, part: BodyPartReader) -> Blob:
        with self._shelf.new_picture() as incoming:
            while chunk := await part.read_chunk(CHUNK_BYTES):
                incoming.write(chunk)
            return await asyncio.to_thread(incoming.keep)

    async def _split_off_picture(
        self, fields: list[tuple[str, str]]
    ) -> tuple[list[tuple[str, str]], Upload | None]:
        """Take the picture out of the text fields, if one of them is one."""
        picture = next(((n, t) for n, t in fields if n in _PICTURE_FIELDS), None)
        if picture is None:
            return fields, None
        fields.remove(picture)
        return fields, await self._from_text(*picture)

    async def _from_text(self, field: str, text: str) -> Upload:
        plan, shown = plan_text(text), text[:_SHOWN_TEXT]
        if plan.content is not None:
            return Upload(field, "base64", blob=await self._stored(plan.content))
        if not plan.address:
            return Upload(field, "text", text=shown)
        try:
            content = await self._fetch(plan.address)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
            return Upload(field, "url", text=shown)
        return Upload(field, "url", text=shown, blob=await self._stored(content))

    async def _stored(self, content: bytes) -> Blob:
        with self._shelf.new_picture() as incoming:
            incoming.write(content)
            return await asyncio.to_thread(incoming.keep)


async def fetch_address(address: str) -> bytes:
    """The bytes at an address, one more than Imgur takes at most."""
    timeout = aiohttp.ClientTimeout(total=_FETCH_TIMEOUT_S)
    async with (
        aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session,
        session.get(address) as response,
    ):
        content = bytearray()
        async for chunk in response.content.iter_chunked(CHUNK_BYTES):
            content += chunk
            if len(content) > IMAGE_LIMIT_BYTES:
                break
        return bytes(content)


def _is_file(part: BodyPartReader) -> bool:
    """Whether a part is a file: it has a name of its own, or a type that is not text."""
    kind = part.headers.get("Content-Type", "text/plain")
    return part.filename is not None or not kind.startswith("text/")


async def _limited(reader: aiohttp.StreamReader | BodyPartReader) -> bytes:
    content = bytearray()
    while chunk := await _chunk(reader):
        content += chunk
        if len(content) > _TEXT_LIMIT_BYTES:
            raise TooMuchError
    return bytes(content)


async def _chunk(reader: aiohttp.StreamReader | BodyPartReader) -> bytes:
    if isinstance(reader, BodyPartReader):
        return bytes(await reader.read_chunk(CHUNK_BYTES))
    return await reader.read(CHUNK_BYTES)


def _json_fields(text: str) -> list[tuple[str, str]]:
    """A JSON object's members as form fields, lists as repeated ``name[]``."""
    try:
        document = json.loads(text)
    except ValueError:
        return [("(a body that is not JSON)", "")]
    if not isinstance(document, dict):
        return [("(a body that is not a JSON object)", "")]
    fields: list[tuple[str, str]] = []
    for name, value in document.items():
        if isinstance(value, list):
            fields += [(f"{name}[]", _text(item)) for item in value]
        else:
            fields.append((name, _text(value)))
    return fields


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
