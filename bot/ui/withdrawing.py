"""Taking back what was uploaded for a message that is gone."""

import logging
from contextlib import suppress

from bot.errors import BotError, UploadNotFoundError
from bot.services import Services
from bot.uploads.job import Batch, Job, JobState

_log = logging.getLogger(__name__)

#: What is on its way when its message goes is looked at again this often.
_LOOK_EVERY_S = 2.0
_MAX_LOOKS = 150
_CANCELLABLE = {JobState.ACCEPTED, JobState.READY}


async def withdraw(services: Services, batch: Batch) -> None:
    """Cancel what waits of a batch, and delete what is at Imgur.

    Everything of it ends now, and that is kept: what cannot be deleted at once, or is on its way
    when the bot stops, is deleted like whatever else is overdue.

    Raises:
        StorageError: It could not be kept; nothing was deleted.
    """
    now = services.clock.now()
    for job in await services.jobs.jobs_of(batch.id):
        if job.same_as is None and job.state is not JobState.DELETED:
            await services.library.keep_until(job.id, now)
        if job.state in _CANCELLABLE:
            with suppress(UploadNotFoundError):  # it went out meanwhile
                await services.uploads.cancel(job.id, batch.user_id)
    for job in await _settled(services, batch):
        if job.state is JobState.UPLOADED and job.same_as is None:
            await _delete(services, batch, job)


async def _settled(services: Services, batch: Batch) -> list[Job]:
    """A batch's files once none of them is on its way."""
    for _ in range(_MAX_LOOKS):
        jobs = await services.jobs.jobs_of(batch.id)
        if all(job.is_settled for job in jobs):
            return list(jobs)
        await services.clock.sleep(_LOOK_EVERY_S)
    return list(await services.jobs.jobs_of(batch.id))


async def _delete(services: Services, batch: Batch, job: Job) -> None:
    try:
        await services.deleter.delete(batch, job, batch.payer)
    except BotError as error:
        _log.info("job %d: its message is gone, its picture goes later: %s", job.id, error)
