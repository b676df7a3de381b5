"""What every file goes through on its way in: type, limits, structure, metadata, digest."""

import hashlib
from dataclasses import dataclass

from bot.errors import TooLargeError
from bot.media.findings import MediaWarning
from bot.media.sniff import HEAD_BYTES, PNG, MediaKind, sniff
from bot.media.strip import Stripper

_MIB = 1024 * 1024
_MAX_UNCHANGED_PNG_BYTES = 5 * _MIB
_MAX_DURATION_S = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be.

    Attributes:
        image_bytes: Imgur's limit for images and GIFs through its API.
        video_bytes: Imgur's limit for videos.
        max_bytes: The operator's limit for any file.
    """

    image_bytes: int = 10 * _MIB
    video_bytes: int = 200 * _MIB
    max_bytes: int = 200 * _MIB

    @property
    def largest_bytes(self) -> int:
        """What no file may pass, whatever its kind."""
        return min(max(self.image_bytes, self.video_bytes), self.max_bytes)

    def for_kind(self, kind: MediaKind) -> int:
        """What a file of this kind may not pass."""
        imgurs = self.image_bytes if kind.field == "image" else self.video_bytes
        return min(imgurs, self.max_bytes)


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What is known of a file that was taken in.

    Attributes:
        width: Pixels; ``None`` for videos that are not looked into.
        height: Pixels, likewise.
        frames: Pictures of an animation or pages, 1 for a still, ``None`` for videos.
        size_bytes: Of what was kept.
        received_bytes: Of what came in.
        sha256: Of what was kept, 64 hex digits.
        stripped: Whether metadata or bytes behind the picture were taken out or blanked.
        warnings: Sorted.
    """

    kind: MediaKind
    width: int | None
    height: int | None
    frames: int | None
    size_bytes: int
    received_bytes: int
    sha256: str
    stripped: bool
    warnings: tuple[MediaWarning, ...]


class Intake:
    """Judges one file while it streams; refuses as early as the bytes allow."""

    def __init__(
        self,
        limits: Limits,
        *,
        keep_metadata: bool = False,
        declared_bytes: int | None = None,
    ) -> None:
        """Begin.

        Args:
            limits: Counted on the bytes that come in.
            keep_metadata: Check only; drop nothing but what follows the picture.
            declared_bytes: The length that the sender announced, where it did.

        Raises:
            TooLargeError: The announced length is over every limit.
        """
        self._limits = limits
        self._keep_metadata = keep_metadata
        self._declared_bytes = declared_bytes or 0
        self._limit_bytes = limits.largest_bytes
        self._mime = ""
        self._head = b""
        self._stripper: Stripper | None = None
        self._received_bytes = 0
        self._size_bytes = 0
        self._digest = hashlib.sha256()
        self._check_size()

    def feed(self, chunk: bytes) -> bytes:
        """Take the next bytes of the file; returns those to keep so far.

        Raises:
            TooLargeError: More came, or was announced, than the limit for this kind.
            UnsupportedTypeError: Imgur does not take this kind.
            TooManyPixelsError: It declares more pixels or frames than we pass on.
            BrokenFileError: It is not the whole, well-formed file that it claims to be.
        """
        self._received_bytes += len(chunk)
        if self._stripper is None:
            self._head += chunk
            if len(self._head) >= HEAD_BYTES:
                self._stripper, kept = self._open()
                return kept
        self._check_size()
        return self._count(self._stripper.feed(chunk)) if self._stripper else b""

    def finish(self) -> tuple[bytes, MediaFacts]:
        """Take note that this was all; returns the last bytes to keep, and the facts.

        Raises:
            MediaError: As for ``feed``.
        """
        stripper, kept = (self._stripper, b"") if self._stripper else self._open()
        kept += self._count(stripper.finish())
        found = stripper.findings
        return kept, MediaFacts(
            kind=stripper.kind,
            width=found.width,
            height=found.height,
            frames=found.frames,
            size_bytes=self._size_bytes,
            received_bytes=self._received_bytes,
            sha256=self._digest.hexdigest(),
            stripped=found.stripped,
            warnings=self._warnings(stripper),
        )

    def _open(self) -> tuple[Stripper, bytes]:
        kind = sniff(self._head[:HEAD_BYTES])
        self._limit_bytes, self._mime = self._limits.for_kind(kind), kind.mime
        self._check_size()
        stripper = Stripper(kind, keep_metadata=self._keep_metadata)
        head, self._head = self._head, b""
        return stripper, self._count(stripper.feed(head))

    def _check_size(self) -> None:
        if max(self._declared_bytes, self._received_bytes) > self._limit_bytes:
            raise TooLargeError(limit_bytes=self._limit_bytes, kind=self._mime)

    def _count(self, kept: bytes) -> bytes:
        self._size_bytes += len(kept)
        self._digest.update(kept)
        return kept

    def _warnings(self, stripper: Stripper) -> tuple[MediaWarning, ...]:
        warnings = set(stripper.findings.warnings)
        if stripper.kind == PNG and self._size_bytes > _MAX_UNCHANGED_PNG_BYTES:
            warnings.add(MediaWarning.PNG_OVER_5_MB)
        if (stripper.findings.duration_s or 0.0) > _MAX_DURATION_S:
            warnings.add(MediaWarning.LONGER_THAN_60_S)
        return tuple(sorted(warnings))
