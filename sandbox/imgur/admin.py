"""The sandbox's own calls under ``/sandbox``: for tests, scripts and the person's tab.

They answer on loopback only. Bodies are JSON objects (``Content-Type: application/json``); an
unknown member or a wrong type is answered 400 ``{"error": ...}``.

==================================  ================================================================
``GET /sandbox``                    the person's tab
``GET /sandbox/state``              everything: url, time, switches, counts, pictures, albums,
                                    accounts, applications, pools, truth, faults, requests (the last
                                    200, newest first); ``?pictures=N`` shows the newest N only
``GET /sandbox/files/ID``           a picture's bytes exactly as received
``POST /sandbox/credits``           ``{"pool": "user" | "account" | "client" | "post" | "uploads" |
                                    "commercial", "owner"?, "remaining"?, "limit"?, "reset_in_s"?}``
``POST /sandbox/clock``             ``{"advance_s": 3600}``
``POST /sandbox/accounts``          ``{"url": "newcomer", "bio"?}``
``POST /sandbox/applications``      ``{"client_id"?, "secret"?, "name"?, "callback_url"?}``
``POST /sandbox/tokens``            ``{"account": "marmalade", "application"?}`` → a token pair
``POST /sandbox/revoke``            ``{"account": "marmalade", "application"?}``
``POST /sandbox/oauth``             ``{"closed"?: "" | "page" | "capacity", "expires_in_s"?,
                                    "rotate_refresh"?, "old_access_lives"?}``
``POST /sandbox/profile``           ``{"profile"?: "classic" | "new" | "mixed", "upload_cost_new"?,
                                    "polls_needed"?, "region_refused"?, "strict_image_host"?}``
``POST /sandbox/faults``            ``{"fault": "gateway-429", "match"?: {"method", "path"},
                                    "times"?: 1 (null: always), "skip"?: 0, "delay_s"?}``
``GET /sandbox/faults``             the armed faults and every name there is
``DELETE /sandbox/faults``          disarms all
``POST /sandbox/remove``            ``{"id": "…"}`` takes a picture away
``POST /sandbox/reset``             ``{}`` everything as on the first day
``GET /sandbox/people``             who can post, where the embedding program registered people
``GET /sandbox/samples/NAME``       a sample picture
``POST /sandbox/post``              multipart ``person``, ``text``, any number of ``files`` and of
                                    ``sample`` names: posts them into the channel as that person
==================================  ================================================================

A single API request may ask for its own fault: ``X-Sandbox-Fault: gateway-429``.
"""

from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.resources import files
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from aiohttp import BodyPartReader, web

from sandbox.imgur.commands import COMMANDS, CommandError
from sandbox.imgur.faults import names
from sandbox.imgur.shelf import Shelf
from sandbox.imgur.snapshot import faults, snapshot
from sandbox.imgur.world import World

_BODY_LIMIT_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as whom pictures can be posted into the channel."""

    id: str
    name: str


#: Who can post, asked anew each time.
People = Callable[[], list[Person]]

#: Posts: person's id, text, and files as (name, bytes).
PostAs = Callable[[str, str, list[tuple[str, bytes]]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Channel:
    """The way into the embedding program's channel; without people there is none.

    Attributes:
        samples: A folder with pictures to post with one click.
    """

    people: People | None = None
    post_as: PostAs | None = None
    samples: Path | None = None

    def sample_names(self) -> list[str]:
        """The sample pictures' names, sorted."""
        if self.samples is None or not self.samples.is_dir():
            return []
        return sorted(path.name for path in self.samples.iterdir() if path.is_file())

    def sample(self, name: str) -> Path | None:
        """A sample picture by its plain name."""
        if self.samples is None or name not in self.sample_names():
            return None
        return self.samples / name


class Desk:
    """Answers what lies under ``/sandbox``."""

    def __init__(
        self, world: World, shelf: Shelf, now: Callable[[], datetime], channel: Channel
    ) -> None:
        self._world = world
        self._shelf = shelf
        self._now = now
        self._channel = channel

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one admin call."""
        if not is_local(request):
            return _error(403, "The sandbox's own calls answer on this machine only.")
        first, _, rest = request.path.removeprefix("/sandbox").strip("/").partition("/")
        if request.method == "GET" and (read := self._readable().get(first)):
            return read(rest, request)
        if request.method == "DELETE" and first == "faults":
            self._world.armoury.armed.clear()
            return web.json_response({"disarmed": True})
        if request.method == "POST" and first == "post":
            return await self._post(request)
        if request.method == "POST" and first in COMMANDS:
            return await self._command(first, request)
        return _error(404, f"The sandbox has no call {request.method} {request.path}")

    def _readable(self) -> dict[str, Callable[[str, web.Request], web.StreamResponse]]:
        return {
            "": self._tab,
            "state": self._state,
            "files": self._file,
            "faults": self._faults,
            "people": self._people,
            "samples": self._sample,
        }

    def _tab(self, _rest: str, _request: web.Request) -> web.StreamResponse:
        text, headers = tab_page()
        return web.Response(text=text, content_type="text/html", headers=headers)

    def _state(self, _rest: str, request: web.Request) -> web.StreamResponse:
        wanted = request.query.get("pictures", "")
        limit = int(wanted) if wanted.isdigit() else None
        return web.json_response(snapshot(self._world, self._now(), pictures=limit))

    def _file(self, rest: str, _request: web.Request) -> web.StreamResponse:
        image = self._world.state.image(rest)
        if image is None:
            return _error(404, f"There is no picture {rest}")
        return web.FileResponse(
            self._shelf.original(image.blob), headers={"Content-Type": "application/octet-stream"}
        )

    def _faults(self, _rest: str, _request: web.Request) -> web.StreamResponse:
        return web.json_response({"armed": faults(self._world), "names": names()})

    def _people(self, _rest: str, _request: web.Request) -> web.StreamResponse:
        people = self._channel.people() if self._channel.people else []
        return web.json_response(
            {
                "people": [{"id": person.id, "name": person.name} for person in people],
                "samples": self._channel.sample_names(),
            }
        )

    def _sample(self, rest: str, _request: web.Request) -> web.StreamResponse:
        path = self._channel.sample(rest)
        return web.FileResponse(path) if path else _error(404, f"There is no sample {rest}")

    async def _command(self, name: str, request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/json":
            return _error(415, "Send a JSON object with Content-Type: application/json")
        command, body = COMMANDS[name], await request.content.read(_BODY_LIMIT_BYTES)
        try:
            wanted = msgspec.json.decode(body or b"{}", type=command.takes)
            result = command.run(self._world, wanted, self._now())
        except (msgspec.MsgspecError, CommandError) as error:
            return _error(400, str(error))
        if name == "reset":
            self._shelf.clear()
        self._shelf.drop(self._world.state.dropped_blobs)
        return web.json_response(result)

    async def _post(self, request: web.Request) -> web.StreamResponse:
        if self._channel.post_as is None:
            return _error(404, "No channel is joined to this sandbox.")
        fields, content = await _posted(request)
        for name in fields.get("sample", []):
            path = self._channel.sample(name)
            if path is None:
                return _error(404, f"There is no sample {name}")
            content.append((name, path.read_bytes()))
        person, text = fields.get("person", [""])[0], fields.get("text", [""])[0]
        if not person or not (content or text):
            return _error(400, "Choose a person, and a picture or some text.")
        await self._channel.post_as(person, text, content)
        return web.json_response({"posted": len(content)})


def tab_page() -> tuple[str, dict[str, str]]:
    """The person's tab as one document, and the headers that keep everything else out of it."""
    folder = files("sandbox.imgur") / "tab"
    page, style, script = (
        (folder / name).read_text("utf-8") for name in ("page.html", "style.css", "script.js")
    )
    digest = b64encode(sha256(script.encode()).digest()).decode()
    policy = (
        "default-src 'none'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
        f"style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'"
    )
    text = page.replace("/*STYLE*/", style).replace("/*SCRIPT*/", script)
    return text, {"Content-Security-Policy": policy, "Cache-Control": "no-store"}


def is_local(request: web.Request) -> bool:
    """Whether the call comes from this machine and, in a browser, from the sandbox's own page.

    The name by which we were called counts too: a foreign name that resolves to this machine is a
    foreign page's trick.
    """
    origin = request.headers.get("Origin")
    own_page = origin is None or urlsplit(origin).netloc == request.host
    called = urlsplit(f"//{request.host}").hostname
    return own_page and _is_loopback(request.remote) and _is_loopback(called)


def _is_loopback(name: str | None) -> bool:
    if name == "localhost":
        return True
    try:
        return ip_address(name or "").is_loopback
    except ValueError:
        return False


async def _posted(
    request: web.Request,
) -> tuple[dict[str, list[str]], list[tuple[str, bytes]]]:
    """Text fields by name, and the files."""
    fields: dict[str, list[str]] = {}
    content: list[tuple[str, bytes]] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        if part.filename is None:
            fields.setdefault(part.name or "", []).append(await part.text())
        elif part.filename:
            content.append((part.filename, bytes(await part.read())))
    return fields, content


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"error": message}, status=status)
