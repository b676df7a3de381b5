"""Text by strangers does nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.safe_text import code, safe_text

ACTIVE = re.compile(r"<(?:@[!&]?\d+|#\d+|/\S+:\d+|t:\d+|a?:\w+:\d+|id:\w+)")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words", "plain words"),
        ("two\nlines\tand more", "two lines and more"),
        ("**bold**", r"\*\*bold\*\*"),
        ("a\u202eb\u200bc\x00d", "abcd"),
    ],
)
def test_text_looks_like_what_was_typed(text: str, shown: str) -> None:
    assert safe_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "<@123456789012345678>",
        "<@&123456789012345678>",
        "<#123456789012345678>",
        "</upload:123456789012345678>",
        "<t:1700000000:R>",
        "<:smile:123456789012345678>",
        "<a:smile:123456789012345678>",
        "<id:customize>",
    ],
)
def test_references_are_broken(text: str) -> None:
    assert not ACTIVE.search(safe_text(text))


@pytest.mark.parametrize("text", ["@everyone", "@here", "hi @everyone!"])
def test_mass_mentions_are_broken(text: str) -> None:
    assert not re.search(r"@(everyone|here)", safe_text(text))


def test_a_link_in_disguise_is_escaped() -> None:
    shown = safe_text("https://x.example/[click](https://evil.example)")
    assert shown.replace("\u200b", "") == r"https://x.example/\[click\](https://evil.example)"
    assert "://" not in shown


@pytest.mark.parametrize(
    "text", ["https://evil.example", "HTTP://evil.example", "<https://discord.gg/abc>", "://"]
)
def test_an_address_is_shown_and_is_no_link(text: str) -> None:
    assert safe_text(text).replace("\u200b", "") == text
    assert "://" not in safe_text(text)


def test_long_text_is_cut() -> None:
    assert len(safe_text("x" * 500, 60)) == 60


@given(st.text(max_size=300))
def test_nothing_active_survives(text: str) -> None:
    shown = safe_text(text)
    assert not ACTIVE.search(shown)
    assert not re.search(r"(?<!\\)\]\(", shown)
    assert "\n" not in shown
    assert "@everyone" not in shown
    assert "://" not in shown


@given(st.text(max_size=100))
def test_a_code_block_cannot_be_left(text: str) -> None:
    assert code(text).count("```") == 2
