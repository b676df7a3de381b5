"""Make docs/demo.png, the README's picture: the demo as a person sees it, in a real Chromium.

Usage: python scripts/screenshots.py    (from the project's folder, with the dev set installed)
"""

import asyncio
import re
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "demo.png"
PICTURE = ROOT / "sandbox" / "samples" / "lighthouse.png"
FIRST_PORT = 18_090
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


async def main() -> None:
    """Start the demo, upload a picture, photograph it."""
    with tempfile.TemporaryDirectory() as folder:
        demo = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "sandbox.demo"),
            *("--data", folder, "--port", str(FIRST_PORT)),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            await photograph(await address_of(demo))
        finally:
            demo.terminate()
            await demo.communicate()
    print(f"wrote {TARGET.relative_to(ROOT)}")


async def address_of(demo: asyncio.subprocess.Process) -> str:
    """The address that the demo prints."""
    assert demo.stdout
    async for line in demo.stdout:
        found = re.search(r"Discord +(http\S+)", line.decode())
        if found:
            return found[1]
    raise SystemExit("the demo did not start: see what it says above")


async def photograph(address: str) -> None:
    """Upload a picture in the demo's tab and take the picture of the tab."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=_QUIET
        )
        page = await browser.new_page(viewport={"width": 1120, "height": 760})
        await page.goto(address)
        await upload(page)
        await page.screenshot(path=TARGET)
        await browser.close()


async def upload(page: Page) -> None:
    """Use ``/upload`` as a person does."""
    await page.get_by_role("textbox", name="Message").click()
    await page.keyboard.type("/upload")
    await expect(page.get_by_role("listbox")).to_be_visible()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await page.locator("input[type=file]").last.set_input_files(PICTURE)
    await page.locator("[aria-label=Send]").click()
    card = page.get_by_role("article").last
    await expect(card.get_by_role("img", name="Gallery item 1")).to_be_visible()
    await page.wait_for_timeout(1000)


if __name__ == "__main__":
    asyncio.run(main())
