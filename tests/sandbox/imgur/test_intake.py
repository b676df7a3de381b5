import io
from collections.abc import AsyncIterator

import aiohttp
import pytest
from PIL import Image

from sandbox.imgur.people import DEMO_CLIENT_ID
from sandbox.imgur.server import Sandbox, serve

AUTH = {"Authorization": f"Client-ID {DEMO_CLIENT_ID}"}


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with serve() as running:
        yield running


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(sandbox.url, headers=AUTH) as session:
        yield session


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 10)).save(out, "PNG")
    return out.getvalue()


async def test_an_album_may_be_described_in_json(http: aiohttp.ClientSession) -> None:
    form = aiohttp.FormData()
    form.add_field("image", png(), filename="a.png")
    async with http.post("/3/image", data=form) as response:
        image = (await response.json())["data"]

    body = {"deletehashes": [image["deletehash"]], "title": "J", "description": None}
    async with http.post("/3/album", json=body) as response:
        album = (await response.json())["data"]

    async with http.get(f"/3/album/{album['id']}") as response:
        seen = (await response.json())["data"]
    assert (seen["title"], seen["images_count"]) == ("J", 1)


@pytest.mark.parametrize("body", ["{half", "[1]"])
async def test_other_json_is_refused_loudly(http: aiohttp.ClientSession, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    async with http.post("/3/album", data=body, headers=headers) as response:
        assert response.status == 400
        assert "JSON" in (await response.json())["data"]["error"]


async def test_an_address_is_fetched_over_the_network(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    drawn = next(i for i in sandbox.world.state.images.values() if i.type == "image/png")
    fields = {"image": f"{sandbox.url}/{drawn.id}.png", "type": "url"}

    async with http.post("/3/upload", data=fields) as response:
        image = (await response.json())["data"]
    async with http.post("/3/upload", data={"image": f"{sandbox.url}/xxxxxxx.png"}) as response:
        missing = await response.json()

    assert image["size"] == drawn.size_bytes
    assert missing["data"]["error"] == "Bad Request"


async def test_a_part_without_a_file_name_is_a_file_if_its_type_says_so(
    http: aiohttp.ClientSession,
) -> None:
    head = b'--B\r\nContent-Disposition: form-data; name="image"\r\nContent-Type: image/png\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=B"}

    body = head + png() + b"\r\n--B--\r\n"
    async with http.post("/3/image", data=body, headers=headers) as response:
        assert (await response.json())["data"]["width"] == 20


async def test_a_second_file_is_refused_loudly(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    form = aiohttp.FormData()
    form.add_field("image", png(), filename="a.png")
    form.add_field("image", png(), filename="b.png")

    async with http.post("/3/image", data=form) as response:
        assert response.status == 400
        assert "second file" in (await response.json())["data"]["error"]
    assert list((sandbox.folder / "pictures").iterdir()) == []


async def test_text_beyond_measure_is_turned_away(http: aiohttp.ClientSession) -> None:
    body = io.BytesIO(b"image=" + b"A" * 21_000_000)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    async with http.post("/3/image", data=body, headers=headers) as response:
        assert response.status == 413
