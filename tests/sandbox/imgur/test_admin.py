import io
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from PIL import Image

from sandbox.imgur import admin
from sandbox.imgur.admin import Person
from sandbox.imgur.commands import COMMANDS
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


async def state(http: aiohttp.ClientSession) -> dict[str, object]:
    async with http.get("/sandbox/state") as response:
        document = await response.json()
    assert isinstance(document, dict)
    return document


async def command(http: aiohttp.ClientSession, name: str, /, **body: object) -> dict[str, object]:
    async with http.post(f"/sandbox/{name}", json=body) as response:
        document = await response.json()
        assert response.status == 200, document
    assert isinstance(document, dict)
    return document


async def upload(http: aiohttp.ClientSession) -> int:
    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "PNG")
    out.seek(0)
    form = aiohttp.FormData({"title": "T"})
    form.add_field("image", out, filename="a.png")
    async with http.post("/3/image", data=form) as response:
        return response.status


async def test_the_state_tells_everything_about_an_upload_but_its_secrets(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    await upload(http)

    document = await state(http)

    pictures = document["pictures"]
    assert isinstance(pictures, list)
    assert pictures[0]["title"] == "T"
    assert len(pictures[0]["sha256"]) == 64
    hashes = [image.deletehash for image in sandbox.world.state.images.values() if not image.drawn]
    assert hashes[0] not in str(document)
    assert "gallery" in str(document["counts"])


async def test_the_pools_tell_what_was_spent_and_how_low_they_ever_were(
    http: aiohttp.ClientSession,
) -> None:
    await command(http, "credits", pool="user", remaining=15, reset_in_s=600)
    statuses = [await upload(http) for _ in range(2)]

    document = await state(http)

    pools = document["pools"]
    assert isinstance(pools, list)
    user = next(pool for pool in pools if pool["kind"] == "user")
    assert statuses == [200, 429]
    assert (user["remaining"], user["lowest"], user["spent_ever"]) == (5, 5, 10)
    assert user["refusals"] == 1
    assert 590 < user["reset_in_s"] <= 600


async def test_the_clock_moves_forward_only(http: aiohttp.ClientSession) -> None:
    await command(http, "credits", pool="user", remaining=0)
    await command(http, "clock", advance_s=3600)

    assert await upload(http) == 200
    async with http.post("/sandbox/clock", json={"advance_s": -1}) as response:
        assert response.status == 400


async def test_faults_are_armed_listed_and_disarmed(http: aiohttp.ClientSession) -> None:
    match = {"method": "POST", "path": "/3/image"}
    await command(http, "faults", match=match, fault="gateway-429", times=2, skip=1)

    async with http.get("/sandbox/faults") as response:
        listed = await response.json()
    statuses = [await upload(http) for _ in range(2)]
    await http.delete("/sandbox/faults")

    assert listed["armed"][0]["fault"] == "gateway-429"
    assert "cut-before-answer" in listed["names"]
    assert (statuses, await upload(http)) == ([200, 429], 200)


async def test_tokens_accounts_and_applications_can_be_made(http: aiohttp.ClientSession) -> None:
    await command(http, "accounts", url="newcomer")
    made = await command(http, "applications", name="Mine", callback_url="http://x/cb")
    tokens = await command(http, "tokens", account="newcomer", application=str(made["client_id"]))

    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    async with http.get("/3/account/me", headers=bearer) as response:
        assert (await response.json())["data"]["url"] == "newcomer"


async def test_a_reset_forgets_what_was_uploaded(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    await upload(http)

    await command(http, "reset")

    assert (await state(http))["pictures"] == []
    assert list((sandbox.folder / "pictures").iterdir()) == []
    assert await upload(http) == 200


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("credits", {"pool": "lake"}),
        ("credits", {"pool": "user", "left": 3}),
        ("faults", {"fault": "rain"}),
        ("accounts", {"url": "me"}),
        ("accounts", {"url": "marmalade"}),
        ("revoke", {"account": "nobody"}),
        ("remove", {"id": "xxxxxxx"}),
    ],
)
async def test_a_wrong_command_is_refused_with_the_reason(
    http: aiohttp.ClientSession, name: str, body: dict[str, object]
) -> None:
    async with http.post(f"/sandbox/{name}", json=body) as response:
        assert response.status == 400
        assert (await response.json())["error"]


async def test_unknown_calls_and_foreign_pages_are_refused(http: aiohttp.ClientSession) -> None:
    async with http.get("/sandbox/nothing") as response:
        assert response.status == 404
    async with http.post("/sandbox/reset", data="{}") as response:
        assert response.status == 415
    foreign = {"Origin": "https://evil.example"}
    async with http.post("/sandbox/reset", json={}, headers=foreign) as response:
        assert response.status == 403
    rebound = {"Host": "evil.example", "Origin": "http://evil.example"}
    async with http.get("/sandbox/state", headers=rebound) as response:
        assert response.status == 403


async def test_people_can_be_posted_as_where_a_channel_is_joined(tmp_path: Path) -> None:
    (tmp_path / "sea.png").write_bytes(b"a sample")
    posted: list[tuple[str, str, list[tuple[str, bytes]]]] = []

    async def post_as(person: str, text: str, content: list[tuple[str, bytes]]) -> None:
        posted.append((person, text, content))

    async with (
        serve(people=lambda: [Person("7", "Ada")], post_as=post_as, samples=tmp_path) as sandbox,
        aiohttp.ClientSession(sandbox.url) as http,
    ):
        async with http.get("/sandbox/people") as response:
            people = await response.json()
        form = aiohttp.FormData({"person": "7", "text": "Look", "sample": "sea.png"})
        form.add_field("files", b"dropped", filename="b.png")
        async with http.post("/sandbox/post", data=form) as response:
            assert await response.json() == {"posted": 2}
        async with http.get("/sandbox/samples/sea.png") as response:
            assert await response.read() == b"a sample"
        async with http.get("/sandbox/samples/..%2fworld.json") as response:
            assert response.status == 404

    assert people == {"people": [{"id": "7", "name": "Ada"}], "samples": ["sea.png"]}
    assert posted == [("7", "Look", [("b.png", b"dropped"), ("sea.png", b"a sample")])]


async def test_without_a_channel_nobody_is_there(http: aiohttp.ClientSession) -> None:
    async with http.get("/sandbox/people") as response:
        assert await response.json() == {"people": [], "samples": []}
    async with http.post("/sandbox/post", data={"person": "7"}) as response:
        assert response.status == 404


def test_every_command_is_in_the_documentation() -> None:
    for name in COMMANDS:
        assert f"POST /sandbox/{name}``" in str(admin.__doc__)
