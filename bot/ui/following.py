"""Following what Discord tells only once, although the database may be in trouble just then."""

import logging
import secrets
from collections.abc import Awaitable, Callable

from bot.clock import Clock
from bot.errors import StorageError
from bot.urgency import let_others_pass

_log = logging.getLogger(__name__)

_AGAIN_S = 2.0
#: Five minutes: what is told meanwhile waits in memory.
_MAX_TRIES = 150


async def follow(clock: Clock, what: str, work: Callable[[], Awaitable[None]]) -> None:
    """Do what an event asks for, again while the database does not take it.

    Args:
        what: Names the event in the log.
        work: May be begun anew wherever the database stopped it.

    Raises:
        StorageError: For five minutes it did not.
    """
    reference = secrets.token_hex(3)
    for tries in range(1, _MAX_TRIES + 1):
        try:
            await work()
        except StorageError as error:
            if tries == _MAX_TRIES:
                raise
            if tries == 1:
                _log.warning("%s waits for the database: %s [ref %s]", what, error, reference)
                let_others_pass()
            await clock.sleep(_AGAIN_S)
        else:
            if tries > 1:
                _log.info("%s was followed at last [ref %s]", what, reference)
            return
