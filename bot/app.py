"""Opens everything around the bot, wires it, and closes it in order."""

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import httpx

from bot.accounts.vault import Vault
from bot.clock import Clock, SteadyClock
from bot.control import serve_control
from bot.credits.limiter import Limiter
from bot.credits.memory import KEEP_FULL
from bot.credits.scout import scouting
from bot.credits.sharing import sharing
from bot.credits.usage import KEEP_USE
from bot.data_folder import owned
from bot.discord_bot import ImgurBot
from bot.errors import StorageError
from bot.housekeeping import KEEP_FAILURES, KEEP_SEARCHES, Chore, housekeeping
from bot.metrics import registry_of
from bot.opening import key_ring, open_fetcher, open_storage, open_transport
from bot.patrol.reporting import Reporter
from bot.privacy.tombstones import Tombstones
from bot.services import Services
from bot.settings import Settings
from bot.storage.credits import SqlLedgerStore
from bot.storage.migrating import migrate
from bot.storage.privacy import SqlPrivacyStore
from bot.storage.searches import SqlSearchStore
from bot.storage.uploads import SqlJobStore
from bot.storage.usage import SqlUseStore
from bot.ui.announcer import DiscordAnnouncer
from bot.ui.reports import DiscordHerald
from bot.upkeep import Upkeep
from bot.uploads.pipeline import Pipeline
from bot.web.ops import Check, Health
from bot.web.server import serve_ops, serve_pages
from bot.wiring import Ground, build_services

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class App:
    """Everything that is open, and how to run a bot inside it.

    Attributes:
        keys_fit: Whether what is stored can be opened; else uploads wait and nothing is linked.
    """

    settings: Settings
    clock: Clock
    services: Services
    announcer: DiscordAnnouncer
    keys_fit: bool = True

    def new_bot(
        self, extensions: Sequence[str], *, reads_messages: bool = True, **options: Any
    ) -> ImgurBot:
        """A bot that speaks for these services."""
        return ImgurBot(
            self.services,
            self.announcer,
            extensions,
            reads_messages=reads_messages,
            **options,
        )

    @property
    def pipeline(self) -> Pipeline:
        """The uploads."""
        return self.services.uploads

    def health(self) -> Health:
        """Whether all is well, for operators' tools."""
        client = self.announcer.client
        is_connected = isinstance(client, ImgurBot) and client.is_connected
        keys = Check("keys", self.keys_fit, "" if self.keys_fit else "do not open what is stored")
        return Health([Check("discord", is_connected), keys])


@asynccontextmanager
async def open_app(
    settings: Settings, clock: Clock, *, cdn_transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[App]:
    """Open the data, the ways to Imgur and the listeners; close them in reverse order.

    Args:
        cdn_transport: Carries Discord's attachments in place of the network.

    Raises:
        SettingsError: A setting does not fit what is there.
        DataInUseError: A second instance runs on the same data.
        StorageError: The database cannot be used.
    """
    steady = SteadyClock(clock)
    async with AsyncExitStack() as stack:
        stack.enter_context(owned(settings.data_dir))
        ground = Ground(
            settings=settings,
            clock=clock,
            steady=steady,
            vault=Vault(key_ring(settings)),
            database=await stack.enter_async_context(open_storage(settings)),
            transport=await stack.enter_async_context(open_transport(settings, clock)),
            http=await stack.enter_async_context(aiohttp.ClientSession()),
            fetcher=await stack.enter_async_context(open_fetcher(settings, clock, cdn_transport)),
            announcer=DiscordAnnouncer(steady),
        )
        await migrate(ground.database)
        upkeep = Upkeep(settings, ground.database, ground.vault, clock)
        await upkeep.check_keys()
        tombstones = Tombstones(settings.tombstones_path)
        await tombstones.forget_again(SqlPrivacyStore(ground.database), clock.now())
        services = await build_services(ground)
        stack.push_async_callback(services.usage.keep)
        stack.push_async_callback(_keep_last_figures, services.limiter)
        stack.push_async_callback(services.tokens.settled)
        await stack.enter_async_context(scouting(ground.transport, services.limiter, clock))
        await stack.enter_async_context(sharing(services.limiter, clock))
        stack.push_async_callback(services.deleter.stop)
        app = App(settings, clock, services, ground.announcer, keys_fit=ground.vault.can_seal)
        await _listen(app, ground.transport.sunsets, stack)
        await stack.enter_async_context(services.archives.running())
        await stack.enter_async_context(services.patrol.running())
        chores = [*_chores(ground, services), lambda _: upkeep.catch_up()]
        await stack.enter_async_context(housekeeping(chores, clock, ground.announcer.has_voice))
        control = serve_control(settings.data_dir / "control", upkeep.works)
        await stack.enter_async_context(control)
        yield app


async def _keep_last_figures(limiter: Limiter) -> None:
    """What the last answers said; calls are kept before they go out, so a stop need not fail."""
    try:
        await limiter.flush()
    except StorageError as error:
        _log.warning("the last figures of Imgur's credits were not kept: %s", error)


def _chores(ground: Ground, services: Services) -> Sequence[Chore]:
    jobs = SqlJobStore(ground.database, ground.vault)
    ledger = SqlLedgerStore(ground.database)
    searches = SqlSearchStore(ground.database)
    reporter = Reporter(services.reports, DiscordHerald(ground.announcer))
    use = SqlUseStore(ground.database)
    return [
        lambda _: services.linking.sweep(),
        lambda _: services.tokens.tell_revoked(),
        lambda now: searches.forget_before(now - KEEP_SEARCHES),
        lambda now: jobs.forget_failed(now - KEEP_FAILURES),
        lambda _: services.limiter.flush(),
        lambda now: ledger.forget_full(now - KEEP_FULL),
        services.expiry.end_overdue,
        services.eraser.go_on,
        services.departures.purge_left,
        reporter.send_due,
        lambda _: services.usage.keep(),
        lambda now: use.forget_before(now - KEEP_USE),
    ]


async def _listen(app: App, sunsets: Mapping[str, int], stack: AsyncExitStack) -> None:
    settings, services = app.settings, app.services
    if settings.public_base_url is not None:
        pages = serve_pages(
            services.linking,
            base_url=settings.public_base_url,
            host=settings.web_host,
            port=settings.web_port,
            clock=app.clock,
            trusted_proxies=settings.trusted_proxies,
        )
        port = await stack.enter_async_context(pages)
        _log.info("pages at http://%s:%d", settings.web_host, port)
    registry = registry_of(
        services.limiter,
        services.uploads,
        usage=services.usage,
        breaker=services.breaker,
        tokens=services.tokens,
        sunsets=sunsets,
    )
    ops = serve_ops(app.health, registry, host=settings.ops_host, port=settings.ops_port)
    port = await stack.enter_async_context(ops)
    _log.info("health and metrics at http://%s:%d", settings.ops_host, port)
