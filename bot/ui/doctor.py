"""What the doctor found, for the operator's eyes on Discord. Pure."""

from collections.abc import Sequence

from discord import ui
from discord.utils import escape_markdown

from bot.checkup import Finding, Outcome
from bot.ui.layout import GREEN, RED, panel

_MARKS = {Outcome.FINE: "✅", Outcome.NOTE: "⚠️", Outcome.BROKEN: "❌"}
_HEADINGS = {True: "### Something does not work", False: "### Everything works"}
#: Discord shows at most 4,000 characters in all.
_LONGEST_TEXT = 400


def doctor_card(findings: Sequence[Finding]) -> ui.LayoutView:
    """All findings, the broken ones first."""
    order = [Outcome.BROKEN, Outcome.NOTE, Outcome.FINE]
    ordered = sorted(findings, key=lambda one: order.index(one.outcome))
    is_broken = any(one.outcome is Outcome.BROKEN for one in findings)
    lines = [f"{_MARKS[one.outcome]} **{one.subject}.** {_text(one)}" for one in ordered]
    text = "\n".join([_HEADINGS[is_broken], *lines])
    return panel(text[:3900], colour=RED if is_broken else GREEN)


def _text(finding: Finding) -> str:
    text = finding.text
    if len(text) > _LONGEST_TEXT:
        text = text[: _LONGEST_TEXT - 1].rstrip() + "…"
    return escape_markdown(text)
