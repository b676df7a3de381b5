import io
import struct

import pytest
from PIL import Image

from bot.errors import BrokenFileError, MediaError, TooManyPixelsError
from bot.media.findings import MediaWarning
from tests.bot.media.makers import (
    GPS_NUMBERS,
    XMP,
    has_secret,
    orientation,
    picture,
    pixels,
    saved,
)
from tests.bot.media.running import strip


def telling_tiff(**options: object) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "secret maker"
    exif[700] = XMP
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\x00\x00\x00secret comment"
    return saved(picture(), "TIFF", exif=exif, **options)


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate"])
def test_what_tells_goes_and_the_pixels_stay(compression: str | None) -> None:
    before = telling_tiff(compression=compression)
    after, findings = strip(before)
    assert has_secret(before)
    assert not has_secret(after)
    assert len(after) == len(before)
    assert pixels(after) == pixels(before)
    assert orientation(after) == orientation(before) == 6
    assert findings.stripped
    assert findings.warnings == {MediaWarning.TIFF_CONVERTED}


def test_a_place_and_a_makers_note_are_blanked_where_they_lie() -> None:
    place = struct.pack(">6I", *GPS_NUMBERS)
    pixel, gps, exif = b"\x7f", 8 + 2 + 9 * 12 + 4 + 2, 8 + 2 + 9 * 12 + 4 + 2 + 18 + 24
    tags = (
        *((256, 4, 1, 1), (257, 4, 1, 1), (258, 4, 1, 8), (259, 4, 1, 1), (262, 4, 1, 1)),
        *((273, 4, 1, gps - 2), (279, 4, 1, 1), (34665, 4, 1, exif), (34853, 4, 1, gps)),
    )
    before = HEADER + directory(*tags) + pixel + b"\x00"
    before += directory((2, 5, 3, gps + 18)) + place
    before += directory((37500, 7, 12, exif + 18)) + b"secret note."
    with Image.open(io.BytesIO(before)) as image:
        assert image.getexif().get_ifd(34853)
    after, _ = strip(before)
    assert has_secret(before)
    assert after[gps:] == bytes(len(before) - gps)
    assert pixels(after) == pixels(before)


def test_every_page_is_cleaned() -> None:
    before = saved(
        picture(), "TIFF", save_all=True, append_images=[picture()], software="secret software"
    )
    after, findings = strip(before)
    assert before.count(b"secret") == 2
    assert not has_secret(after)
    assert pixels(after) == pixels(before)
    assert findings.frames == 2


def test_metadata_stays_when_asked_for() -> None:
    assert strip(telling_tiff(), keep_metadata=True)[0] == telling_tiff()


def directory(*entries: tuple[int, int, int, int], following: int = 0) -> bytes:
    body = b"".join(struct.pack(">HHII", *entry) for entry in entries)
    return struct.pack(">H", len(entries)) + body + struct.pack(">I", following)


SIZE = ((256, 4, 1, 5), (257, 4, 1, 5))
HEADER = b"MM\x00*\x00\x00\x00\x08"

BROKEN = {
    "no page": b"MM\x00*\x00\x00\x00\x00",
    "a page outside": b"MM\x00*\xff\xff\xff\xff",
    "pages in a circle": HEADER + directory(*SIZE, following=8),
    "no size": HEADER + directory(),
    "a value outside": HEADER + directory(*SIZE, (700, 7, 999, 8)),
    "a value over the header": HEADER + directory(*SIZE, (700, 7, 5, 0)),
    "a directory within itself": HEADER + directory(*SIZE, (34665, 4, 1, 8)),
    "too many tags": HEADER
    + directory(*SIZE, *[(255, 3, 1, 0)] * 65533, following=8 + 6 + 12 * 65535)
    + directory(*SIZE),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_a_tiff_in_disorder_is_broken(data: bytes) -> None:
    with pytest.raises(BrokenFileError):
        strip(data, chunk=65536)


def test_too_many_pixels_are_refused() -> None:
    with pytest.raises(TooManyPixelsError):
        strip(HEADER + directory((256, 4, 1, 65535), (257, 4, 1, 65535)))


def test_too_many_pages_are_refused() -> None:
    page = directory(*SIZE)
    pages = b"".join(
        directory(*SIZE, following=8 + (index + 1) * len(page)) for index in range(2001)
    )
    with pytest.raises(TooManyPixelsError):
        strip(HEADER + pages)


def test_overlapping_values_cannot_keep_us_busy() -> None:
    entries = [(700, 7, 500_000, 1000)] * 5000
    with pytest.raises(MediaError):
        strip(HEADER + directory(*SIZE, *entries) + bytes(600_000), chunk=65536)
