"""Text by strangers, made harmless before it is shown. Pure."""

import re
import unicodedata

from discord.utils import escape_markdown

#: Discord's own bound on a message with components is 4,000 characters in all.
MAX_TITLE = 200

_BREAKS = re.compile(r"\s+")
# <@user>, <#channel>, </command:id>, <t:time>, <:emoji:id>, <a:emoji:id>, <id:guide>
_REFERENCES = re.compile(r"<(?=[@#/:]|t:|a:|id:)")
# Discord makes links of bare addresses, and in the bot's words they would pass for its own.
_SCHEME = re.compile(r"(?<=:)(?=//)")


def safe_text(text: str, limit: int = MAX_TITLE) -> str:
    """One line that looks like what its author typed and does nothing.

    Controls, directional overrides and zero-width characters go; line breaks become spaces;
    markdown, mentions and Discord's references are escaped; addresses become no links; the rest is
    cut to ``limit`` characters.
    """
    visible = "".join(c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    line = _BREAKS.sub(" ", visible).strip()
    if len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    escaped = escape_markdown(line, ignore_links=False).replace("](", "\\](")
    escaped = _REFERENCES.sub("<\u200b", escaped)
    escaped = _SCHEME.sub("\u200b", escaped)
    return escaped.replace("@everyone", "@\u200beveryone").replace("@here", "@\u200bhere")


def code(text: str) -> str:
    """``text`` in a code block that it cannot leave."""
    return "```\n" + text.replace("```", "`\u200b``") + "\n```"
