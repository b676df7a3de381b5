import pytest

from bot.errors import BrokenFileError, TooManyPixelsError
from tests.bot.media.makers import (
    GIF_COMMENT,
    GIF_IMAGE,
    GIF_LOOP,
    GIF_SCREEN,
    GIF_XMP,
    animated_gif,
    gif,
    gif_delay,
    has_secret,
    pixels,
)
from tests.bot.media.running import strip


@pytest.mark.parametrize("telling", [GIF_COMMENT, GIF_XMP], ids=["comment", "xmp"])
def test_what_tells_goes_and_the_rest_is_byte_for_byte_the_same(telling: bytes) -> None:
    before = gif(GIF_LOOP, telling, gif_delay(5), telling, GIF_IMAGE, telling)
    after, findings = strip(before)
    assert has_secret(before)
    assert after == gif(GIF_LOOP, gif_delay(5), GIF_IMAGE)
    assert pixels(after) == pixels(before)
    assert findings.stripped


def test_an_animation_passes_unchanged() -> None:
    after, findings = strip(animated_gif(5))
    assert after == animated_gif(5)
    assert (findings.width, findings.height, findings.frames) == (24, 16, 5)
    assert findings.duration_s == pytest.approx(0.5)


def test_metadata_stays_when_asked_for() -> None:
    data = gif(GIF_COMMENT, GIF_XMP, GIF_IMAGE)
    assert strip(data, keep_metadata=True)[0] == data


def test_what_follows_the_trailer_goes() -> None:
    after, findings = strip(gif(GIF_IMAGE, tail=b"\x3bPK\x03\x04 classes"))
    assert after == gif(GIF_IMAGE)
    assert findings.stripped


def test_an_extension_without_data_does_no_harm() -> None:
    assert strip(gif(b"\x21\xf9\x00", b"\x21\xfe\x00", GIF_IMAGE))[0] == gif(
        b"\x21\xf9\x00", GIF_IMAGE
    )


def test_a_screen_without_size_takes_that_of_its_frame() -> None:
    data = b"GIF89a" + bytes(7) + GIF_IMAGE + b"\x3b"
    after, findings = strip(data)
    assert after == data
    assert (findings.width, findings.height) == (1, 1)


def test_a_local_colour_table_is_passed() -> None:
    image = b"\x2c" + bytes(4) + b"\x01\x00\x01\x00\x81" + bytes(12) + GIF_IMAGE[10:]
    assert strip(gif(image))[0] == gif(image)


def test_a_cut_gif_is_broken_wherever_it_is_cut() -> None:
    whole = animated_gif()
    for length in range(6, len(whole)):
        with pytest.raises(BrokenFileError):
            strip(whole[:length])


BROKEN = {
    "no picture": gif(),
    "an unknown block": gif(b"\x99", GIF_IMAGE),
    "a picture without area": gif(b"\x2c" + bytes(9) + GIF_IMAGE[10:]),
    "only comments, and many": GIF_SCREEN + b"\x21\xfe\x00" * 100_000,
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_a_gif_that_shows_nothing_is_broken(data: bytes) -> None:
    with pytest.raises(BrokenFileError):
        strip(data, chunk=65536)


def test_too_many_frames_are_refused() -> None:
    assert strip(gif(GIF_IMAGE * 2000))[1].frames == 2000
    with pytest.raises(TooManyPixelsError):
        strip(gif(GIF_IMAGE * 2001))


def test_a_vast_screen_is_refused() -> None:
    with pytest.raises(TooManyPixelsError):
        strip(b"GIF89a" + b"\xff" * 4 + bytes(3))


def test_a_vast_frame_on_a_small_screen_is_refused() -> None:
    with pytest.raises(TooManyPixelsError):
        strip(gif(b"\x2c" + b"\xff" * 8 + b"\x00"))
