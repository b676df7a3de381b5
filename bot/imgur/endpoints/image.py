"""Images: look at, upload, change, delete.

Source: https://apidocs.imgur.com/#image; ``/3/upload`` is what Imgur's own site uses.
"""

from dataclasses import replace
from typing import Any

import msgspec
from msgspec import structs

from bot.errors import BotError, ImgurError, ProcessingFailedError
from bot.imgur.endpoints.base import Endpoints, Fields
from bot.imgur.hosts import file_root
from bot.imgur.models import Image, Record
from bot.imgur.reading import read
from bot.imgur.wire import COST_OAUTH, COST_UPLOAD, FilePart, Request

#: When a video is looked at again; then it is given back as it is.
SETTLE_PAUSES_S = (2.0, 3.0, 5.0, 5.0, 5.0, 10.0)
#: Source: other clients' habit; Imgur names no interval.
POLL_PAUSE_S = 5.0
MAX_POLLS = 13

_OK = 200


class UploadTicket(Record, frozen=True, kw_only=True):
    """What the older backend answers for a video; ``None`` where the answer is the image itself."""

    ticket: str | None = None


class TicketImage(Record, frozen=True, kw_only=True):
    """What became of a ticket."""

    ext: str = ""
    deletehash: str | None = None
    width: int | None = None
    height: int | None = None
    size: int | None = None


class TicketPoll(Record, frozen=True, kw_only=True):
    """How far tickets are; PHP writes an empty list for "none".

    Attributes:
        done: Image ids by ticket.
        images: By image id.
    """

    done: dict[str, str] | list[Any] = msgspec.field(default_factory=dict)
    images: dict[str, TicketImage] | list[Any] = msgspec.field(default_factory=dict)


class ImageEndpoints(Endpoints):
    """Calls about single images."""

    async def get(self, image_id: str) -> Image:
        """One image; its owner also gets its deletehash and name."""
        return await self._read(Image, "GET", "/3/image/{image_id}", image_id)

    async def upload(
        self,
        part: FilePart,
        *,
        title: str | None = None,
        description: str | None = None,
        album: str | None = None,
        name: str | None = None,
        disable_audio: bool = False,
        wait: bool = True,
    ) -> Image:
        """Upload a file; costs 10 credits.

        Args:
            part: Streamed, never held whole.
            album: The id of an own album, or the deletehash of an anonymous one.
            name: Shown to the owner only.
            disable_audio: Takes the sound out of a video.
            wait: Give Imgur up to half a minute to process a video, at a credit a look.

        Returns:
            The image with its deletehash. A video may be unprocessed still.

        Raises:
            TransportError: No answer; ``maybe_applied`` says whether the upload may be there.
            ProcessingFailedError: Imgur took a video and nothing came of it.
            BrokenFileError: The file has more or fewer bytes than it announced.
        """
        fields: Fields = {
            "type": "file",
            "title": title,
            "description": description,
            "album": album,
            "name": name,
            "disable_audio": "1" if disable_audio else None,
        }
        if part.field_name == "image":
            return await self._uploaded(self._request("POST", "/3/image", form=fields), part)
        image = await self._uploaded(self._request("POST", "/3/upload", form=fields), part)
        return await self.settled(image) if wait else image

    async def upload_url(
        self,
        url: str,
        *,
        title: str | None = None,
        description: str | None = None,
        album: str | None = None,
        name: str | None = None,
    ) -> Image:
        """Let Imgur fetch and upload a picture itself; costs 10 credits and may take long."""
        fields: Fields = {
            "image": url,
            "type": "url",
            "title": title,
            "description": description,
            "album": album,
            "name": name,
        }
        return await self._uploaded(self._request("POST", "/3/image", form=fields), None)

    async def settled(self, image: Image) -> Image:
        """A video as it is once Imgur has processed it, or after a bounded wait.

        What goes wrong while looking is no failure of the upload: the image as known is returned.
        """
        for pause_s in SETTLE_PAUSES_S:
            if image.is_processed:
                break
            await self._clock.sleep(pause_s)
            try:
                latest = await self.get(image.id)
            except BotError:
                break
            image = structs.replace(latest, deletehash=image.deletehash or latest.deletehash)
        return image

    async def update(
        self, image_id: str, *, title: str | None = None, description: str | None = None
    ) -> None:
        """Change an own image, or an anonymous one by its deletehash."""
        fields: Fields = {"title": title, "description": description}
        await self._do("POST", "/3/image/{image_id}", image_id, form=fields)

    async def delete(self, image_id: str) -> None:
        """Delete an own image, or an anonymous one by its deletehash; twice does no harm."""
        await self._do("DELETE", "/3/image/{image_id}", image_id)

    async def favorite(self, image_id: str) -> bool:
        """Turn an image's being a favourite on or off; returns what it is now."""
        return await self._toggle("/3/image/{image_id}/favorite", image_id)

    async def _uploaded(self, request: Request, part: FilePart | None) -> Image:
        request = replace(request, file=part, cost_credits=COST_UPLOAD)
        response = await self._sender.send(request)
        ticket = read(request, response, UploadTicket).ticket
        return await self._redeemed(ticket) if ticket else read(request, response, Image)

    async def _redeemed(self, ticket: str) -> Image:
        """The image that a ticket stands for, after a bounded wait.

        Raises:
            ProcessingFailedError: There was none.
        """
        for _ in range(MAX_POLLS):
            await self._clock.sleep(POLL_PAUSE_S)
            try:
                image = await self._polled(ticket)
            except ImgurError:
                continue  # the ticket is all there is of the upload: ask again
            if image is not None:
                return image
        raise ProcessingFailedError("nothing came of a video's ticket", status=_OK)

    async def _polled(self, ticket: str) -> Image | None:
        """What became of a ticket; asking costs nothing, since the API has no part in it."""
        request = self._request("GET", "/upload/poll", query={"tickets": [ticket]})
        request = replace(request, credential=None, cost_credits=COST_OAUTH)
        response = await self._sender.send(request)
        poll = read(request, response, TicketPoll)
        image_id = poll.done.get(ticket) if isinstance(poll.done, dict) else None
        if image_id is None:
            return None
        images = poll.images if isinstance(poll.images, dict) else {}
        facts = images.get(image_id, TicketImage())
        return Image(
            id=image_id,
            link=f"{file_root(response.url)}/{image_id}{facts.ext or '.mp4'}",
            deletehash=facts.deletehash,
            width=facts.width,
            height=facts.height,
            size=facts.size,
        )
