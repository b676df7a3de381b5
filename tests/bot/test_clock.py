"""Clocks that stand on others."""

from datetime import timedelta

from bot.clock import SteadyClock
from tests.clocks import FakeClock


async def test_a_steady_clock_goes_on_whatever_the_wall_clock_is_set_to() -> None:
    wall = FakeClock()
    steady = SteadyClock(wall)
    start = steady.now()
    assert start == wall.now()
    wall.skew = timedelta(days=-1)
    await wall.advance(60)
    assert steady.now() - start == timedelta(seconds=60)
