import base64
import io
import json
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from PIL import Image

from sandbox.imgur.people import DEMO_CLIENT_ID
from sandbox.imgur.server import Options, Sandbox, serve
from sandbox.imgur.shelf import DamagedFolderError

AUTH = {"Authorization": f"Client-ID {DEMO_CLIENT_ID}"}


def picture(kind: str = "PNG", size: tuple[int, int] = (400, 200)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind)
    return out.getvalue()


def form(content: bytes, name: str = "a.png", **fields: str) -> aiohttp.FormData:
    data = aiohttp.FormData(fields)
    data.add_field("image", io.BytesIO(content), filename=name)
    return data


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with serve() as running:
        yield running


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(sandbox.url, headers=AUTH) as session:
        yield session


async def upload(http: aiohttp.ClientSession, content: bytes, **fields: str) -> dict[str, object]:
    async with http.post("/3/image", data=form(content, **fields)) as response:
        document = await response.json()
    assert isinstance(document, dict)
    data = document["data"]
    assert isinstance(data, dict)
    return data


async def test_a_picture_comes_back_byte_for_byte(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    content = picture("JPEG")

    image = await upload(http, content, title="Red")

    assert (image["type"], image["width"], image["height"]) == ("image/jpeg", 400, 200)
    assert str(image["link"]) == f"{sandbox.url}/{image['id']}.jpg"
    async with http.get(str(image["link"])) as response:
        assert response.content_type == "image/jpeg"
        assert await response.read() == content
    async with http.get(f"/sandbox/files/{image['id']}") as response:
        assert await response.read() == content


@pytest.mark.parametrize(
    ("suffix", "size"),
    [("s", (90, 90)), ("b", (160, 160)), ("t", (160, 80)), ("m", (320, 160)), ("l", (400, 200))],
)
async def test_thumbnails_are_really_resized(
    http: aiohttp.ClientSession, suffix: str, size: tuple[int, int]
) -> None:
    image = await upload(http, picture())

    async with http.get(f"/{image['id']}{suffix}.jpg") as response:
        thumbnail = Image.open(io.BytesIO(await response.read()))

    assert (thumbnail.format, thumbnail.size) == ("JPEG", size)


async def test_a_tiff_comes_back_as_a_jpeg(http: aiohttp.ClientSession) -> None:
    image = await upload(http, picture("TIFF"))

    async with http.get(str(image["link"])) as response:
        assert Image.open(io.BytesIO(await response.read())).format == "JPEG"
    assert str(image["link"]).endswith(".jpg")


async def test_the_type_is_found_by_the_bytes_and_not_by_the_name(
    http: aiohttp.ClientSession,
) -> None:
    async with http.post("/3/image", data=form(picture("WEBP"), "a.png")) as response:
        assert (await response.json())["data"]["error"]["code"] == 1003


async def test_a_film_is_measured_without_being_decoded(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    film = next(i for i in sandbox.world.state.images.values() if i.type == "video/mp4")
    async with http.get(f"/{film.id}.mp4") as response:
        content = await response.read()

    async with http.post("/3/upload", data=form(content)) as response:
        image = (await response.json())["data"]

    assert len(content) == film.size_bytes
    assert (image["type"], image["width"], image["height"]) == ("video/mp4", 320, 180)


async def test_a_film_without_its_index_is_broken(http: aiohttp.ClientSession) -> None:
    head = struct.pack(">I4s4sI4s", 20, b"ftyp", b"isom", 0, b"mp42") + b"\0\0\0\x10mdat12345678"

    async with http.post("/3/upload", data=form(head)) as response:
        assert response.status == 417


async def test_base64_in_a_form_is_a_picture_too(http: aiohttp.ClientSession) -> None:
    fields = {"image": base64.b64encode(picture()).decode(), "type": "base64", "title": "b"}

    async with http.post("/3/image", data=fields) as response:
        assert (await response.json())["data"]["width"] == 400


async def test_an_address_is_fetched_by_the_embedding_programs_means(tmp_path: Path) -> None:
    async def fetch(address: str) -> bytes:
        if address != "https://example.org/a.png":
            raise OSError(address)
        return picture()

    async with (
        serve(tmp_path, options=Options(fetch=fetch)) as sandbox,
        aiohttp.ClientSession(sandbox.url, headers=AUTH) as http,
    ):
        statuses = []
        for address in ("https://example.org/a.png", "https://example.org/b.png"):
            fields = {"image": address, "type": "url"}
            async with http.post("/3/upload", data=fields) as response:
                statuses.append(response.status)

    assert statuses == [200, 400]


async def test_a_refused_file_is_not_kept(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    async with http.post("/3/image", data=form(b"just text")) as response:
        assert response.status == 400

    assert list((sandbox.folder / "pictures").iterdir()) == []


async def test_a_deleted_pictures_file_is_gone_and_its_address_leads_elsewhere(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    image = await upload(http, picture())

    async with http.delete(f"/3/image/{image['deletehash']}") as response:
        assert response.status == 200
    async with http.get(str(image["link"])) as response:
        assert response.url.path == "/removed.png"
        assert Image.open(io.BytesIO(await response.read())).size == (161, 81)

    assert list((sandbox.folder / "pictures").iterdir()) == []


async def test_everything_is_still_there_after_a_restart(tmp_path: Path) -> None:
    content = picture()
    async with (
        serve(tmp_path, options=Options(seed=5, profile="classic")) as first,
        aiohttp.ClientSession(first.url, headers=AUTH) as http,
    ):
        image = await upload(http, content, title="Kept")
        async with http.post("/sandbox/tokens", json={"account": "marmalade"}) as response:
            token = (await response.json())["access_token"]

    async with (
        serve(tmp_path) as second,
        aiohttp.ClientSession(second.url, headers=AUTH) as http,
    ):
        async with http.get(f"/3/image/{image['id']}") as response:
            seen = (await response.json())["data"]
            left = response.headers["X-RateLimit-UserRemaining"]
        async with http.get(seen["link"]) as response:
            assert await response.read() == content
        bearer = {"Authorization": f"Bearer {token}"}
        async with http.get("/3/account/me", headers=bearer) as response:
            assert response.status == 200

    assert (seen["title"], left) == ("Kept", "489")
    assert seen["link"].startswith(second.url)


async def test_files_that_nobody_knows_are_cleared_away_at_the_next_start(tmp_path: Path) -> None:
    async with serve(tmp_path):
        pass
    (tmp_path / "pictures" / "left-by-a-crash").write_bytes(b"half")

    async with serve(tmp_path):
        assert list((tmp_path / "pictures").iterdir()) == []


async def test_a_damaged_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "world.json").write_text("{half")

    with pytest.raises(DamagedFolderError):
        async with serve(tmp_path):
            pass

    assert (tmp_path / "world.json").read_text() == "{half"


async def test_the_world_is_saved_after_each_change(tmp_path: Path) -> None:
    async with (
        serve(tmp_path, options=Options(save_after_s=0)) as sandbox,
        aiohttp.ClientSession(sandbox.url, headers=AUTH) as http,
    ):
        image = await upload(http, picture())
        await http.get("/3/credits")
        kept = json.loads((tmp_path / "world.json").read_bytes())

    assert str(image["id"]) in kept["images"]


async def test_a_cut_connection_gives_no_answer_and_the_upload_happened(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    headers = {"X-Sandbox-Fault": "cut-before-answer"}

    with pytest.raises(aiohttp.ClientError):
        await http.post("/3/image", data=form(picture()), headers=headers)

    assert sandbox.world.state.truth.uploads == 1


async def test_a_connection_cut_while_reading_leaves_nothing_behind(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    headers = {"X-Sandbox-Fault": "cut-while-reading"}

    with pytest.raises(aiohttp.ClientError):
        await http.post("/3/image", data=form(picture() + bytes(3_000_000)), headers=headers)

    assert sandbox.world.state.truth.uploads == 0
    assert list((sandbox.folder / "pictures").iterdir()) == []


async def test_a_truncated_body_is_shorter_than_it_says(http: aiohttp.ClientSession) -> None:
    async with http.get("/3/credits", headers={"X-Sandbox-Fault": "truncated"}) as response:
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()


async def test_no_answer_means_none(http: aiohttp.ClientSession) -> None:
    timeout = aiohttp.ClientTimeout(total=0.2)

    with pytest.raises(TimeoutError):
        await http.get("/3/credits", headers={"X-Sandbox-Fault": "no-answer"}, timeout=timeout)


async def test_a_huge_body_is_huge(http: aiohttp.ClientSession) -> None:
    async with http.get("/3/credits", headers={"X-Sandbox-Fault": "huge"}) as response:
        assert len(await response.read()) > 10_000_000


async def test_an_unknown_fault_in_the_header_is_refused(http: aiohttp.ClientSession) -> None:
    async with http.get("/3/credits", headers={"X-Sandbox-Fault": "rain"}) as response:
        assert response.status == 400


async def test_every_drawn_picture_has_the_size_that_is_claimed(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    chosen = {}
    for image in sandbox.world.state.images.values():
        chosen.setdefault((image.type, image.width), image)

    for image in chosen.values():
        async with http.get(f"/{image.id}.{image.type[-3:]}") as response:
            content = await response.read()
        assert len(content) == image.size_bytes
        if not image.is_video:
            assert Image.open(io.BytesIO(content)).size == (image.width, image.height)
