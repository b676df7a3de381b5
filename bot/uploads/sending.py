"""From the spool to Imgur: one upload, paid for beforehand."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.clock import Clock
from bot.credits.ledger import Reservation
from bot.errors import NotFoundError, PermissionDeniedError, SpoolError
from bot.imgur.client import ImgurClient
from bot.imgur.models import Image
from bot.imgur.wire import FilePart
from bot.media.spool import Spool
from bot.uploads.albums import Albums
from bot.uploads.job import Batch, Job, JobState, Spooled, Uploaded
from bot.uploads.reconciling import Reconciler, mark_of

_log = logging.getLogger(__name__)

#: Makes a client that speaks for a batch's user and pays with a reservation.
ClientFor = Callable[[Batch, Job, Reservation], ImgurClient]


class Courier:
    """Carries one file from the spool to Imgur."""

    def __init__(
        self,
        spool: Spool,
        client_for: ClientFor,
        albums: Albums,
        reconciler: Reconciler,
        clock: Clock,
    ) -> None:
        self._spool = spool
        self._client_for = client_for
        self._albums = albums
        self._reconciler = reconciler
        self._clock = clock

    async def send(
        self,
        batch: Batch,
        job: Job,
        reservation: Reservation,
        on_progress: Callable[[int], None],
        before_end: Callable[[], Awaitable[None]],
    ) -> Job:
        """The job as it is once Imgur has the picture: ``UPLOADED``.

        Args:
            on_progress: Is told how many of its bytes went out.
            before_end: Is awaited before Imgur may have all of it.

        Raises:
            ImgurError: It was not taken, or nobody knows.
            SpoolError: The bytes cannot be read back.
            OutOfCreditsError: What goes before it cannot be paid for now; nothing was sent.
        """
        arrived = await self._reconciler.arrived(batch, job)
        if arrived is not None:
            _log.info("job %d had arrived: found in its account", job.id)
            return self._done(job, arrived)
        if job.spooled is None and job.source.is_attachment:
            raise SpoolError(f"job {job.id} has no bytes in the spool")
        client = self._client_for(batch, job, reservation)
        album = await self._albums.target(batch, job)
        part = None
        if job.spooled is None:  # Imgur is to fetch it itself
            await before_end()
        else:
            part = replace(
                self._part(job, job.spooled), on_progress=on_progress, before_end=before_end
            )
        try:
            image = await self._upload(client, part, batch, job, album)
        except (NotFoundError, PermissionDeniedError):
            if album is None:
                raise
            # The album was deleted meanwhile, and says nothing against the picture.
            await self._albums.lost(batch)
            image = await self._upload(client, part, batch, job, None)
        return self._done(job, image)

    def _part(self, job: Job, spooled: Spooled) -> FilePart:
        return FilePart(
            field_name=spooled.field_name,
            filename=f"{job.id}{spooled.extension}",
            content_type=spooled.content_type,
            content=self._spool.content(spooled.name, spooled.key, spooled.size_bytes),
        )

    async def _upload(
        self, client: ImgurClient, part: FilePart | None, batch: Batch, job: Job, album: str | None
    ) -> Image:
        if part is None:
            return await client.image.upload_url(
                job.source.url,
                title=job.title,
                description=job.description,
                album=album,
                name=mark_of(batch, job),
            )
        # Not waited for until Imgur has processed a video: the link is known, and safe once stored.
        return await client.image.upload(
            part,
            title=job.title,
            description=job.description,
            album=album,
            name=mark_of(batch, job),
            wait=False,
        )

    def _done(self, job: Job, image: Image) -> Job:
        spooled_type = job.spooled.content_type if job.spooled else ""
        uploaded = Uploaded(
            image_id=image.id,
            link=image.link,
            content_type=image.type or spooled_type,
            uploaded_at=self._clock.now(),
            deletehash=image.deletehash or None,
            account_id=job.imgur_account_id,
            size_bytes=image.size,
            width=image.width,
            height=image.height,
        )
        return replace(job, state=JobState.UPLOADED, uploaded=uploaded)
