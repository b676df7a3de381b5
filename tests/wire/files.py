"""Attachments and the signed, expiring links under which Discord's CDN serves them.

Source: https://docs.discord.com/developers/reference#signed-attachment-cdn-urls
"""

import hashlib
import hmac
import mimetypes
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from tests.wire.clock import WireClock
from tests.wire.content import Content
from tests.wire.gates import Gate
from tests.wire.snowflakes import Snowflakes

_SECRET = b"signs links"
LINK_LIFE = timedelta(hours=24)


@dataclass(slots=True)
class Delivery:
    """How the CDN misbehaves for one file; may be changed while it is being served."""

    bytes_per_s: int | None = None
    cut_after_bytes: int | None = None
    length_lie_bytes: int = 0
    status: int = 200
    gate: Gate | None = None
    """Closed, it holds the answer back; with `gate_after_bytes`, the rest of it."""
    gate_after_bytes: int = 0


@dataclass(slots=True, eq=False)
class Attachment:
    """A file as a user picks it.

    Attributes:
        size_bytes: What Discord claims in payloads; the content's size unless a test lies.
    """

    filename: str
    content: Content | bytes
    content_type: str | None = None
    width: int | None = None
    height: int | None = None
    description: str | None = None
    size_bytes: int | None = None
    delivery: Delivery = field(default_factory=Delivery)


@dataclass(slots=True, eq=False)
class StoredFile:
    """An attachment that has an id and a place on the CDN."""

    id: int
    folder: str
    source: Attachment
    store: "FileStore"
    ephemeral: bool = False
    deleted: bool = False
    downloads: int = 0

    @property
    def path(self) -> str:
        return f"/{self.folder}/{self.id}/{self.source.filename}"

    @property
    def url(self) -> str:
        """A link signed now, good for a day."""
        return self.store.sign(self.path)

    @property
    def content(self) -> Content:
        return Content.of(self.source.content)

    @property
    def content_type(self) -> str | None:
        return self.source.content_type or mimetypes.guess_type(self.source.filename)[0]

    def payload(self) -> dict[str, Any]:
        optional = {
            "content_type": self.content_type,
            "description": self.source.description,
            "width": self.source.width,
            "height": self.source.height,
            "ephemeral": self.ephemeral or None,
        }
        return {
            "id": str(self.id),
            "filename": self.source.filename,
            "size": self.source.size_bytes or self.content.size_bytes,
            "url": self.url,
            "proxy_url": self.url,
        } | {key: value for key, value in optional.items() if value is not None}


class FileStore:
    """Every file that Discord holds, by path."""

    def __init__(self, clock: WireClock, snowflakes: Snowflakes) -> None:
        self.origin = ""
        self._clock = clock
        self._snowflakes = snowflakes
        self._files: dict[str, StoredFile] = {}

    def add(self, source: Attachment, folder: str, *, ephemeral: bool = False) -> StoredFile:
        """Keep the file below `attachments/<channel>` or `ephemeral-attachments/<app>`."""
        file_id = self._snowflakes.mint(self._clock.real_now())
        stored = StoredFile(file_id, folder, source, self, ephemeral)
        self._files[stored.path] = stored
        return stored

    def sign(self, path: str) -> str:
        issued = int(self._clock.now().timestamp())
        expires = issued + int(LINK_LIFE.total_seconds())
        mac = _mac(path, f"{expires:x}", f"{issued:x}")
        return f"{self.origin}{quote(path)}?ex={expires:x}&is={issued:x}&hm={mac}&"

    def find(self, path: str, query: dict[str, str]) -> StoredFile | None:
        """The file, if the link's signature holds, it has not expired and the file lives."""
        stored = self._files.get(path)
        expires, issued = query.get("ex", ""), query.get("is", "")
        if stored is None or stored.deleted:
            return None
        if not hmac.compare_digest(query.get("hm", ""), _mac(path, expires, issued)):
            return None
        return stored if int(expires, 16) > self._clock.now().timestamp() else None


def _mac(path: str, expires: str, issued: str) -> str:
    return hmac.new(_SECRET, f"{path} {expires} {issued}".encode(), hashlib.sha256).hexdigest()
