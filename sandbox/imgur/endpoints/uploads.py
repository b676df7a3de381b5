"""Uploading: what is taken, what is refused and in which words, videos that take their time.

Source: https://apidocs.imgur.com/#c85c9dfc-7487-4de2-9ecd-66f727cf3139; the mismatches between
``type`` and what was sent are from black-box suites against the live service, 2021.
"""

import base64
import binascii
import re
from dataclasses import dataclass

from sandbox.imgur.calls import Auth, Call, Dialect, Refusal, Route
from sandbox.imgur.dialects.errors import too_large
from sandbox.imgur.dialects.images import EXTENSIONS, image_json
from sandbox.imgur.messages import Blob, Upload
from sandbox.imgur.records import Album, Image, Ticket
from sandbox.imgur.sniff import sniff

IMAGE_LIMIT_BYTES = 10_000_000
VIDEO_LIMIT_BYTES = 200_000_000

#: What Imgur takes, and as what it comes back (videos all become MP4).
TAKEN_TYPES = {
    "image/jpeg": "image/jpeg",
    "image/png": "image/png",
    "image/gif": "image/gif",
    "image/tiff": "image/jpeg",
    "image/bmp": "image/png",
    "video/mp4": "video/mp4",
    "video/quicktime": "video/mp4",
    "video/webm": "video/mp4",
    "video/x-matroska": "video/mp4",
    "video/x-flv": "video/mp4",
    "video/x-msvideo": "video/mp4",
    "video/x-ms-wmv": "video/mp4",
    "video/mpeg": "video/mp4",
}

#: Shorter than this, text that could be base64 is taken for words.
_SHORTEST_BYTES = 48

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][\w+.-]*:/")


@dataclass(frozen=True, slots=True)
class TextPlan:
    """What the text of an ``image`` field is: bytes, an address to fetch, or neither."""

    content: bytes | None = None
    address: str = ""


def plan_text(text: str) -> TextPlan:
    """Tell base64 from an address; Imgur does so whatever ``type`` says."""
    if _ADDRESS.fullmatch(text.strip()):
        return TextPlan(address=text.strip())
    packed = re.sub(r"\s+", "", text.partition(";base64,")[2] or text)
    try:
        content = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        return TextPlan()
    meant = len(content) >= _SHORTEST_BYTES or sniff(content)
    return TextPlan(content=content if meant else None)


def upload(call: Call) -> object:
    """Take a picture or a video."""
    sent = call.request.upload
    blob = _accepted(call, sent)
    image = _new_image(call, blob)
    album = _target_album(call)
    call.state.images[image.id] = image
    call.state.truth.uploads += 1
    if album is not None:
        album.image_ids.append(image.id)
    if image.is_video and call.dialect is Dialect.CLASSIC:
        return _ticket(call, image)
    return image_json(call, image, "upload")


def poll(call: Call) -> object:
    """How far the classic backend is with its tickets."""
    done: dict[str, str] = {}
    images: dict[str, object] = {}
    for ticket_id in call.listed("tickets") or []:
        ticket = call.state.tickets.get(ticket_id)
        if ticket is None:
            continue
        ticket.polls_left -= 1
        if ticket.polls_left > 0:
            continue
        image = call.state.images[ticket.image_id]
        image.polls_left = 0
        done[ticket.id] = image.id
        images[image.id] = {
            "height": str(image.height),
            "width": str(image.width),
            "deletehash": image.deletehash,
            "size": str(image.size_bytes),
            "ext": f".{EXTENSIONS[image.type]}",
        }
    return {"done": done or [], "images": images or []}


def check_captcha(call: Call) -> object:
    """The website's question before it uploads."""
    count = int(call.param("total_upload", "1") or 1)
    return {"OverLimit": 0, "UploadCount": count, "message": ""}


def _accepted(call: Call, sent: Upload | None) -> Blob:
    """The bytes, if they are taken.

    Raises:
        Refusal: In the words of the backend that answers.
    """
    if sent is None or (sent.field == "video" and sent.origin != "file"):
        raise Refusal(400, "No image data was sent to the upload api", charged=False)
    kind = call.param("type").lower()
    if sent.origin == "file" and kind == "base64":
        raise Refusal(400, "File was not uploaded correctly", charged=False)
    if sent.origin == "url" and kind == "base64":
        raise Refusal(400, "File type invalid (1)", code=1003, charged=False)
    if sent.blob is None:
        raise _unfetched(call, sent)
    _check_type(call, sent.blob)
    _check_size(call, sent.blob)
    if sent.blob.media is None:
        raise _unprocessed(call)
    return sent.blob


def _unfetched(call: Call, sent: Upload) -> Refusal:
    if sent.origin == "url" and call.dialect is Dialect.NEW:
        return Refusal(400, "Bad Request", charged=False)
    if sent.origin == "url" or _SCHEME.match(sent.text):
        return Refusal(400, "Unable to process upload!", charged=False)
    return Refusal(400, f"Invalid URL ({sent.text})", charged=False)


def _check_type(call: Call, blob: Blob) -> None:
    if blob.sniffed_type in TAKEN_TYPES:
        return
    classic = call.dialect is Dialect.CLASSIC
    kind = "ImgurException" if classic else "Exception_UploadError"
    raise Refusal(400, "File type invalid (1)", code=1003, kind=kind, charged=False)


def _check_size(call: Call, blob: Blob) -> None:
    """Big GIFs count as films for the new backend; the classic one refuses them."""
    film = blob.sniffed_type.startswith("video/")
    film |= blob.sniffed_type == "image/gif" and call.dialect is Dialect.NEW
    if blob.size_bytes > (VIDEO_LIMIT_BYTES if film else IMAGE_LIMIT_BYTES):
        raise too_large(call.dialect)


def _unprocessed(call: Call) -> Refusal:
    if call.dialect is Dialect.NEW:
        return Refusal(417, "Internal expectation failed", charged=False)
    return Refusal(500, "Could not process upload!", charged=False)


def _new_image(call: Call, blob: Blob) -> Image:
    media = blob.media
    assert media is not None  # noqa: S101 - _accepted has seen to it
    film = media.type.startswith("video/")
    return Image(
        id=call.state.new_word(7),
        deletehash=call.state.new_word(15),
        account_id=call.caller.account.id if call.caller.account else None,
        blob=blob,
        type=TAKEN_TYPES[blob.sniffed_type],
        width=media.width,
        height=media.height,
        created_at=call.now,
        animated=media.animated or film,
        has_sound=media.has_sound and not call.flag("disable_audio"),
        title=call.sent("title"),
        description=call.sent("description"),
        name=call.param("name").strip(),
        polls_left=call.state.switches.polls_needed if film else 0,
    )


def _target_album(call: Call) -> Album | None:
    """The album that the picture goes into: one's own by id, an anonymous one by deletehash."""
    wanted = call.param("album")
    if not wanted:
        return None
    me = call.caller.account
    for album in call.state.albums.values():
        own = album.id == wanted and me is not None and album.account_id == me.id
        if not album.deleted and (own or album.deletehash == wanted):
            return album
    raise Refusal(
        400,
        f"You are not the owner of album '{wanted}', which means you can't add images to it. "
        "For anonymous albums, use the album deletehash.",
        charged=False,
    )


def _ticket(call: Call, image: Image) -> object:
    ticket = Ticket(call.state.new_hex(8), image.id, call.state.switches.polls_needed)
    call.state.tickets[ticket.id] = ticket
    return {"errorCode": None, "ticket": ticket.id}


_FIELDS = ("image", "video", "type", "album", "name", "title", "description", "disable_audio")

ROUTES = (
    Route("POST", "/3/image", upload, fields=_FIELDS, upload_field=True, cost=None),
    Route("POST", "/3/upload", upload, fields=_FIELDS, upload_field=True, cost=None),
    Route(
        "POST",
        "/3/upload/checkcaptcha",
        check_captcha,
        fields=("total_upload", "g-recaptcha-response"),
    ),
    Route("GET", "/upload/poll", poll, Auth.NONE, fields=("tickets[]",), cost=0),
)
