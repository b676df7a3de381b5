"""The CDN: serves attachments in chunks, and misbehaves on demand."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from tests.wire.files import Delivery, StoredFile
    from tests.wire.world import World

_GONE = "This content is no longer available."


class Cdn:
    """Answers every path of its own origin.

    Attributes:
        requests: Every path that was asked for, with its query.
        bytes_sent: All bodies together.
    """

    def __init__(self, world: World) -> None:
        self.requests: list[str] = []
        self.bytes_sent = 0
        self._world = world

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request.path_qs)
        stored = self._world.files.find(request.path, dict(request.query))
        self._world.changes.announce()
        if stored is None:
            return web.Response(status=404, text=_GONE)
        delivery = stored.source.delivery
        if delivery.status != 200:
            return web.Response(status=delivery.status, text="planted")
        stored.downloads += 1
        return await self._serve(request, stored, delivery)

    async def _serve(
        self, request: web.Request, stored: StoredFile, delivery: Delivery
    ) -> web.StreamResponse:
        if delivery.gate is not None and not delivery.gate_after_bytes:
            await delivery.gate.passed()
        headers = {
            "Content-Type": stored.content_type or "application/octet-stream",
            "Content-Length": str(stored.content.size_bytes + delivery.length_lie_bytes),
            "Cache-Control": "public, max-age=31536000",
        }
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        try:
            complete = request.method == "HEAD" or await self._send(response, stored, delivery)
            if not complete or delivery.length_lie_bytes:
                _cut(request)
        except ConnectionError:
            return response
        return response

    async def _send(
        self, response: web.StreamResponse, stored: StoredFile, delivery: Delivery
    ) -> bool:
        """Send the content; returns whether all of it went out."""
        sent_bytes = 0
        for chunk in stored.content.chunks():
            for whole in _pieces(chunk, delivery):
                piece = whole
                if delivery.cut_after_bytes is not None:
                    piece = whole[: delivery.cut_after_bytes - sent_bytes]
                if delivery.bytes_per_s:
                    await asyncio.sleep(len(piece) / delivery.bytes_per_s)
                await response.write(piece)
                sent_bytes += len(piece)
                self.bytes_sent += len(piece)
                if sent_bytes == delivery.cut_after_bytes:
                    return False
                await _at_gate(delivery, sent_bytes)
        return True


async def _at_gate(delivery: Delivery, sent_bytes: int) -> None:
    gate = delivery.gate
    if gate is not None and delivery.gate_after_bytes and sent_bytes >= delivery.gate_after_bytes:
        await gate.passed()


def _pieces(chunk: bytes, delivery: Delivery) -> list[bytes]:
    """Whole chunks, or a tenth of a second's worth when it is to drip."""
    size = max(1, delivery.bytes_per_s // 10) if delivery.bytes_per_s else len(chunk)
    return [chunk[start : start + size] for start in range(0, len(chunk), size or 1)]


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
