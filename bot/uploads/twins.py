"""The same picture twice: the second one gets the first one's link and costs nothing.

Twins have the same bytes, as they would be sent, in the same guild (elsewhere, and of what somebody
uploaded for himself alone: of the same person) and for the same owner at Imgur; what goes into an
album has none. Of twins that are under way
together the first goes, the others wait for how it ends.
"""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.errors import StorageError
from bot.uploads.ending import Endings
from bot.uploads.job import Batch, Job, JobState, JobStore

_log = logging.getLogger(__name__)

_Key = tuple[str, int, int | None, str]


@dataclass(slots=True)
class _Family:
    """Twins under way.

    Attributes:
        first: The one that goes.
        others: Those that wait for it.
    """

    first: int
    others: deque[tuple[Batch, Job]] = field(default_factory=deque)


class Twins:
    """Passes on what must be uploaded, and ends the rest with the link that exists."""

    def __init__(
        self, store: JobStore, endings: Endings, pass_on: Callable[[Batch, Job], None]
    ) -> None:
        self._store = store
        self._endings = endings
        self._pass_on = pass_on
        self._families: dict[_Key, _Family] = {}
        self._keys: dict[int, _Key] = {}

    async def admit(self, batch: Batch, job: Job) -> None:
        """Let a file whose bytes are safe go on."""
        key = _key(batch, job)
        self._keys[job.id] = key
        family = self._families.get(key)
        if family is not None and family.first != job.id:
            family.others.append((batch, job))
            return
        self._families[key] = _Family(job.id) if family is None else family
        known = await self._known(batch, job)
        if known is not None:
            await self._end_like(job, known)
        if job.id in self._keys:  # it did not end like that one, nor was it cancelled meanwhile
            self._pass_on(batch, job)

    async def ended(self, job: Job) -> None:
        """A file is settled: those that waited for it may go on."""
        key = self._keys.pop(job.id, None)
        family = None if key is None else self._families.get(key)
        if key is None or family is None:
            return
        if family.first != job.id:
            family.others = deque(entry for entry in family.others if entry[1].id != job.id)
            return
        del self._families[key]
        for batch, other in family.others:
            await self.admit(batch, other)

    async def _known(self, batch: Batch, job: Job) -> Job | None:
        if batch.album is not None:
            return None
        try:
            return await self._store.twin_of(batch, job)
        except StorageError as error:
            _log.warning("job %d: twins cannot be looked for: %s", job.id, error)
            return None

    async def _end_like(self, job: Job, known: Job) -> None:
        """Give a file the link that exists, unless that was deleted meanwhile."""
        assert known.uploaded is not None  # noqa: S101 (the store looks for uploaded ones)
        _log.info("job %d is the same picture as job %d", job.id, known.id)
        # Whoever asked second holds no key to the first one's picture.
        uploaded = replace(known.uploaded, deletehash=None)
        ended = replace(
            job, state=JobState.UPLOADED, uploaded=uploaded, same_as=known.id, keep_until=None
        )
        if await self._endings.save(ended, was=JobState.READY):
            await self._endings.settle(ended)


def _key(batch: Batch, job: Job) -> _Key:
    where = ("user", batch.user_id) if batch.guild_id is None else ("guild", batch.guild_id)
    if batch.answer.is_private:
        where = ("private", batch.user_id)
    digest = f"job {job.id}"
    if batch.album is None and job.spooled is not None and job.spooled.sha256:
        digest = job.spooled.sha256
    return (*where, job.imgur_account_id, digest)
