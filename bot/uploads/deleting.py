"""Deleting a picture that was uploaded."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from bot.credits.pools import Payer
from bot.errors import NotFoundError, UploadNotFoundError
from bot.imgur.client import ImgurClient
from bot.uploads.correcting import Corrections
from bot.uploads.job import Batch, Job, JobState, JobStore, Uploaded

#: Makes a client that speaks for a picture's owner.
OwnersClient = Callable[[Payer, Batch, Uploaded], ImgurClient]


class Deleter:
    """Deletes pictures at Imgur and remembers it."""

    def __init__(self, store: JobStore, client_for: OwnersClient, corrections: Corrections) -> None:
        self._store = store
        self._client_for = client_for
        self._corrections = corrections

    async def delete(self, batch: Batch, job: Job, payer: Payer) -> Job:
        """Delete an uploaded picture; one that is gone already counts as deleted.

        Raises:
            UploadNotFoundError: It is not there (any more).
            ImgurError: Imgur did not do it.
            OutOfCreditsError: Nothing was sent.
        """
        uploaded = job.uploaded
        if uploaded is None or job.state is not JobState.UPLOADED or job.same_as is not None:
            raise UploadNotFoundError(f"job {job.id} holds no picture")
        client = self._client_for(payer, batch, uploaded)
        with suppress(NotFoundError):
            await client.image.delete(uploaded.deletehash or uploaded.image_id)
        await self.deleted(uploaded.image_id, uploaded.account_id)
        return replace(job, state=JobState.DELETED)

    async def deleted(self, image_id: str, account_id: int | None) -> None:
        """A picture is gone from Imgur: every row of it is marked, and its cards soon say so.

        Args:
            account_id: The Imgur account that owned it; what others own stays as it is.
        """
        for batch_id in await self._store.picture_deleted(image_id, account_id):
            self._corrections.want(batch_id)

    async def stop(self) -> None:
        """Show no more cards."""
        await self._corrections.stop()
