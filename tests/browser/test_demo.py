"""The demo as a person uses it: in a real browser."""

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image as Picture
from playwright.async_api import Browser, BrowserContext, Locator, Page, Route, expect

from bot.ui.chart import WIDTH
from sandbox.demo.program import SAMPLES
from tests.browser.conftest import PATIENCE_MS
from tests.browser.preview import become, open_list, open_preview, press, send, type_command
from tests.demo.program import Demo

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PHOTO = SAMPLES / "mountain-with-gps.jpg"
ORIENTATION, GPS = 0x0112, 0x8825


@dataclass
class Person:
    """Somebody with the demo's tabs open."""

    demo: Demo
    context: BrowserContext
    discord: Page

    async def type_command(self, command: str) -> None:
        await type_command(self.discord, command)

    async def send(self) -> None:
        await send(self.discord)

    async def become(self, name: str) -> None:
        await become(self.discord, name)

    def last(self) -> Locator:
        """The newest message."""
        return self.discord.get_by_role("article").last

    async def imgur_state(self) -> dict[str, Any]:
        answer = await self.context.request.get(f"{self.demo.imgur_url}/sandbox/state")
        state: dict[str, Any] = json.loads(await answer.text())
        return state

    async def newest_picture(self) -> bytes:
        """The bytes of the latest upload exactly as Imgur received them."""
        pictures = (await self.imgur_state())["pictures"]
        newest = max(pictures, key=lambda picture: picture["created"])
        answer = await self.context.request.get(
            f"{self.demo.imgur_url}/sandbox/files/{newest['id']}"
        )
        return await answer.body()


@pytest_asyncio.fixture(loop_scope="session")
async def person(chromium: Browser, tmp_path: Path) -> AsyncIterator[Person]:
    async with open_preview(chromium, tmp_path) as (running, page):
        yield Person(running, page.context, page)


async def test_an_upload_ends_in_a_card_whose_link_shows_the_picture(person: Person) -> None:
    await upload(person)
    card = person.last()
    await expect(card.get_by_role("img", name="Gallery item 1")).to_be_visible()

    link = await card.get_by_role("link", name=re.compile(r"\.jpg$")).get_attribute("href")
    assert link
    shown = await person.context.request.get(link)
    assert shown.headers["content-type"] == "image/jpeg"

    taken = Picture.open(io.BytesIO(PHOTO.read_bytes())).getexif()
    sent = Picture.open(io.BytesIO(await person.newest_picture())).getexif()
    assert taken.get_ifd(GPS)
    assert not sent.get_ifd(GPS)
    assert sent[ORIENTATION] == taken[ORIENTATION]


async def upload(person: Person) -> None:
    await person.type_command("upload")
    await person.discord.keyboard.press("Enter")
    await person.discord.locator("input[type=file]").last.set_input_files(PHOTO)
    await person.send()
    await expect(person.last().get_by_role("button", name="Delete").first).to_be_visible()


async def test_the_library_shows_an_upload_and_deletes_it(person: Person) -> None:
    await upload(person)
    await person.type_command("library mine")
    await person.send()
    await expect(person.last()).to_contain_text(f"1. {PHOTO.name}")
    await press(person.last().get_by_role("button", name="1", exact=True))
    await press(person.last().get_by_role("button", name="Keep for…"))
    await press(person.last().get_by_role("button", name="1 week"))
    await expect(person.last()).to_contain_text("deleted")
    await press(person.last().get_by_role("button", name="Delete"))
    await press(person.last().get_by_role("button", name="Yes, delete it"))
    await expect(person.last()).to_contain_text("nothing here yet")
    assert not (await person.imgur_state())["pictures"]


async def test_a_press_counts_although_the_tab_does_not_show_the_newest_yet(
    person: Person,
) -> None:
    await upload(person)
    shown: list[str] = []
    holds, is_behind, has_pressed = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def hold_back(route: Route) -> None:
        newest = await (await route.fetch()).text()
        shown.append(newest)
        holds.set()
        if revision_of(newest) > revision_of(shown[0]):
            is_behind.set()
        await route.fulfill(body=newest if has_pressed.is_set() else shown[0])

    await person.discord.route("**/api/state", hold_back)
    await asyncio.wait_for(holds.wait(), PATIENCE_MS / 1000)
    await post_a_picture(person)
    await asyncio.wait_for(is_behind.wait(), PATIENCE_MS / 1000)
    person.discord.on("request", lambda it: has_pressed.set() if it.method == "POST" else None)
    await press(person.last().get_by_role("button", name="Link forms"))
    await expect(person.last()).to_contain_text("[img]")


def revision_of(snapshot: str) -> int:
    return int(json.loads(snapshot)["publishedRevision"])


async def post_a_picture(person: Person) -> None:
    """Somebody else posts in the room that is shown."""
    tab = await person.context.new_page()
    await tab.goto(f"{person.demo.imgur_url}/sandbox")
    await tab.get_by_role("combobox", name="As").select_option("Alice in #general")
    await tab.get_by_role("button", name=f"Post {PHOTO.name}").click()


async def test_linking_ends_with_the_accounts_name_in_discord(person: Person) -> None:
    await person.type_command("account link")
    await person.send()
    button = person.last().get_by_role("link", name="Open the page")
    address = await button.get_attribute("href")
    assert address
    page = await person.context.new_page()
    await page.goto(address)
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("button", name="Authorize as Alice").click()
    await page.get_by_role("button", name="Allow").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Your Imgur account is linked")
    await expect(person.last()).to_contain_text("Linked as marmalade")


async def test_a_picture_dropped_in_the_imgur_tab_waits_for_its_author(person: Person) -> None:
    await turn_on_automatic_uploads(person)
    await person.become("Alice")
    await post_a_picture(person)
    question = person.discord.get_by_role("article").filter(has_text="Keep this picture on Imgur?")
    await expect(question).to_be_visible()
    assert not (await person.imgur_state())["pictures"]

    await press(question.get_by_role("button", name="Just this once"))
    await expect(person.last().get_by_role("button", name="Link forms")).to_be_visible()
    exif = Picture.open(io.BytesIO(await person.newest_picture())).getexif()
    assert not exif.get_ifd(GPS)


async def test_the_quota_is_drawn(person: Person) -> None:
    await person.type_command("quota")
    await person.send()
    await expect(person.last()).to_contain_text("250 of 250 credits an hour left")
    picture = person.last().get_by_role("img", name=re.compile("250 of 250 credits an hour left"))
    # It is visible before its bytes are there; the button around it can be pressed once they are.
    await expect(picture.locator("xpath=..")).to_be_enabled()
    await expect(picture).to_have_js_property("naturalWidth", WIDTH)


async def turn_on_automatic_uploads(person: Person) -> None:
    await person.become("Mo")
    await person.type_command("settings")
    await person.send()
    panel = person.last()
    await open_list(panel.get_by_role("combobox").first)
    await press(person.discord.get_by_role("option", name=re.compile("general")))
    await expect(panel.get_by_role("combobox").first).to_contain_text("general")
    await press(panel.get_by_role("button", name="Apply"))
    # What the channel's rule may be; the tab itself shows the choice before the bot knows of it.
    await expect(panel.get_by_role("combobox")).to_have_count(5)
