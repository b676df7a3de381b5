"""Builds each service from what is open; ``app.py`` opens it and closes it."""

from dataclasses import dataclass

import aiohttp

from bot.access import ImgurAccess
from bot.accounts.codes import Codes
from bot.accounts.imgur_oauth import ImgurOAuth
from bot.accounts.linking import Linking
from bot.accounts.tickets import Tickets
from bot.accounts.tokens import Tokens
from bot.accounts.vault import Vault
from bot.archive.archivist import Archivist
from bot.autoupload.attendance import Attendance
from bot.autoupload.channels import AutoChannels
from bot.checkup import Doctor
from bot.clock import Clock, SteadyClock
from bot.credits.limiter import Limiter
from bot.credits.paying import CreditSender
from bot.credits.pools import Payer, Rules
from bot.credits.usage import Usage
from bot.discord_application import ApplicationFacts, application_of
from bot.doctor.examining import HouseDoctor
from bot.errors import DiscordUnreachableError, SettingsError
from bot.imgur.layers import BreakerSender, Cache
from bot.imgur.oauth import IMGUR_API
from bot.imgur.senders import HttpSender
from bot.imgur.wire import Sender
from bot.library.keeping import Expiry
from bot.media.fetch import Fetcher
from bot.media.intake import Limits
from bot.media.spool import Spool
from bot.patrol.rounds import Patrol
from bot.privacy.erasing import Eraser
from bot.privacy.leaving import Departures
from bot.privacy.tombstones import Tombstones
from bot.services import Services
from bot.settings import Settings
from bot.storage.albums import SqlAlbumStore
from bot.storage.archives import SqlArchiveStore
from bot.storage.autoupload import SqlAutoUploadStore
from bot.storage.credits import SqlLedgerStore, SqlShareStore
from bot.storage.engine import Database
from bot.storage.library import SqlLibraryStore
from bot.storage.link_tickets import SqlPendingStore, SqlTicketStore
from bot.storage.links import SqlLinkStore
from bot.storage.patrol import SqlPatrolStore
from bot.storage.privacy import SqlPrivacyStore
from bot.storage.searches import SqlSearchStore
from bot.storage.uploads import SqlJobStore
from bot.storage.usage import SqlUseStore
from bot.ui.announcer import DiscordAnnouncer
from bot.ui.attachments import DiscordAttachments
from bot.ui.history import DiscordBoard, DiscordHistory
from bot.uploads.admission import Bounds
from bot.uploads.album_lists import AlbumLists
from bot.uploads.albums import Albums
from bot.uploads.correcting import Corrections
from bot.uploads.deleting import Deleter
from bot.uploads.naming import Naming
from bot.uploads.pipeline import Pipeline
from bot.uploads.receiving import Receiver
from bot.uploads.reconciling import Reconciler
from bot.uploads.sending import Courier
from bot.web.discord_identity import DiscordIdentity

#: Pays for what is asked on no user's behalf; Discord gives no one the number 0.
_OPERATOR = Payer(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What services are built on."""

    settings: Settings
    clock: Clock
    steady: SteadyClock
    vault: Vault
    database: Database
    transport: HttpSender
    http: aiohttp.ClientSession
    fetcher: Fetcher
    announcer: DiscordAnnouncer


async def build_services(ground: Ground) -> Services:
    """Everything that cogs may use, with what it remembers from the last start."""
    imgur = _imgur_oauth(ground)
    links = SqlLinkStore(ground.database)
    await links.forget_claims()
    tokens = Tokens(links, ground.vault, imgur, ground.clock, ground.announcer)
    usage = Usage(SqlUseStore(ground.database))
    limiter = await _limiter(ground, usage)
    breaker = BreakerSender(ground.transport, ground.clock)
    access = ImgurAccess(breaker, Cache(ground.clock), limiter, tokens, ground.clock)
    jobs = SqlLibraryStore(ground.database, ground.vault)
    albums = Albums(SqlAlbumStore(ground.database, ground.vault), access.curator, ground.clock)
    autoupload = SqlAutoUploadStore(ground.database)
    channels = AutoChannels(autoupload, ground.clock)
    await channels.load()
    attendance = Attendance(autoupload)
    await attendance.load()
    uploads = _pipeline(ground, jobs, limiter, access, albums)
    linking = _linking(ground, links, imgur, access)
    patrol = SqlPatrolStore(ground.database, jobs)
    privacy = SqlPrivacyStore(ground.database)
    deleter = Deleter(jobs, access.owner, Corrections(ground.announcer, jobs, uploads.look))
    expiry = Expiry(jobs, deleter)
    return Services(
        clock=ground.clock,
        steady=ground.steady,
        uploads=uploads,
        jobs=jobs,
        deleter=deleter,
        albums=albums,
        album_lists=AlbumLists(access.member, ground.clock),
        naming=_naming(ground.settings),
        imgur=access,
        breaker=breaker,
        linking=linking,
        tokens=tokens,
        limiter=limiter,
        shares=SqlShareStore(ground.database),
        usage=usage,
        autoupload=autoupload,
        channels=channels,
        attendance=attendance,
        rivals=ground.announcer.rivals,
        searches=SqlSearchStore(ground.database),
        library=jobs,
        patrol=Patrol(
            patrol,
            ground.transport.glance,
            ground.clock,
            links_per_hour=ground.settings.patrol_links_per_hour,
        ),
        reports=patrol,
        privacy=privacy,
        expiry=expiry,
        eraser=Eraser(
            store=privacy,
            register=Tombstones(ground.settings.tombstones_path),
            expiry=expiry,
            uploads=uploads,
            usage=usage,
            limiter=limiter,
            clock=ground.clock,
        ),
        departures=Departures(privacy, channels),
        archives=_archivist(ground, uploads, channels, limiter, linking),
        doctor=_doctor(ground, CreditSender(breaker, limiter, _OPERATOR)),
        channel_mode_allowed=ground.settings.auto_upload_channel_mode,
    )


def _doctor(ground: Ground, sender: Sender) -> Doctor:
    async def ask_discord() -> ApplicationFacts:
        client = ground.announcer.client
        if client is None:
            raise DiscordUnreachableError("the bot is not connected yet")
        return await application_of(client)

    return HouseDoctor(ground.settings, sender, ask_discord, ground.clock)


def _archivist(
    ground: Ground,
    uploads: Pipeline,
    channels: AutoChannels,
    limiter: Limiter,
    linking: Linking,
) -> Archivist:
    return Archivist(
        store=SqlArchiveStore(ground.database),
        history=DiscordHistory(ground.announcer),
        board=DiscordBoard(ground.announcer),
        uploads=uploads,
        channels=channels,
        limiter=limiter,
        links_of=linking.status,
        clock=ground.clock,
        channel_mode_allowed=ground.settings.auto_upload_channel_mode,
    )


async def _limiter(ground: Ground, usage: Usage) -> Limiter:
    settings = ground.settings
    rules = Rules(
        member_credits_per_hour=settings.credits_per_user_hour,
        guild_credits_per_day=settings.credits_per_guild_day,
        headroom=settings.credit_headroom_percent / 100,
        is_commercial=settings.imgur_rapidapi_key is not None,
    )
    limiter = Limiter(rules, SqlLedgerStore(ground.database), ground.clock, note=usage.note)
    await limiter.restore()
    for guild_id, share in (await SqlShareStore(ground.database).all()).items():
        limiter.set_share(guild_id, share)
    return limiter


def _pipeline(
    ground: Ground, jobs: SqlJobStore, limiter: Limiter, access: ImgurAccess, albums: Albums
) -> Pipeline:
    settings = ground.settings
    spool = Spool(settings.data_dir / "spool", settings.max_spool_bytes)
    return Pipeline(
        store=jobs,
        spool=spool,
        limiter=limiter,
        receiver=Receiver(
            fetcher=ground.fetcher,
            spool=spool,
            limits=Limits(max_bytes=settings.max_file_bytes),
            attachments=DiscordAttachments(lambda: ground.announcer.client),
            clock=ground.clock,
            keep_metadata=settings.keep_metadata,
            imgur_fetches=settings.imgur_fetches_urls,
        ),
        courier=Courier(spool, access.uploader, albums, Reconciler(access.curator), ground.clock),
        announcer=ground.announcer,
        clock=ground.clock,
        bounds=Bounds(max_wait_s=settings.max_wait_minutes * 60.0),
    )


def _naming(settings: Settings) -> Naming:
    try:
        return Naming(settings.title_template, settings.description_template)
    except ValueError as error:
        raise SettingsError("TITLE_TEMPLATE", str(error), "{filename}") from error


def _imgur_oauth(ground: Ground) -> ImgurOAuth | None:
    secret = ground.settings.imgur_client_secret
    if secret is None:
        return None
    return ImgurOAuth(
        ground.transport,
        api_url=ground.settings.imgur_api_url or IMGUR_API,
        client_id=ground.settings.imgur_client_id.get_secret_value(),
        client_secret=secret.get_secret_value(),
        clock=ground.clock,
    )


def _linking(
    ground: Ground, links: SqlLinkStore, imgur: ImgurOAuth | None, access: ImgurAccess
) -> Linking:
    return Linking(
        links=links,
        tickets=Tickets(SqlTicketStore(ground.database), ground.vault, ground.clock),
        codes=Codes(SqlPendingStore(ground.database), ground.vault, ground.clock),
        vault=ground.vault,
        imgur=imgur,
        pages_url=ground.settings.public_base_url,
        identity=_identity(ground),
        announcer=ground.announcer,
        clock=ground.clock,
        keys_fit=ground.vault.can_seal,
        avatar_of=access.avatar_of,
    )


def _identity(ground: Ground) -> DiscordIdentity | None:
    settings = ground.settings
    if settings.discord_client_secret is None or settings.public_base_url is None:
        return None
    return DiscordIdentity(
        ground.http,
        api_url=settings.discord_api_url,
        authorize_url=settings.discord_authorize_url,
        client_secret=settings.discord_client_secret.get_secret_value(),
        redirect_uri=f"{settings.public_base_url}/callback/discord",
    )
