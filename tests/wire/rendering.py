"""Components and embeds as Discord gives them back: defaults filled in, files resolved."""

from collections.abc import Sequence
from typing import Any

from tests.wire.components import MENUS, Kind
from tests.wire.files import StoredFile

Payload = dict[str, Any]
Files = Sequence[StoredFile]
_DEFAULTS: dict[int, Payload] = {
    Kind.BUTTON: {"disabled": False},
    Kind.CONTAINER: {"accent_color": None, "spoiler": False},
    Kind.THUMBNAIL: {"description": None, "spoiler": False},
    Kind.FILE: {"spoiler": False},
    Kind.SEPARATOR: {"spacing": 1, "divider": True},
    **{key: {"min_values": 1, "max_values": 1, "disabled": False} for key in MENUS},
}
_ONLY_IN_REQUESTS = {"required"}
_NULLABLE = {"accent_color", "description"}


def of_embed(embed: Payload, files: Files) -> Payload:
    """An embed whose pictures have their addresses."""
    shown = {key: value for key, value in embed.items() if value is not None}
    for key in ("image", "thumbnail"):
        if shown.get(key):
            url = _resolved(shown[key]["url"], files)
            shown[key] = {"url": url, "proxy_url": url}
    return shown


def of_component(part: Payload, files: Files) -> Payload:
    """A component with what Discord adds to it."""
    given = {
        key: value
        for key, value in part.items()
        if key not in _ONLY_IN_REQUESTS and (value is not None or key in _NULLABLE)
    }
    shown = _DEFAULTS.get(part["type"], {}) | given
    if "components" in shown:
        shown["components"] = [of_component(child, files) for child in shown["components"]]
    if "accessory" in shown:
        shown["accessory"] = of_component(shown["accessory"], files)
    if part["type"] == Kind.MEDIA_GALLERY:
        shown["items"] = [_gallery_item(item, files) for item in part["items"]]
    if part["type"] == Kind.THUMBNAIL:
        shown["media"] = _unfurled(part["media"]["url"], files)
    return shown | (_file(part, files) if part["type"] == Kind.FILE else {})


def _gallery_item(item: Payload, files: Files) -> Payload:
    media = _unfurled(item["media"]["url"], files)
    return {"description": None, "spoiler": False} | item | {"media": media}


def _file(part: Payload, files: Files) -> Payload:
    url = part["file"]["url"]
    file = _called(url, files)
    return {
        "file": _unfurled(url, files),
        "name": file.source.filename if file else None,
        "size": file.content.size_bytes if file else None,
    }


def _unfurled(url: str, files: Files) -> Payload:
    """A picture as Discord has looked it up; the id is of no use to bots."""
    resolved = _resolved(url, files)
    unknown = {"width": None, "height": None, "content_type": None}
    return {"id": "1", "url": resolved, "proxy_url": resolved} | unknown


def _resolved(url: str, files: Files) -> str:
    file = _called(url, files)
    return file.url if file else url


def _called(url: str, files: Files) -> StoredFile | None:
    name = url.removeprefix("attachment://")
    if name == url:
        return None
    return next((file for file in files if file.source.filename == name), None)
