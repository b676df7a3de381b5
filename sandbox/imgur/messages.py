"""What goes into the world and what comes out: frozen records that know no HTTP library."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

#: How the bytes of an upload reached us; ``text`` is text that is neither base64 nor an address.
Origin = Literal["file", "base64", "url", "text"]

#: A picture as it came, turned into another format, as a thumbnail (its suffix), or the film that
#: stands in for an animated GIF.
Variant = Literal["original", "png", "jpeg", "s", "b", "t", "m", "l", "h", "clip"]


@dataclass(frozen=True, slots=True)
class Media:
    """What a file's own bytes say about it."""

    type: str
    width: int
    height: int
    animated: bool = False
    has_sound: bool = False


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that the shell keeps.

    Attributes:
        key: The shell's name for them; those that begin with ``drawn-`` are painted by us when
            first looked at.
        sniffed_type: MIME type by magic bytes; empty when unknown.
        media: The measured file; ``None`` when it could not be read as what it claims to be.
    """

    key: str
    size_bytes: int
    sha256: str
    sniffed_type: str
    media: Media | None


@dataclass(frozen=True, slots=True)
class Upload:
    """What the shell made of the part that carries the picture.

    Attributes:
        field: The part's name.
        filename: The part's file name, else empty.
        text: The start of the text for the origins ``url`` and ``text``.
        blob: The bytes; ``None`` when there are none (a failed fetch, or other text).
    """

    field: str
    origin: Origin
    filename: str = ""
    text: str = ""
    blob: Blob | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure that was asked for.

    Attributes:
        argument: What follows the colon in ``status:503`` or ``slow:2.5``.
    """

    name: str
    argument: str = ""

    def __str__(self) -> str:
        return f"{self.name}:{self.argument}" if self.argument else self.name


@dataclass(frozen=True, slots=True)
class Request:
    """One request, its body read.

    Attributes:
        path: Percent-decoded, without the query.
        headers: Names in lower case.
        form: Fields of a form or of a JSON object, lists as repeated names.
        remote: The caller's address.
        fault: What the shell was told to let go wrong when the request arrived.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    form: tuple[tuple[str, str], ...] = ()
    upload: Upload | None = None
    remote: str = "127.0.0.1"
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class HostedFile:
    """A kept picture to send instead of a body."""

    blob: Blob
    variant: Variant
    content_type: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the shell puts the answer on the wire.

    Attributes:
        manner: ``drip`` sends byte by byte, ``cut`` closes without an answer, ``truncate`` closes
            halfway through the body, ``hang`` never answers.
        delay_s: Pause before the answer.
    """

    manner: Literal["plain", "drip", "cut", "truncate", "hang"] = "plain"
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Response:
    """One answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    file: HostedFile | None = None
    delivery: Delivery = Delivery()
