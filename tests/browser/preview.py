"""The demo's tab that shows Discord, in a person's hands."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.conftest import PATIENCE_MS
from tests.demo.program import Demo, demo

_COUNT_PRESSES = """
window.presses = 0;
addEventListener("click", ({ target }) => {
  const pressed = target.closest("button, [role=option]");
  if (pressed && pressed.ariaDisabled !== "true") window.presses += 1;
}, true);
"""


@asynccontextmanager
async def open_preview(chromium: Browser, folder: Path) -> AsyncIterator[tuple[Demo, Page]]:
    async with demo(folder) as running:
        context = await chromium.new_context(viewport={"width": 1280, "height": 1000})
        context.set_default_timeout(PATIENCE_MS)
        await context.add_init_script(_COUNT_PRESSES)
        page = await context.new_page()
        await page.goto(running.discord_url)
        await expect(page.get_by_role("textbox", name="Message")).to_be_visible()
        yield running, page
        await context.close()


async def press(what: Locator) -> None:
    """Press a button or an option; again if that was no press.

    The tab draws anew what has changed, and greys buttons out while it is busy. If that happens
    under a mouse button that is down already, then the browser tells the page of no click.
    """
    before = await _presses(what.page)
    while await _presses(what.page) == before:
        await what.click()


async def open_list(box: Locator) -> None:
    """Open a list to choose from, and let the tab come to rest.

    Two tenths of a second after a list has opened the tab asks what is in it, and draws it anew
    with the answer: whoever chooses in between may find nothing chosen, or the list gone.
    """
    await press(box)
    await expect(box.page.locator("#action-status")).to_have_text("Options updated")


async def _presses(page: Page) -> int:
    return int(await page.evaluate("window.presses"))


async def type_command(page: Page, command: str) -> None:
    """Type a slash command and choose it."""
    await page.get_by_role("textbox", name="Message").click()
    await page.keyboard.type(f"/{command}")
    # The list is there before the commands are; Enter would choose none of them.
    await expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()
    await page.keyboard.press("Enter")


async def send(page: Page) -> None:
    await press(page.locator("[aria-label=Send]"))


async def become(page: Page, name: str) -> None:
    await page.get_by_role("combobox", name="Viewing as").select_option(name)
    await expect(page.get_by_text("Preview ready")).to_be_visible()
