"""Starting the demo, ending it, and going on with it."""

import signal
import socket
from pathlib import Path

import aiohttp
import pytest

from sandbox.demo.__main__ import main
from tests.demo.program import demo


async def test_it_names_its_addresses_and_its_folder(tmp_path: Path) -> None:
    async with demo(tmp_path / "kept") as running:
        assert "Imgur" in running.said
        assert "kept" in running.said
        async with aiohttp.ClientSession() as http:
            for address in (running.discord_url, f"{running.imgur_url}/sandbox"):
                async with http.get(address) as answer:
                    assert answer.status == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_ends_cleanly_when_asked(tmp_path: Path, number: int) -> None:
    async with demo(tmp_path) as running:
        assert await running.end(number) == 0
        assert "The demo has ended." in running.said
        assert "Traceback" not in running.said


async def test_a_second_start_goes_on_with_what_was_kept(tmp_path: Path) -> None:
    async with aiohttp.ClientSession() as http:
        async with demo(tmp_path) as running:
            body = {"url": "newcomer"}
            async with http.post(f"{running.imgur_url}/sandbox/accounts", json=body) as answer:
                assert answer.status == 200
        async with (
            demo(tmp_path) as running,
            http.get(f"{running.imgur_url}/sandbox/state") as answer,
        ):
            state = await answer.json()
    assert "newcomer" in [account["url"] for account in state["accounts"]]


async def test_two_demos_do_not_share_a_folder(tmp_path: Path) -> None:
    async with demo(tmp_path):
        with pytest.raises(AssertionError, match="Another demo runs on"):
            async with demo(tmp_path):
                pass


def test_a_port_that_is_taken_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["--data", str(tmp_path), "--port", str(port)]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"Port {port} is taken by another program.")
    assert len(told.splitlines()) == 1
