"""How the keys, the database and the ways to the outside are opened, as the settings say."""

import logging
from contextlib import AbstractAsyncContextManager
from urllib.parse import urlsplit

import httpx

from bot.accounts.vault import KeyRing
from bot.clock import Clock
from bot.errors import SettingsError
from bot.imgur.senders import HttpSender
from bot.media.addresses import PublicRules
from bot.media.fetch import Fetcher
from bot.settings import Settings, load_key_ring
from bot.storage.engine import Database, open_database
from bot.storage.postgresql import open_postgresql

_log = logging.getLogger(__name__)


def key_ring(settings: Settings) -> KeyRing:
    """The keys, made at the first start."""
    ring, is_new = load_key_ring(settings)
    if is_new:
        _log.warning(
            "made a key in %s: keep a copy of it, apart from your backups of the data",
            settings.data_dir / "secret-keys",
        )
    return ring


def open_storage(settings: Settings) -> AbstractAsyncContextManager[Database]:
    """The database that ``DATABASE_URL`` names."""
    if settings.postgresql_url is not None:
        return open_postgresql(settings.postgresql_url, settings.instance)
    return open_database(settings.sqlite_path)


def open_transport(settings: Settings, clock: Clock) -> HttpSender:
    """The way to Imgur, or to RapidAPI in front of it."""
    key = settings.imgur_rapidapi_key
    return HttpSender(
        settings.imgur_client_id.get_secret_value(),
        clock,
        api_url=settings.imgur_api_url,
        rapidapi_key=None if key is None else key.get_secret_value(),
    )


def open_fetcher(
    settings: Settings, clock: Clock, cdn_transport: httpx.AsyncBaseTransport | None
) -> Fetcher:
    """What downloads files, and refuses to go where a stranger points it."""
    own = urlsplit(settings.public_base_url or "").hostname
    try:
        return Fetcher(
            settings.discord_cdn_hosts,
            clock,
            rules=PublicRules(denied_hosts=frozenset({own} if own else ())),
            cdn_transport=cdn_transport,
        )
    except ValueError as error:
        raise SettingsError(
            "DISCORD_CDN_HOSTS", str(error), "cdn.discordapp.com,media.discordapp.net"
        ) from error
