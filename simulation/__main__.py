"""``python -m simulation``: days of traffic, and the table of ``docs/capacity.md``."""

import argparse
import asyncio
import time
from pathlib import Path

from bot.credits.pools import Rules
from simulation.capacity import PAGE, SCENARIOS, Scenario, page, row
from simulation.day import Day
from simulation.figures import Figures, figures_of
from simulation.traffic import PROFILES, day_of


def main() -> None:
    """Run the scenarios, or one day of chosen guilds."""
    parser = argparse.ArgumentParser(prog="simulation", description=__doc__)
    for name, profile in PROFILES.items():
        about = f"how many {name} guilds ({profile.uploads:g} uploads a day each)"
        parser.add_argument(f"--{name}", type=int, default=0, help=about)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--commercial", action="store_true", help="a commercial plan")
    parser.add_argument("--write", type=Path, help=f"write the table into this file ({PAGE})")
    chosen = parser.parse_args()
    counts = {name: getattr(chosen, name) for name in PROFILES}
    if any(counts.values()):
        print(report(Scenario(counts, is_commercial=chosen.commercial), chosen.seed))
        return
    rows = []
    for scenario in SCENARIOS:
        figures = figures_for(scenario, chosen.seed)
        rows.append(row(scenario, figures))
        print(rows[-1], flush=True)
    if chosen.write:
        chosen.write.write_text(page(rows), encoding="utf-8")


def figures_for(scenario: Scenario, seed: int) -> Figures:
    """One day's figures."""
    guilds = [PROFILES[name] for name, count in scenario.guilds.items() for _ in range(count)]
    day = Day(Rules(is_commercial=scenario.is_commercial))
    return figures_of(asyncio.run(day.run(day_of(guilds, seed))))


def report(scenario: Scenario, seed: int) -> str:
    """One day in words."""
    began_at = time.perf_counter()
    figures = figures_for(scenario, seed)
    p50, p95, p99 = figures.waits_s
    return "\n".join(
        [
            f"{scenario.name}: {figures.wanted} uploads wanted",
            f"served {figures.served:.1%}, within five minutes {figures.within_s:.1%}",
            f"waits: p50 {p50:.0f} s, p95 {p95:.0f} s, p99 {p99:.0f} s",
            f"fairness (Jain) {figures.jain:.3f}, searches served {figures.searches_served:.1%}",
            f"told waits were off by {figures.eta_error:.0%} (p90)",
            f"strikes {figures.strikes}, refused by Imgur {figures.overdrafts}",
            f"a day in {time.perf_counter() - began_at:.1f} s",
        ]
    )


if __name__ == "__main__":
    main()
