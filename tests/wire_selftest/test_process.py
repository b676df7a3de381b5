import signal
import sys
import time
from pathlib import Path

import pytest

from tests.e2e.process import BotProcess

WAITS = "import time; print('up', flush=True); time.sleep(60)"
STOPS_CLEANLY = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
print('up', flush=True)
time.sleep(60)
"""
GROWS = """
import sys
print('up', flush=True)
big = bytes(range(256)) * (200 * 1024)
del big
print('grown', flush=True)
sys.stdin.read()
import time; time.sleep(60)
"""
HAS_A_CHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])
print('child', child.pid, flush=True)
time.sleep(60)
"""


def running(directory: Path, code: str) -> BotProcess:
    return BotProcess(directory, {"A_SETTING": "a value"}, command=[sys.executable, "-c", code])


async def test_it_gets_the_given_environment_and_directory_and_little_else(tmp_path: Path) -> None:
    code = "import os; print(*sorted(os.environ), os.getcwd(), os.environ['A_SETTING'], sep='\\n')"
    async with running(tmp_path, code) as bot:
        ended = await bot.exited()

    assert ended.code == 0
    *names, directory, value = bot.log.splitlines()
    assert (directory, value) == (str(tmp_path), "a value")
    whatever_python_and_coverage_add = {
        name for name in names if name == "LC_CTYPE" or name.startswith("COVERAGE")
    }
    assert set(names) - whatever_python_and_coverage_add == {
        "A_SETTING",
        "PATH",
        "PYTHONPATH",
        "PYTHONUNBUFFERED",
    }


async def test_terminating_tells_the_code_and_the_time(tmp_path: Path) -> None:
    async with running(tmp_path, STOPS_CLEANLY) as bot:
        await bot.wait_for_log("^up$")
        asked_at_s = time.monotonic()
        ended = await bot.terminate()

    assert ended.code == 3
    assert 0 < ended.seconds <= time.monotonic() - asked_at_s


async def test_a_kill_takes_the_children_along_and_a_start_begins_again(tmp_path: Path) -> None:
    async with running(tmp_path, HAS_A_CHILD) as bot:
        child = (await bot.wait_for_log(r"child (\d+)"))[1]
        first = bot.pid
        await bot.kill()
        assert not bot.is_running
        await bot.start()
        await bot.wait_for_log("child")
        assert bot.pid != first

    assert not _is_alive(child)
    assert not bot.is_running
    assert bot.log_path.read_text().count("child") == 2


async def test_waiting_fails_at_once_when_the_bot_ends(tmp_path: Path) -> None:
    async with running(tmp_path, "raise SystemExit(2)") as bot:
        with pytest.raises(AssertionError, match="The bot ended with code 2"):
            await bot.wait_for_log("never", timeout_s=30)


async def test_a_failure_carries_the_log(tmp_path: Path) -> None:
    bot = running(tmp_path, WAITS)

    async def failing_test() -> None:
        async with bot:
            await bot.wait_for_log("up")
            raise RuntimeError

    with pytest.raises(RuntimeError) as caught:
        await failing_test()
    assert caught.value.__notes__ == ["The bot's log ends with:\nup"]
    assert not bot.is_running


async def test_the_peak_of_memory_can_be_reset(tmp_path: Path) -> None:
    async with running(tmp_path, GROWS) as bot:
        await bot.wait_for_log("grown")
        high = bot.peak_rss_bytes()
        bot.reset_peak()

        assert high - bot.rss_bytes() > 40 * 1024 * 1024
        assert bot.peak_rss_bytes() < high - 40 * 1024 * 1024


async def test_a_killed_process_reports_the_signal(tmp_path: Path) -> None:
    async with running(tmp_path, WAITS) as bot:
        await bot.wait_for_log("up")
        await bot.kill()
        assert (await bot.exited()).code == -signal.SIGKILL


def _is_alive(pid: str) -> bool:
    """Whether the process runs; a zombie that nobody has collected does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
