"""Runs a whole file through the stripper or the intake."""

from bot.media.findings import Findings
from bot.media.intake import Intake, Limits, MediaFacts
from bot.media.sniff import sniff
from bot.media.strip import Stripper
from tests.bot.media.makers import in_chunks


def strip(data: bytes, *, keep_metadata: bool = False, chunk: int = 777) -> tuple[bytes, Findings]:
    stripper = Stripper(sniff(data[:512]), keep_metadata=keep_metadata)
    kept = b"".join(stripper.feed(part) for part in in_chunks(data, chunk))
    return kept + stripper.finish(), stripper.findings


def take_in(
    data: bytes, limits: Limits | None = None, chunk: int = 777
) -> tuple[bytes, MediaFacts]:
    intake = Intake(limits or Limits())
    kept = b"".join(intake.feed(part) for part in in_chunks(data, chunk))
    rest, facts = intake.finish()
    return kept + rest, facts
