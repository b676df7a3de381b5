"""What the gateway dispatches, and which intents a bot needs to hear it.

Source: https://docs.discord.com/developers/events/gateway#gateway-intents
"""

from dataclasses import dataclass
from enum import IntFlag
from typing import Any


class Intent(IntFlag):
    NONE = 0
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    MESSAGE_CONTENT = 1 << 15


PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT
KNOWN_BITS = (1 << 26) - 1


@dataclass(frozen=True, slots=True)
class Event:
    """One dispatch.

    Attributes:
        intent: Needed to hear it; NONE for what everyone hears.
        content_is_open: Whether a message's content is shown without MESSAGE_CONTENT: the
            bot's own messages, direct messages and those that mention it.
    """

    name: str
    data: dict[str, Any]
    guild_id: int | None = None
    intent: Intent = Intent.NONE
    content_is_open: bool = True

    def seen_with(self, intents: Intent) -> dict[str, Any] | None:
        """The data that a session with these intents gets, None when it hears nothing."""
        if self.intent and not self.intent & intents:
            return None
        if self.content_is_open or intents & Intent.MESSAGE_CONTENT:
            return self.data
        return without_content(self.data)


def without_content(message: dict[str, Any]) -> dict[str, Any]:
    """A message payload as a bot without MESSAGE_CONTENT sees it."""
    hidden = {"content": "", "embeds": [], "attachments": [], "components": []}
    return {key: value for key, value in (message | hidden).items() if key != "message_snapshots"}
