import hashlib
import struct
import time
import tracemalloc
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import (
    BrokenFileError,
    MediaError,
    TooLargeError,
    TooManyPixelsError,
    UnsupportedTypeError,
)
from bot.media import sniff
from bot.media.findings import MediaWarning
from bot.media.intake import Intake, Limits
from tests.bot.media.makers import (
    COMMENT_SEGMENT,
    FTYP,
    GIF_COMMENT,
    GIF_IMAGE,
    GIF_LOOP,
    GIF_SCREEN,
    GIF_XMP,
    IPTC_SEGMENT,
    JFXX_SEGMENT,
    PLACE,
    PNG_TELLING,
    XMP_SEGMENT,
    animated_gif,
    box,
    chunk,
    exif_block,
    exif_segment,
    film,
    gif,
    gif_delay,
    has_secret,
    jpeg,
    movie_header,
    mp4,
    multi_picture_jpeg,
    pixels,
    png,
    png_header,
    segment,
    track,
)
from tests.bot.media.running import take_in
from tests.untraced import untraced

if TYPE_CHECKING:
    from collections.abc import Callable

# --- The hostile corpus: refused, or nothing but the pixels comes out ----------------------------

REFUSED: dict[str, tuple[bytes, type[MediaError]]] = {
    "an empty file": (b"", BrokenFileError),
    "one byte": (b"\xff", UnsupportedTypeError),
    "a PNG of 65535 x 65535": (png_header(65535, 65535) + bytes(1000), TooManyPixelsError),
    "a PNG of 2**31 x 1": (png_header(2**31, 1), TooManyPixelsError),
    "a JPEG of 65535 x 65535": (
        b"\xff\xd8" + segment(0xC2, b"\x08\xff\xff\xff\xff\x03" + bytes(9)),
        TooManyPixelsError,
    ),
    "a GIF screen of 65535 x 65535": (b"GIF89a" + b"\xff" * 4 + bytes(3), TooManyPixelsError),
    "a GIF of 100,000 frames": (gif(GIF_IMAGE * 100_000), TooManyPixelsError),
    "an APNG of 2**31 frames": (
        png(chunk(b"acTL", b"\x7f\xff\xff\xff\x00\x00\x00\x00")),
        TooManyPixelsError,
    ),
    "a film of 20000 x 20000": (mp4(track(size=(20000, 20000))), TooManyPixelsError),
    "a cut JPEG": (jpeg()[:-2], BrokenFileError),
    "a cut PNG": (png()[:-1], BrokenFileError),
    "a cut GIF": (animated_gif()[:-1], BrokenFileError),
    "a cut MP4": (mp4()[:-1], BrokenFileError),
    "a JPEG's beginning": (b"\xff\xd8\xff\xe0", BrokenFileError),
    "a PNG's beginning": (b"\x89PNG\r\n\x1a\n", BrokenFileError),
    "a GIF of comments": (GIF_SCREEN + b"\x21\xfe\x00" * 200_000, BrokenFileError),
    "a PNG of empty chunks": (
        png_header(1, 1) + chunk(b"teXt", b"") * 200_000,
        BrokenFileError,
    ),
    "a JPEG of empty segments": (b"\xff\xd8" + b"\xff\xfe\x00\x02" * 200_000, BrokenFileError),
    "a JPEG of filling": (b"\xff\xd8" + b"\xff" * 500_000, BrokenFileError),
    "an MP4 index of crumbs": (
        mp4()[:24] + box(b"moov", box(b"free") * 200_000),
        BrokenFileError,
    ),
    "an MP4 index of 4 GB": (mp4()[:24] + b"\xff\xff\xff\xffmoov", BrokenFileError),
    "SVG as .png": (b'<?xml version="1.0"?><svg onload="alert(1)"/>', UnsupportedTypeError),
    "HTML as .jpg": (b"<html><script>alert(1)</script>", UnsupportedTypeError),
    "HTML before a JPEG": (b"<html>" + jpeg(), UnsupportedTypeError),
    "HEIC as .jpg": (b"\x00\x00\x00\x18ftypheic" + bytes(600), UnsupportedTypeError),
    "WebP as .png": (b"RIFF\x1a\x00\x00\x00WEBPVP8L" + bytes(20), UnsupportedTypeError),
    "PDF as .jpg": (b"%PDF-1.7\n" + jpeg(), UnsupportedTypeError),
    "ZIP as .gif": (b"PK\x03\x04" + gif(), UnsupportedTypeError),
    "a program as .mp4": (b"MZ" + bytes(600), UnsupportedTypeError),
    "BMP": (b"BM" + bytes(600), UnsupportedTypeError),
    "a PNG behind a space": (b" " + png(), UnsupportedTypeError),
    "MP4 with an archive behind": (mp4() + b"PK\x03\x04" + bytes(30), BrokenFileError),
    "TIFF pages in a circle": (
        b"MM\x00*"
        + struct.pack(">IH", 8, 2)
        + struct.pack(">HHII", 256, 4, 1, 1)
        + struct.pack(">HHII", 257, 4, 1, 1)
        + struct.pack(">I", 8),
        BrokenFileError,
    ),
}

CLEANED = {
    "Exif": jpeg(exif_segment()),
    "Exif, little end first": jpeg(exif_segment(exif_block(order="<"))),
    "Exif with a thumbnail": jpeg(exif_segment(exif_block() + jpeg(exif_segment()))),
    "Exif that points outside": jpeg(exif_segment(b"MM\x00*\xff\xff\xff\xffsecret")),
    "Exif of junk": jpeg(exif_segment(b"secret")),
    "XMP": jpeg(XMP_SEGMENT),
    "IPTC": jpeg(IPTC_SEGMENT),
    "a comment": jpeg(COMMENT_SEGMENT),
    "a JFXX thumbnail": jpeg(JFXX_SEGMENT),
    "everything in a progressive JPEG": jpeg(exif_segment(), XMP_SEGMENT, progressive=True),
    "MPF": multi_picture_jpeg(),
    "a motion photo": jpeg(tail=mp4(PLACE)),
    "JPEG and ZIP": jpeg(tail=b"PK\x03\x04 secret"),
    "PNG with Exif": png(chunk(b"eXIf", exif_block())),
    "PNG with malformed Exif": png(chunk(b"eXIf", b"MM\x00*\xff\xff\xff\xffsecret")),
    "PNG with texts": png(*PNG_TELLING),
    "PNG and HTML": png(tail=b"<html>secret</html>"),
    "GIF with a comment": gif(GIF_COMMENT, GIF_IMAGE),
    "GIF with XMP": gif(GIF_XMP, GIF_LOOP, GIF_IMAGE),
    "GIFAR": gif(GIF_IMAGE, tail=b"\x3bPK\x03\x04 secret"),
}


@pytest.mark.parametrize(("data", "error"), REFUSED.values(), ids=REFUSED.keys())
def test_a_hostile_file_is_refused_quickly(data: bytes, error: type[MediaError]) -> None:
    with untraced():
        started_at_s = time.process_time()
        with pytest.raises(error):
            take_in(data, chunk=65536)
        took_s = time.process_time() - started_at_s
    assert took_s < 2.0


@pytest.mark.parametrize("before", CLEANED.values(), ids=CLEANED.keys())
def test_a_telling_file_comes_out_with_its_pixels_only(before: bytes) -> None:
    after, facts = take_in(before)
    assert has_secret(before)
    assert not has_secret(after)
    assert pixels(after) == pixels(before)[: facts.frames]
    assert facts.stripped


# --- Facts ----------------------------------------------------------------------------------------


def test_the_facts_are_those_of_what_is_kept() -> None:
    data = jpeg(exif_segment())
    after, facts = take_in(data)
    assert facts.kind is sniff.JPEG
    assert (facts.width, facts.height, facts.frames) == (24, 16, 1)
    assert (facts.size_bytes, facts.received_bytes) == (len(after), len(data))
    assert facts.sha256 == hashlib.sha256(after).hexdigest()
    assert facts.warnings == ()


def test_the_same_picture_with_other_metadata_has_the_same_digest() -> None:
    assert take_in(jpeg(XMP_SEGMENT))[1].sha256 == take_in(jpeg(COMMENT_SEGMENT))[1].sha256


@pytest.mark.parametrize("kind", ["avi", "flv", "asf"])
def test_what_we_cannot_look_into_passes_with_a_warning(kind: str) -> None:
    data = film(kind, {"avi": "mpeg4", "flv": "flv", "asf": "wmv2"}[kind])
    after, facts = take_in(data)
    assert after == data
    assert facts.width is None
    assert facts.warnings == (MediaWarning.METADATA_NOT_REMOVED,)


def test_what_is_kept_on_purpose_is_not_warned_about() -> None:
    intake = Intake(Limits(), keep_metadata=True)
    intake.feed(film("flv", "flv"))
    assert intake.finish()[1].warnings == ()


def test_a_png_over_5_mb_is_warned_about() -> None:
    data = png(chunk(b"IDAT", bytes(5 * 1024 * 1024)))
    assert take_in(data, chunk=65536)[1].warnings == (MediaWarning.PNG_OVER_5_MB,)


def test_a_png_that_is_over_5_mb_only_with_its_metadata_is_not() -> None:
    data = png(chunk(b"tEXt", bytes(5 * 1024 * 1024)))
    assert take_in(data, chunk=65536)[1].warnings == ()


@pytest.mark.parametrize(
    "data",
    [
        gif(gif_delay(3000), GIF_IMAGE, gif_delay(3001), GIF_IMAGE),
        mp4()[:24] + box(b"moov", movie_header(seconds=61), track()),
    ],
    ids=["gif", "mp4"],
)
def test_over_a_minute_is_warned_about(data: bytes) -> None:
    assert take_in(data)[1].warnings == (MediaWarning.LONGER_THAN_60_S,)


# --- Limits ---------------------------------------------------------------------------------------


def refusal_of(act: "Callable[[], object]") -> tuple[int, str]:
    with pytest.raises(TooLargeError) as caught:
        act()
    return caught.value.limit_bytes, caught.value.kind


def test_an_image_may_be_as_large_as_the_limit_and_no_larger() -> None:
    data = jpeg()
    assert take_in(data, Limits(image_bytes=len(data)))[1].received_bytes == len(data)
    limit = len(data) - 1
    assert refusal_of(lambda: take_in(data, Limits(image_bytes=limit))) == (limit, "image/jpeg")


def test_videos_have_a_limit_of_their_own() -> None:
    data = mp4()
    assert take_in(data, Limits(image_bytes=100))[1].kind is sniff.MP4
    assert refusal_of(lambda: take_in(data, Limits(video_bytes=600))) == (600, "video/mp4")


def test_the_operators_limit_holds_for_all() -> None:
    for data, mime in ((jpeg(), "image/jpeg"), (mp4(), "video/mp4")):
        assert refusal_of(lambda data=data: take_in(data, Limits(max_bytes=600))) == (600, mime)


def test_an_announced_length_over_every_limit_is_refused_before_the_first_byte() -> None:
    assert refusal_of(lambda: Intake(Limits(), declared_bytes=201 << 20)) == (200 << 20, "")


def test_an_announced_length_over_the_kinds_limit_is_refused_by_the_first_bytes() -> None:
    intake = Intake(Limits(), declared_bytes=11 << 20)
    assert refusal_of(lambda: intake.feed(jpeg()[:512])) == (10 << 20, "image/jpeg")


def test_what_is_dropped_counts_too() -> None:
    data = jpeg(tail=bytes(5000))
    assert refusal_of(lambda: take_in(data, Limits(image_bytes=4000)))[0] == 4000


# --- Properties -----------------------------------------------------------------------------------

WHOLE = [
    *CLEANED.values(),
    animated_gif(),
    png(),
    mp4(PLACE),
    film("mp4", "mpeg4"),
    film("webm", "libvpx"),
    film("avi", "mpeg4"),
]


@given(st.sampled_from(WHOLE), st.lists(st.integers(1, 60), min_size=1, max_size=20))
def test_how_a_file_is_cut_into_chunks_changes_nothing(data: bytes, sizes: list[int]) -> None:
    at, intake, kept = 0, Intake(Limits()), b""
    while at < len(data):
        size = sizes[at % len(sizes)]
        kept += intake.feed(data[at : at + size])
        at += size
    rest, facts = intake.finish()
    assert (kept + rest, facts) == take_in(data, chunk=len(data))


@given(st.sampled_from(WHOLE), st.data())
def test_a_damaged_file_is_refused_with_a_reason_or_passes(
    data: bytes, draw: st.DataObject
) -> None:
    damaged = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 4))):
        damaged[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    cut = draw.draw(st.integers(0, len(data)))
    try:
        after, facts = take_in(bytes(damaged[:cut]))
    except MediaError:
        return
    assert facts.size_bytes == len(after) <= cut + 16


STARTS = [data[:40] for data in WHOLE] + [b"II*\x00\x08\x00\x00\x00", b"MM\x00*\x00\x00\x00\x08"]


@given(st.sampled_from(STARTS), st.binary(max_size=600))
def test_arbitrary_bytes_raise_nothing_but_media_errors(start: bytes, data: bytes) -> None:
    try:
        take_in(start + data)
    except MediaError:
        return


# --- Memory ---------------------------------------------------------------------------------------

WEBM = film("webm", "libvpx")
LARGE = {
    "samples": FTYP + struct.pack(">I4s", (60 << 20) + 8, b"mdat"),
    "an index as long as it may be": FTYP + struct.pack(">I4s", 8 << 20, b"moov") + movie_header(),
    "an endless index": FTYP + struct.pack(">I4s", 60 << 20, b"moov"),
    "a blanked box": FTYP + struct.pack(">I4s", (60 << 20) + 8, b"uuid"),
    "a vast text": png_header(1, 1) + struct.pack(">I4s", 60 << 20, b"tEXt"),
    "a TIFF": b"MM\x00*\x00\x00\x00\x08\x00\x00",
    "a cluster": WEBM[: WEBM.index(b"\x18\x53\x80\x67") + 12]
    + b"\x1f\x43\xb6\x75\x01\x00\x00\x00\x03\xc0\x00\x00",
    "filling": b"\xff\xd8" + b"\xff" * 600,
}


@pytest.mark.parametrize("start", LARGE.values(), ids=LARGE.keys())
def test_memory_stays_bounded_whatever_comes(start: bytes) -> None:
    intake, block = Intake(Limits()), bytes(256 * 1024)
    tracemalloc.start()
    try:
        with suppress(MediaError):
            intake.feed(start.ljust(512, b"\x00"))
            for _ in range(240):
                intake.feed(block)
            intake.finish()
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()
