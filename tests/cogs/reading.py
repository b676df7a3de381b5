"""What a person reads in a message, however its components are nested."""

from collections.abc import Iterator
from typing import Any

import discord
import simcord


def parts_of(component: Any) -> Iterator[Any]:
    yield component
    for child in getattr(component, "children", []):
        yield from parts_of(child)
    accessory = getattr(component, "accessory", None)
    if accessory is not None:
        yield accessory


def words(message: discord.Message) -> str:
    """All of its texts."""
    found = [message.content] if message.content else []
    for component in message.components:
        found += [part.content for part in parts_of(component) if hasattr(part, "content")]
    return "\n".join(found)


def labels(message: discord.Message) -> list[str]:
    """The labels of its buttons."""
    return [
        part.label
        for component in message.components
        for part in parts_of(component)
        if isinstance(part, discord.Button) and part.label
    ]


def filled(form: simcord.InteractionResult, *answers: str) -> dict[str, Any]:
    """What is typed into the fields of a form, in order."""
    assert form.modal is not None
    fields = [label["component"]["custom_id"] for label in form.modal["components"]]
    return dict(zip(fields, answers, strict=True))


def shown(result: simcord.InteractionResult) -> discord.Message:
    """The message that an interaction was answered with."""
    assert result.response is not None
    return result.response.message
