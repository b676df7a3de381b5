import asyncio
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from sandbox.__main__ import main


async def started(*arguments: str) -> tuple[Process, list[str]]:
    """A running sandbox and what it said until it was ready."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", *arguments, stdout=PIPE, stderr=PIPE
    )
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or "Ctrl-C" not in lines[-1]:
        line = await process.stdout.readline()
        assert line, "it ended before it was ready"
        lines.append(line.decode())
    return process, lines


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_says_where_it_is_and_ends_cleanly_when_asked_to(
    tmp_path: Path, number: signal.Signals
) -> None:
    process, lines = await started("--port", "0", "--data", str(tmp_path))

    process.send_signal(number)
    _, errors = await process.communicate()

    assert "http://127.0.0.1:" in lines[0]
    assert lines[0].rstrip().endswith("/sandbox")
    assert (process.returncode, errors) == (0, b"")
    assert (tmp_path / "world.json").exists()


def test_a_taken_port_ends_the_start_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        code = main(["--port", str(port)])

    said = capsys.readouterr().err
    assert code == 2
    assert said.count("\n") == 1
    assert f"Port {port} is taken" in said


def test_a_damaged_folder_ends_the_start_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "world.json").write_text("{half")

    code = main(["--port", "0", "--data", str(tmp_path)])

    said = capsys.readouterr().err
    assert code == 2
    assert said.count("\n") == 1
    assert "world.json" in said
