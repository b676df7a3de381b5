import struct

import pytest
from PIL import Image

from bot.errors import BrokenFileError, TooManyPixelsError
from tests.bot.media.makers import (
    PNG_SIGNATURE,
    PNG_TELLING,
    chunk,
    exif_block,
    has_secret,
    orientation,
    picture,
    pixels,
    png,
    png_header,
    saved,
)
from tests.bot.media.running import strip


@pytest.mark.parametrize("telling", PNG_TELLING, ids=lambda chunk: chunk[4:8].decode())
def test_what_tells_goes_and_the_rest_is_byte_for_byte_the_same(telling: bytes) -> None:
    after, findings = strip(png(telling))
    assert after == png()
    assert findings.stripped


@pytest.mark.parametrize("way", range(1, 9))
def test_of_exif_only_the_orientation_stays(way: int) -> None:
    before = png(chunk(b"eXIf", exif_block(way)))
    after, _ = strip(before)
    assert has_secret(before)
    assert not has_secret(after)
    assert orientation(after) == way
    assert pixels(after) == pixels(before)
    assert (b"eXIf" in after) == (way != 1)


@pytest.mark.parametrize("block", [b"", b"MM\x00*\xff\xff\xff\xff", b"junk" * 1000])
def test_a_malformed_exif_is_dropped(block: bytes) -> None:
    assert strip(png(chunk(b"eXIf", block)))[0] == png()


def test_an_absurdly_long_exif_is_dropped_unread() -> None:
    assert strip(png(chunk(b"eXIf", exif_block() + bytes(2 << 20))), chunk=65536)[0] == png()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_colour_model_passes_unchanged(mode: str) -> None:
    image = picture().convert("L").convert(mode) if mode != "I;16" else Image.new(mode, (9, 9))
    data = saved(image, "PNG")
    assert strip(data)[0] == data


def test_colours_transparency_and_density_stay() -> None:
    data = saved(
        picture().convert("P"), "PNG", transparency=3, dpi=(72, 72), icc_profile=b"profile"
    )
    assert strip(data)[0] == data


def test_an_animation_stays_animated() -> None:
    images = [picture().rotate(90 * index) for index in range(4)]
    data = saved(images[0], "PNG", save_all=True, append_images=images[1:], duration=50)
    after, findings = strip(data)
    assert after == data
    assert findings.frames == 4


def test_metadata_stays_when_asked_for() -> None:
    data = png(*PNG_TELLING)
    assert strip(data, keep_metadata=True)[0] == data


def test_what_follows_the_end_goes() -> None:
    after, findings = strip(png(tail=b"PK\x03\x04 an archive"))
    assert after == png()
    assert findings.stripped


def test_a_cut_png_is_broken_wherever_it_is_cut() -> None:
    whole = png()
    for length in range(8, len(whole)):
        with pytest.raises(BrokenFileError):
            strip(whole[:length])


BROKEN = {
    "no header": PNG_SIGNATURE + chunk(b"IDAT", b"x" * 13) + chunk(b"IEND", b""),
    "no data": png_header(1, 1) + chunk(b"IEND", b""),
    "no area": png_header(0, 5) + chunk(b"IDAT", b"x") + chunk(b"IEND", b""),
    "two headers": png(png_header(1, 1)[8:]),
    "an unknown critical chunk": png(chunk(b"XDAT", b"x")),
    "Apple's own": PNG_SIGNATURE + chunk(b"CgBI", bytes(4)) + png()[8:],
    "no chunk at all": png_header(1, 1) + b"<html><script></script></html>",
    "a chunk of 4 GB": png_header(1, 1) + struct.pack(">I", 2**32 - 1) + b"tEXt",
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_a_png_in_disorder_is_broken(data: bytes) -> None:
    with pytest.raises(BrokenFileError):
        strip(data)


def test_too_many_pixels_are_refused_by_the_header() -> None:
    with pytest.raises(TooManyPixelsError):
        strip(png_header(65535, 65535))


def test_too_many_announced_frames_are_refused() -> None:
    with pytest.raises(TooManyPixelsError):
        strip(png(chunk(b"acTL", struct.pack(">II", 2001, 0))))


def test_more_frames_than_announced_are_counted() -> None:
    frames = chunk(b"fcTL", bytes(26)) * 2001
    with pytest.raises(TooManyPixelsError):
        strip(png(chunk(b"acTL", struct.pack(">II", 1, 0)), frames))
