"""Recorded answers of the real Imgur, read in place, and the comparison of shapes.

``IMGUR_SAMPLES_DIR`` names a folder of JSON files, one answer each: ``source``, ``request`` (method
and path), ``status``, ``headers``, ``body``, ``kind``. The year stands in the file's name.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Sample:
    name: str
    kind: str
    year: int
    method: str
    path: str
    status: int | None
    body: Any

    @property
    def data(self) -> Any:
        return self.body.get("data") if isinstance(self.body, dict) else None

    @property
    def error(self) -> Any:
        """The error's text, where the sample is one."""
        if isinstance(self.body, str):
            return "html"
        if "errors" in self.body:
            return self.body["errors"][0]["detail"]
        if set(self.body) == {"message"}:
            return "commercial key"
        error = self.data.get("error") if isinstance(self.data, dict) else None
        if isinstance(error, dict):
            return error.get("message", error.get("detail"))
        return error


def folder() -> Path | None:
    name = os.environ.get("IMGUR_SAMPLES_DIR")
    return Path(name) if name else None


def samples() -> list[Sample]:
    where = folder()
    return [] if where is None else [_read(path) for path in sorted(where.glob("*.json"))]


def _read(path: Path) -> Sample:
    told = json.loads(path.read_text("utf-8"))
    year = re.search(r"20\d\d", path.stem.partition("__")[2])
    return Sample(
        name=path.stem,
        kind=told["kind"],
        year=int(year[0]) if year else 0,
        method=told["request"]["method"],
        path=told["request"]["path"],
        status=told["status"],
        body=told["body"],
    )


#: Keys that Imgur no longer sends, or never sent again after that one recording.
GONE = {
    "comment_preview": "left with 2016",
    "webm": "left with 2016",
    "webm_size": "left with 2016",
    "high_quality": "a setting of 2016 that has gone",
    "po": "a slip in the source: points",
}

#: Keys that came later than some samples, with the first year in which all answers have them.
SINCE = {
    "is_ad": 2017,
    "in_gallery": 2017,
    "in_most_viral": 2019,
    "has_sound": 2019,
    "tags": 2019,
    "ad_type": 2018,
    "ad_url": 2018,
    "edited": 2021,
    "hls": 2019,
    "mp4_size": 2017,
    "processing": 2019,
    "ad_config": 2021,
    "favorite_count": 2019,
    "topic": 2017,
    "topic_id": 2017,
    "include_album_ads": 2019,
    "cover_edited": 2021,
    "is_album": 2020,
    "images": 2019,
    "has_admin_badge": 2020,
    "platform": 2017,
    "avatar": 2017,
    "avatar_name": 2017,
    "cover": 2017,
    "cover_name": 2017,
    "cover_width": 2014,
    "cover_height": 2014,
    "reputation_name": 2017,
    "user_follow": 2017,
    "is_blocked": 2017,
    "first_party": 2017,
    "display_name": 2017,
    "is_whitelisted": 2017,
    "background_hash": 2017,
    "thumbnail_hash": 2017,
    "accent": 2019,
    "background_is_animated": 2019,
    "thumbnail_is_animated": 2019,
    "is_promoted": 2019,
    "description": 2017,
    "logo_hash": 2019,
    "logo_destination_url": 2019,
    "description_annotations": 2019,
    "showAdLevel": 2023,
    "safe_flags": 2023,
    "high_risk_flags": 2023,
    "unsafe_flags": 2023,
    "wall_unsafe_flags": 2023,
    "wallUnsafeFlags": 2020,
    "show_ads": 2023,
    "show_ad_level": 2023,
    "nsfw_score": 2023,
    "account_id": 2017,
    "account_url": 2014,
    "ups": 2014,
    "downs": 2014,
    "score": 2014,
    "favorite": 2017,
    "nsfw": 2017,
    "section": 2017,
    "vote": 2017,
    "points": 2017,
    "comment_count": 2017,
    "meme_metadata": 2017,
    "spam": 2017,
    "scope": 2017,
    "topPost": 2017,
}

#: Types that differ for a reason.
OTHER_TYPES = {
    "mp4_size": "text once in 2016, a number before and after",
    "pro_expiration": "false or an epoch",
}


#: Keys beyond the recorded ones in single samples, by the end of the sample's name.
BEYOND = {
    "2016-account-getalbum": ({"deletehash", "name"}, "asked with another account's token"),
    "2016-account-getalbums": ({"deletehash"}, "asked with another account's token"),
    "2016-account-getimage": ({"deletehash", "name"}, "asked with another account's token"),
    "ezimgurhelper__2020-upload": ({"has_sound", "edited"}, "quoted from an older document"),
    "react-native-card-test__2019-gallery-album-video": ({"looping"}, "another kind of film"),
}


def unlike(sample: Sample, ours: Any) -> list[str]:
    """The differences that have no reason of their own."""
    beyond: set[str] = next(
        (k for end, (k, _) in BEYOND.items() if sample.name.endswith(end)), set()
    )
    return [
        difference
        for difference in differences(sample.body, ours, sample.year)
        if difference.partition(": never")[0].rpartition(".")[2] not in beyond
    ]


def differences(theirs: Any, ours: Any, year: int, where: str = "") -> Iterator[str]:
    """What the sandbox's answer has otherwise than the recorded one.

    ``null`` is compatible with everything (most fields may be null), whole numbers with others.
    """
    if theirs is None or ours is None:
        return
    if isinstance(theirs, dict) and isinstance(ours, dict):
        yield from _keys(theirs, ours, year, where)
    elif isinstance(theirs, list) and isinstance(ours, list):
        if theirs and ours:
            yield from differences(theirs[0], _nearest(theirs[0], ours), year, f"{where}[]")
    elif _kind(theirs) != _kind(ours) and where.rpartition(".")[2] not in OTHER_TYPES:
        yield f"{where}: {_kind(theirs)} recorded, {_kind(ours)} here"


def _keys(theirs: dict[str, Any], ours: dict[str, Any], year: int, where: str) -> Iterator[str]:
    for key, value in theirs.items():
        if key in ours:
            yield from differences(value, ours[key], year, f"{where}.{key}")
        elif key not in GONE:
            yield f"{where}.{key}: missing here"
    for key in ours:
        if key not in theirs and year >= SINCE.get(key, 0):
            yield f"{where}.{key}: never recorded"


def _nearest(theirs: Any, ours: list[Any]) -> Any:
    """The item of ours that is most like the recorded one."""
    if not isinstance(theirs, dict):
        return ours[0]

    def likeness(item: dict[str, Any]) -> tuple[bool, bool, int]:
        same_kind = item.get("is_album") == theirs.get("is_album")
        return same_kind, _type(item) == _type(theirs), len(set(item) & set(theirs))

    return max(ours, key=likeness)


def _type(item: dict[str, Any]) -> Any:
    """The MIME type of a picture, or of an album's first."""
    return (item.get("images") or [item])[0].get("type")


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    return type(value).__name__
