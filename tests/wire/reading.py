"""Reading a message as a person does: its text, its links, its buttons."""

import re
from collections.abc import Iterator
from typing import Any

from tests.wire.components import MENUS, Kind, walk

_LINK = re.compile(r"https?://[^\s<>()\[\]\"'`|]+")


class MessageText:
    """What is visible of something that has content, embeds and components."""

    content: str
    embeds: list[dict[str, Any]]
    components: list[dict[str, Any]]

    @property
    def text(self) -> str:
        """All prose, one piece a line; labels of buttons and menus are not part of it."""
        pieces = [self.content]
        for embed in self.embeds:
            pieces += _embed_prose(embed)
        pieces += [part["content"] for part in self._parts(Kind.TEXT_DISPLAY)]
        return "\n".join(piece for piece in pieces if piece)

    @property
    def links(self) -> list[str]:
        """Every address that the message shows or points to, in order, each once."""
        found = _LINK.findall(self.text)
        for embed in self.embeds:
            found += _addresses(embed)
        for part in walk(self.components):
            found += _addresses({key: part[key] for key in part.keys() & _MEDIA_KEYS})
        return list(dict.fromkeys(found))

    @property
    def buttons(self) -> list[dict[str, Any]]:
        return list(self._parts(Kind.BUTTON))

    @property
    def labels(self) -> list[str]:
        """The buttons' labels, or their emoji where there is no label."""
        return [label_of(button) for button in self.buttons]

    @property
    def menus(self) -> list[dict[str, Any]]:
        return [part for part in walk(self.components) if part["type"] in MENUS]

    @property
    def custom_ids(self) -> list[str]:
        return [part["custom_id"] for part in walk(self.components) if "custom_id" in part]

    def component(self, name: str) -> dict[str, Any]:
        """The button or menu with this custom id, label, emoji or placeholder.

        Raises:
            AssertionError: there is none, or several.
        """
        parts = [part for part in walk(self.components) if name in _names(part)]
        if len(parts) != 1:
            there = [sorted(_names(part)) for part in walk(self.components) if _names(part)]
            raise AssertionError(f"{len(parts)} components are called {name!r}. There are {there}")
        return parts[0]

    def _parts(self, kind: Kind) -> Iterator[dict[str, Any]]:
        return (part for part in walk(self.components) if part["type"] == kind)


_MEDIA_KEYS = {"url", "media", "items", "file"}


def label_of(button: dict[str, Any]) -> str:
    return str(button.get("label") or (button.get("emoji") or {}).get("name") or "")


def _names(part: dict[str, Any]) -> set[str]:
    names = {part.get("custom_id"), part.get("placeholder")}
    if part["type"] == Kind.BUTTON:
        names |= {label_of(part), part.get("label"), (part.get("emoji") or {}).get("name")}
    return {name for name in names if name}


def _embed_prose(embed: dict[str, Any]) -> list[str]:
    pieces = [(embed.get("author") or {}).get("name"), embed.get("title"), embed.get("description")]
    for entry in embed.get("fields") or []:
        pieces += [entry["name"], entry["value"]]
    pieces.append((embed.get("footer") or {}).get("text"))
    return [piece for piece in pieces if piece]


def _addresses(node: Any) -> list[str]:
    """Every `url` below the node."""
    if isinstance(node, dict):
        own = [node["url"]] if isinstance(node.get("url"), str) else []
        return own + [url for child in node.values() for url in _addresses(child)]
    if isinstance(node, list):
        return [url for child in node for url in _addresses(child)]
    return []
