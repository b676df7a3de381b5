"""Whole days of traffic: the real queue and pools against the stand-in Imgur's own count."""

import pytest

from bot.credits.pools import Rules
from simulation.crowds import at_once, flood_among
from simulation.day import Day
from simulation.figures import eta_errors, figures_of, jain, percentile, served_by_guild
from simulation.traffic import BUSY, FLOOD, LIGHT, MEDIUM, Profile, day_of

HOUR_S = 3600.0


async def test_a_hundred_at_once_are_served_as_soon_as_the_pools_allow_and_as_told() -> None:
    outcome = await Day(Rules()).run(at_once(100))
    assert not [fate for fate in outcome.fates if fate.refusal]
    # 500 credits: one to ask what is left, 49 uploads, and 9 that are too few for a fiftieth
    assert sum((fate.wait_s or 0.0) < HOUR_S for fate in outcome.fates) == 49
    assert all(fate.wait_s is not None for fate in outcome.fates)
    assert eta_errors(outcome.fates)[-1] < 0.1
    assert not outcome.refused_by_imgur


async def test_one_who_floods_does_not_take_what_twenty_others_ask_for() -> None:
    outcome = await Day(Rules()).run(flood_among(20))
    normal = [fate for fate in outcome.fates if fate.wish.profile == "normal"]
    parts = [part for part, _ in served_by_guild(normal).values()]
    assert min(parts) >= 0.9
    assert jain(parts) >= 0.95
    assert not outcome.refused_by_imgur


async def test_equal_floods_get_equal_parts() -> None:
    outcome = await Day(Rules()).run(day_of([FLOOD] * 3))
    figures = figures_of(outcome)
    assert figures.jain >= 0.95
    assert figures.served < 1
    assert not outcome.refused_by_imgur
    assert not figures.strikes


async def test_the_days_credits_never_run_dry() -> None:
    rules = Rules(member_credits_per_hour=100_000, guild_credits_per_day=100_000)
    day = Day(rules)
    limits = day.world.state.limits.limits
    limits["client"], limits["user"] = 2_000, 1_000
    outcome = await day.run(day_of([BUSY] * 4))
    assert figures_of(outcome).served < 1
    assert not figures_of(outcome).strikes
    assert not outcome.refused_by_imgur


async def test_a_commercial_plan_serves_a_hundred_at_once() -> None:
    outcome = await Day(Rules(is_commercial=True)).run(at_once(100))
    waits = sorted(fate.wait_s or 0.0 for fate in outcome.fates)
    assert percentile(waits, 99) < 300
    assert not outcome.refused_by_imgur


@pytest.mark.parametrize("guilds", [[LIGHT] * 60, [MEDIUM] * 8])
async def test_small_crowds_hardly_wait(guilds: list[Profile]) -> None:
    figures = figures_of(await Day(Rules()).run(day_of(guilds)))
    assert figures.served == 1
    assert figures.within_s > 0.99
    assert figures.overdrafts == 0
