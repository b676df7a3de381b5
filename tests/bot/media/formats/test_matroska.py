import struct

import pytest

from bot.errors import BrokenFileError
from tests.bot.media.makers import (
    ISO6709,
    element,
    film,
    film_frames,
    film_tags,
    has_secret,
)
from tests.bot.media.running import strip

EBML = element(b"\x1a\x45\xdf\xa3", element(b"\x42\x82", b"webm", size_bytes=1))
TAGS = element(b"\x12\x54\xc3\x67", ISO6709)
OPEN_SEGMENT = b"\x18\x53\x80\x67\x01" + b"\xff" * 7
OPEN_CLUSTER = b"\x1f\x43\xb6\x75\x01" + b"\xff" * 7
BLOCK = element(b"\xa3", b"\x81\x00\x00\x80samples", size_bytes=1)


def info(*parts: bytes) -> bytes:
    return element(b"\x15\x49\xa9\x66", *parts)


@pytest.mark.parametrize(("kind", "codec"), [("webm", "libvpx"), ("matroska", "mpeg4")])
def test_a_real_film_plays_as_before_and_tells_nothing(kind: str, codec: str) -> None:
    before = film(kind, codec)
    after, findings = strip(before)
    assert "LOCATION" in film_tags(before)
    assert not {"LOCATION", "title"} & film_tags(after).keys()
    assert has_secret(before)
    assert not has_secret(after)
    assert film_frames(after) == film_frames(before)
    assert len(after) == len(before)
    assert (findings.width, findings.height) == (32, 16)


@pytest.mark.parametrize("size_bytes", range(1, 9))
def test_an_element_is_voided_whatever_the_width_of_its_size(size_bytes: int) -> None:
    secret = element(b"\x12\x54\xc3\x67", b"secret " * 10, size_bytes=size_bytes)
    before = EBML + OPEN_SEGMENT + secret + BLOCK
    after, findings = strip(before)
    assert not has_secret(after)
    assert len(after) == len(before)
    assert after.endswith(BLOCK)
    assert findings.stripped


def test_the_title_and_the_date_are_voided() -> None:
    title = element(b"\x7b\xa9", b"secret title", size_bytes=1)
    date = element(b"\x44\x61", b"\x01\x02\x03\x04\x05\x06\x07\x08", size_bytes=1)
    duration = element(b"\x44\x89", struct.pack(">d", 90_000.0), size_bytes=1)
    after, findings = strip(EBML + OPEN_SEGMENT + info(title, date, duration))
    assert not has_secret(after)
    assert b"\x01\x02\x03\x04" not in after
    assert after.endswith(duration)
    assert findings.duration_s == 90


@pytest.mark.parametrize("raw", [b"", b"\x7f\xf0" + bytes(6), b"\x7f\xf8" + bytes(6)])
def test_a_duration_that_is_no_number_is_none(raw: bytes) -> None:
    scale = element(b"\x2a\xd7\xb1", b"\x0f\x42\x40")
    data = EBML + OPEN_SEGMENT + info(scale, element(b"\x44\x89", raw))
    assert strip(data)[1].duration_s is None


def test_a_live_recording_with_open_sizes_passes() -> None:
    data = EBML + OPEN_SEGMENT + OPEN_CLUSTER + BLOCK * 3 + OPEN_CLUSTER + BLOCK
    after, findings = strip(data)
    assert after == data
    assert not findings.stripped


def test_metadata_stays_when_asked_for() -> None:
    data = EBML + OPEN_SEGMENT + info(element(b"\x7b\xa9", b"secret", size_bytes=1)) + TAGS
    assert strip(data, keep_metadata=True)[0] == data


def test_old_bytes_in_voids_are_blanked() -> None:
    after, _ = strip(EBML + OPEN_SEGMENT + element(b"\xec", b"secret") + BLOCK)
    assert not has_secret(after)


BROKEN = {
    "no segment": EBML,
    "cut": EBML + OPEN_SEGMENT + BLOCK[:-3],
    "an id of nothing": EBML + OPEN_SEGMENT + b"\x00" * 20,
    "tags without a size": EBML + OPEN_SEGMENT + TAGS[:4] + b"\xff",
    "a vast description": EBML + OPEN_SEGMENT + b"\x16\x54\xae\x6b\x01\x00\x00\x7f\xff\xff\xff\xff",
    "a wrong description": EBML + OPEN_SEGMENT + info(b"\x7b\xa9\xfe"),
    "an id without data": EBML + OPEN_SEGMENT + info(b"\x7b\xa9"),
    "an endless number": EBML + OPEN_SEGMENT + info(element(b"\x2a\xd7\xb1", b"\xff" * 9999)),
    "a description of crumbs": EBML + OPEN_SEGMENT + info(b"\xec\x80" * 10_001),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_a_film_in_disorder_is_broken(data: bytes) -> None:
    with pytest.raises(BrokenFileError):
        strip(data)
