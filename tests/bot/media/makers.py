"""Makes picture and video files for the tests, most of them with something to hide."""

import io
import struct
import warnings
import zlib
from collections.abc import Iterable

import av
from PIL import Image

#: What a place looks like in Exif, in XMP and in a video: none of it may come out.
GPS_NUMBERS = (48, 1, 51, 1, 2964, 100)
XMP = b'<x:xmpmeta><rdf:Description exif:GPSLatitude="48,51.494N"/></x:xmpmeta>'
ISO6709 = b"+48.8584+002.2945/"
SECRETS = (
    struct.pack(">6I", *GPS_NUMBERS),
    struct.pack("<6I", *GPS_NUMBERS),
    b"GPSLatitude",
    ISO6709,
    b"secret",
)


def has_secret(data: bytes) -> bool:
    return any(secret in data for secret in SECRETS)


def picture(width: int = 24, height: int = 16, mode: str = "RGB") -> Image.Image:
    image = Image.new(mode, (width, height))
    bands = len(image.getbands())
    values = [(x * 9 + y * 5) % 256 for y in range(height) for x in range(width)]
    image.putdata([value if bands == 1 else (value,) * bands for value in values])
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def pixels(data: bytes) -> list[tuple[tuple[int, int], bytes]]:
    """Every frame, decoded; what Pillow thinks of malformed metadata does not matter."""
    with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data)) as image:
        frames = []
        for index in range(getattr(image, "n_frames", 1)):
            image.seek(index)
            frames.append((image.size, image.convert("RGBA").tobytes()))
        return frames


def orientation(data: bytes) -> int:
    with Image.open(io.BytesIO(data)) as image:
        return image.getexif().get(0x0112, 1)


# --- Exif ---------------------------------------------------------------------------------------


def exif_block(orientation: int | None = 6, *, order: str = ">", gps: bool = True) -> bytes:
    """A TIFF block with a maker, perhaps an orientation, perhaps a place."""
    maker = b"secret maker\x00\x00"
    entries = [(0x010F, 2, len(maker), 0)]
    if orientation is not None:
        entries.append((0x0112, 3, 1, orientation))
    if gps:
        entries.append((0x8825, 4, 1, 0))
    values_at = 8 + 2 + 12 * len(entries) + 4
    gps_at = values_at + len(maker)
    block = (b"MM\x00*" if order == ">" else b"II*\x00") + struct.pack(order + "I", 8)
    block += struct.pack(order + "H", len(entries))
    for tag, kind, count, value in entries:
        block += struct.pack(order + "HHI", tag, kind, count)
        if tag == 0x0112:
            block += struct.pack(order + "HH", value, 0)
        else:
            block += struct.pack(order + "I", values_at if tag == 0x010F else gps_at)
    block += struct.pack(order + "I", 0) + maker
    if gps:
        block += struct.pack(order + "HHHII", 1, 0x0002, 5, 3, gps_at + 18)
        block += struct.pack(order + "I", 0) + struct.pack(order + "6I", *GPS_NUMBERS)
    return block


# --- JPEG ---------------------------------------------------------------------------------------


def segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def jpeg(*segments: bytes, tail: bytes = b"", **options: object) -> bytes:
    """A JPEG with these segments right behind its beginning and this behind its end."""
    data = saved(picture(), "JPEG", **{"quality": 90, **options})
    return data[:2] + b"".join(segments) + data[2:] + tail


def exif_segment(block: bytes | None = None) -> bytes:
    return segment(0xE1, b"Exif\x00\x00" + (exif_block() if block is None else block))


XMP_SEGMENT = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + XMP)
IPTC_SEGMENT = segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x06secret")
COMMENT_SEGMENT = segment(0xFE, b"secret comment")
JFXX_SEGMENT = segment(0xE0, b"JFXX\x00\x10secret thumbnail")


def multi_picture_jpeg() -> bytes:
    """As phones write it: a second picture, with its own Exif, behind the first one's end."""
    second = picture().rotate(90)
    second.encoderinfo = {"exif": b"Exif\x00\x00" + exif_block()}
    return saved(picture(), "MPO", save_all=True, append_images=[second], quality=90)


# --- PNG ----------------------------------------------------------------------------------------

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_header(width: int, height: int) -> bytes:
    return PNG_SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def png(*chunks: bytes, tail: bytes = b"", image: Image.Image | None = None) -> bytes:
    """A PNG with these chunks right behind its header and this behind its end."""
    data = saved(image or picture(), "PNG")
    return data[:33] + b"".join(chunks) + data[33:] + tail


PNG_TELLING = (
    chunk(b"tEXt", b"Comment\x00secret"),
    chunk(b"zTXt", b"Raw\x00\x00" + zlib.compress(XMP)),
    chunk(b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + XMP),
    chunk(b"tIME", struct.pack(">HBBBBB", 2024, 5, 6, 7, 8, 9)),
    chunk(b"prVt", b"secret private chunk"),
)


# --- GIF ----------------------------------------------------------------------------------------

GIF_SCREEN = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6)
GIF_IMAGE = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
GIF_COMMENT = b"\x21\xfe\x0esecret comment\x00"
GIF_XMP = b"\x21\xff\x0bXMP DataXMP" + XMP + b"\x01" + bytes(range(255, -1, -1)) + b"\x00"
GIF_LOOP = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"


def gif_delay(hundredths: int) -> bytes:
    return b"\x21\xf9\x04\x00" + struct.pack("<H", hundredths) + b"\x00\x00"


def gif(*blocks: bytes, tail: bytes = b"\x3b") -> bytes:
    return GIF_SCREEN + b"".join(blocks) + tail


def animated_gif(frames: int = 3) -> bytes:
    images = [picture().rotate(90 * index) for index in range(frames)]
    return saved(images[0], "GIF", save_all=True, append_images=images[1:], loop=0, duration=100)


# --- Video --------------------------------------------------------------------------------------


def box(kind: bytes, *parts: bytes, long: bool = False) -> bytes:
    body = b"".join(parts)
    if long:
        return struct.pack(">I4sQ", 1, kind, len(body) + 16) + body
    return struct.pack(">I4s", len(body) + 8, kind) + body


def movie_header(*, seconds: int = 2, made_at: int = 0x5EC4E7) -> bytes:
    times = struct.pack(">IIIII", 0, made_at, made_at, 1000, seconds * 1000)
    return box(b"mvhd", times, bytes(80))


def track(*extra: bytes, handler: bytes = b"vide", size: tuple[int, int] = (32, 16)) -> bytes:
    header = bytes(12) + bytes(64) + struct.pack(">II", size[0] << 16, size[1] << 16)
    media = box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(12)))
    return box(b"trak", box(b"tkhd", header), media, *extra)


PLACE = box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(ISO6709), 0x15C7), ISO6709))
FTYP = box(b"ftyp", b"isom", bytes(4), b"isomavc1")


def mp4(*movie: bytes, before: Iterable[bytes] = (), after: Iterable[bytes] = ()) -> bytes:
    moov = box(b"moov", movie_header(), track(), *movie)
    return FTYP + b"".join(before) + box(b"mdat", b"samples" * 50) + moov + b"".join(after)


def film(kind: str, codec: str, **options: str) -> bytes:
    """A real film of five small frames that tells where it was made."""
    target = io.BytesIO()
    with av.open(target, "w", format=kind, options=options) as container:
        container.metadata["location"] = ISO6709.decode()
        container.metadata["title"] = "secret title"
        stream = container.add_stream(codec, rate=5)
        stream.width, stream.height, stream.pix_fmt = 32, 16, "yuv420p"
        for index in range(5):
            frame = av.VideoFrame(32, 16, "yuv420p")
            for plane in frame.planes:
                plane.update(bytes((index * 40,)) * plane.buffer_size)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return target.getvalue()


def film_frames(data: bytes) -> list[bytes]:
    with av.open(io.BytesIO(data)) as container:
        return [bytes(plane) for frame in container.decode(video=0) for plane in frame.planes]


def film_tags(data: bytes) -> dict[str, str]:
    with av.open(io.BytesIO(data)) as container:
        return dict(container.metadata)


def element(name: bytes, *parts: bytes, size_bytes: int = 8) -> bytes:
    body = b"".join(parts)
    return name + ((1 << 7 * size_bytes) | len(body)).to_bytes(size_bytes, "big") + body


# --- Taking in ----------------------------------------------------------------------------------


def in_chunks(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]
