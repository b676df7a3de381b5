"""What tests of several kinds share."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings

from tests import postgresql

_numbers = itertools.count()

# The same examples at each run: whether a change is good must not hang on luck. New ones are drawn
# with `--hypothesis-profile=thorough`. How soon an example is done is nobody's question here: the
# machine may be busy with other tests.
settings.register_profile(
    "thorough",
    max_examples=10_000,
    derandomize=False,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a running server."""
    if postgresql.programs() is None:
        pytest.skip("no PostgreSQL server is installed")
    # Not below pytest's folder, which the server's own user may not enter.
    with TemporaryDirectory() as folder, postgresql.running(Path(folder)) as address:
        yield address


@pytest.fixture
def postgresql_url(postgresql_server: str) -> str:
    """The address of an empty database."""
    return postgresql.new_database(postgresql_server, f"trial{next(_numbers)}")
