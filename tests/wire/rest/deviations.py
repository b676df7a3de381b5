"""Where discord.py 2.7.1 departs from Discord's description, one by one, each harmless.

And where the description lags behind Discord itself.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Deviation:
    """A known departure. All three patterns must match for a violation to be excused.

    Attributes:
        operation: Method and path template.
        where: The place in the request.
        message: A part of the violation's message.
    """

    name: str
    reason: str
    operation: str
    where: str
    message: str


_ANY_MESSAGE = r"(POST|PATCH) .*(/messages.*|/callback|/webhooks/\{webhook_id\}/\{webhook_token\})"
_EDIT = r"PATCH .*/messages/.*"

DEVIATIONS = (
    Deviation(
        "embed flags",
        "Embed.to_dict always writes the flags that Discord only sends",
        _ANY_MESSAGE,
        r"body(\.data)?\.embeds\.\d+\.flags",
        "unknown field",
    ),
    Deviation(
        "tts in edits",
        "handle_message_parameters writes tts into every body; edits do not know it",
        _EDIT,
        r"body\.tts",
        "unknown field",
    ),
    Deviation(
        "tts in updating callbacks",
        "the same for callbacks that update a message or defer",
        r"POST .*/callback",
        r"body\.data\.tts",
        "unknown field",
    ),
    Deviation(
        "nsfw commands",
        "documented for commands, but missing from the description",
        r"(PUT|POST|PATCH) /applications/.*commands.*",
        r"body(\.\d+)?\.nsfw",
        "unknown field",
    ),
    Deviation(
        "numeric attachment ids",
        "File.to_dict numbers new files with integers, Attachment.to_dict writes ids so too",
        _ANY_MESSAGE,
        r"body(\.data)?\.attachments\.\d+\.id",
        "is not of type 'string'",
    ),
    Deviation(
        "numeric ids in references",
        "MessageReference.to_dict writes ids as integers; Discord reads both",
        r"POST .*/messages",
        r"body\.message_reference\.(message_id|channel_id|guild_id)",
        "is not of type 'string'|is none of what is possible",
    ),
    Deviation(
        "a numeric recipient",
        "start_private_message writes the user's id as an integer; Discord reads both",
        r"POST /users/@me/channels",
        r"body\.recipient_id",
        "is none of what is possible",
    ),
    Deviation(
        "0 and 1 for booleans in queries",
        "aiohttp takes no booleans, so discord.py writes with_response=1 and with_components=0",
        r"(GET|POST|PATCH) .*",
        r"query\.(with_response|wait|with_components|with_counts|with_localizations)",
        r"'[01]' is not of type 'boolean'",
    ),
)

GAPS = (
    Deviation(
        "forwards",
        "the description knows only replies; documented under Message Reference Types",
        r".*",
        r"answer.*\.message_reference\.type",
        "0 was expected",
    ),
)
