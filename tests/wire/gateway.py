"""The gateway: sessions that outlive their sockets, over real websockets.

Source: https://docs.discord.com/developers/events/gateway
"""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.wire import payloads
from tests.wire.events import KNOWN_BITS, PRIVILEGED, Event, Intent
from tests.wire.packing import packer
from tests.wire.rest.routing import Answer, Call, Routes
from tests.wire.sessions import ENDS_SESSION, Close, Connection, Op, Session
from tests.wire.snowflakes import shard_of

if TYPE_CHECKING:
    from tests.wire.world import World


class Gateway:
    """All connections and sessions of the application.

    Attributes:
        url: Where bots connect; set when the server listens.
        heartbeat_interval_s: What HELLO demands.
        acks_heartbeats: False makes a zombie: the socket stays, nothing is acknowledged.
        refusals_left: So many of the next handshakes get HTTP 503.
        identifies: The `d` of every IDENTIFY, without its token.
        close_codes: Every code with which the stand-in has closed a socket.
    """

    def __init__(self, world: World, token: str, shard_count: int) -> None:
        self.world = world
        self.token = token
        self.shard_count = shard_count
        self.url = ""
        self.heartbeat_interval_s = 41.25
        self.acks_heartbeats = True
        self.refusals_left = 0
        self.handshakes = 0
        self.sessions: dict[str, Session] = {}
        self.connections: list[Connection] = []
        self.identifies: list[dict[str, Any]] = []
        self.presences: list[dict[str, Any]] = []
        self.close_codes: list[int] = []
        self.starts_left = 1000
        self.routes = Routes()
        self.routes.on("GET", "/gateway", scheme="")(self._address)
        self.routes.on("GET", "/gateway/bot")(self._address_and_limits)
        world.emit = self.dispatch

    # What tests ask and do

    @property
    def live(self) -> list[Session]:
        """Sessions that have a socket now."""
        return [session for session in self.sessions.values() if session.connection is not None]

    @property
    def is_ready(self) -> bool:
        """Whether every shard has a session with a socket."""
        return {session.shard[0] for session in self.live} == set(range(self.shard_count))

    def drop(self) -> None:
        """Cut every socket, as a network failure does."""
        for connection in list(self.connections):
            connection.abort()

    async def close(self, code: int) -> None:
        """Close every socket with this code."""
        for connection in list(self.connections):
            await self._close(connection, code)

    def ask_to_reconnect(self) -> None:
        """Opcode 7 on every socket."""
        for connection in self.connections:
            connection.send(Op.RECONNECT)

    def invalidate(self, *, resumable: bool) -> None:
        """Opcode 9 on every socket; what is not resumable is forgotten."""
        for session in self.live:
            if session.connection is not None:
                session.connection.send(Op.INVALID_SESSION, resumable)
            if not resumable:
                self._end(session)

    def forget_sessions(self) -> None:
        """Every later RESUME is answered with INVALID_SESSION (false)."""
        for session in list(self.sessions.values()):
            self._end(session)

    async def flushed(self) -> None:
        """Wait until everything that was said has been written to its socket."""
        await self.world.changes.until(
            lambda: not any(connection.pending for connection in self.connections),
            describe=lambda: "a socket that takes nothing",
        )

    # What the world does

    def dispatch(self, event: Event) -> int:
        """Tell every session of the event's shard whose intents cover it.

        Returns:
            How many of them have a socket now; the others hear it when they resume.
        """
        reached = 0
        for session in self.sessions.values():
            shard_id, shard_count = session.shard
            if shard_of(event.guild_id, shard_count) != shard_id:
                continue
            data = event.seen_with(session.intents)
            if data is not None:
                session.tell(event.name, data)
                reached += session.connection is not None
        self.world.changes.announce()
        return reached

    # What bots do

    def _address(self, _world: World, _call: Call) -> Answer:
        return 200, {"url": self.url}

    def _address_and_limits(self, _world: World, _call: Call) -> Answer:
        limits = {
            "total": 1000,
            "remaining": self.starts_left,
            "reset_after": 86_400_000,
            "max_concurrency": 1,
        }
        return 200, {"url": self.url, "shards": self.shard_count, "session_start_limit": limits}

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One websocket from handshake to end."""
        self.handshakes += 1
        if self.refusals_left > 0:
            self.refusals_left -= 1
            self.world.changes.announce()
            return web.Response(status=503)
        wanted = request.query.get("compress")
        try:
            pack = packer(wanted) if wanted else None
        except LookupError as error:
            return web.Response(status=400, text=str(error))
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        connection = Connection(socket, request, pack)
        self.connections.append(connection)
        writer = asyncio.create_task(connection.write(self.world.changes))
        connection.send(Op.HELLO, {"heartbeat_interval": int(self.heartbeat_interval_s * 1000)})
        try:
            await self._read(connection)
        finally:
            writer.cancel()
            self._gone(connection)
        return socket

    async def _read(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            frame = json.loads(message.data)
            code = self._refusal(connection, frame) or self._receive(connection, frame)
            self.world.changes.announce()
            if code:
                await self._close(connection, code)

    def _refusal(self, connection: Connection, frame: dict[str, Any]) -> int:
        """The code to close with when this frame may not come now, else 0."""
        if connection.sends_too_much():
            return Close.RATE_LIMITED
        opening = frame["op"] in (Op.IDENTIFY, Op.RESUME)
        if frame["op"] == Op.HEARTBEAT:
            return 0
        if opening and connection.session is not None:
            return Close.ALREADY_AUTHENTICATED
        return 0 if opening or connection.session is not None else Close.NOT_AUTHENTICATED

    def _receive(self, connection: Connection, frame: dict[str, Any]) -> int:
        """Act on one frame; returns a code to close with, or 0."""
        match frame["op"]:
            case Op.HEARTBEAT:
                self._heartbeat(connection)
            case Op.IDENTIFY:
                return self._identify(connection, frame["d"])
            case Op.RESUME:
                return self._resume(connection, frame["d"])
            case Op.PRESENCE:
                self.presences.append(frame["d"])
            case Op.REQUEST_MEMBERS:
                self._send_members(connection, frame["d"])
            case Op.VOICE_STATE:
                pass
            case _:
                return Close.UNKNOWN_OPCODE
        return 0

    def _heartbeat(self, connection: Connection) -> None:
        connection.heartbeats += 1
        if self.acks_heartbeats:
            connection.send(Op.HEARTBEAT_ACK)

    def _identify(self, connection: Connection, data: dict[str, Any]) -> int:
        self.identifies.append({key: value for key, value in data.items() if key != "token"})
        if data["token"] != self.token:
            return Close.AUTHENTICATION_FAILED
        shard_id, shard_count = data.get("shard") or (0, 1)
        if not 0 <= shard_id < shard_count:
            return Close.INVALID_SHARD
        if data.get("intents") is None or data["intents"] & ~KNOWN_BITS:
            return Close.INVALID_INTENTS
        intents = Intent(data["intents"])
        if intents & PRIVILEGED & ~self.world.approved_intents:
            return Close.DISALLOWED_INTENTS
        self.starts_left -= 1
        session = Session(secrets.token_hex(16), intents, (shard_id, shard_count))
        self.sessions[session.id] = session
        self._attach(connection, session)
        self._greet(session)
        return 0

    def _greet(self, session: Session) -> None:
        """READY, then one GUILD_CREATE for each guild of the shard."""
        shard_id, shard_count = session.shard
        guilds = [
            guild
            for guild in self.world.guilds.values()
            if guild.has_bot and shard_of(guild.id, shard_count) == shard_id
        ]
        bot = self.world.bot
        ready = {
            "v": 10,
            "user": payloads.of_own_user(bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": f"{self.url}/resume",
            "shard": [shard_id, shard_count],
            "application": {"id": str(bot.id), "flags": 0},
            "private_channels": [],
            "relationships": [],
            "presences": [],
            "guild_join_requests": [],
            "user_settings": {},
        }
        session.tell("READY", ready)
        if session.intents & Intent.GUILDS:
            with_members = bool(session.intents & Intent.GUILD_MEMBERS)
            for guild in guilds:
                data = payloads.of_guild_create(guild, bot, with_members=with_members)
                session.tell("GUILD_CREATE", data)

    def _resume(self, connection: Connection, data: dict[str, Any]) -> int:
        if data["token"] != self.token:
            return Close.AUTHENTICATION_FAILED
        session = self.sessions.get(data["session_id"] or "")
        if session is None or (data["seq"] or 0) > session.sequence:
            connection.send(Op.INVALID_SESSION, False)  # noqa: FBT003 - the frame's payload
            return 0
        self._attach(connection, session)
        session.resumes += 1
        session.replay_from(data["seq"] or 0)
        session.tell("RESUMED", {"_trace": []})
        return 0

    def _send_members(self, connection: Connection, data: dict[str, Any]) -> None:
        guild = self.world.guilds[int(data["guild_id"])]
        wanted = data.get("user_ids")
        wanted = {str(each) for each in (wanted if isinstance(wanted, list) else [wanted])}
        members = [
            member
            for member in guild.members.values()
            if str(member.user.id) in wanted
            or (data.get("query") is not None and member.user.name.startswith(data["query"]))
        ]
        chunk = {
            "guild_id": str(guild.id),
            "members": [payloads.of_full_member(member) for member in members],
            "chunk_index": 0,
            "chunk_count": 1,
            "nonce": data.get("nonce"),
        }
        if connection.session is not None:
            connection.session.tell("GUILD_MEMBERS_CHUNK", chunk)

    def _attach(self, connection: Connection, session: Session) -> None:
        if session.connection is not None:
            session.connection.abort()
        connection.session, session.connection = session, connection

    async def _close(self, connection: Connection, code: int) -> None:
        self.close_codes.append(code)
        await connection.socket.close(code=code)

    def _gone(self, connection: Connection) -> None:
        self.connections.remove(connection)
        session = connection.session
        if session is not None and session.connection is connection:
            session.connection = None
            if connection.socket.close_code in ENDS_SESSION:
                self._end(session)
        self.world.changes.announce()

    def _end(self, session: Session) -> None:
        self.sessions.pop(session.id, None)
