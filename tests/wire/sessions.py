"""Sessions and sockets: what a bot's shard has been told, and the line it is told over.

Source: https://docs.discord.com/developers/events/gateway
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aiohttp import web

    from tests.wire.events import Intent
    from tests.wire.packing import Packer
    from tests.wire.waiting import Changes


class Op(IntEnum):
    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE_STATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class Close(IntEnum):
    UNKNOWN_OPCODE = 4001
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    RATE_LIMITED = 4008
    INVALID_SHARD = 4010
    INVALID_INTENTS = 4013
    DISALLOWED_INTENTS = 4014


ENDS_SESSION = {1000, 1001}
"""A client that closes with one of these does not want to resume."""
_MAX_SENDS, _WINDOW_S = 120, 60


@dataclass(eq=False)
class Session:
    """What a bot's shard has been told. Resumable until it is closed for good."""

    id: str
    intents: Intent
    shard: tuple[int, int]
    sequence: int = 0
    sent: list[tuple[int, str]] = field(default_factory=list)
    connection: Connection | None = None
    resumes: int = 0

    def tell(self, name: str, data: Any) -> None:
        """Number the event, keep it for a replay, and send it if a socket is there."""
        self.sequence += 1
        frame = {"op": Op.DISPATCH, "t": name, "s": self.sequence, "d": data}
        self.sent.append((self.sequence, json.dumps(frame)))
        if self.connection is not None:
            self.connection.send_text(self.sent[-1][1])

    def replay_from(self, sequence: int) -> None:
        for number, text in self.sent:
            if number > sequence and self.connection is not None:
                self.connection.send_text(text)


class Connection:
    """One websocket. What is sent is queued, so that events keep their order."""

    def __init__(
        self, socket: web.WebSocketResponse, request: web.Request, pack: Packer | None
    ) -> None:
        self.socket = socket
        self.request = request
        self.session: Session | None = None
        self.heartbeats = 0
        self.pending = 0
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()
        self._pack = pack
        self._received_at_s: deque[float] = deque(maxlen=_MAX_SENDS)

    @property
    def path(self) -> str:
        return self.request.path

    def send(self, op: Op, data: Any = None) -> None:
        self.send_text(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    def send_text(self, text: str) -> None:
        self.pending += 1
        self._outgoing.put_nowait(text)

    async def write(self, changes: Changes) -> None:
        """Send what is queued, until cancelled."""
        while True:
            text = await self._outgoing.get()
            with suppress(ConnectionError):
                await self._write_one(text)
            self.pending -= 1
            changes.announce()

    async def _write_one(self, text: str) -> None:
        if self._pack is None:
            await self.socket.send_str(text)
        else:
            await self.socket.send_bytes(self._pack(text.encode()))

    def sends_too_much(self) -> bool:
        """Whether this was more than 120 frames in a minute."""
        now_s = asyncio.get_running_loop().time()
        full = len(self._received_at_s) == _MAX_SENDS
        recent = full and now_s - self._received_at_s[0] < _WINDOW_S
        self._received_at_s.append(now_s)
        return bool(recent)

    def abort(self) -> None:
        """Cut the line without a goodbye."""
        transport = self.request.transport
        if transport is not None:
            transport.abort()
