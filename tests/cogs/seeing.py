"""What a person sees of a message made of components."""

from collections.abc import Iterator
from typing import Any

import discord


def parts(component: Any) -> Iterator[Any]:
    """A component and all that lies in it, in order."""
    yield component
    for inside in getattr(component, "children", []):
        yield from parts(inside)


def text_of(message: discord.Message) -> str:
    """All its text displays."""
    found = [message.content] if message.content else []
    for component in message.components:
        found += [part.content for part in parts(component) if hasattr(part, "content")]
    return "\n".join(found)


def labels(message: discord.Message) -> list[str | None]:
    """What stands on its buttons."""
    return [
        part.label
        for component in message.components
        for part in parts(component)
        if isinstance(part, discord.Button)
    ]
