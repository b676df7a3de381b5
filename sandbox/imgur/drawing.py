"""Pictures of ours: drawn from an id, always the same, no third party's. Pure."""

import io
from colorsys import hls_to_rgb
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

from sandbox.imgur.ids import number
from sandbox.imgur.messages import Blob, Media

_FRAMES = 8
_WORDS = {
    "drawn-removed": "removed",
    "drawn-region": "Content not viewable in your region",
}

Colour = tuple[int, int, int]


def draw(blob: Blob) -> bytes:
    """A drawn blob's bytes, of exactly its size.

    What a picture lacks is filled up with zeros behind its end, which every reader ignores; a film
    gets a ``free`` box.
    """
    media = blob.media or Media("image/png", 64, 64)
    if media.type.startswith("video/"):
        return film(blob.size_bytes)
    still = _words(blob.key, media) if blob.key in _WORDS else None
    if media.type == "image/gif":
        frames = [_landscape(blob.key, media, step / _FRAMES) for step in range(_FRAMES)]
        options = {"save_all": True, "append_images": frames[1:], "duration": 120, "loop": 0}
        return _packed(frames[0], "GIF", options).ljust(blob.size_bytes, b"\0")
    picture = still or _landscape(blob.key, media, 0.0)
    if media.type == "image/jpeg":
        return _packed(picture, "JPEG", {}).ljust(blob.size_bytes, b"\0")
    return _packed(picture.quantize(32), "PNG", {}).ljust(blob.size_bytes, b"\0")


def film(size_bytes: int) -> bytes:
    """A two-second MP4 of ours, filled up to a size."""
    clip = files("sandbox.imgur").joinpath("clip.mp4").read_bytes()
    room = size_bytes - len(clip)
    box = room.to_bytes(4) + b"free" + bytes(room - 8) if room >= len("sizefree") else b""
    return clip + box


def poster(width: int, height: int) -> Image.Image:
    """What stands for a film's first frame, which nobody here can decode."""
    picture = Image.new("RGB", (max(width, 1), max(height, 1)), (24, 28, 34))
    middle_x, middle_y, reach = width / 2, height / 2, min(width, height) / 6
    corners = [
        (middle_x - reach * 0.7, middle_y - reach),
        (middle_x - reach * 0.7, middle_y + reach),
        (middle_x + reach, middle_y),
    ]
    ImageDraw.Draw(picture).polygon(corners, fill=(236, 240, 245))
    return picture


def _packed(picture: Image.Image, kind: str, options: dict[str, object]) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _landscape(key: str, media: Media, phase: float) -> Image.Image:
    """Sky, sun and hills in colours that the key decides; ``phase`` 0…1 moves the sun."""
    small = Image.new("RGB", (160, 120))
    brush = ImageDraw.Draw(small)
    hue = number(f"{key}/hue", 360) / 360
    for row in range(120):
        brush.line((0, row, 160, row), fill=_colour(hue, 0.82 - row * 0.003, 0.55))
    sun_x = (number(f"{key}/sun", 120) + 20 + int(160 * phase)) % 160
    sun_y = 20 + number(f"{key}/height", 30)
    brush.ellipse((sun_x - 14, sun_y - 14, sun_x + 14, sun_y + 14), fill=_colour(hue, 0.95, 0.9))
    for layer in range(3):
        _hill(
            brush, f"{key}/{layer}", 66 + layer * 18, _colour(hue + 0.45, 0.42 - layer * 0.1, 0.4)
        )
    smooth = Image.Resampling.BILINEAR
    return small.resize((media.width, media.height), smooth)


def _hill(brush: ImageDraw.ImageDraw, key: str, height: int, colour: Colour) -> None:
    points = [(x, height - number(f"{key}/{x}", 24)) for x in range(0, 161, 20)]
    brush.polygon([(0, 120), *points, (160, 120)], fill=colour)


def _words(key: str, media: Media) -> Image.Image:
    picture = Image.new("RGB", (media.width, media.height), (32, 34, 38))
    brush = ImageDraw.Draw(picture)
    font = ImageFont.load_default(max(12, media.width // 24))
    middle = (media.width / 2, media.height / 2)
    brush.text(middle, _WORDS[key], fill=(226, 230, 235), font=font, anchor="mm")
    return picture


def _colour(hue: float, light: float, strength: float) -> Colour:
    red, green, blue = hls_to_rgb(hue % 1.0, min(max(light, 0.0), 1.0), strength)
    return int(red * 255), int(green * 255), int(blue * 255)
