"""Several files and the rules of automatic uploads in the demo, as a person uses them."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from sandbox.demo.program import SAMPLES
from tests.browser.preview import become, open_list, open_preview, press, send, type_command

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PICTURES = [SAMPLES / "mountain-with-gps.jpg", SAMPLES / "lighthouse.png"]


@pytest_asyncio.fixture(loop_scope="session")
async def discord(chromium: Browser, tmp_path: Path) -> AsyncIterator[Page]:
    async with open_preview(chromium, tmp_path) as (_, page):
        yield page


async def command(page: Page, name: str) -> None:
    await type_command(page, name)
    await send(page)


async def test_two_files_from_the_form_become_an_album_that_opens(discord: Page) -> None:
    await command(discord, "upload")
    form = discord.get_by_role("dialog").last
    await form.locator("input[type=file]").set_input_files(PICTURES)
    await form.get_by_role("textbox", name=re.compile("album")).fill("Holidays")
    await press(form.get_by_role("button", name="Submit"))

    card = discord.get_by_role("article").last
    await expect(card).to_contain_text("2 of 2 uploaded to Imgur")
    await expect(card.get_by_role("img", name="Gallery item 2")).to_be_visible()
    address = await card.get_by_role("link", name="Open the album").get_attribute("href")
    assert address
    album = await discord.context.new_page()
    await album.goto(address)
    await expect(album.get_by_role("img")).to_have_count(2)


async def test_a_rule_is_opened_changed_and_tried(discord: Page) -> None:
    await become(discord, "Mo")
    await command(discord, "settings")
    panel = discord.get_by_role("article").last
    await open_list(panel.get_by_role("combobox").first)
    await press(discord.get_by_role("option", name=re.compile("general")))
    await expect(panel.get_by_role("combobox").first).to_contain_text("general")
    await press(panel.get_by_role("button", name="Apply").first)
    await expect(panel.get_by_role("combobox").first).to_contain_text("general")

    await expect(panel.get_by_role("combobox")).to_have_count(5)
    await press(panel.get_by_role("combobox").nth(3))
    await press(discord.get_by_role("option", name=re.compile("general")).last)
    await expect(panel).to_contain_text("Automatic uploads: #general")
    await press(panel.get_by_role("button", name="Follow deletions: off"))
    await expect(panel).to_contain_text("Deleting a message deletes from Imgur")
    await press(panel.get_by_role("button", name="Dry run on the last 50 messages"))
    await expect(discord.get_by_role("article").last).to_contain_text("Nothing was sent")
