import pytest

from bot.errors import BrokenFileError, TooManyPixelsError
from tests.bot.media.makers import (
    COMMENT_SEGMENT,
    IPTC_SEGMENT,
    JFXX_SEGMENT,
    XMP_SEGMENT,
    exif_block,
    exif_segment,
    has_secret,
    jpeg,
    multi_picture_jpeg,
    orientation,
    picture,
    pixels,
    saved,
    segment,
)
from tests.bot.media.running import strip

TELLING = {
    "exif": exif_segment(),
    "exif, little end first": exif_segment(exif_block(order="<")),
    "xmp": XMP_SEGMENT,
    "iptc": IPTC_SEGMENT,
    "comment": COMMENT_SEGMENT,
    "jfxx thumbnail": JFXX_SEGMENT,
    "two exifs": exif_segment() + exif_segment(exif_block(3)),
    "maker's own": segment(0xE5, b"secret"),
    "c2pa": segment(0xEB, b"JP\x00\x01secret"),
}


@pytest.mark.parametrize("telling", TELLING.values(), ids=TELLING.keys())
def test_what_tells_goes_and_the_pixels_stay(telling: bytes) -> None:
    before = jpeg(telling)
    after, findings = strip(before)
    assert has_secret(before)
    assert not has_secret(after)
    assert pixels(after) == pixels(before)
    assert orientation(after) == orientation(before)
    assert findings.stripped


@pytest.mark.parametrize("way", range(1, 9))
def test_the_orientation_stays(way: int) -> None:
    after, _ = strip(jpeg(exif_segment(exif_block(way))))
    assert orientation(after) == way
    assert (b"Exif" in after) == (way != 1)


@pytest.mark.parametrize(
    "options",
    [
        {"progressive": True},
        {"restart_marker_blocks": 1},
        {"subsampling": 0, "optimize": True},
        {"progressive": True, "restart_marker_rows": 1},
    ],
    ids=str,
)
def test_every_way_of_coding_passes(options: dict[str, object]) -> None:
    before = jpeg(XMP_SEGMENT, **options)
    after, findings = strip(before)
    assert not has_secret(after)
    assert pixels(after) == pixels(before)
    assert (findings.width, findings.height, findings.frames) == (24, 16, 1)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_colour_model_passes(mode: str) -> None:
    before = saved(picture(mode=mode), "JPEG")
    after, _ = strip(before)
    assert pixels(after) == pixels(before)


def test_the_colour_profile_and_the_density_stay() -> None:
    before = jpeg(exif_segment(), icc_profile=b"profile" * 30000, dpi=(72, 72))
    after, _ = strip(before)
    assert after.count(b"ICC_PROFILE\x00") == before.count(b"ICC_PROFILE\x00") == 4
    assert b"JFIF\x00\x01\x01\x01\x00\x48\x00\x48\x00\x00" in after


def test_a_thumbnail_in_the_jfif_header_goes() -> None:
    thumbnail = b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x01\x02" + b"secret"
    after, findings = strip(b"\xff\xd8" + segment(0xE0, thumbnail) + jpeg()[20:])
    assert after == jpeg()
    assert findings.stripped


def test_a_plain_jpeg_passes_unchanged() -> None:
    after, findings = strip(jpeg())
    assert after == jpeg()
    assert not findings.stripped


def test_metadata_stays_when_asked_for() -> None:
    before = jpeg(exif_segment(), XMP_SEGMENT)
    assert strip(before, keep_metadata=True)[0] == before


@pytest.mark.parametrize("keep_metadata", [False, True])
def test_what_follows_the_end_goes(keep_metadata: bool) -> None:  # noqa: FBT001 (a parameter of the case)
    before = jpeg(tail=b"PK\x03\x04 an archive" + jpeg(exif_segment()))
    after, findings = strip(before, keep_metadata=keep_metadata)
    assert after == jpeg()
    assert findings.stripped


def test_further_pictures_of_a_multi_picture_file_go() -> None:
    before = multi_picture_jpeg()
    after, _ = strip(before)
    assert b"MPF\x00" in before
    assert has_secret(before)
    assert b"MPF\x00" not in after
    assert not has_secret(after)
    assert pixels(after) == pixels(before)[:1]


def test_an_end_marker_within_a_thumbnail_is_not_the_end() -> None:
    thumbnail = exif_segment(exif_block() + jpeg())
    after, _ = strip(jpeg(thumbnail))
    assert pixels(after) == pixels(jpeg())


def test_stray_and_filling_bytes_between_segments_do_no_harm() -> None:
    before = jpeg(COMMENT_SEGMENT + b"\x00stray\xff\x00\xff\xff\xff" + COMMENT_SEGMENT[1:])
    after, _ = strip(before)
    assert after == jpeg()


@pytest.mark.parametrize(
    "block", [b"", b"MM", b"MM\x00*\xff\xff\xff\xff", b"II*\x00\x08\x00\x00\x00\xff\xff", b"junk"]
)
def test_a_malformed_exif_is_dropped(block: bytes) -> None:
    assert strip(jpeg(exif_segment(block)))[0] == jpeg()


def test_a_cut_jpeg_is_broken_wherever_it_is_cut() -> None:
    whole = jpeg(exif_segment())
    for length in range(3, len(whole), 7):
        with pytest.raises(BrokenFileError):
            strip(whole[:length])


def test_a_marker_without_a_segment_passes() -> None:
    assert strip(jpeg(COMMENT_SEGMENT, b"\xff\x01"))[0] == jpeg(b"\xff\x01")


BROKEN = {
    "nothing but an end": b"\xff\xd8\xff\xd9",
    "a segment too short": b"\xff\xd8\xff\xdb\x00\x01",
    "a scan without a frame": b"\xff\xd8\xff\xda\x00\x02\xff\xd9",
    "a second beginning": b"\xff\xd8\xff\xd8" + jpeg()[2:],
    "two frames": jpeg(segment(0xC0, b"\x08\x00\x10\x00\x10\x01\x01\x11\x00")),
    "no height": jpeg(segment(0xC0, b"\x08\x00\x00\x00\x10\x01\x01\x11\x00")),
    "a frame too short": jpeg(segment(0xC0, b"\x08\x00")),
    "a marker of JPEG-LS": jpeg(segment(0xF7, b"\x08\x00\x10\x00\x10\x01\x01\x11\x00")),
    "stray bytes without end": b"\xff\xd8\xff\xe0" + b"\x00\x02" + b"stray" * 10_000,
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_a_jpeg_that_no_decoder_takes_is_broken(data: bytes) -> None:
    with pytest.raises(BrokenFileError):
        strip(data)


def test_too_many_pixels_are_refused_by_the_header() -> None:
    with pytest.raises(TooManyPixelsError):
        strip(b"\xff\xd8" + segment(0xC0, b"\x08\xff\xff\xff\xff\x01\x01\x11\x00"))
