"""``python -m bot doctor`` as a process of its own, with and without a running bot."""

import sys

from tests.e2e.conftest import Town
from tests.e2e.process import BotProcess

DOCTOR = (sys.executable, "-m", "bot", "doctor")


async def doctor(town: Town, **environment: str) -> tuple[int, str]:
    """Its exit code and what it says."""
    process = BotProcess(town.bot.directory, town.environment | environment, command=DOCTOR)
    await process.start()
    end = await process.exited()
    return end.code, " ".join(process.log.split())


async def test_it_looks_while_the_bot_runs_and_disturbs_nothing(town: Town) -> None:
    await town.open()
    code, said = await doctor(town)
    assert code == 0, said
    assert "A bot runs on data" in said
    assert "Imgur takes uploads from this host" in said
    assert "The token is good" in said
    assert town.pictures == 0
    assert town.bot.is_running


async def test_it_looks_without_the_bot_and_makes_nothing(town: Town) -> None:
    code, said = await doctor(town)
    assert code == 0, said
    assert "No bot runs on data" in said
    assert not (town.bot.directory / "data").exists()


async def test_what_does_not_work_has_an_exit_code_of_its_own(town: Town) -> None:
    await town.tell_imgur("faults", fault="edge-forbidden", times=None)
    code, said = await doctor(town)
    assert code == 1
    assert "refuses the country or network" in said


async def test_a_wrong_setting_has_another(town: Town) -> None:
    code, said = await doctor(town, PUBLIC_BASE_URL="http://example.org")
    assert code == 2
    assert "PUBLIC_BASE_URL" in said


async def test_no_secret_is_printed(town: Town) -> None:
    await town.open()
    _, said = await doctor(town)
    for name in ("DISCORD_TOKEN", "IMGUR_CLIENT_SECRET"):
        assert town.environment[name] not in said
