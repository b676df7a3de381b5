"""What the stub serves: a film of any length, and a page of the gallery."""

import gzip
import json
import struct

ITEMS = 60


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def film_head(size_bytes: int) -> bytes:
    """All of a film of that length but its samples, which are zeros up to the end."""
    times = struct.pack(">IIIII", 0, 0x5EC4E7, 0x5EC4E7, 1000, 2000)
    header = bytes(12) + bytes(64) + struct.pack(">II", 32 << 16, 16 << 16)
    media = _box(b"mdia", _box(b"hdlr", bytes(8) + b"vide" + bytes(12)))
    track = _box(b"trak", _box(b"tkhd", header) + media)
    front = _box(b"ftyp", b"isom" + bytes(4) + b"isomavc1")
    front += _box(b"moov", _box(b"mvhd", times + bytes(80)) + track)
    return front + struct.pack(">I4s", size_bytes - len(front), b"mdat")


def image() -> bytes:
    """The answer to an upload, in the newer backend's words."""
    data: dict[str, object] = {
        "id": "abcdefg", "deletehash": "abcdefghijklmno", "title": None, "description": None,
        "datetime": 1693191959, "type": "video/mp4", "animated": True, "width": 32, "height": 16,
        "size": 1161512, "views": 0, "bandwidth": 0, "vote": None, "favorite": False,
        "nsfw": None, "section": None, "account_url": None, "account_id": None, "is_ad": False,
        "in_most_viral": False, "has_sound": True, "tags": [], "ad_type": None, "ad_url": None,
        "in_gallery": False, "name": "", "link": "https://i.imgur.com/abcdefg.mp4",
        "mp4": "https://i.imgur.com/abcdefg.mp4", "mp4_size": 1161512,
        "processing": {"status": "completed"},
    }  # fmt: skip
    return json.dumps({"data": data, "success": True, "status": 200}).encode()


def gallery() -> tuple[bytes, bytes]:
    """A page of 60 posts as in a recorded answer of 2023: plain, and packed by gzip."""
    items = [_post(number) for number in range(ITEMS)]
    plain = json.dumps({"data": items, "success": True, "status": 200}).encode()
    return plain, gzip.compress(plain, 6)


def _post(number: int) -> dict[str, object]:
    return {
        "id": f"p{number:06}", "title": f"He makes the best sounds, number {number * 7919}",
        "description": None, "datetime": 1693191961 + number, "cover": f"c{number:06}",
        "cover_width": 720, "cover_height": 1280, "account_url": f"liketorun{number}",
        "account_id": 142865067 + number, "privacy": "hidden", "layout": "blog",
        "views": 40 * number, "link": f"https://imgur.com/a/p{number:06}", "ups": number,
        "downs": 0, "points": number, "score": number, "is_album": True, "vote": None,
        "favorite": False, "nsfw": False, "section": "", "comment_count": 1, "favorite_count": 0,
        "topic": None, "topic_id": None, "images_count": 1, "in_gallery": True, "is_ad": False,
        "tags": [_tag("cats", number)], "ad_type": 0, "ad_url": "", "in_most_viral": False,
        "include_album_ads": False, "images": [_picture(number)],
        "ad_config": {
            "safeFlags": ["album", "in_gallery", "gallery"], "highRiskFlags": [],
            "unsafeFlags": ["sixth_mod_unsafe", "under_10", "updated_date"],
            "wallUnsafeFlags": [], "showsAds": False, "showAdLevel": 1, "nsfw_score": 0,
        },
    }  # fmt: skip


def _tag(name: str, number: int) -> dict[str, object]:
    return {
        "name": name, "display_name": name.title(), "followers": 213485 + number,
        "total_items": 134583, "following": False, "is_whitelisted": False,
        "background_hash": "xeEIpAn", "thumbnail_hash": None, "accent": "BF63A7",
        "background_is_animated": False, "thumbnail_is_animated": False, "is_promoted": False,
        "description": "Our feline friends", "logo_hash": None, "logo_destination_url": None,
        "description_annotations": {},
    }  # fmt: skip


def _picture(number: int) -> dict[str, object]:
    name = f"c{number:06}"
    return {
        "id": name, "title": None, "description": None, "datetime": 1693191959 + number,
        "type": "video/mp4", "animated": True, "width": 720, "height": 1280, "size": 1161512,
        "views": 134, "bandwidth": 155642608, "vote": None, "favorite": False, "nsfw": None,
        "section": None, "account_url": None, "account_id": None, "is_ad": False,
        "in_most_viral": False, "has_sound": True, "tags": [], "ad_type": 0, "ad_url": "",
        "edited": "0", "in_gallery": False, "link": f"https://i.imgur.com/{name}.mp4",
        "mp4_size": 1161512, "mp4": f"https://i.imgur.com/{name}.mp4",
        "gifv": f"https://i.imgur.com/{name}.gifv", "hls": f"https://i.imgur.com/{name}.m3u8",
        "processing": {"status": "completed"}, "comment_count": None, "favorite_count": None,
        "ups": None, "downs": None, "points": None, "score": None,
    }  # fmt: skip
