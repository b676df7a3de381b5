"""What a look at the whole bot finds, in the operator's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """How something stands."""

    FINE = "fine"
    NOTE = "note"  # works, with a limit that the operator should know
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        subject: Two or three words.
        text: Sentences: what is so, what it means, what to do.
    """

    outcome: Outcome
    subject: str
    text: str


class Doctor(Protocol):
    """Looks at everything that the bot needs."""

    async def examine(self) -> Sequence[Finding]:
        """What works now, from this host, with these settings; never fails."""
        ...


def fine(subject: str, text: str) -> Finding:
    """Something works."""
    return Finding(Outcome.FINE, subject, text)


def note(subject: str, text: str) -> Finding:
    """Something works with a limit."""
    return Finding(Outcome.NOTE, subject, text)


def broken(subject: str, text: str) -> Finding:
    """Something does not work."""
    return Finding(Outcome.BROKEN, subject, text)
