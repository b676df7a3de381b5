"""Discord's CDN, as the bot's downloader meets it."""

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import unquote

import httpx
from simcord.backend.cdn import CDN_BASE, CdnStore

_CHUNK_BYTES = 256 * 1024
_UNUSUAL = re.compile(r"[^A-Za-z0-9._-]+")


#: Preview shows what lies at SimCord's own address in the message alone that it was sent with.
CDN_HOST = "cdn.demo.invalid"


class TidyCdn(CdnStore):
    """SimCord's CDN with file names as Discord makes them: no spaces, nothing outside of ASCII."""

    def store_attachment(
        self,
        attachment_id: int,
        channel_id: int,
        filename: str,
        data: bytes,
        description: str | None,
    ) -> dict[str, Any]:
        """Keep a file; gives the attachment's payload."""
        tidy = _UNUSUAL.sub("_", filename).strip("_") or "file"
        payload = super().store_attachment(attachment_id, channel_id, tidy, data, description)
        url = payload["url"].replace(CDN_BASE, f"https://{CDN_HOST}", 1)
        self._blobs[url] = self._blobs.pop(payload["url"])
        return {**payload, "url": url, "proxy_url": url}


class CdnTransport(httpx.AsyncBaseTransport):
    """Serves what a CDN holds, in place of the network."""

    def __init__(self, cdn: CdnStore) -> None:
        self._cdn = cdn

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The file at an address, piece by piece, or 404."""
        content = self._cdn.get(unquote(str(request.url)))
        if content is None:
            return httpx.Response(404, request=request)
        headers = {"Content-Length": str(len(content))}
        return httpx.Response(200, headers=headers, stream=_Pieces(content), request=request)


class _Pieces(httpx.AsyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._content), _CHUNK_BYTES):
            yield self._content[start : start + _CHUNK_BYTES]
