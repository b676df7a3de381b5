"""Discord's rules for components in messages and modals.

Source: https://docs.discord.com/developers/components/reference
"""

from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import Any

from tests.wire.refusals import FormErrors

Component = dict[str, Any]


class Kind(IntEnum):
    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


MENUS = {
    Kind.STRING_SELECT,
    Kind.USER_SELECT,
    Kind.ROLE_SELECT,
    Kind.MENTIONABLE_SELECT,
    Kind.CHANNEL_SELECT,
}
LINK_STYLE, PREMIUM_STYLE = 5, 6
_IN_CONTAINER = {
    Kind.ACTION_ROW,
    Kind.SECTION,
    Kind.TEXT_DISPLAY,
    Kind.MEDIA_GALLERY,
    Kind.FILE,
    Kind.SEPARATOR,
}
_IN_V2_MESSAGE = _IN_CONTAINER | {Kind.CONTAINER}
_IN_MODAL = {Kind.ACTION_ROW, Kind.TEXT_DISPLAY, Kind.LABEL}
_IN_LABEL = MENUS | {
    Kind.TEXT_INPUT,
    Kind.FILE_UPLOAD,
    Kind.RADIO_GROUP,
    Kind.CHECKBOX_GROUP,
    Kind.CHECKBOX,
}
MAX_V2_COMPONENTS, MAX_V2_TEXT, MAX_ROWS, MAX_MODAL_PARTS = 40, 4000, 5, 5


def walk(components: list[Component]) -> Iterator[Component]:
    """Every component, depth first, in the order in which it is seen."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        for key in ("accessory", "component"):
            if component.get(key):
                yield from walk([component[key]])


def numbered(components: list[Component]) -> list[Component]:
    """The components as Discord keeps them: each with a numeric id of its own."""
    taken = {part["id"] for part in walk(components) if part.get("id")}
    free = (number for number in range(1, 1000) if number not in taken)
    return [_numbered(component, free) for component in components]


def _numbered(component: Component, free: Iterator[int]) -> Component:
    kept = component | {"id": component.get("id") or next(free)}
    for key in ("components", "accessory", "component"):
        if isinstance(kept.get(key), list):
            kept[key] = [_numbered(child, free) for child in kept[key]]
        elif kept.get(key):
            kept[key] = _numbered(kept[key], free)
    return kept


class ComponentRules:
    """Checks one message's or one modal's components into `errors`."""

    def __init__(self, errors: FormErrors, filenames: set[str] | None = None) -> None:
        self._errors = errors
        self._filenames = filenames or set()
        self._custom_ids: set[str] = set()
        self._checks: dict[int, Callable[[Component], None]] = {
            Kind.ACTION_ROW: self._action_row,
            Kind.BUTTON: self._button,
            Kind.SECTION: self._section,
            Kind.TEXT_DISPLAY: self._text_display,
            Kind.THUMBNAIL: self._thumbnail,
            Kind.MEDIA_GALLERY: self._media_gallery,
            Kind.FILE: self._file,
            Kind.CONTAINER: self._container,
            Kind.LABEL: self._label,
            Kind.TEXT_INPUT: self._text_input,
            Kind.FILE_UPLOAD: self._file_upload,
            **dict.fromkeys(MENUS, self._menu),
        }

    def check_message(self, components: list[Component], *, v2: bool) -> None:
        allowed = _IN_V2_MESSAGE if v2 else {Kind.ACTION_ROW}
        if not v2:
            self._count("components", len(components), 0, MAX_ROWS)
        self._children("components", components, allowed)
        parts = list(walk(components))
        if v2 and len(parts) > MAX_V2_COMPONENTS:
            self._count("components", len(parts), 0, MAX_V2_COMPONENTS)
        text = sum(len(part.get("content", "")) for part in parts)
        if v2 and text > MAX_V2_TEXT:
            self._errors.add(
                "components",
                "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
                f"The displayable text size of {text} exceeds the maximum of {MAX_V2_TEXT}.",
            )

    def check_modal(self, modal: dict[str, Any]) -> None:
        self._errors.required(modal, "title", "custom_id", "components")
        self._errors.length(modal, "title", 45, 1)
        self._errors.length(modal, "custom_id", 100, 1)
        components = modal.get("components") or []
        self._count("components", len(components), 1, MAX_MODAL_PARTS)
        self._children("components", components, _IN_MODAL)

    def _children(self, key: str, components: list[Component], allowed: set[Kind]) -> None:
        for index, component in enumerate(components):
            with self._errors.at(key, index):
                self._one(component, allowed)

    def _one(self, component: Component, allowed: set[Kind]) -> None:
        kind = component.get("type")
        if kind not in allowed:
            names = ", ".join(str(int(kind)) for kind in sorted(allowed))
            self._errors.add("type", "UNION_TYPE_CHOICES", f"Value of field must be one of {names}")
            return
        if "custom_id" in component:
            self._custom_id(component)
        check = self._checks.get(kind)
        if check:
            check(component)

    def _custom_id(self, component: Component) -> None:
        self._errors.length(component, "custom_id", 100, 1)
        if component["custom_id"] in self._custom_ids:
            self._errors.add(
                "custom_id",
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated",
            )
        self._custom_ids.add(component["custom_id"])

    def _count(self, key: str, number: int, least: int, most: int) -> None:
        if not least <= number <= most:
            sentence = f"Must be between {least} and {most} in length."
            self._errors.add(key, "BASE_TYPE_BAD_LENGTH", sentence)

    def _action_row(self, row: Component) -> None:
        children = row.get("components") or []
        menus_or_inputs = [child for child in children if child.get("type") != Kind.BUTTON]
        self._count("components", len(children), 1, 1 if menus_or_inputs else 5)
        self._children("components", children, MENUS | {Kind.BUTTON, Kind.TEXT_INPUT})

    def _button(self, button: Component) -> None:
        self._errors.length(button, "label", 80)
        style = button.get("style")
        needed = {LINK_STYLE: "url", PREMIUM_STYLE: "sku_id"}.get(style or 0, "custom_id")
        self._errors.required(button, "style", needed)
        if needed != "custom_id" and button.get("custom_id"):
            self._errors.add(
                "custom_id",
                "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                "A custom id and url cannot both be specified",
            )
        if needed == "url":
            self._address(button, "url", ("http://", "https://", "discord://"))
        if style != PREMIUM_STYLE and not (button.get("label") or button.get("emoji")):
            self._errors.add(
                "label", "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A label or emoji is required"
            )

    def _menu(self, menu: Component) -> None:
        self._errors.required(menu, "custom_id")
        self._errors.length(menu, "placeholder", 150)
        options = menu.get("options") or []
        if menu["type"] == Kind.STRING_SELECT:
            self._count("options", len(options), 1, 25)
        for index, option in enumerate(options):
            with self._errors.at("options", index):
                self._option(option)
        values = [option.get("value") for option in options]
        if len(set(values)) != len(values):
            self._errors.add(
                "options", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "Value is duplicated"
            )
        fewest, most = menu.get("min_values", 1), menu.get("max_values", 1)
        if fewest is not None and most is not None and (fewest > most or most > 25):
            self._errors.add("max_values", "BASE_TYPE_BAD_INTEGER", "Invalid number of values")

    def _option(self, option: Component) -> None:
        self._errors.required(option, "label", "value")
        for key in ("label", "value", "description"):
            self._errors.length(option, key, 100)

    def _section(self, section: Component) -> None:
        texts = section.get("components") or []
        self._count("components", len(texts), 1, 3)
        self._children("components", texts, {Kind.TEXT_DISPLAY})
        self._errors.required(section, "accessory")
        if section.get("accessory"):
            with self._errors.at("accessory"):
                self._one(section["accessory"], {Kind.BUTTON, Kind.THUMBNAIL})

    def _text_display(self, text: Component) -> None:
        self._errors.required(text, "content")

    def _thumbnail(self, thumbnail: Component) -> None:
        self._media(thumbnail, "media")
        self._errors.length(thumbnail, "description", 1024)

    def _media_gallery(self, gallery: Component) -> None:
        items = gallery.get("items") or []
        self._count("items", len(items), 1, 10)
        for index, item in enumerate(items):
            with self._errors.at("items", index):
                self._media(item, "media")
                self._errors.length(item, "description", 1024)

    def _file(self, file: Component) -> None:
        self._media(file, "file", ("attachment://",))

    def _container(self, container: Component) -> None:
        self._children("components", container.get("components") or [], _IN_CONTAINER)

    def _label(self, label: Component) -> None:
        self._errors.required(label, "label", "component")
        self._errors.length(label, "label", 45)
        self._errors.length(label, "description", 100)
        if label.get("component"):
            with self._errors.at("component"):
                self._one(label["component"], _IN_LABEL)

    def _text_input(self, text_input: Component) -> None:
        self._errors.required(text_input, "custom_id", "style")
        self._errors.length(text_input, "label", 45)
        self._errors.length(text_input, "placeholder", 100)
        self._errors.length(text_input, "value", text_input.get("max_length") or 4000)

    def _file_upload(self, upload: Component) -> None:
        self._errors.required(upload, "custom_id")
        self._count("max_values", upload.get("max_values") or 1, 1, 10)
        self._count("min_values", upload.get("min_values") or 0, 0, 10)

    def _media(
        self,
        holder: Component,
        key: str,
        schemes: tuple[str, ...] = ("http://", "https://", "attachment://"),
    ) -> None:
        media = holder.get(key) or {}
        with self._errors.at(key):
            self._errors.required(media, "url")
            self._address(media, "url", schemes)

    def _address(self, holder: Component, key: str, schemes: tuple[str, ...]) -> None:
        url = holder.get(key) or ""
        if url and not url.startswith(schemes):
            names = ", ".join(f"'{scheme.removesuffix('://')}'" for scheme in schemes)
            sentence = f"Scheme must be one of ({names})."
            self._errors.add(key, "URL_TYPE_INVALID_SCHEME", sentence)
        elif url.startswith("attachment://") and url[13:] not in self._filenames:
            self._errors.add(
                key, "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", f"No file {url[13:]}"
            )
        self._errors.length(holder, key, 512 if key == "url" and "style" in holder else 2048)
