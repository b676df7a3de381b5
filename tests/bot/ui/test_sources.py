"""Which files a message or a form offers."""

from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest

from bot.errors import AddressRefusedError
from bot.ui.sources import MAX_FILES, message_sources, pasted_sources


def message(
    content: str = "", embeds: tuple[discord.Embed, ...] = (), forwarded: tuple[Any, ...] = ()
) -> discord.Message:
    """Only what is read of a message without files."""
    parts = SimpleNamespace(
        content=content, embeds=embeds, attachments=(), message_snapshots=forwarded
    )
    return cast("discord.Message", parts)


def urls(content: str = "", *embeds: discord.Embed) -> list[str]:
    return [source.url for source in message_sources(message(content, embeds))]


def test_pictures_in_embeds_are_taken_through_the_guard() -> None:
    embed = discord.Embed(title="news").set_image(url="https://site.example/large?w=1")
    embed.set_thumbnail(url="https://site.example/small.png")
    sources = message_sources(message(embeds=(embed,)))
    assert [source.url for source in sources] == [
        "https://site.example/large?w=1",
        "https://site.example/small.png",
    ]
    assert not any(source.is_attachment for source in sources)


def test_a_picture_that_was_sent_along_with_its_embed_is_no_address_on_the_web() -> None:
    assert urls("", discord.Embed().set_image(url="attachment://cat.png")) == []


def test_pasted_links_to_pictures_are_taken_and_to_pages_are_not() -> None:
    text = "see https://a.example/x.png, (https://b.example/y.GIF) and https://c.example/page"
    assert urls(text) == ["https://a.example/x.png", "https://b.example/y.GIF"]


def test_a_link_in_brackets_that_hide_its_preview_is_taken() -> None:
    assert urls("<https://a.example/x.png>") == ["https://a.example/x.png"]


def test_a_link_and_its_own_preview_are_one_picture() -> None:
    embed = discord.Embed(url="https://a.example/x.png")
    embed.set_thumbnail(url="https://a.example/x.png?signed=2")
    assert len(urls("https://a.example/x.png?signed=1", embed)) == 1


def test_what_a_forwarded_message_links_to_counts_as_its_own() -> None:
    forwarded = message("https://a.example/x.png")
    (source,) = message_sources(message(forwarded=(forwarded,)))
    assert source.url == "https://a.example/x.png"


def test_no_more_than_ten_are_taken() -> None:
    assert len(urls(" ".join(f"https://a.example/{n}.png" for n in range(30)))) == MAX_FILES


def test_a_form_takes_one_address_a_word_each_once() -> None:
    sources = pasted_sources("https://a.example/1\n\nhttps://a.example/2 https://a.example/1")
    assert [source.url for source in sources] == ["https://a.example/1", "https://a.example/2"]


@pytest.mark.parametrize("text", ["cat.png", "ftp://a.example/x", "https://a.example/x.png and"])
def test_a_word_that_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(AddressRefusedError):
        pasted_sources(text)
