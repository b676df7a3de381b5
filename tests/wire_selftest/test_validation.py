from typing import Any

import pytest

from tests.wire import drafts
from tests.wire.commands import check_all
from tests.wire.components import ComponentRules
from tests.wire.entities import MessageFlag
from tests.wire.files import Attachment
from tests.wire.refusals import FormErrors, RefusedError

Body = dict[str, Any]
V2 = MessageFlag.COMPONENTS_V2


def text(content: str = "x") -> Body:
    return {"type": 10, "content": content}


def button(**fields: Any) -> Body:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": "go"} | fields


def row(*children: Body) -> Body:
    return {"type": 1, "components": list(children)}


def menu(**fields: Any) -> Body:
    return {"type": 3, "custom_id": "menu", "options": [{"label": "a", "value": "a"}]} | fields


def leaves(errors: Body, path: str = "") -> dict[str, str]:
    """Every error's code by its dotted place."""
    found = {}
    for key, node in errors.items():
        if key == "_errors":
            found[path] = node[0]["code"]
        else:
            found |= leaves(node, f"{path}.{key}".lstrip("."))
    return found


def refused(body: Body, *files: Attachment) -> dict[str, str]:
    with pytest.raises(RefusedError) as caught:
        drafts.check(body, list(files))
    assert caught.value.code == 50035
    return leaves(caught.value.payload["errors"])


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2000},
        {
            "embeds": [
                {"title": "x" * 256, "description": "x" * 4096, "image": {"url": "https://a/b"}}
            ]
        },
        {"content": "x", "components": [row(*(button(custom_id=str(i)) for i in range(5)))]},
        {"content": "x", "components": [row(menu())]},
        {"content": "x", "components": [row(button(style=5, url="https://a/b", custom_id=None))]},
        {"flags": V2, "components": [text("x" * 4000)]},
        {"flags": V2, "components": [{"type": 17, "components": [text(), row(button())]}]},
        {"flags": V2, "components": [{"type": 9, "components": [text()], "accessory": button()}]},
    ],
)
def test_good_messages_pass(body: Body) -> None:
    drafts.check(body, [])


@pytest.mark.parametrize(
    ("body", "place", "code"),
    [
        ({"content": "x" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
        (
            {"embeds": [{"fields": [{"name": "n", "value": ""}]}]},
            "embeds.0.fields.0.value",
            "BASE_TYPE_REQUIRED",
        ),
        ({"embeds": [{"title": "x"}] * 11}, "embeds", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
        ({"embeds": [{"url": "ftp://a/b"}]}, "embeds.0.url", "URL_TYPE_INVALID_SCHEME"),
        ({"content": "x", "components": [text()]}, "components.0.type", "UNION_TYPE_CHOICES"),
        (
            {"components": [row(button(), button())]},
            "components.0.components.1.custom_id",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
        ),
        (
            {"components": [row(button(custom_id="x" * 101))]},
            "components.0.components.0.custom_id",
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            {"components": [row(button(label="x" * 81))]},
            "components.0.components.0.label",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            {"components": [row(button(style=5))]},
            "components.0.components.0.url",
            "BASE_TYPE_REQUIRED",
        ),
        (
            {"components": [row(menu(), button())]},
            "components.0.components",
            "BASE_TYPE_BAD_LENGTH",
        ),
        ({"components": [row(button())] * 6}, "components", "BASE_TYPE_BAD_LENGTH"),
        (
            {"components": [row(menu(options=[]))]},
            "components.0.components.0.options",
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            {"flags": V2, "content": "x", "components": [text()]},
            "content",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        ),
        (
            {"flags": V2, "components": [text("x" * 2001), text("x" * 2000)]},
            "components",
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
        ),
        (
            {"flags": V2, "components": [{"type": 17, "components": [text()] * 40}]},
            "components",
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            {"flags": V2, "components": [{"type": 9, "components": [text()]}]},
            "components.0.accessory",
            "BASE_TYPE_REQUIRED",
        ),
        (
            {
                "flags": V2,
                "components": [{"type": 12, "items": [{"media": {"url": "attachment://a"}}]}],
            },
            "components.0.items.0.media.url",
            "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
        ),
    ],
)
def test_bad_messages_are_refused_where_they_are_bad(body: Body, place: str, code: str) -> None:
    assert refused(body)[place] == code


def test_a_gallery_may_show_a_file_that_came_along() -> None:
    gallery = {"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]}

    drafts.check({"flags": V2, "components": [gallery]}, [Attachment("a.png", b"x")])


@pytest.mark.parametrize("body", [{}, {"content": ""}, {"embeds": []}, {"content": None}])
def test_empty_messages_are_refused(body: Body) -> None:
    with pytest.raises(RefusedError) as caught:
        drafts.check(body, [])
    assert caught.value.code == 50006


def test_a_modal_is_checked_down_to_its_fields() -> None:
    label = {"type": 18, "label": "x" * 46, "component": {"type": 4, "style": 1, "custom_id": "a"}}
    modal = {"custom_id": "m", "title": "x" * 46, "components": [label, button()]}
    errors = FormErrors()

    ComponentRules(errors).check_modal(modal)

    with pytest.raises(RefusedError) as caught:
        errors.refuse()
    assert leaves(caught.value.payload["errors"]) == {
        "title": "BASE_TYPE_BAD_LENGTH",
        "components.0.label": "BASE_TYPE_MAX_LENGTH",
        "components.1.type": "UNION_TYPE_CHOICES",
    }


def command(**fields: Any) -> Body:
    return {"type": 1, "name": "upload", "description": "Upload"} | fields


def option(name: str = "image", kind: int = 3, **fields: Any) -> Body:
    return {"type": kind, "name": name, "description": "An option"} | fields


def test_good_commands_pass() -> None:
    group = option("albums", 2, options=[option("add", 1, options=[option()])])
    check_all(
        [
            command(options=[option(required=True), option("title")]),
            command(name="gallery", options=[option("search", 1), group]),
            {"type": 3, "name": "Upload to Imgur"},
        ]
    )


@pytest.mark.parametrize(
    ("bad", "place"),
    [
        (command(name="Upload"), "0.name"),
        (command(name="up load"), "0.name"),
        (command(description=""), "0.description"),
        (command(description="x" * 101), "0.description"),
        (command(options=[option(), option()]), "0.options.1.name"),
        (command(options=[option(), option("b", required=True)]), "0.options.1.required"),
        (command(options=[option(), option("b", 1)]), "0.options"),
        (command(options=[option(f"o{i}") for i in range(26)]), "0.options"),
        (
            command(options=[option(choices=[{"name": "a", "value": "a"}], autocomplete=True)]),
            "0.options.0.choices",
        ),
        (
            command(options=[option(choices=[{"name": "", "value": "a"}])]),
            "0.options.0.choices.0.name",
        ),
        (command(options=[option("a", 2, options=[option("b", 2)])]), "0.options.0.options.0.type"),
        ({"type": 3, "name": "Menu", "description": "x"}, "0.description"),
    ],
)
def test_bad_commands_are_refused_where_they_are_bad(bad: Body, place: str) -> None:
    with pytest.raises(RefusedError) as caught:
        check_all([bad])
    assert place in leaves(caught.value.payload["errors"])


def test_two_commands_cannot_share_a_name() -> None:
    with pytest.raises(RefusedError) as caught:
        check_all([command(), command()])
    assert leaves(caught.value.payload["errors"]) == {
        "1.name": "APPLICATION_COMMANDS_DUPLICATE_NAME"
    }
