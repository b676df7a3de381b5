"""Noticing that another process answers posts with this bot's token, from data of its own."""

import logging
from collections import deque

_log = logging.getLogger(__name__)

#: Discord announces a reply within moments; so many posts back are remembered.
_MEMORY = 1000


class Rivals:
    """What this process has answered, and whether somebody else answers as the same bot."""

    def __init__(self) -> None:
        self._ours: deque[int] = deque(maxlen=_MEMORY)
        self._theirs: deque[int] = deque(maxlen=_MEMORY)
        self._is_told = False

    def answering(self, message_id: int) -> None:
        """This process is about to reply to a message."""
        self._ours.append(message_id)

    def seen(self, message_id: int) -> None:
        """A reply of the bot's own account to this message was announced."""
        if message_id in self._ours:
            return
        self._theirs.append(message_id)
        if not self._is_told:
            self._is_told = True
            _log.error(
                "message %d was answered by another process with this bot's token: automatic "
                "uploads are off here until the next start, so that nothing is posted twice. Stop "
                "one of the two; if you do not know the other, change the token at once",
                message_id,
            )

    def have_answered(self, message_id: int | None) -> bool:
        """Whether the other process has replied to this message."""
        return message_id in self._theirs

    @property
    def are_there(self) -> bool:
        """Whether another process was noticed since the start."""
        return self._is_told
