"""Whether an upload whose answer was lost did arrive; the account that it went to can be asked.

Imgur knows no idempotency key, but keeps a name for each picture that only its owner is shown. So
what goes into an account is named after its row here. Pictures that belong to nobody stay in doubt.
Source: https://apidocs.imgur.com/#image (upload: ``name``)
"""

import hashlib
from collections.abc import Callable

from bot.errors import ResponseFormatError, ServerError, TransportError
from bot.imgur.client import ImgurClient
from bot.imgur.models import Image
from bot.uploads.job import Batch, Job

#: Makes a client that speaks for the account that a file goes to.
ClientFor = Callable[[Batch, Job], ImgurClient]

_MARK_DIGITS = 16


def mark_of(batch: Batch, job: Job) -> str | None:
    """The name of a file's picture in its account: the same at each try, and no other file's.

    A batch's key names its cause on Discord, so another database's marks differ.
    """
    if job.imgur_account_id is None:
        return None
    return hashlib.sha256(f"{batch.key} {job.id}".encode()).hexdigest()[:_MARK_DIGITS]


class Reconciler:
    """Finds the picture of a try that nobody knows the end of."""

    def __init__(self, client_for: ClientFor) -> None:
        self._client_for = client_for

    async def arrived(self, batch: Batch, job: Job) -> Image | None:
        """The picture among its account's newest; costs a credit where there is doubt.

        Raises:
            ImgurError: The account cannot be looked at now.
            CreditError: The look cannot be paid for now.
        """
        mark = mark_of(batch, job)
        if mark is None or not job.was_ambiguous:
            return None
        try:
            newest = await self._client_for(batch, job).account.images()
        except (ServerError, ResponseFormatError) as error:
            raise TransportError(f"no look at the account: {error}", maybe_applied=False) from error
        return next((image for image in newest if image.name == mark), None)
