"""Documents as bytes: the envelope, JSON as either backend writes it, JSONP and XML. Pure.

Source: https://apidocs.imgur.com/#responses for envelope and formats; recorded answers for the
rest (escaped slashes and fixed order here, plain slashes and another order there).
"""

import json
import re
from collections.abc import Mapping
from typing import Literal
from xml.sax.saxutils import escape, quoteattr
from zlib import crc32

from sandbox.imgur.calls import Dialect

Format = Literal["json", "xml"]

_CALLBACK = re.compile(r"[A-Za-z_$][\w$.]{0,99}")


def split_format(path: str) -> tuple[str, Format]:
    """A path without its format suffix (``.json``, ``.xml``, or ``/json``), and the format."""
    for suffix, chosen in ((".json", "json"), ("/json", "json"), (".xml", "xml")):
        if path.endswith(suffix):
            return path.removesuffix(suffix), "xml" if chosen == "xml" else "json"
    return path, "json"


def wrap(data: object, status: int, dialect: Dialect, *, success: bool) -> dict[str, object]:
    """The "basic" envelope, its parts in the backend's order."""
    if dialect is Dialect.CLASSIC:
        return {"data": data, "success": success, "status": status}
    return {"status": status, "success": success, "data": data}


def to_json(document: Mapping[str, object], dialect: Dialect) -> bytes:
    """JSON as that backend writes it; the new one keeps no order below the envelope."""
    if dialect is Dialect.CLASSIC:
        return json.dumps(document, separators=(",", ":")).replace("/", "\\/").encode()
    jumbled = {key: _jumbled(value) for key, value in document.items()}
    return json.dumps(jumbled, separators=(",", ":"), ensure_ascii=False).encode()


def to_jsonp(body: bytes, callback: str) -> bytes:
    """A call of ``callback`` with the document; the name is left away when it is none."""
    name = callback if _CALLBACK.fullmatch(callback) else ""
    return name.encode() + b"(" + body + b")"


def to_xml(document: Mapping[str, object]) -> bytes:
    """The XML form of an enveloped answer."""
    data, success = document.get("data"), document.get("success")
    attributes = f' success="{int(bool(success))}" status="{document.get("status")}"'
    if isinstance(data, dict):
        attributes = f' type="array"{attributes}'
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n' + _element("data", data, attributes)
    ).encode()


def _jumbled(value: object) -> object:
    """The same with every object's keys in an order that nobody may rely on."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: crc32(key.encode()))
        return {key: _jumbled(value[key]) for key in keys}
    if isinstance(value, list):
        return [_jumbled(item) for item in value]
    return value


def _element(name: str, value: object, attributes: str = "") -> str:
    if isinstance(value, dict):
        inner = "".join(_element(_tag(key), item) for key, item in value.items())
    elif isinstance(value, list):
        attributes = ' type="array"' + attributes
        inner = "".join(_element("item", item) for item in value)
    elif isinstance(value, bool):
        inner = str(value).lower()
    else:
        inner = "" if value is None else escape(str(value))
    return f"<{name}{attributes}>{inner}</{name}>" if inner else f"<{name}{attributes}/>"


def _tag(key: str) -> str:
    safe = re.sub(r"[^\w.-]", "_", key)
    return safe if re.match(r"[A-Za-z_]", safe) else f"key{quoteattr(safe)[1:-1]}"
