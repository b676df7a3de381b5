"""Takes metadata out of a stream and checks its structure; the picture itself passes untouched."""

from collections.abc import Mapping
from typing import Protocol

from bot.media import sniff
from bot.media.findings import Findings, MediaWarning
from bot.media.formats.gif import walk_gif
from bot.media.formats.jpeg import walk_jpeg
from bot.media.formats.matroska import walk_matroska
from bot.media.formats.mp4 import walk_mp4
from bot.media.formats.png import walk_png
from bot.media.formats.tiff import walk_tiff
from bot.media.tape import Steps, Tape


class _Walk(Protocol):
    def __call__(self, tape: Tape, findings: Findings, *, keep_metadata: bool) -> Steps[None]: ...


def walk_unparsed(tape: Tape, findings: Findings, *, keep_metadata: bool) -> Steps[None]:
    """Keep a file that we do not look into: AVI, FLV, WMV, MPEG."""
    if not keep_metadata:
        findings.warnings.add(MediaWarning.METADATA_NOT_REMOVED)
    yield from tape.copy(None)


_WALKS: Mapping[sniff.MediaKind, _Walk] = {
    sniff.JPEG: walk_jpeg,
    sniff.PNG: walk_png,
    sniff.GIF: walk_gif,
    sniff.TIFF: walk_tiff,
    sniff.MP4: walk_mp4,
    sniff.QUICKTIME: walk_mp4,
    sniff.WEBM: walk_matroska,
    sniff.MATROSKA: walk_matroska,
}


class Stripper:
    """Feeds one file through the parser of its kind.

    What follows the end of a JPEG, PNG or GIF (another picture, an archive) is dropped, also with
    ``keep_metadata``.

    Attributes:
        kind: The file's kind, as given.
        findings: What is known so far; complete after ``finish``.
    """

    def __init__(self, kind: sniff.MediaKind, *, keep_metadata: bool = False) -> None:
        self.kind = kind
        self.findings = Findings()
        self._tape = Tape()
        walk = _WALKS.get(kind, walk_unparsed)
        self._walk = walk(self._tape, self.findings, keep_metadata=keep_metadata)
        self._is_complete = False

    def feed(self, chunk: bytes) -> bytes:
        """Take the next bytes of the file; returns those to keep so far.

        Raises:
            BrokenFileError: It is not the whole, well-formed file that it claims to be.
            TooManyPixelsError: It declares more pixels or frames than we pass on.
        """
        if self._is_complete:
            self.findings.stripped |= bool(chunk)
            return b""
        self._tape.load(chunk)
        return self._step()

    def finish(self) -> bytes:
        """Take note that this was all; returns the last bytes to keep.

        Raises:
            BrokenFileError: As above, or the file ends too early.
            TooManyPixelsError: As above.
        """
        if self._is_complete:
            return b""
        self._tape.end()
        return self._step()

    def _step(self) -> bytes:
        try:
            next(self._walk)
        except StopIteration:
            self._is_complete = True
            self.findings.stripped |= not self._tape.is_empty
        return self._tape.unload()
