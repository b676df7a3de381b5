"""Boxes and words as a PNG."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    import PIL.Image

#: Corners are cut this much larger and shrunk, which smooths them.
_SMOOTHING = 4

#: Where a text hangs from its point: its left, its middle, or its right top corner.
Anchor: TypeAlias = Literal["la", "ma", "ra"]


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle, in whole pixels.

    Attributes:
        fill: Such as ``"#1c1e24"``.
        has_feet: Its lower corners are not round.
    """

    x: int
    y: int
    width: int
    height: int
    fill: str
    radius: int = 0
    has_feet: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text in letters that Pillow's own font has: English ones."""

    x: int
    y: int
    text: str
    size: int
    fill: str
    anchor: Anchor = "la"


Mark: TypeAlias = Box | Words


class Easel:
    """Draws one picture after the other, beside the event loop.

    All in one thread: what a thread has once used of memory stays its own for the next picture.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="easel")

    async def png(self, width: int, height: int, marks: Sequence[Mark]) -> bytes:
        """A picture of these marks, each upon those before; see-through where there is nothing."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, png, width, height, marks)

    def close(self) -> None:
        """Draw no more."""
        self._thread.shutdown(wait=False)


def png(width: int, height: int, marks: Sequence[Mark]) -> bytes:
    """The same, here and now; takes a few hundredths of a second."""
    # Imported at the first picture: a bot that is asked for none does without that memory.
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 (at the first picture)

    picture = Image.new("RGBA", (width, height))
    pen = ImageDraw.Draw(picture)
    for mark in marks:
        if isinstance(mark, Box):
            picture.paste(mark.fill, (mark.x, mark.y), _mask(mark))
        else:
            font = ImageFont.load_default(mark.size)
            pen.text((mark.x, mark.y), mark.text, mark.fill, font, anchor=mark.anchor)
    stream = BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def _mask(box: Box) -> "PIL.Image.Image":
    """Which pixels of its rectangle a box covers, and how much of those at its corners."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 (as above)

    mask = Image.new("L", (box.width, box.height), 255)
    radius = min(box.radius, box.width // 2, box.height // 2)
    if radius:
        size = 2 * radius * _SMOOTHING
        disc = Image.new("L", (size, size))
        ImageDraw.Draw(disc).ellipse((0, 0, size - 1, size - 1), 255)
        disc = disc.reduce(_SMOOTHING)
        right, bottom = box.width - radius, box.height - radius
        mask.paste(disc.crop((0, 0, radius, radius)), (0, 0))
        mask.paste(disc.crop((radius, 0, 2 * radius, radius)), (right, 0))
        if not box.has_feet:
            mask.paste(disc.crop((0, radius, radius, 2 * radius)), (0, bottom))
            mask.paste(disc.crop((radius, radius, 2 * radius, 2 * radius)), (right, bottom))
    return mask
