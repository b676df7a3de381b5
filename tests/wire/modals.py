"""Filling in a modal, as a person does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.wire.components import MENUS, Component, Kind
from tests.wire.slash import NotPossibleError, Resolver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.wire.interactions import Interaction

Values = dict[str, Any]


def submission(opened: Interaction, values: Values) -> dict[str, Any]:
    """The data of the interaction that submits the modal.

    Args:
        opened: The interaction whose answer was the modal.
        values: By custom id or label. Text for text inputs, a list of attachments for file
            uploads, a list of values (or users, roles, channels) for menus, a flag for
            checkboxes. What is left out stays as the modal had it.

    Raises:
        NotPossibleError: no such field, or Discord's client would not accept the values.
    """
    if opened.modal is None:
        raise NotPossibleError("There is no modal.")
    names = {name for field in _fields(opened.modal) for name in _names(*field)}
    if values.keys() - names:
        raise NotPossibleError(
            f"No field {sorted(values.keys() - names)}; there are {sorted(names)}"
        )
    resolver = Resolver(opened.world, opened.channel)
    filled = [_filled(part, values, resolver) for part in opened.modal["components"]]
    custom_id = opened.modal["custom_id"]
    return {"custom_id": custom_id, "components": filled} | resolver.as_field()


def _fields(modal: dict[str, Any]) -> Iterator[tuple[Component, str]]:
    """Every input with its label."""
    for part in modal["components"]:
        if part["type"] == Kind.LABEL:
            yield part["component"], part["label"]
        for child in part.get("components") or []:
            yield child, child.get("label") or ""


def _names(field: Component, label: str) -> set[str]:
    return {field["custom_id"], label} - {""}


def _filled(part: Component, values: Values, resolver: Resolver) -> dict[str, Any]:
    shown = {"type": part["type"], "id": part["id"]}
    if part["type"] == Kind.LABEL:
        field = _field(part["component"], part["label"], values, resolver)
        return shown | {"component": field}
    if part["type"] == Kind.ACTION_ROW:
        children = part["components"]
        fields = [_field(each, each.get("label") or "", values, resolver) for each in children]
        return shown | {"components": fields}
    return shown


def _field(field: Component, label: str, values: Values, resolver: Resolver) -> dict[str, Any]:
    given = [values[name] for name in _names(field, label) if name in values]
    shown = {"type": field["type"], "id": field["id"], "custom_id": field["custom_id"]}
    kind = field["type"]
    if kind == Kind.TEXT_INPUT:
        text = given[0] if given else field.get("value") or ""
        _check_text(field, label, text)
        return shown | {"value": text}
    if kind == Kind.CHECKBOX:
        return shown | {"value": given[0] if given else bool(field.get("default"))}
    if kind == Kind.RADIO_GROUP:
        return shown | {"value": given[0] if given else None}
    chosen = list(given[0]) if given else []
    _check_number(field, label, len(chosen))
    if kind == Kind.FILE_UPLOAD or kind in MENUS - {Kind.STRING_SELECT}:
        chosen = [resolver.any(each) for each in chosen]
    return shown | {"values": chosen}


def _check_text(field: Component, label: str, text: str) -> None:
    required = field.get("required") is not False
    if not text and not required:
        return
    least = field.get("min_length") or (1 if required else 0)
    if not least <= len(text) <= (field.get("max_length") or 4000):
        raise NotPossibleError(f"{label!r} does not take {len(text)} characters.")


def _check_number(field: Component, label: str, number: int) -> None:
    required = field.get("required") is not False
    if not number and not required:
        return
    least, most = field.get("min_values"), field.get("max_values")
    if not (1 if least is None else least) <= number <= (most or 1):
        raise NotPossibleError(f"{label!r} does not take {number} values.")
