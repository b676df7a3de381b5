"""What a language has to say, so that each is one table."""

from collections.abc import Mapping
from dataclasses import dataclass

#: How each outcome looks: ``"done"``, ``"code"``, ``"stop"`` or ``"plain"``.
KINDS: Mapping[str, str] = {
    "home": "plain",
    "invitation": "plain",
    "working": "plain",
    "linked": "done",
    "added": "done",
    "code": "code",
    "denied": "stop",
    "ticket": "stop",
    "visitor": "stop",
    "elsewhere": "stop",
    "foreign": "stop",
    "imgur": "stop",
    "discord": "stop",
    "unavailable": "stop",
    "failed": "stop",
    "empty": "plain",
    "script": "stop",
    "noscript": "stop",
    "limited": "stop",
    "missing": "stop",
    "method": "stop",
    "request": "stop",
}


@dataclass(frozen=True, slots=True)
class Words:
    """What one outcome is called, and what it means.

    Attributes:
        body: May hold ``{…}`` for names.
    """

    heading: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """Everything that the pages say, in one language.

    Attributes:
        code: As ``lang`` and ``Accept-Language`` name it.
        words: For each outcome of ``KINDS``.
    """

    code: str
    words: Mapping[str, Words]
    steps_with_proof: tuple[str, ...]
    steps_with_code: tuple[str, ...]
    go_on: str
    caution: str
    imgur_account: str
    discord_user: str
