"""Imgur's thumbnails, really resized.

Source: https://api.imgur.com/models/image#thumbs
"""

import io
from pathlib import Path

from PIL import Image, ImageOps

from sandbox.imgur.drawing import poster
from sandbox.imgur.messages import Blob, Variant

#: Suffix → side in pixels, and whether the picture is cropped to a square.
SIZES: dict[Variant, tuple[int, bool]] = {
    "s": (90, True),
    "b": (160, True),
    "t": (160, False),
    "m": (320, False),
    "l": (640, False),
    "h": (1024, False),
}


def render(blob: Blob, path: Path, variant: Variant) -> bytes:
    """Another form of a kept picture: a thumbnail (JPEG), or the whole as JPEG or PNG."""
    with _opened(blob, path) as source:
        if variant in SIZES:
            return _packed(_resized(source, variant), "JPEG")
        return _packed(source.convert("RGB"), "JPEG" if variant == "jpeg" else "PNG")


def _opened(blob: Blob, path: Path) -> Image.Image:
    if blob.media is not None and blob.media.type.startswith("video/"):
        return poster(blob.media.width, blob.media.height)
    return Image.open(path)


def _resized(source: Image.Image, variant: Variant) -> Image.Image:
    side, cropped = SIZES[variant]
    upright = ImageOps.exif_transpose(source).convert("RGB")
    if cropped:
        return ImageOps.fit(upright, (side, side))
    upright.thumbnail((side, side))
    return upright


def _packed(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()
