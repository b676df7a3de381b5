"""The sandbox Imgur as a running HTTP server.

::

    async with serve(folder) as sandbox:
        print(sandbox.url, sandbox.world.state.truth.uploads)
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web

from sandbox.imgur.admin import Channel, Desk, People, PostAs
from sandbox.imgur.delivery import cut, deliver
from sandbox.imgur.genesis import new_state
from sandbox.imgur.intake import Fetch, Intake, TooMuchError
from sandbox.imgur.messages import Fault, Request, Response
from sandbox.imgur.people import DEMO_CLIENT_ID
from sandbox.imgur.shelf import Shelf
from sandbox.imgur.state import Profile, State
from sandbox.imgur.world import World

log = logging.getLogger(__name__)

_GLIMPSE_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox.

    Attributes:
        url: Its address, without a slash at the end; also ``IMGUR_API_URL`` for the bot.
        world: Everything that it knows; may be read and changed between requests.
        folder: Where it keeps things.
    """

    url: str
    world: World
    folder: Path


@dataclass(frozen=True, slots=True)
class Options:
    """How a sandbox is to be.

    Attributes:
        profile: Which backend answers; ``None`` leaves what the folder remembers.
        public_url: What links begin with; empty for the address that is listened on.
        image_base_url: What direct picture links begin with; empty for the same.
        callback_url: Where the demo application wants to be called back; empty leaves it.
        fetch: Fetches the addresses of ``type=url`` uploads.
        now: The real time.
        save_after_s: How long changes gather before they are written down.
    """

    seed: int = 1
    profile: Profile | None = None
    public_url: str = ""
    image_base_url: str = ""
    callback_url: str = ""
    fetch: Fetch | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    save_after_s: float = 0.25


class Server:
    """The world on the wire."""

    def __init__(self, world: World, shelf: Shelf, options: Options, channel: Channel) -> None:
        self._world = world
        self._shelf = shelf
        self._now = options.now
        self._save_after_s = options.save_after_s
        self._intake = Intake(shelf, options.fetch)
        self._desk = Desk(world, shelf, options.now, channel)
        self._changed = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request of any kind."""
        try:
            return await self._answer(request)
        finally:
            self._changed.set()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/sandbox" or request.path.startswith("/sandbox/"):
            return await self._desk.handle(request)
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            fault = self._world.armoury.take(request.method, request.path, headers)
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)
        if fault is not None and fault.name == "cut-while-reading":
            return await self._cut_while_reading(request, fault)
        try:
            incoming = await self._intake.read(request, fault)
        except TooMuchError:
            return web.Response(status=413, text="413 Request Entity Too Large")
        response = self._world.handle(incoming, self._now())
        self._drop_unused(incoming)
        file = await self._file(response)
        return await deliver(request, response, file)

    async def keep_saving(self) -> None:
        """Write the world down shortly after each change, until cancelled."""
        while True:
            await self._changed.wait()
            await asyncio.sleep(self._save_after_s)
            self._changed.clear()
            self._shelf.save(self._world.state)

    def save(self) -> None:
        """Write the world down now."""
        self._shelf.save(self._world.state)

    async def _cut_while_reading(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        await request.content.read(_GLIMPSE_BYTES)
        noted = Request(request.method, request.path, remote=request.remote or "", fault=fault)
        self._world.handle(noted, self._now())
        return cut(request)

    async def _file(self, response: Response) -> Path | None:
        if response.file is None:
            return None
        return await asyncio.to_thread(self._shelf.file, response.file)

    def _drop_unused(self, incoming: Request) -> None:
        """Delete bytes that the world gave up or never took."""
        state = self._world.state
        upload = incoming.upload
        if upload is not None and upload.blob is not None:
            newest = next(reversed(state.images.values()), None)
            if newest is None or newest.blob.key != upload.blob.key:
                state.dropped_blobs.append(upload.blob.key)
        self._shelf.drop(state.dropped_blobs)


@asynccontextmanager
async def serve(
    world_or_folder: World | Path | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    options: Options | None = None,
    people: People | None = None,
    post_as: PostAs | None = None,
    samples: Path | None = None,
) -> AsyncIterator[Sandbox]:
    """Run a sandbox Imgur while the block runs.

    Args:
        world_or_folder: A world of the caller's making, or the folder to go on with; by default a
            new world in a temporary folder.
        port: 0 takes a free one.
        people, post_as, samples: The way into the embedding program's channel, for the tab.

    Raises:
        OSError: The port is taken.
        DamagedFolderError: The folder's document cannot be read.
    """
    chosen = options or Options()
    with TemporaryDirectory(prefix="sandbox-imgur-") as temporary:
        is_folder = isinstance(world_or_folder, Path)
        shelf = Shelf(world_or_folder if isinstance(world_or_folder, Path) else Path(temporary))
        world = world_or_folder if isinstance(world_or_folder, World) else None
        if world is None:
            world = World(_remembered(shelf, chosen) if is_folder else _fresh(chosen))
        server = Server(world, shelf, chosen, Channel(people, post_as, samples))
        async with _listening(server, host, port) as url:
            world.public_url = chosen.public_url or url
            world.image_base_url = chosen.image_base_url
            async with _saving(server):
                yield Sandbox(url, world, shelf.folder)


def _fresh(options: Options) -> State:
    state = new_state(options.seed, options.now(), callback_url=options.callback_url)
    state.switches.profile = options.profile or state.switches.profile
    return state


def _remembered(shelf: Shelf, options: Options) -> State:
    """What the folder holds, with the options on top."""
    state = shelf.load()
    if state is None:
        return _fresh(options)
    state.switches.profile = options.profile or state.switches.profile
    if options.callback_url:
        state.applications[DEMO_CLIENT_ID].callback_url = options.callback_url
    return state


@asynccontextmanager
async def _listening(server: Server, host: str, port: int) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        address, bound, *_ = runner.addresses[0]
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(address, address)  # noqa: S104 - only read
        yield f"http://{shown}:{bound}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _saving(server: Server) -> AsyncIterator[None]:
    task = asyncio.create_task(server.keep_saving())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        server.save()
