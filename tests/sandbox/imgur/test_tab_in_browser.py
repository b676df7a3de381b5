"""The person's tab and the authorise page in a real browser."""

import io
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from PIL import Image
from playwright.async_api import Browser, async_playwright

from sandbox.imgur.admin import Person
from sandbox.imgur.people import DEMO_CLIENT_ID
from sandbox.imgur.server import Sandbox, serve

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), (20, 120, 80)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def posted() -> list[tuple[str, list[str]]]:
    return []


@pytest.fixture
async def sandbox(tmp_path: Path, posted: list[tuple[str, list[str]]]) -> AsyncIterator[Sandbox]:
    (tmp_path / "sea.png").write_bytes(png())

    async def post_as(person: str, _text: str, content: list[tuple[str, bytes]]) -> None:
        posted.append((person, [name for name, _ in content]))

    async with serve(
        people=lambda: [Person("7", "Ada")],
        post_as=post_as,
        samples=tmp_path,
    ) as running:
        demo = running.world.state.applications[DEMO_CLIENT_ID]
        demo.callback_url = f"{running.url}/callback"
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        await launched.close()


async def test_a_person_watches_and_steers_the_sandbox(
    sandbox: Sandbox, browser: Browser, posted: list[tuple[str, list[str]]]
) -> None:
    page = await browser.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
    await page.goto(f"{sandbox.url}/sandbox")
    await page.get_by_text("Nothing has been uploaded yet").wait_for()

    auth = {"Authorization": f"Client-ID {DEMO_CLIENT_ID}"}
    form = aiohttp.FormData({"title": "Arrived by itself"})
    form.add_field("image", png(), filename="a.png")
    async with aiohttp.ClientSession(sandbox.url, headers=auth) as http:
        await http.post("/3/image", data=form)
        await http.post("/sandbox/tokens", json={"account": "marmalade"})
    await page.get_by_text("Arrived by itself").wait_for()
    await page.get_by_role("button", name="Revoke the bot's access to marmalade").click()
    await page.get_by_role("button", name="Leave 10 per user").click()
    await page.get_by_text("10 / 500").wait_for()
    await page.get_by_role("button", name="Post sea.png").click()
    await page.get_by_text("Posted.").wait_for()

    assert posted == [("7", ["sea.png"])]
    assert all(token.refresh_dead for token in sandbox.world.state.tokens)
    assert troubles == []


async def test_the_authorise_page_works_without_javascript(
    sandbox: Sandbox, browser: Browser
) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    address = f"/oauth2/authorize?client_id={DEMO_CLIENT_ID}&response_type=code&state=s1"
    await page.goto(sandbox.url + address)

    await page.get_by_label("pixelpenguin").check()
    await page.get_by_role("button", name="Allow").click()
    await page.wait_for_url("**/callback**")

    assert urlsplit(page.url).query.startswith("state=s1&code=")
    assert sandbox.world.state.grants[0].account_id == 1_000_008
