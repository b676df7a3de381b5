"""Imgur as this host meets it: client id, credits, uploads, linking."""

import asyncio
from collections.abc import Sequence

from bot.checkup import Finding, broken, fine, note
from bot.clock import Clock
from bot.errors import (
    BotError,
    CreditError,
    ImgurError,
    InvalidClientIdError,
    NetworkRefusedError,
    OutOfCreditsError,
    PermissionDeniedError,
    RateLimitedError,
    ServerError,
    TransportError,
)
from bot.imgur.client import ImgurClient
from bot.imgur.models import Credits
from bot.imgur.oauth import AuthorizePage, probe_request, read_probe
from bot.imgur.reading import check
from bot.imgur.wire import COST_UPLOAD, Request, Sender

_CLIENT = "Imgur client id"
_CREDITS = "Imgur credits"
_UPLOADS = "Imgur uploads"
_LINKING = "Imgur linking"


async def examine_imgur(
    sender: Sender, clock: Clock, *, client_id: str, linking_is_set_up: bool
) -> Sequence[Finding]:
    """Ask Imgur three things; costs two credits and no upload."""
    credits_, uploads, linking = await asyncio.gather(
        _credits(ImgurClient(sender, clock=clock)),
        _uploads(sender),
        _linking(sender, client_id, linking_is_set_up=linking_is_set_up),
    )
    return [*credits_, uploads, linking]


# --- credits ------------------------------------------------------------------------------------


async def _credits(client: ImgurClient) -> Sequence[Finding]:
    try:
        left = await client.feed.credits()
    except BotError as error:
        return [about_refusal(_CLIENT, error)]
    return [fine(_CLIENT, "Imgur knows it and answers this host."), about_credits(left)]


def about_credits(left: Credits) -> Finding:
    """What Imgur's own count means."""
    if left.user_remaining is None or left.client_remaining is None:
        return fine(_CREDITS, "Imgur does not say how many are left.")
    uploads = min(left.user_remaining, left.client_remaining) // COST_UPLOAD
    limits = (
        f"{left.user_remaining:,} of {left.user_limit or 500:,} are left this hour to this "
        f"address, {left.client_remaining:,} of {left.client_limit or 12_500:,} today to the "
        "client id"
    )
    if uploads < 1:
        return broken(
            _CREDITS, f"{limits}: too few for an upload. What people send waits until they return."
        )
    return fine(_CREDITS, f"{limits}: enough for {uploads:,} uploads.")


# --- uploads ------------------------------------------------------------------------------------


async def _uploads(sender: Sender) -> Finding:
    """An upload without a file: whoever may upload is told that the file is missing."""
    form = (("type", "file"),)
    request = Request(method="POST", path="/3/image", endpoint="/3/image", form=form)
    try:
        check(request, await sender.send(request))
    except (ImgurError, CreditError) as error:
        return about_empty_upload(error)
    return note(_UPLOADS, "Imgur took an upload that held no file, which it never did before.")


def about_empty_upload(error: BotError) -> Finding:
    """What Imgur's answer to an upload without a file means."""
    tells_nothing = (
        CreditError,
        InvalidClientIdError,
        NetworkRefusedError,
        PermissionDeniedError,
        RateLimitedError,
        ServerError,
        TransportError,
    )
    if isinstance(error, tells_nothing) or not hasattr(error, "status"):
        return about_refusal(_UPLOADS, error)
    return fine(
        _UPLOADS,
        "Imgur takes uploads from this host: one without a file was refused for that alone. "
        "Nothing was uploaded, so what Imgur says to a whole file is not certain.",
    )


# --- linking ------------------------------------------------------------------------------------


async def _linking(sender: Sender, client_id: str, *, linking_is_set_up: bool) -> Finding:
    if not linking_is_set_up:
        return note(
            _LINKING,
            "IMGUR_CLIENT_SECRET is not set, so nobody can link an Imgur account. Uploads and the "
            "gallery work without it.",
        )
    try:
        page = read_probe(await sender.send(probe_request(client_id)))
    except ImgurError as error:
        return about_refusal(_LINKING, error)
    return about_authorise_page(page)


def about_authorise_page(page: AuthorizePage) -> Finding:
    """What the state of Imgur's authorise page means."""
    if page is AuthorizePage.OPEN:
        return fine(_LINKING, "Imgur's authorise page works, so people can link their accounts.")
    if page is AuthorizePage.REFUSED:
        return broken(_LINKING, "Imgur's authorise page does not take IMGUR_CLIENT_ID; check it.")
    return broken(
        _LINKING,
        f"Imgur's authorise page {page.value}. That is on Imgur's side: nobody can link an account "
        "until it ends. Accounts that are linked keep working, and so does everything else.",
    )


# --- refusals -----------------------------------------------------------------------------------


def about_refusal(subject: str, error: BotError) -> Finding:
    """What a failure means to the operator."""
    match error:
        case InvalidClientIdError():
            return broken(
                subject, "Imgur does not accept IMGUR_CLIENT_ID: it is unknown or blocked."
            )
        case NetworkRefusedError():
            return broken(
                subject,
                'Imgur refuses the country or network of this host ("forbidden"). No setting '
                "helps: the bot has to run elsewhere. Imgur refuses the United Kingdom and many "
                "hosting networks.",
            )
        case RateLimitedError():
            return broken(
                subject,
                f"Imgur says that a limit is reached ({error.pool}). It goes away by itself in "
                f"about {max(1, round(error.retry_after_s / 60))} minutes.",
            )
        case OutOfCreditsError():
            return note(
                subject, f"Not asked: the bot's own count of credits ({error.pool}) is used up."
            )
        case TransportError():
            return broken(
                subject,
                "Imgur does not answer this host. See https://status.imgur.com, and whether a "
                f"firewall stands between ({error}).",
            )
        case _:
            return broken(subject, f"Imgur answers with an error: {error}")
