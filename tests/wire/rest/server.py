"""The shell around the handlers: reads requests, records them, applies faults, answers."""

from __future__ import annotations

import asyncio
import json
import time
import traceback
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader, web

from tests.wire.files import Attachment
from tests.wire.refusals import RefusedError, unauthorized
from tests.wire.rest import account, commands, interactions, messages, places
from tests.wire.rest.routing import API_PREFIX, Call, Routes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.wire.faults import Fault, Faults
    from tests.wire.world import World


class RestServer:
    """Answers /api/v10.

    Attributes:
        calls: Every request, in order, with what it was answered.
        unknown: Requests that no route knows.
        crashes: Tracebacks of the stand-in's own mistakes.
        on_request: Called with each call when it has been read.
        on_answer: Called with each call that was carried out.
    """

    def __init__(self, world: World, faults: Faults, token: str) -> None:
        self.calls: list[Call] = []
        self.unknown: list[Call] = []
        self.crashes: list[str] = []
        self.on_request: Callable[[Call], None] = lambda _: None
        self.on_answer: Callable[[Call], None] = lambda _: None
        self.routes = Routes()
        for module in (account, commands, interactions, messages, places):
            self.routes.include(module.routes)
        self._world = world
        self._faults = faults
        self._token = token

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request from its bytes to its answer."""
        call = await self._read(request)
        self.calls.append(call)
        self.on_request(call)
        self._world.changes.announce()
        fault = self._faults.strike(call.method, call.path)
        return await self._answer(request, call, fault)

    async def _answer(
        self, request: web.Request, call: Call, fault: Fault | None
    ) -> web.StreamResponse:
        if fault is None:
            return _response(*self._carry_out(call))
        if fault.after_effect:
            self._carry_out(call)
        if fault.gate is not None:
            await fault.gate.passed()
        if fault.delay_s:
            await asyncio.sleep(fault.delay_s)
        if fault.cut:
            return _cut(request)
        if fault.status is not None:
            call.status, call.answer = fault.status, fault.payload
        elif not fault.after_effect:
            self._carry_out(call)
        return _response(call.status, call.answer, fault.headers)

    def _carry_out(self, call: Call) -> tuple[int, Any]:
        try:
            call.status, call.answer = self._handle(call)
        except RefusedError as refusal:
            call.status, call.answer = refusal.status, refusal.payload
        except Exception:  # noqa: BLE001 - the bot must not hang on a mistake of the stand-in
            self.crashes.append(f"{call.method} {call.path}\n{traceback.format_exc()}")
            call.status, call.answer = 400, {"code": 0, "message": "The stand-in has a mistake."}
        self.on_answer(call)
        self._world.changes.announce()
        return call.status, call.answer

    def _handle(self, call: Call) -> tuple[int, Any]:
        try:
            route = self.routes.find(call)
        except RefusedError as refusal:
            if refusal.status == 404:
                self.unknown.append(call)
            raise
        if route.scheme == "Bot" and call.credentials != self._token:
            raise unauthorized()
        return route.handler(self._world, call)

    async def _read(self, request: web.Request) -> Call:
        payload, files = await _read_body(request)
        return Call(
            method=request.method,
            path=request.rel_url.raw_path.removeprefix(API_PREFIX),
            query=dict(request.query),
            payload=payload,
            files=files,
            authorization=request.headers.get("Authorization", ""),
            content_type=request.content_type if request.body_exists else "",
            at=self._world.clock.real_now(),
            at_s=time.monotonic(),
        )


async def _read_body(request: web.Request) -> tuple[Any, list[Attachment]]:
    if request.content_type == "multipart/form-data":
        return await _read_multipart(request)
    if request.content_type == "application/x-www-form-urlencoded":
        return dict(await request.post()), []
    body = await request.read()
    return (json.loads(body) if body else None), []


async def _read_multipart(request: web.Request) -> tuple[Any, list[Attachment]]:
    """`payload_json` and the files, which get their descriptions from it."""
    payload: Any = {}
    files: dict[str, Attachment] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        if part.name == "payload_json":
            payload = json.loads(await part.text())
        else:
            index = (part.name or "").removeprefix("files[").removesuffix("]")
            files[index] = Attachment(part.filename or "unknown", bytes(await part.read()))
    data = payload.get("data") or payload
    for entry in data.get("attachments") or []:
        if str(entry["id"]) in files:
            files[str(entry["id"])].description = entry.get("description")
    return payload, list(files.values())


def _response(status: int, payload: Any, headers: dict[str, str] | None = None) -> web.Response:
    """JSON with the exact content type that Discord uses; text goes out as it is."""
    headers = headers or {}
    if status == 204:
        return web.Response(status=status, headers=headers)
    body = payload if isinstance(payload, str) else json.dumps(payload)
    headers = {"Content-Type": "application/json"} | headers
    return web.Response(status=status, body=body.encode(), headers=headers)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=503)
