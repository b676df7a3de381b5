import pytest

from tests.wire.reading import MessageText


class Shown(MessageText):
    def __init__(self) -> None:
        self.content = "See <https://i.imgur.com/a.png>, or `https://imgur.com/a`."
        self.embeds = [
            {
                "author": {"name": "Author"},
                "title": "Title",
                "url": "https://imgur.com/b",
                "description": "[Words](https://imgur.com/c)",
                "fields": [{"name": "Name", "value": "Value"}],
                "image": {"url": "https://i.imgur.com/d.png"},
                "footer": {"text": "Footer"},
            }
        ]
        link = {"type": 2, "style": 5, "label": "Open", "url": "https://imgur.com/e"}
        emoji = {"type": 2, "style": 1, "emoji": {"name": "❌"}, "custom_id": "x"}
        twice = {"type": 2, "style": 1, "label": "Twice", "custom_id": "y"}
        menu = {"type": 3, "custom_id": "m", "placeholder": "Choose", "options": []}
        self.components = [
            {"type": 1, "components": [link, emoji, twice, twice]},
            {"type": 1, "components": [menu]},
            {"type": 17, "components": [{"type": 10, "content": "Inside"}]},
        ]


def test_all_prose_is_read_in_order() -> None:
    lines = Shown().text.splitlines()

    assert lines[1:] == [
        "Author",
        "Title",
        "[Words](https://imgur.com/c)",
        "Name",
        "Value",
        "Footer",
        "Inside",
    ]


def test_every_link_is_found_once() -> None:
    assert Shown().links == [
        "https://i.imgur.com/a.png",
        "https://imgur.com/a",
        "https://imgur.com/c",
        "https://imgur.com/b",
        "https://i.imgur.com/d.png",
        "https://imgur.com/e",
    ]


def test_components_are_found_by_any_of_their_names() -> None:
    shown = Shown()

    assert shown.labels == ["Open", "❌", "Twice", "Twice"]
    assert shown.custom_ids == ["x", "y", "y", "m"]
    assert shown.component("❌") is shown.component("x")
    assert shown.component("Choose") is shown.menus[0]
    with pytest.raises(AssertionError, match="2 components are called 'Twice'"):
        shown.component("Twice")
    with pytest.raises(AssertionError, match="0 components are called 'Nothing'"):
        shown.component("Nothing")
