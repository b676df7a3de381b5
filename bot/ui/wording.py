"""What each failure means, in sentences: what happened, what it means, what to do next. Pure."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from bot.errors import BotError
from bot.uploads.job import Job

Facts = Mapping[str, Any]

_STATUS_PAGE = "<https://status.imgur.com>"


def duration(seconds: float) -> str:
    """A span of time as people say it: ``about 4 minutes``."""
    if not math.isfinite(seconds):
        return "a very long time"
    if seconds < 45:  # noqa: PLR2004 (less than this is not worth a number)
        return "less than a minute"
    minutes = round(seconds / 60)
    if minutes < 90:  # noqa: PLR2004 (beyond, people think in hours)
        return f"about {max(1, minutes)} minute{'s' if minutes > 1 else ''}"
    hours = round(seconds / 3600)
    if hours < 48:  # noqa: PLR2004 (beyond, people think in days)
        return f"about {hours} hours"
    return f"about {round(seconds / 86400)} days"


def size(number: float) -> str:
    """A number of bytes as people say it: ``9.5 MB``."""
    for unit in ("bytes", "KB", "MB"):
        if number < 1024 or unit == "MB":  # noqa: PLR2004 (the step between units)
            return f"{number:.0f} {unit}" if unit == "bytes" else f"{number:.1f} {unit}"
        number /= 1024
    raise AssertionError(unit)


#: Failures whose sentences say that nobody knows, where that is so.
_DOUBTS = frozenset({"TransportError", "UploadStalledError", "ResponseFormatError", "ServerError"})


def sentence(error: BotError) -> str:
    """What to tell a user about a failure."""
    return sentence_for(type(error).__name__, vars(error))


def sentence_for(kind: str, facts: Facts) -> str:
    """The same, from a failure that was stored by its class name and facts."""
    words = SENTENCES.get(kind, SENTENCES["BotError"])
    return words(facts) if callable(words) else words


def sentence_of(job: Job) -> str:
    """Why a file was not uploaded, and whether it may be there all the same; it has failed."""
    assert job.failure is not None  # noqa: S101 (it has failed)
    facts = {**job.failure.facts, "in_account": job.imgur_account_id is not None}
    if not job.was_ambiguous:
        return sentence_for(job.failure.kind, facts)
    words = sentence_for(job.failure.kind, facts | {"maybe_applied": True})
    if job.failure.kind in _DOUBTS:
        return words
    return f"{words} An earlier try may have arrived all the same."


def _wait(facts: Facts, key: str = "retry_after_s") -> str:
    return duration(float(facts.get(key, 60.0)))


def _in_doubt(facts: Facts) -> str:
    if facts.get("in_account"):
        return (
            "nobody knows whether the picture arrived. Try again: your Imgur account is looked "
            "through for it first."
        )
    return (
        "nobody knows whether the picture arrived. It is not sent again by itself, since that "
        "could upload it twice. Try again if you can live with a copy."
    )


def _lost(facts: Facts) -> str:
    if facts.get("maybe_applied"):
        return f"Imgur's answer got lost on the way, so {_in_doubt(facts)}"
    return (
        f"Imgur could not be reached. Nothing was uploaded; try again in a while ({_STATUS_PAGE})."
    )


def _nonsense(facts: Facts) -> str:
    what = f"Imgur sent an answer that makes no sense, as it does when in trouble ({_STATUS_PAGE})"
    if facts.get("maybe_applied"):
        return f"{what}, so {_in_doubt(facts)}"
    return f"{what}. Try again in a while."


def _failing(facts: Facts) -> str:
    what = "Imgur failed on its own side"
    if facts.get("maybe_applied"):
        return f"{what}, so {_in_doubt(facts)}"
    return f"{what}. Try again in a while ({_STATUS_PAGE})."


def _out_of_credits(facts: Facts) -> str:
    whose = {
        "member": "Your share of this bot's Imgur credits is used up",
        "guild": "This server's share of the bot's Imgur credits is used up for now",
        "queue": "So many uploads are waiting that yours would not come up soon",
    }.get(str(facts.get("pool", "")).split(":")[0], "The bot's Imgur credits are used up for now")
    return f"{whose}. Nothing was sent; come back in {_wait(facts, 'wait_s')}."


def _too_large(facts: Facts) -> str:
    kind = f" for {facts['kind']}" if facts.get("kind") else ""
    return (
        f"The file is larger than the {size(facts['limit_bytes'])} allowed{kind}. "
        "Nothing was uploaded; make it smaller and try again."
    )


def _unsupported(facts: Facts) -> str:
    found = f" ({facts['found']})" if facts.get("found") else ""
    return (
        f"This kind of file{found} is not one that Imgur takes. "
        "It takes PNG, JPEG, GIF and TIFF pictures, and MP4, WebM, MOV and other videos."
    )


def _wrong_code(facts: Facts) -> str:
    left = int(facts.get("tries_left", 0))
    if left == 0:
        return "That was not the code, and it was the last try. Start again with `/account link`."
    return (
        f"That is not the code on the page. You have {left} more {'try' if left == 1 else 'tries'}."
    )


def _linking_unavailable(facts: Facts) -> str:
    return {
        "settings": "Linking is not set up on this bot: its operator has to give it a public "
        "address and Imgur's client secret. Uploads work without it.",
        "discord": "Discord's sign-in does not answer at present. Try again in a few minutes.",
        "keys": "Stored links cannot be opened at present because the bot's key is missing. Its "
        "operator has been told in the log; nothing was lost.",
    }.get(
        str(facts.get("cause")),
        "Imgur does not let anyone link accounts at present: its authorise page answers with an "
        "error. That is on Imgur's side. Uploads work without a linked account.",
    )


SENTENCES: Mapping[str, str | Callable[[Facts], str]] = {
    "BotError": "Something went wrong inside the bot. Its operator finds the reason in the log.",
    "SettingsError": "The bot is not set up for that. Its operator has to look at the settings.",
    # Imgur
    "ImgurError": "Imgur could not do that. Try again in a while.",
    "TransportError": _lost,
    "UploadStalledError": _lost,
    "ImgurDownError": lambda facts: (
        f"Imgur is not answering at present ({_STATUS_PAGE}). "
        f"Nothing was sent; the bot looks again in {_wait(facts)}."
    ),
    "ResponseFormatError": _nonsense,
    "ApiError": "Imgur refused that without a reason that the bot knows.",
    "ValidationError": "Imgur did not accept what was entered. Check it and try again.",
    "InvalidClientIdError": "Imgur does not accept this bot's client id. Its operator has to check "
    "`IMGUR_CLIENT_ID`.",
    "AuthenticationRequiredError": "Imgur wants a linked account for that. Use `/account link`.",
    "DeadTokenError": "Imgur no longer accepts the link to your account. Link it again with "
    "`/account link`.",
    "InvalidGrantError": "Imgur no longer accepts the link to your account. Link it again with "
    "`/account link`.",
    "PermissionDeniedError": "Imgur does not allow that with this account.",
    "NotFoundError": "Imgur does not have that (any more).",
    "RemovedError": "The picture was removed from Imgur.",
    "RateLimitedError": lambda facts: (
        f"Imgur wants the bot to slow down. Nothing is lost; come back in {_wait(facts)}."
    ),
    "OverCapacityError": lambda facts: (
        f"Imgur says that it is over capacity. Nothing is lost; come back in {_wait(facts)}."
    ),
    "NetworkRefusedError": "Imgur refuses the country or network that this bot runs in, so it "
    "cannot upload from there. Its operator has to move it.",
    "FileRefusedError": "Imgur does not take this file.",
    "FileTooLargeError": "The file is too large for Imgur. Make it smaller and try again.",
    "FileTypeRefusedError": "Imgur does not take this kind of file. PNG, JPEG, GIF and MP4 work.",
    "ProcessingFailedError": "Imgur took the file and could not process it; it may be damaged. "
    "Save it anew in a picture program and try again.",
    "ServerError": _failing,
    # Credits
    "CreditError": "The bot's Imgur credits do not allow that now.",
    "OutOfCreditsError": _out_of_credits,
    "UploadsPausedError": lambda facts: (
        "Uploads are paused: Imgur's daily limit ran out on too many days of this month, and Imgur "
        f"blocks bots that go on. They return in {_wait(facts, 'wait_s')}."
    ),
    # Linking
    "LinkError": "Linking did not work. Start again with `/account link`.",
    "LinkingUnavailableError": _linking_unavailable,
    "TicketError": "This link was used already or is older than ten minutes. Start again with "
    "`/account link`.",
    "WrongVisitorError": "This link belongs to another Discord account. Nothing was linked.",
    "LinkDeniedError": "You chose not to give access, so nothing was linked.",
    "ForeignTokenError": "Imgur did not confirm that access: it has run out, or was given to "
    "another program. Nothing was linked; start again with `/account link`.",
    "WrongCodeError": _wrong_code,
    "LinkedElsewhereError": "That Imgur account is linked to another Discord account. Unlink it "
    "there first.",
    "NotLinkedError": "You have no linked Imgur account. Use `/account link` to link one.",
    "LinkRevokedError": "Imgur no longer honours the link to your account; nothing was uploaded. "
    "Link it again with `/account link`, or use `/account unlink` to upload anonymously.",
    # Media
    "MediaError": "The file could not be read.",
    "TooLargeError": _too_large,
    "UnsupportedTypeError": _unsupported,
    "TooManyPixelsError": "The picture has more pixels or frames than the bot passes on. Make it "
    "smaller and try again.",
    "BrokenFileError": "The file is damaged or incomplete. Nothing was uploaded; save it anew and "
    "try again.",
    "FetchError": "The file could not be downloaded. Check that the address opens in a browser.",
    "AddressRefusedError": "The bot does not open that address. Use a public http or https link to "
    "a picture, or attach the file.",
    "FetchTimeoutError": "The download was too slow. Try again, or attach the file instead.",
    "SourceGoneError": "The file is no longer there: it was deleted, or its link is too old.",
    "SpoolError": "The waiting file could not be kept. Please send it again.",
    "SpoolFullError": "The bot has no room for more waiting files. Try again in a few minutes.",
    "ChoiceError": lambda facts: str(facts.get("hint") or "That cannot be chosen."),
    # Uploads
    "UploadError": "That upload could not be done.",
    "NothingToUploadError": lambda facts: (
        "That message holds no picture or video. Use this on one that does."
        if facts.get("is_message")
        else "There is nothing to upload: choose a file as `image`, or give a link as `url`."
    ),
    "QueueFullError": lambda facts: (
        f"Too many uploads are waiting already. Come back in {_wait(facts, 'wait_s')}."
    ),
    "UploadNotFoundError": "That upload is no longer there, or is on its way already.",
    "NotYoursError": lambda facts: f"Only {facts.get('whose', 'its owner')} can do that.",
    "ConsentMissingError": "The author has not agreed to have this uploaded.",
    "PoisonedJobError": "This file was given up: the bot stopped each time it worked on it. "
    "Its operator finds more in the log.",
    "ChannelClosedError": "The bot cannot read that channel: it is gone, or the bot lacks *View "
    "Channel* and *Read Message History* there. Give it both, and start again.",
    # The process
    "DiscordUnreachableError": "The bot cannot reach Discord.",
    # Sealed values and storage
    "CryptoError": "Stored data cannot be opened at present. The bot's operator has to look at its "
    "keys; nothing was lost.",
    "UnknownKeyError": "Stored data cannot be opened at present because the bot's key is missing. "
    "Its operator has to put it back; nothing was lost.",
    "TamperedError": "Stored data does not fit together. The bot's operator has to look at it.",
    "StorageError": "The bot's database failed. Nothing was uploaded; try again in a while.",
    "StorageBusyError": "The bot's database is busy. Nothing was uploaded; try again in a minute.",
    "DiskFullError": "The bot's disk is full, so it takes nothing new. Its operator has to make "
    "room; what was accepted is kept.",
    "SchemaTooNewError": "The bot's database belongs to a newer version of the bot.",
    "DatabaseCorruptError": "The bot's database is damaged. Its operator has to restore a backup.",
    "DataInUseError": "Another copy of the bot uses the same data.",
}
