import struct

import pytest

from bot.errors import BrokenFileError, TooManyPixelsError
from bot.media.findings import MediaWarning
from bot.media.formats import mp4 as mp4_format
from tests.bot.media.makers import (
    FTYP,
    ISO6709,
    PLACE,
    box,
    film,
    film_frames,
    film_tags,
    has_secret,
    movie_header,
    mp4,
    track,
)
from tests.bot.media.running import strip

XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
APPLE_KEYS = box(
    b"meta",
    box(b"hdlr", bytes(8), b"mdta", bytes(13)),
    box(b"keys", bytes(7), b"\x01", box(b"mdta", b"com.apple.quicktime.location.ISO6709")),
    box(b"ilst", box(b"\x00\x00\x00\x01", box(b"data", bytes(8), ISO6709))),
)

TELLING = {
    "udta/©xyz": mp4(PLACE),
    "udta/loci": mp4(box(b"udta", box(b"loci", bytes(6), b"secret\x00", bytes(12)))),
    "udta/meta": mp4(box(b"udta", APPLE_KEYS)),
    "moov/meta": mp4(APPLE_KEYS),
    "moov/uuid": mp4(box(b"uuid", XMP_UUID, b"GPSLatitude")),
    "trak/udta": mp4(track(PLACE)),
    "trak/meta": mp4(track(APPLE_KEYS)),
    "uuid on top": mp4(after=[box(b"uuid", XMP_UUID, b"GPSLatitude")]),
    "long uuid on top": mp4(before=[box(b"uuid", XMP_UUID, b"GPSLatitude", long=True)]),
    "meta on top": mp4(before=[APPLE_KEYS]),
    "an old index in free": mp4(after=[box(b"free", PLACE)]),
    "a camera's own": mp4(before=[box(b"frea", b"secret thumbnail")]),
    "to the end": mp4(after=[struct.pack(">I4s", 0, b"uuid") + XMP_UUID + b"GPSLatitude"]),
    "long udta": mp4(box(b"udta", box(b"\xa9xyz", ISO6709), long=True)),
}


@pytest.mark.parametrize("before", TELLING.values(), ids=TELLING.keys())
def test_what_tells_is_blanked_and_nothing_moves(before: bytes) -> None:
    after, findings = strip(before)
    assert has_secret(before)
    assert not has_secret(after)
    assert len(after) == len(before)
    assert after.index(b"samples") == before.index(b"samples")
    assert after.count(b"samples") == before.count(b"samples")
    assert findings.stripped


def test_what_is_blanked_becomes_a_free_box() -> None:
    after, _ = strip(TELLING["uuid on top"])
    assert after.endswith(box(b"free", bytes(16 + len(b"GPSLatitude"))))
    after, _ = strip(TELLING["udta/©xyz"])
    assert after.endswith(box(b"free", bytes(len(PLACE) - 8)))


@pytest.mark.parametrize(
    ("kind", "codec", "flags"),
    [
        ("mp4", "mpeg4", ""),
        ("mp4", "mpeg4", "use_metadata_tags"),
        ("mp4", "mpeg4", "frag_keyframe+empty_moov"),
        ("mov", "mpeg4", ""),
    ],
)
def test_a_real_film_plays_as_before_and_tells_nothing(kind: str, codec: str, flags: str) -> None:
    before = film(kind, codec, **({"movflags": flags} if flags else {}))
    after, findings = strip(before)
    assert "location" in film_tags(before)
    assert not {"location", "location-eng", "title"} & film_tags(after).keys()
    assert not has_secret(after)
    assert film_frames(after) == film_frames(before)
    assert len(after) == len(before)
    assert (findings.width, findings.height) == (32, 16)


def test_the_dates_are_blanked() -> None:
    after, _ = strip(mp4())
    assert movie_header(made_at=0) in after
    assert movie_header() not in after


def test_the_playing_time_is_read() -> None:
    assert strip(mp4())[1].duration_s == 2


@pytest.mark.parametrize(
    ("header", "duration_s"),
    [
        (b"\x01" + bytes(19) + struct.pack(">IQ", 1000, 3000), 3),
        (bytes(12) + struct.pack(">II", 1000, 2**32 - 1), None),
        (bytes(12) + struct.pack(">II", 0, 5), None),
        (b"", None),
    ],
    ids=["long", "unknown", "no scale", "empty"],
)
def test_the_playing_time_may_be_long_or_missing(header: bytes, duration_s: float | None) -> None:
    data = FTYP + box(b"moov", box(b"mvhd", header), track())
    assert strip(data)[1].duration_s == duration_s


def test_a_part_of_the_index_may_reach_to_its_end() -> None:
    data = FTYP + box(b"moov", movie_header(), struct.pack(">I4s", 0, b"udta") + ISO6709)
    after, _ = strip(data)
    assert not has_secret(after)
    assert len(after) == len(data)


def test_a_film_without_anything_to_hide_passes_unchanged() -> None:
    data = FTYP + box(b"mdat", b"samples") + box(b"moov", movie_header(made_at=0), track())
    after, findings = strip(data)
    assert after == data
    assert not findings.stripped


def test_metadata_stays_when_asked_for() -> None:
    assert strip(TELLING["udta/meta"], keep_metadata=True)[0] == TELLING["udta/meta"]
    assert strip(TELLING["uuid on top"], keep_metadata=True)[0] == TELLING["uuid on top"]


@pytest.mark.parametrize(
    ("extra", "warns"),
    [(b"gpmd", True), (b"mebx com.apple.quicktime.location.ISO6709", True), (b"mebx face", False)],
)
def test_a_telemetry_track_is_cut_off_and_the_rest_is_owned_up_to(
    extra: bytes,
    warns: bool,  # noqa: FBT001 (a parameter of the case)
) -> None:
    data = mp4(track(box(b"free", extra), handler=b"meta", size=(0, 0)))
    after, findings = strip(data)
    assert after.count(b"trak") == data.count(b"trak") - 1
    assert (MediaWarning.METADATA_NOT_REMOVED in findings.warnings) == warns


def test_sample_data_with_a_long_size_or_to_the_end_passes() -> None:
    moov = box(b"moov", movie_header(made_at=0), track())
    long = FTYP + moov + box(b"mdat", b"samples" * 9, long=True)
    open_ended = FTYP + moov + struct.pack(">I4s", 0, b"mdat") + b"samples" * 9
    assert strip(long)[0] == long
    assert strip(open_ended)[0] == open_ended


BROKEN = {
    "no index": FTYP + box(b"mdat", b"samples"),
    "cut samples": mp4()[:100],
    "cut index": mp4()[:-10],
    "a box smaller than its header": FTYP + struct.pack(">I4s", 7, b"mdat") + mp4(),
    "an index without end": FTYP + struct.pack(">I4s", 0, b"moov") + movie_header(),
    "an index of 4 GB": FTYP + struct.pack(">I4s", 2**32 - 1, b"moov"),
    "a part larger than its whole": FTYP + box(b"moov", struct.pack(">I4s", 999, b"udta") + PLACE),
    "a packed index": FTYP + box(b"moov", box(b"cmov", b"zlib")),
    "an index of crumbs": FTYP + box(b"moov", box(b"free") * 10_001),
    "an archive behind it": mp4() + b"PK\x03\x04 an archive",
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_a_film_in_disorder_is_broken(data: bytes) -> None:
    with pytest.raises(BrokenFileError):
        strip(data)


def test_a_few_bytes_of_padding_behind_the_last_box_go() -> None:
    assert strip(mp4() + bytes(4))[0] == strip(mp4())[0]


def test_an_index_over_the_bound_is_refused_before_it_is_read() -> None:
    size = mp4_format.MAX_MOOV_BYTES + 9
    with pytest.raises(BrokenFileError):
        strip(FTYP + struct.pack(">I4s", size, b"moov") + bytes(1000))


def test_a_vast_picture_is_refused() -> None:
    with pytest.raises(TooManyPixelsError):
        strip(mp4(track(size=(20000, 20000))))
