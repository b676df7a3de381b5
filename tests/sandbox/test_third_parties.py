"""Libraries that know nothing of this project take the sandbox for Imgur."""

import asyncio
import json
import subprocess
import sys
from asyncio.subprocess import PIPE
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image

from sandbox.imgur.commands import ArmFault, FaultMatch, arm_fault
from sandbox.imgur.people import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
from sandbox.imgur.server import Sandbox, serve

ROOT = Path(__file__).parents[2]
DRIVER = Path(__file__).parent / "peers" / "with_imgurpython.py"
#: Ours, and the one that ``make bench`` makes for such libraries.
PYTHONS = (Path(sys.executable), ROOT / ".venv-bench" / "bin" / "python")


def python_with(package: str) -> Path:
    for python in PYTHONS:
        if not python.exists():
            continue
        looking = subprocess.run(  # noqa: S603 (our own words)
            [python, "-c", f"import {package}"], check=False, capture_output=True
        )
        if looking.returncode == 0:
            return python
    pytest.skip(f"{package} is not installed: make bench installs it, apart from our libraries")


async def outcomes(driver: Path, picture: Path, sandbox: Sandbox) -> list[dict[str, Any]]:
    """What a driver says came of its steps."""
    async with (
        aiohttp.ClientSession(sandbox.url) as admin,
        admin.post("/sandbox/tokens", json={"account": "marmalade"}) as answer,
    ):
        refresh = (await answer.json())["refresh_token"]
    process = await asyncio.create_subprocess_exec(
        python_with("imgurpython"), driver, sandbox.url, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET,
        picture, refresh, stdout=PIPE, stderr=PIPE,
    )  # fmt: skip
    said, complaints = await process.communicate()
    assert process.returncode == 0, complaints.decode()
    heard: list[dict[str, Any]] = json.loads(said)
    return heard


async def test_imgurpython_finds_everything_that_it_knows(tmp_path: Path) -> None:
    picture = tmp_path / "red.png"
    Image.new("RGB", (40, 20), (200, 30, 30)).save(picture)
    async with serve() as sandbox:
        limit = ArmFault(fault="gateway-429", match=FaultMatch("GET", "/3/gallery/random/*"))
        arm_fault(sandbox.world, limit, datetime.now(UTC))
        stranger, account = await outcomes(DRIVER, picture, sandbox)
        assert sandbox.world.state.truth.unknown_fields == []
    assert stranger.pop("link").startswith(f"{sandbox.url}/")
    assert all(account.values())
    assert (account["account"], account["album"]) == ("marmalade", "Mine")
    assert (account["favourite"], account["comment"], account["count"]) == ("favorited", "nice", 1)
    assert account["notifications"] == ["messages", "replies"]
    assert all(stranger.values())
    assert (stranger["title"], stranger["size"], stranger["tag"]) == ("Red", [40, 20], "cats")
    assert stranger["limited"] == "ImgurClientRateLimitError"
    assert stranger["gone"] == "ImgurClientError 404"
