"""What a parser learns about a file on the way, and the bounds that it holds it to."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.errors import BrokenFileError, TooManyPixelsError

MAX_PIXELS = 100_000_000
MAX_FRAMES = 2_000


class MediaWarning(StrEnum):
    """What will happen to a file that is accepted all the same."""

    #: Imgur's site turns PNGs over 5 MB into JPEGs; take it that its API does too.
    #: Source: https://help.imgur.com
    PNG_OVER_5_MB = "png_over_5_mb"
    #: Imgur stores TIFFs as JPEG or PNG.
    TIFF_CONVERTED = "tiff_converted"
    #: Imgur's site takes videos of up to 60 s; what is longer may be cut or refused.
    LONGER_THAN_60_S = "longer_than_60_s"
    #: This kind of file may still hold metadata, a place among it, that we cannot take out.
    METADATA_NOT_REMOVED = "metadata_not_removed"


@dataclass(slots=True)
class Findings:
    """Filled in by one parser for one file.

    Attributes:
        width: Pixels; ``None`` until known, and for videos that are not looked into.
        height: Pixels, likewise.
        frames: Pictures of an animation or pages, 1 for a still, ``None`` for videos.
        duration_s: Playing time of an animation or video where the file says so.
        stripped: Whether metadata or bytes behind the picture were taken out or blanked.
    """

    width: int | None = None
    height: int | None = None
    frames: int | None = None
    duration_s: float | None = None
    stripped: bool = False
    warnings: set[MediaWarning] = field(default_factory=set)

    def saw_size(self, width: int, height: int) -> None:
        """Note a picture's size; the largest of several stands.

        Raises:
            BrokenFileError: It has no area.
            TooManyPixelsError: Its area is over ``MAX_PIXELS``.
        """
        if width <= 0 or height <= 0:
            raise BrokenFileError(f"a picture of {width}x{height} pixels")
        if width * height > MAX_PIXELS:
            raise TooManyPixelsError(f"{width}x{height} pixels, at most {MAX_PIXELS}")
        if width * height > (self.width or 0) * (self.height or 0):
            self.width, self.height = width, height

    def saw_frames(self, frames: int) -> None:
        """Note how many pictures were counted or announced so far.

        Raises:
            TooManyPixelsError: Over ``MAX_FRAMES``.
        """
        if frames > MAX_FRAMES:
            raise TooManyPixelsError(f"{frames} frames, at most {MAX_FRAMES}")
        self.frames = max(frames, self.frames or 0)
