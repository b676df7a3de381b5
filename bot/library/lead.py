"""What a Discord link says of the message and file that it once led to. Pure.

Source: https://docs.discord.com/developers/reference#signed-attachment-cdn-urls
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from bot.errors import ChoiceError

# Below 2**63, where the database's numbers end; Discord's get there in 2082.
_ID = r"([1-8]?[0-9]{15,18})"
# The host is not looked at: proxies and mirrors keep the path, and only ids are taken from it.
_FILE = re.compile(rf"/attachments/{_ID}/{_ID}(?:/|$)")
_MESSAGE = re.compile(
    rf"discord(?:app)?\.com/channels/(?:@me|{_ID})/{_ID}/{_ID}(?:[/?#>]|$)", re.IGNORECASE
)
_KIND = "lead"


@dataclass(frozen=True, slots=True)
class Lead:
    """Where a picture was.

    Attributes:
        message_id: ``None`` when only the file's link is known.
        attachment_id: ``None`` stands for all of the message's files.
    """

    channel_id: int
    message_id: int | None = None
    attachment_id: int | None = None

    def to_row(self) -> dict[str, str]:
        """As it is kept for a button."""
        ids = {"channel": self.channel_id, "message": self.message_id, "file": self.attachment_id}
        return {"kind": _KIND} | {name: str(value or "") for name, value in ids.items()}

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> Self | None:
        """From what was kept; ``None`` when that is something else."""
        if row.get("kind") != _KIND:
            return None
        ids = [int(row[name]) if row[name] else None for name in ("message", "file")]
        return cls(int(row["channel"]), *ids)


def read_lead(text: str) -> Lead:
    """Read a pasted link to an attachment or to a message.

    Raises:
        ChoiceError: It is neither.
    """
    message = _MESSAGE.search(text)
    if message is not None:
        return Lead(int(message[2]), message_id=int(message[3]))
    file = _FILE.search(text)
    if file is not None:
        return Lead(int(file[1]), attachment_id=int(file[2]))
    raise ChoiceError(
        "That is neither a link to a Discord attachment "
        "(`https://cdn.discordapp.com/attachments/…`) nor one to a message "
        "(right-click it → Copy Message Link)."
    )
