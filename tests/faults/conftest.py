"""A town whose way to Imgur can be blocked at exact places."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Town, town
from tests.e2e.linking_town import linking
from tests.faults.doorway import Doorway, doorway

__all__ = ["linking", "town"]

SEEDS = 3


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seeds", type=int, default=SEEDS, help="kills in each phase")
    parser.addoption("--first-seed", type=int, default=0, help="where the seeds begin")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        # Not registered when the whole suite runs: then these are no initial arguments.
        count = metafunc.config.getoption("--seeds", SEEDS)
        first = metafunc.config.getoption("--first-seed", 0)
        metafunc.parametrize("seed", range(first, first + count))


@pytest.fixture
async def door(town: Town) -> AsyncIterator[Doorway]:
    async with doorway(town.imgur.url) as opened:
        town.environment["IMGUR_API_URL"] = opened.url
        yield opened


@pytest.fixture
def database(town: Town) -> Path:
    return town.database
