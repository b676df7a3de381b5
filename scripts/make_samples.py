"""Draws the sample pictures that come with the demo: python scripts/make_samples.py.

They are ours from the first pixel to the last, so anyone may use them for anything. Two carry what
must never reach Imgur: the JPEG a place in its Exif data (and an orientation that must stay), the
MP4 a place in its ``udta`` atom.
"""

import io
import math
import struct
from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FOLDER = Path(__file__).parent.parent / "sandbox" / "samples"

#: 47° 22' 12" N, 8° 32' 24" E.
LATITUDE, LONGITUDE = (47.0, 22.0, 12.0), (8.0, 32.0, 24.0)
#: The same in the form of ISO 6709, as cameras write it into films.
PLACE = b"+47.3700+008.5400/"

#: Drawn twice as large and scaled down, which makes smooth edges.
_FINE = 2
_TURNED_RIGHT = 6
_ORIENTATION, _MAKE, _MODEL, _GPS = 0x0112, 0x010F, 0x0110, 0x8825


def main() -> None:
    """Write all four."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    lighthouse().save(FOLDER / "lighthouse.png", optimize=True)
    (FOLDER / "mountain-with-gps.jpg").write_bytes(photograph(mountain()))
    save_gif(FOLDER / "pendulum.gif")
    (FOLDER / "wave-with-place.mp4").write_bytes(with_place(film()))
    for path in sorted(FOLDER.iterdir()):
        print(f"{path.stat().st_size:>8} {path.name}")


def lighthouse() -> Image.Image:
    """A lighthouse at dusk."""
    image = sky(640, 400, (24, 28, 66), (250, 146, 92))
    draw = ImageDraw.Draw(image)
    draw.ellipse(box(250, 210, 390, 350), fill=(255, 214, 140))
    draw.rectangle(box(0, 300, 640, 400), fill=(20, 44, 74))
    for row in range(6):
        y = 312 + 14 * row
        draw.line(box(300 - 8 * row, y, 345 + 9 * row, y), fill=(255, 196, 128), width=6)
    draw.polygon(
        points((395, 318), (460, 292), (560, 296), (640, 330), (640, 400), (380, 400)),
        fill=(12, 20, 36),
    )
    draw.polygon(points((480, 300), (492, 150), (528, 150), (540, 300)), fill=(240, 236, 228))
    for top, half in ((262, 28), (222, 25), (182, 22)):
        draw.rectangle(box(510 - half, top, 510 + half, top + 18), fill=(200, 60, 52))
    draw.rectangle(box(494, 122, 526, 150), fill=(255, 236, 160))
    draw.polygon(points((488, 122), (510, 100), (532, 122)), fill=(60, 24, 30))
    draw.polygon(points((494, 130), (494, 144), (250, 96), (258, 60)), fill=(255, 226, 170))
    return smooth(image)


def mountain() -> Image.Image:
    """A mountain, taller than wide, with an arrow that shows which way is up."""
    image = sky(480, 640, (88, 160, 220), (226, 240, 248))
    draw = ImageDraw.Draw(image)
    draw.polygon(
        points((-40, 560), (180, 190), (300, 400), (360, 330), (540, 580)), fill=(74, 92, 112)
    )
    draw.polygon(
        points((120, 290), (180, 190), (240, 296), (205, 280), (178, 312), (150, 276)),
        fill=(250, 252, 255),
    )
    draw.rectangle(box(0, 540, 480, 640), fill=(56, 118, 78))
    draw.polygon(
        points((400, 40), (440, 96), (414, 96), (414, 150), (386, 150), (386, 96), (360, 96)),
        fill=(240, 84, 70),
    )
    draw.text(
        (400 * _FINE, 166 * _FINE),
        "UP",
        (240, 84, 70),
        ImageFont.load_default(30 * _FINE),
        anchor="mt",
    )
    return smooth(image)


def photograph(upright: Image.Image) -> bytes:
    """A JPEG as a phone that is held sideways writes it: turned, and with a place."""
    exif = Image.Exif()
    exif[_ORIENTATION] = _TURNED_RIGHT
    exif[_MAKE], exif[_MODEL] = "Demo", "Sample camera"
    exif.get_ifd(_GPS).update({1: "N", 2: LATITUDE, 3: "E", 4: LONGITUDE})
    buffer = io.BytesIO()
    turned = upright.transpose(Image.Transpose.ROTATE_90)
    turned.save(buffer, "JPEG", quality=82, optimize=True, exif=exif)
    return buffer.getvalue()


def save_gif(path: Path) -> None:
    """A pendulum that swings for ever."""
    frames = [pendulum(0.9 * math.cos(2 * math.pi * step / 24)) for step in range(24)]
    first, *rest = [frame.quantize(16, dither=Image.Dither.NONE) for frame in frames]
    first.save(path, save_all=True, append_images=rest, duration=60, loop=0, optimize=True)


def pendulum(angle: float) -> Image.Image:
    """One moment of its way."""
    image = Image.new("RGB", (240 * _FINE, 180 * _FINE), (27, 183, 110))
    draw = ImageDraw.Draw(image)
    x, y = 120 + 120 * math.sin(angle), 20 + 120 * math.cos(angle)
    draw.line(box(120, 20, x, y), fill=(255, 255, 255), width=4 * _FINE)
    draw.ellipse(box(x - 20, y - 20, x + 20, y + 20), fill=(18, 60, 44))
    draw.ellipse(box(114, 14, 126, 26), fill=(18, 60, 44))
    return smooth(image)


def film() -> bytes:
    """Two seconds of a wave, without a sound."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=24, options={"crf": "28"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for step in range(48):
            picture = av.VideoFrame.from_image(wave(2 * math.pi * step / 48))
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def wave(phase: float) -> Image.Image:
    """One moment of the sea."""
    image = sky(320, 180, (250, 190, 120), (250, 232, 200))
    draw = ImageDraw.Draw(image)
    for depth, colour in enumerate(((70, 150, 190), (44, 110, 160), (24, 70, 120))):
        crest = [
            (x, 90 + 26 * depth + 10 * math.sin(x / 34 + phase * (1 + depth) + depth))
            for x in range(0, 324, 4)
        ]
        draw.polygon(points(*crest, (320, 180), (0, 180)), fill=colour)
    return smooth(image)


def with_place(mp4: bytes) -> bytes:
    """The film with a ``©xyz`` atom in its ``moov`` box, which lies at the end of the file.

    Source: https://developer.apple.com/documentation/quicktime-file-format/user_data_atoms
    """
    start = mp4.rindex(b"moov") - 4
    moov = mp4[start:]
    text = struct.pack(">HH", len(PLACE), 0x15C7) + PLACE
    place = atom(b"udta", atom(b"\xa9xyz", text))
    return mp4[:start] + atom(b"moov", moov[8:] + place)


def atom(kind: bytes, content: bytes) -> bytes:
    """A box with its length in front."""
    return struct.pack(">I", 8 + len(content)) + kind + content


def sky(width: int, height: int, top: tuple[int, ...], bottom: tuple[int, ...]) -> Image.Image:
    """A background that changes from one colour into another."""
    column = Image.new("RGB", (1, 2))
    column.putpixel((0, 0), top)
    column.putpixel((0, 1), bottom)
    size = width * _FINE, height * _FINE
    return column.resize(size, Image.Resampling.BILINEAR).filter(ImageFilter.GaussianBlur(2))


def smooth(image: Image.Image) -> Image.Image:
    """The picture at its final size."""
    return image.resize((image.width // _FINE, image.height // _FINE), Image.Resampling.LANCZOS)


def points(*pairs: tuple[float, float]) -> list[tuple[float, float]]:
    """A polygon's corners."""
    return [(x * _FINE, y * _FINE) for x, y in pairs]


def box(*edges: float) -> list[float]:
    """A rectangle's or line's ends."""
    return [edge * _FINE for edge in edges]


if __name__ == "__main__":
    main()
