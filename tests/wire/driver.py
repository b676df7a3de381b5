"""What tests call: a whole Discord on loopback, and people who use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

from tests.patience import PATIENCE_S
from tests.wire import contract
from tests.wire.acting import Actions
from tests.wire.cdn import Cdn
from tests.wire.clock import WireClock
from tests.wire.faults import Faults
from tests.wire.gateway import Gateway
from tests.wire.oauth import AUTHORIZE_PATH, OAuth
from tests.wire.rest.routing import API_PREFIX, Call
from tests.wire.rest.server import RestServer
from tests.wire.waiting import Changes
from tests.wire.world import World

if TYPE_CHECKING:
    from types import TracebackType

HOST = "127.0.0.1"


class DiscordWire(Actions):
    """Discord as the bot's process sees it. Use as `async with DiscordWire() as discord`.

    Attributes:
        world: Everything that Discord knows; tests build it and read it.
        gateway: The websockets, with their faults.
        rest: The HTTP API and its record of calls.
        faults: Plants errors, limits, delays and gates into the HTTP API.
        cdn: Attachments' bytes.
        oauth: Discord's side of linking.
        contract_violations: What Discord's description does not allow of the bot's requests.
        answer_violations: The same of the stand-in's own answers (`check_answers`).
    """

    def __init__(
        self,
        *,
        token: str = "MTAwMDAwMDAwMDAwMDAwMDAwMA.wire.of-the-stand-in",
        client_secret: str = "oauth-secret-of-the-stand-in",
        shard_count: int = 1,
        api_port: int = 0,
        cdn_port: int = 0,
        check_answers: bool = False,
    ) -> None:
        self.token = token
        self.client_secret = client_secret
        self.changes = Changes()
        self.clock = WireClock()
        self.world = World(self.clock, self.changes)
        self.gateway = Gateway(self.world, token, shard_count)
        self.faults = Faults()
        self.rest = RestServer(self.world, self.faults, token)
        self.oauth = OAuth(self.world, client_secret)
        self.cdn = Cdn(self.world)
        self.contract_violations: list[contract.Violation] = []
        self.answer_violations: list[contract.Violation] = []
        self.rest.routes.include(self.gateway.routes)
        self.rest.routes.include(self.oauth.routes)
        self.rest.on_request = self._check_request
        if check_answers:
            self.rest.on_answer = self._check_answer
        self._ports = (api_port, cdn_port)
        self._runners: list[web.AppRunner] = []
        self._origin = ""

    async def __aenter__(self) -> Self:
        contract.described()  # read it now: a wrong path fails the test, not the bot
        api = web.Application(client_max_size=64 * 1024 * 1024)
        api.router.add_route("GET", AUTHORIZE_PATH, self.oauth.page)
        api.router.add_route("POST", AUTHORIZE_PATH, self.oauth.page)
        api.router.add_route("GET", "/", self.gateway.handle)
        api.router.add_route("GET", "/resume", self.gateway.handle)
        api.router.add_route("*", API_PREFIX + "/{path:.*}", self.rest.handle)
        cdn = web.Application()
        cdn.router.add_route("GET", "/{path:.*}", self.cdn.handle)
        cdn.router.add_route("HEAD", "/{path:.*}", self.cdn.handle)
        self._origin = await self._listen(api, self._ports[0])
        self.world.files.origin = await self._listen(cdn, self._ports[1])
        self.gateway.url = self._origin.replace("http", "ws", 1)
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.gateway.drop()
        for runner in self._runners:
            await runner.cleanup()

    # Addresses and settings

    @property
    def api_url(self) -> str:
        return self._origin + API_PREFIX

    @property
    def cdn_origin(self) -> str:
        return self.world.files.origin

    @property
    def authorize_url(self) -> str:
        return self._origin + AUTHORIZE_PATH

    def environment(self) -> dict[str, str]:
        """The settings that point the bot here."""
        return {
            "DISCORD_API_URL": self.api_url,
            "DISCORD_CDN_HOSTS": self.cdn_origin,
            "DISCORD_AUTHORIZE_URL": self.authorize_url,
            "DISCORD_TOKEN": self.token,
        }

    # What the bot did

    @property
    def requests(self) -> list[Call]:
        """Every request to the HTTP API, in order."""
        return self.rest.calls

    @property
    def unknown_requests(self) -> list[Call]:
        return self.rest.unknown

    def calls(self, method: str, path: str) -> list[Call]:
        """The requests that match; `*` in the path stands for anything."""
        return [call for call in self.requests if call.matches(method, path)]

    async def until(self, predicate: Any, timeout_s: float = PATIENCE_S) -> Any:
        """Wait until the predicate, called without arguments, is truthy."""
        return await self.changes.until(predicate, timeout_s, self._summary)

    async def ready(self, timeout_s: float = PATIENCE_S) -> None:
        """Wait until every shard of the bot is connected and has been told its guilds."""
        await self.until(lambda: self.gateway.is_ready, timeout_s)

    async def synced(self, timeout_s: float = PATIENCE_S) -> None:
        """Wait until the bot has synced its commands."""
        await self.until(lambda: self.world.commands.syncs, timeout_s)

    async def gone(self, timeout_s: float = PATIENCE_S) -> None:
        """Wait until no gateway connection is left."""
        await self.until(lambda: not self.gateway.connections, timeout_s)

    def assert_clean(self) -> None:
        """No unknown request, no violation of Discord's contract, no mistake of ours."""
        unknown = [f"{call.method} {call.path}" for call in self.unknown_requests]
        assert not unknown, f"Discord does not know these requests: {unknown}"
        violations = "\n".join(dict.fromkeys(str(each) for each in self.contract_violations))
        assert not violations, f"Discord's contract was broken:\n{violations}"
        assert not self.rest.crashes, "The stand-in crashed:\n" + "\n".join(self.rest.crashes)

    def _summary(self) -> str:
        last = [f"{call.method} {call.path} {call.status}" for call in self.requests[-8:]]
        return f"{len(self.gateway.live)} live sessions; last requests: {last}"

    def _check_request(self, call: Call) -> None:
        description = contract.described()
        if description is not None:
            self.contract_violations += description.of_request(call)

    def _check_answer(self, call: Call) -> None:
        description = contract.described()
        if description is not None:
            self.answer_violations += description.of_answer(call)

    async def _listen(self, app: web.Application, port: int) -> str:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        self._runners.append(runner)
        site = web.TCPSite(runner, HOST, port)
        await site.start()
        address = runner.addresses[0]
        return f"http://{HOST}:{address[1]}"
