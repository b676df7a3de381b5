"""Photograph every linking page in every state, as contact sheets to look at.

Usage: python scripts/linking_pages.py FOLDER [LANGUAGE ...]    (with the dev set installed)

One sheet each for desktop and phone, light and dark, and each language (or those that are named).
"""

import asyncio
import io
import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page, Route, async_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.web.answers import result
from bot.web.language import KINDS, Language
from bot.web.rendering import Pages, pages_by_language

ORIGIN = "https://imgur-bot.example"
SIZES = {"desktop": (760, 700), "phone": (390, 760)}
COLUMNS = {"desktop": 4, "phone": 8}
LONG_NAME = "a.very.long.discord.name.of.32ch"
#: What the script of the callback page is answered with; the rest are pages of their own.
ENDS = ("linked", "added", "code", "denied", "ticket", "visitor", "elsewhere", "foreign", "imgur")


async def main(folder: Path, languages: list[str]) -> None:
    """Write the sheets into ``folder``, which is there."""
    every = pages_by_language()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for code in languages or list(every):
            for device in SIZES:
                for theme in ("light", "dark"):
                    shots = await photograph(browser, every[code], device, theme)
                    target = folder / f"{code}-{device}-{theme}.png"
                    sheet_of(shots, COLUMNS[device]).save(target)
                    print(f"wrote {target}")
        await browser.close()


async def photograph(browser: Browser, pages: Pages, device: str, theme: str) -> list[bytes]:
    """Every state once."""
    width, height = SIZES[device]
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
    )
    page = await context.new_page()
    shots = []
    for name, html in addressed(pages).items():
        await page.unroute_all()
        await page.route("**/*", answering(html, told(pages.language, name)))
        await page.goto(f"{ORIGIN}/{name}?state=S#access_token=T")
        await until_still(page, name)
        shots.append(await page.screenshot())
    await context.close()
    return shots


def addressed(pages: Pages) -> Mapping[str, str]:
    """The document of each state, by its name."""
    own = {"waiting": pages.callback().html}
    for proves_first in (True, False):
        invitation = pages.invitation(LONG_NAME, proves_first=proves_first, form_targets=())
        own[f"invitation-{proves_first}"] = invitation.html
    own |= {f"end-{end}": pages.callback().html for end in ENDS}
    alone = KINDS.keys() - {"invitation", "working", "noscript", *ENDS}
    return own | {outcome: pages.message(outcome).html for outcome in sorted(alone)}


def told(language: Language, name: str) -> object:
    """What the page's script is answered."""
    end = name.removeprefix("end-")
    if end == "code":
        facts = {language.imgur_account: "marmalade", language.discord_user: LONG_NAME}
        return result(language, end, name="BCDF-GHJK", facts=facts)
    if end in {"linked", "added"}:
        return result(language, end, name="marmalade")
    return result(language, end) if end in KINDS else None


def answering(html: str, answer: object) -> object:
    """A server of one page; without an answer its script waits for ever."""

    async def fulfil(route: Route) -> None:
        if route.request.method == "GET":
            await route.fulfill(body=html, content_type="text/html")
        elif answer is not None:
            await route.fulfill(body=json.dumps(answer), content_type="application/json")

    return fulfil


async def until_still(page: Page, name: str) -> None:
    """Wait for what the page's script shows."""
    if name.startswith("end-"):
        await page.wait_for_selector('main[aria-busy="false"]')
    await page.wait_for_timeout(50)


def sheet_of(shots: list[bytes], columns: int) -> Image.Image:
    """All in one picture."""
    pictures = [Image.open(io.BytesIO(shot)) for shot in shots]
    width, height = pictures[0].size
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * width, rows * height), "#888")
    for index, picture in enumerate(pictures):
        sheet.paste(picture, (index % columns * width, index // columns * height))
    return sheet


if __name__ == "__main__":
    if len(sys.argv) < 2:  # noqa: PLR2004 (the program's name)
        raise SystemExit(__doc__)
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2:]))
