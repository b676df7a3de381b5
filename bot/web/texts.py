"""Which language a visitor reads, and which text a failure has."""

from collections.abc import Mapping

from bot.errors import (
    BotError,
    ForeignTokenError,
    ImgurError,
    LinkDeniedError,
    LinkedElsewhereError,
    LinkingUnavailableError,
    TicketError,
    WrongVisitorError,
)
from bot.web.language import Language
from bot.web.languages import english, french, german, spanish

LANGUAGES: Mapping[str, Language] = {
    language.code: language
    for language in (english.WORDS, german.WORDS, french.WORDS, spanish.WORDS)
}
_MAX_WISHES = 20


def chosen(accept_language: str) -> Language:
    """The language that a browser likes best of ours; English where it likes none.

    Args:
        accept_language: The header, such as ``de-CH,de;q=0.9,en;q=0.8``.
    """
    wishes = [_wish(part) for part in accept_language.split(",")[:_MAX_WISHES]]
    for code, weight in sorted(wishes, key=lambda wish: -wish[1]):
        if weight > 0 and code in LANGUAGES:
            return LANGUAGES[code]
    return english.WORDS


def _wish(part: str) -> tuple[str, float]:
    """A language's code without its region, and how much it is liked."""
    tag, _, parameter = part.strip().partition(";")
    name, _, value = parameter.strip().partition("=")
    try:
        weight = float(value) if name.strip() == "q" else 1.0
    except ValueError:
        weight = 0.0
    return tag.partition("-")[0].strip().lower(), weight


#: The error, or one of its bases, to the outcome and its HTTP status; the first match counts.
#: Saying no is no error to a browser: its console stays clean.
_OUTCOMES: tuple[tuple[type[BotError], str, int], ...] = (
    (TicketError, "ticket", 410),
    (WrongVisitorError, "visitor", 403),
    (LinkDeniedError, "denied", 200),
    (LinkedElsewhereError, "elsewhere", 409),
    (ForeignTokenError, "foreign", 403),
    (ImgurError, "imgur", 502),
    (LinkingUnavailableError, "unavailable", 503),
)


def outcome_of(error: BotError) -> tuple[str, int]:
    """The table's key for a failure, and the status that goes with it."""
    if isinstance(error, LinkingUnavailableError) and error.cause == "discord":
        return "discord", 502
    for kind, outcome, status in _OUTCOMES:
        if isinstance(error, kind):
            return outcome, status
    return "failed", 503
