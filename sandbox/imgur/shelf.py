"""The sandbox's folder: pictures as files, everything else as one document."""

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self
from uuid import uuid4

import msgspec

from sandbox.imgur.dialects.images import CLIP_BYTES
from sandbox.imgur.drawing import draw, film
from sandbox.imgur.measure import measure
from sandbox.imgur.messages import Blob, HostedFile, Variant
from sandbox.imgur.state import State
from sandbox.imgur.thumbnails import render


class DamagedFolderError(Exception):
    """The folder's document cannot be read; it is left as it is."""


class Shelf:
    """Keeps files and the document under one folder.

    Attributes:
        folder: Holds ``world.json``, ``pictures/`` and ``cache/`` (which may be deleted).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._document = folder / "world.json"
        self._pictures = folder / "pictures"
        self._cache = folder / "cache"
        for path in (self._pictures, self._cache):
            path.mkdir(parents=True, exist_ok=True)

    def load(self) -> State | None:
        """What was kept, or ``None`` in an empty folder.

        Raises:
            DamagedFolderError: There is a document, but not one of ours.
        """
        if not self._document.exists():
            return None
        try:
            state = msgspec.json.decode(self._document.read_bytes(), type=State)
        except msgspec.MsgspecError as error:
            raise DamagedFolderError(f"{self._document} cannot be read: {error}") from error
        kept = {image.blob.key for image in state.images.values() if not image.deleted}
        for path in self._pictures.iterdir():
            if path.name not in kept:
                path.unlink()
        return state

    def save(self, state: State) -> None:
        """Write the document; a crash leaves the old one or the new one, never half of one."""
        new = self._document.with_suffix(".new")
        with new.open("wb") as file:
            file.write(msgspec.json.encode(state))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._document)

    def new_picture(self) -> "Incoming":
        """Room for bytes that arrive."""
        key = uuid4().hex
        return Incoming(key, self._pictures / key)

    def drop(self, keys: list[str]) -> None:
        """Delete pictures that nobody holds any more; the list is emptied."""
        while keys:
            (self._pictures / keys.pop()).unlink(missing_ok=True)

    def original(self, blob: Blob) -> Path:
        """A picture's file, exactly as received; drawn ones are drawn now."""
        if not blob.key.startswith("drawn-"):
            return self._pictures / blob.key
        return self._cached(blob, "original")

    def file(self, hosted: HostedFile) -> Path:
        """The file to send."""
        if hosted.variant == "original":
            return self.original(hosted.blob)
        return self._cached(hosted.blob, hosted.variant)

    def clear(self) -> None:
        """Forget all pictures."""
        for folder in (self._pictures, self._cache):
            for path in folder.iterdir():
                path.unlink()

    def _cached(self, blob: Blob, variant: Variant) -> Path:
        path = self._cache / f"{blob.key}.{variant}"
        if not path.exists():
            new = path.with_name(f"{uuid4().hex}.new")
            new.write_bytes(self._made(blob, variant))
            new.replace(path)
        return path

    def _made(self, blob: Blob, variant: Variant) -> bytes:
        if variant == "original":
            return draw(blob)
        if variant == "clip":
            return film(CLIP_BYTES)
        return render(blob, self.original(blob), variant)


@dataclass(slots=True)
class Incoming:
    """A picture on its way in; what is not kept is deleted at the end of the ``with`` block."""

    key: str
    path: Path
    size_bytes: int = 0
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    _file: BinaryIO | None = None
    _kept: bool = False

    def __enter__(self) -> Self:
        self._file = self.path.open("xb")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
        if not self._kept:
            self.path.unlink(missing_ok=True)

    def write(self, chunk: bytes) -> None:
        """Add bytes."""
        assert self._file is not None  # noqa: S101 - only inside the with block
        self._file.write(chunk)
        self._digest.update(chunk)
        self.size_bytes += len(chunk)

    def keep(self) -> Blob:
        """Close the file and measure it; it stays."""
        assert self._file is not None  # noqa: S101 - only inside the with block
        self._file.close()
        kind, media = measure(self.path)
        self._kept = True
        return Blob(self.key, self.size_bytes, self._digest.hexdigest(), kind, media)
