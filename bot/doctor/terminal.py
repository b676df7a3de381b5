"""``python -m bot doctor``: the findings for a terminal, and an exit code for scripts."""

import textwrap
from collections.abc import Sequence

from bot.checkup import Finding, Outcome
from bot.clock import Clock
from bot.discord_application import ApplicationFacts, ask_about_application
from bot.doctor.examining import HouseDoctor
from bot.opening import open_transport
from bot.settings import Settings

#: What the exit code says: all works (limits included), or something does not.
ALL_WORKS, SOMETHING_DOES_NOT = 0, 1

_MARKS = {Outcome.FINE: "ok", Outcome.NOTE: "note", Outcome.BROKEN: "FAIL"}
_COLOURS = {Outcome.FINE: "32", Outcome.NOTE: "33", Outcome.BROKEN: "31;1"}


async def examine_from_outside(settings: Settings, clock: Clock) -> Sequence[Finding]:
    """Look at everything from a process of its own, beside the bot or without it."""

    async def ask_discord() -> ApplicationFacts:
        token = settings.discord_token.get_secret_value()
        api_url = settings.discord_api_url if settings.uses_foreign_discord else None
        return await ask_about_application(token, api_url=api_url)

    async with open_transport(settings, clock) as transport:
        return await HouseDoctor(settings, transport, ask_discord, clock).examine()


def exit_code(findings: Sequence[Finding]) -> int:
    """For scripts."""
    is_broken = any(finding.outcome is Outcome.BROKEN for finding in findings)
    return SOMETHING_DOES_NOT if is_broken else ALL_WORKS


def report(findings: Sequence[Finding], *, width: int, is_coloured: bool) -> str:
    """The findings as text, a paragraph each, and a sentence about them all.

    Args:
        width: Columns of the terminal.
    """
    subject_width = max(len(finding.subject) for finding in findings)
    lines = [_paragraph(one, subject_width, width, is_coloured) for one in findings]
    return "\n".join([*lines, "", summary(findings)])


def summary(findings: Sequence[Finding]) -> str:
    """One sentence about all findings."""
    broken = [one.subject for one in findings if one.outcome is Outcome.BROKEN]
    if broken:
        return f"Does not work: {', '.join(dict.fromkeys(broken))}."
    notes = any(one.outcome is Outcome.NOTE for one in findings)
    return "Everything works, within the limits noted." if notes else "Everything works."


def _paragraph(finding: Finding, subject_width: int, width: int, is_coloured: bool) -> str:  # noqa: FBT001 (private)
    mark = f"{_MARKS[finding.outcome]:<4}"
    head = f"{mark}  {finding.subject:<{subject_width}}  "
    body = textwrap.fill(
        finding.text,
        max(width, len(head) + 30),
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_on_hyphens=False,
        break_long_words=False,
    )
    if not is_coloured:
        return body
    return f"\x1b[{_COLOURS[finding.outcome]}m{mark}\x1b[0m{body[len(mark) :]}"
