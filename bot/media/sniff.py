"""What a file is, by its first bytes; names and declared types are not believed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.errors import BrokenFileError, UnsupportedTypeError

#: How many leading bytes decide; fewer will do when the file is shorter.
HEAD_BYTES = 512


@dataclass(frozen=True, slots=True)
class MediaKind:
    """One kind of file that Imgur takes.

    Attributes:
        mime: As Imgur names it.
        extension: With its dot.
        field: The upload's form field, and which of Imgur's size limits holds.
    """

    mime: str
    extension: str
    field: Literal["image", "video"]


JPEG = MediaKind("image/jpeg", ".jpg", "image")
PNG = MediaKind("image/png", ".png", "image")
GIF = MediaKind("image/gif", ".gif", "image")
TIFF = MediaKind("image/tiff", ".tif", "image")
MP4 = MediaKind("video/mp4", ".mp4", "video")
QUICKTIME = MediaKind("video/quicktime", ".mov", "video")
WEBM = MediaKind("video/webm", ".webm", "video")
MATROSKA = MediaKind("video/x-matroska", ".mkv", "video")
AVI = MediaKind("video/x-msvideo", ".avi", "video")
FLV = MediaKind("video/x-flv", ".flv", "video")
WMV = MediaKind("video/x-ms-wmv", ".wmv", "video")
MPEG = MediaKind("video/mpeg", ".mpg", "video")

#: Every kind that Imgur takes, by its MIME type.
KINDS: Mapping[str, MediaKind] = {
    kind.mime: kind
    for kind in (
        JPEG, PNG, GIF, TIFF, MP4, QUICKTIME, WEBM, MATROSKA, AVI, FLV, WMV, MPEG,
    )
}  # fmt: skip

#: How a file begins, and its kind (or the name to refuse it by). The first match decides.
_MAGIC: tuple[tuple[bytes, MediaKind | str], ...] = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\x00\x10\x00\x00\x00CR", "image/x-canon-cr2"),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"FLV\x01", FLV),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", WMV),
    (b"\x00\x00\x01\xba", MPEG),
    (b"\x00\x00\x01\xb3", MPEG),
    (b"II+\x00", "image/x-bigtiff"),
    (b"MM\x00+", "image/x-bigtiff"),
    (b"BM", "image/bmp"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"gimp xcf", "image/x-xcf"),
    (b"\xff\x0a", "image/jxl"),
    (b"\x00\x00\x00\x0cJXL ", "image/jxl"),
    (b"\x00\x00\x00\x0cjP  ", "image/jp2"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"%PDF", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"Rar!", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-executable"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
)

_RIFF: Mapping[bytes, MediaKind | str] = {
    b"AVI ": AVI,
    b"WEBP": "image/webp",
    b"WAVE": "audio/wav",
}

#: Brands of the ISO base media format that are something else than a video. A major brand of
#: ``mif1`` or ``msf1`` leaves open what the pictures are coded with.
_BRANDS: Mapping[bytes, MediaKind | str] = {
    b"qt  ": QUICKTIME,
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"hevc": "image/heic",
    b"hevx": "image/heic",
    b"mif1": "image/heif",
    b"msf1": "image/heif",
    b"crx ": "image/x-canon-cr3",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
}

#: What a QuickTime file from before the time of ``ftyp`` begins with.
_OLD_QUICKTIME = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}

_DOCTYPE = re.compile(rb"\x42\x82[\x80-\xff](webm|matroska)")


def sniff(head: bytes) -> MediaKind:
    """Name the kind of file that begins with ``head``.

    Args:
        head: The first ``HEAD_BYTES`` bytes, or all of a shorter file.

    Raises:
        BrokenFileError: The file is empty.
        UnsupportedTypeError: Imgur does not take this kind; ``found`` names it where we know it.
    """
    if not head:
        raise BrokenFileError("the file is empty")
    found = _recognise(head)
    if isinstance(found, str):
        raise UnsupportedTypeError(found=found)
    return found


def _recognise(head: bytes) -> MediaKind | str:
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return _from_brand(head)
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        doctype = _DOCTYPE.search(head)
        return "" if doctype is None else WEBM if doctype[1] == b"webm" else MATROSKA
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[4:8] in _OLD_QUICKTIME:
        return QUICKTIME
    return _text_kind(head)


def _from_brand(head: bytes) -> MediaKind | str:
    brand = head[8:12]
    if brand.startswith((b"3gp", b"3g2")):
        return "video/3gpp"
    return _BRANDS.get(brand, MP4)


def _text_kind(head: bytes) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not text.startswith(b"<"):
        return ""
    if b"<svg" in text:
        return "image/svg+xml"
    return "text/xml" if text.startswith(b"<?xml") else "text/html"
