import pytest

from bot.errors import BrokenFileError, UnsupportedTypeError
from bot.media import sniff
from tests.bot.media.makers import film, gif, jpeg, mp4, png

TAKEN = {
    sniff.JPEG: jpeg(),
    sniff.PNG: png(),
    sniff.GIF: gif(),
    sniff.TIFF: b"II*\x00\x08\x00\x00\x00",
    sniff.MP4: mp4(),
    sniff.QUICKTIME: b"\x00\x00\x00\x14ftypqt  ",
    sniff.WEBM: film("webm", "libvpx"),
    sniff.MATROSKA: film("matroska", "mpeg4"),
    sniff.AVI: film("avi", "mpeg4"),
    sniff.FLV: film("flv", "flv"),
    sniff.WMV: film("asf", "wmv2"),
    sniff.MPEG: b"\x00\x00\x01\xba\x44",
}


@pytest.mark.parametrize(
    ("kind", "data"), TAKEN.items(), ids=lambda case: getattr(case, "mime", "")
)
def test_what_imgur_takes_is_recognised(kind: sniff.MediaKind, data: bytes) -> None:
    assert sniff.sniff(data[: sniff.HEAD_BYTES]) is kind
    assert sniff.KINDS[kind.mime] is kind


def test_every_kind_is_tried_above() -> None:
    assert TAKEN.keys() == set(sniff.KINDS.values())


@pytest.mark.parametrize("start", [b"moov", b"mdat", b"wide", b"free"])
def test_a_quicktime_film_from_before_brands_is_recognised(start: bytes) -> None:
    assert sniff.sniff(b"\x00\x00\x00\x08" + start) is sniff.QUICKTIME


def brand(name: bytes) -> bytes:
    return b"\x00\x00\x00\x18ftyp" + name + b"\x00\x00\x00\x00mif1heic"


REFUSED = {
    b"RIFF\x00\x00\x00\x00WEBPVP8 ": "image/webp",
    b"RIFF\x00\x00\x00\x00WAVEfmt ": "audio/wav",
    b"RIFF\x00\x00\x00\x00ACON": "",
    brand(b"heic"): "image/heic",
    brand(b"heix"): "image/heic",
    brand(b"mif1"): "image/heif",
    brand(b"avif"): "image/avif",
    brand(b"M4A "): "audio/mp4",
    brand(b"3gp5"): "video/3gpp",
    brand(b"crx "): "image/x-canon-cr3",
    b"II*\x00\x10\x00\x00\x00CR\x02\x00": "image/x-canon-cr2",
    b"II+\x00\x08\x00\x00\x00": "image/x-bigtiff",
    b"BM\x36\x00\x00\x00": "image/bmp",
    b"%PDF-1.7": "application/pdf",
    b"PK\x03\x04\x14\x00": "application/zip",
    b"\x1f\x8b\x08": "application/gzip",
    b"MZ\x90\x00": "application/vnd.microsoft.portable-executable",
    b"\x7fELF\x02": "application/x-executable",
    b"8BPS\x00\x01": "image/vnd.adobe.photoshop",
    b"\xff\x0a\xfa": "image/jxl",
    b"ID3\x04": "audio/mpeg",
    b'<svg xmlns="http://www.w3.org/2000/svg"/>': "image/svg+xml",
    b'\xef\xbb\xbf\n<?xml version="1.0"?><!-- x --><SVG>': "image/svg+xml",
    b"<?xml version='1.0'?><rss/>": "text/xml",
    b"  <!DOCTYPE html><html>": "text/html",
    b"plain text": "",
    b"\x1a\x45\xdf\xa3\x80": "",
    b"\xff\xd8": "",
    b"\x00" * 512: "",
    b"GIF88a": "",
    b" \x89PNG\r\n\x1a\n": "",
    b"<html>\xff\xd8\xff\xe0": "text/html",
}


@pytest.mark.parametrize(("data", "found"), REFUSED.items(), ids=lambda case: repr(case)[:40])
def test_everything_else_is_refused_by_name_where_it_has_one(data: bytes, found: str) -> None:
    with pytest.raises(UnsupportedTypeError) as caught:
        sniff.sniff(data)
    assert caught.value.found == found


def test_an_empty_file_is_broken() -> None:
    with pytest.raises(BrokenFileError):
        sniff.sniff(b"")
