"""``python -m bench.limiter``: reserving and settling, beside what limiter libraries do.

One piece of work is one upload's admission and its end: four pools must have room at once (the
client's day, the address's hour, a person's hour, a guild's day), and afterwards the real price is
settled. The libraries know no settlement, and no check of several limits as one step: they hit four
limits one after the other, which is less than what is asked, and is all that they can.
"""

import argparse
import asyncio
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.credits.ledger import Ledger, Reservation
from bot.credits.pools import Call, Payer, Rules
from bot.imgur.rates import PoolReading, RateReading

ROOT = Path(__file__).parent.parent
PEERS_VENV = ROOT / ".venv-bench"
PACKAGES = ("limits", "pyrate-limiter", "throttled-py", "aiolimiter")
USERS = (1, 100, 10_000, 100_000)
#: So much that nothing is ever short: what is measured is the bookkeeping.
PLENTY = 10**9
_SECONDS = 2.0
_BATCH = 500

#: Does one piece of work for one of so many users.
Piece = Callable[[int], None]


def ours() -> Piece:
    """The ledger of this bot: reserve in all pools at once, settle by the answer's headers."""
    rules = Rules(member_credits_per_hour=PLENTY, guild_credits_per_day=PLENTY, is_commercial=False)
    ledger = Ledger(rules)
    call = Call(10, is_post=False, is_upload=False)
    reading = RateReading(
        user=PoolReading(PLENTY, PLENTY, 3600.0), client=PoolReading(PLENTY, PLENTY, 86400.0)
    )
    moments = iter(range(PLENTY))

    def piece(user: int) -> None:
        now = next(moments) / 10_000
        payer = Payer(user, user % 1000)
        held = ledger.reserve(rules.charge(call, payer), payer.work, now)
        if isinstance(held, Reservation):
            ledger.settle(held, reading, now)
        else:
            raise TypeError(held)

    warm = ledger.reserve(rules.charge(call, Payer(0, 0)), Payer(0).work, 0.0)
    assert isinstance(warm, Reservation)
    ledger.settle(warm, reading, 0.0)
    return piece


def limits_fixed_window() -> Piece:
    """``limits``, in memory: one counter for each window."""
    from limits.strategies import FixedWindowRateLimiter  # noqa: PLC0415 (as below)

    return _limits(FixedWindowRateLimiter)


def limits_moving_window() -> Piece:
    """``limits``, in memory, its strategy that counts exactly, as this bot's own count does."""
    from limits.strategies import MovingWindowRateLimiter  # noqa: PLC0415 (as below)

    return _limits(MovingWindowRateLimiter)


def _limits(strategy: Callable[[Any], Any]) -> Piece:
    from limits import parse  # noqa: PLC0415 (only there in the benchmark's own environment)
    from limits.storage import MemoryStorage  # noqa: PLC0415 (same)

    limiter = strategy(MemoryStorage())
    hour, day = parse(f"{PLENTY}/hour"), parse(f"{PLENTY}/day")

    def piece(user: int) -> None:
        assert limiter.hit(day, "client", cost=10)
        assert limiter.hit(hour, "address", cost=10)
        assert limiter.hit(hour, "member", str(user), cost=10)
        assert limiter.hit(day, "guild", str(user % 1000), cost=10)

    return piece


def throttled() -> Piece:
    """``throttled-py``, in memory, fixed windows."""
    from throttled import RateLimiterType, Throttled, rate_limiter, store  # noqa: PLC0415 (same)

    kept = store.MemoryStore(options={"MAX_SIZE": 1_000_000})
    using = RateLimiterType.FIXED_WINDOW.value
    hour = Throttled(using=using, quota=rate_limiter.per_hour(PLENTY), store=kept)
    day = Throttled(using=using, quota=rate_limiter.per_day(PLENTY), store=kept)

    def piece(user: int) -> None:
        assert not day.limit("client", cost=10).limited
        assert not hour.limit("address", cost=10).limited
        assert not hour.limit(f"member:{user}", cost=10).limited
        assert not day.limit(f"guild:{user % 1000}", cost=10).limited

    return piece


def pyrate() -> Piece:
    """``pyrate-limiter``: a bucket for each pool, in memory; weight is one, or it slows tenfold."""
    from pyrate_limiter import Duration, InMemoryBucket, Rate, RateItem  # noqa: PLC0415 (same)

    hour, day = Rate(PLENTY, Duration.HOUR), Rate(PLENTY, Duration.DAY)
    buckets: dict[str, InMemoryBucket] = {}

    def put(name: str, rate: Rate) -> None:
        bucket = buckets.get(name)
        if bucket is None:
            bucket = buckets[name] = InMemoryBucket([rate])
        assert bucket.put(RateItem(name, time.monotonic_ns() // 1_000_000, weight=1))

    def piece(user: int) -> None:
        put("client", day)
        put("address", hour)
        put(f"member:{user}", hour)
        put(f"guild:{user % 1000}", day)

    return piece


def aio() -> Piece:
    """``aiolimiter``: a leaky bucket for each pool, on one event loop."""
    from aiolimiter import AsyncLimiter  # noqa: PLC0415 (same)

    buckets: dict[str, AsyncLimiter] = {}

    async def acquire(name: str, period_s: float) -> None:
        bucket = buckets.get(name)
        if bucket is None:
            bucket = buckets[name] = AsyncLimiter(PLENTY, period_s)
        await bucket.acquire(10)

    async def all_four(user: int) -> None:
        await acquire("client", 86400)
        await acquire("address", 3600)
        await acquire(f"member:{user}", 3600)
        await acquire(f"guild:{user % 1000}", 86400)

    loop = asyncio.new_event_loop()

    async def many(users: list[int]) -> None:
        for user in users:
            await all_four(user)

    gathered: list[int] = []

    def piece(user: int) -> None:
        gathered.append(user)
        if len(gathered) == _BATCH:
            loop.run_until_complete(many(gathered))
            gathered.clear()

    return piece


SUBJECTS: dict[str, Callable[[], Piece]] = {
    "this bot": ours,
    "limits (fixed window)": limits_fixed_window,
    "limits (moving window)": limits_moving_window,
    "throttled-py": throttled,
    "pyrate-limiter": pyrate,
    "aiolimiter": aio,
}


def rate_of(subject: Callable[[], Piece], users: int) -> float:
    """Pieces of work a second, once every user is known."""
    piece = subject()
    for user in range(users):
        piece(user)
    chance = random.Random(1)  # noqa: S311 (a benchmark)
    order = [chance.randrange(users) for _ in range(_BATCH)]
    done, began_at = 0, time.process_time()  # others may use the machine meanwhile
    while (spent_s := time.process_time() - began_at) < _SECONDS:
        for user in order:
            piece(user)
        done += len(order)
    return done / spent_s


def measure(name: str) -> list[str]:
    """One row of the table."""
    try:
        rates = [rate_of(SUBJECTS[name], users) for users in USERS]
    except ImportError as error:
        return [name, *(["absent"] * len(USERS)), str(error)]
    return [name, *(f"{rate:,.0f}" for rate in rates)]


def prepare() -> Path:
    """A Python that has the libraries; they are no business of our own environment."""
    python = PEERS_VENV / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", PEERS_VENV], check=True)  # noqa: S603 (our own)
    command = [str(python), "-m", "pip", "install", "--quiet", *PACKAGES, "msgspec"]
    subprocess.run(command, check=False)  # noqa: S603 (our own words)
    return python


def main() -> None:
    """Measure each subject in a process of its own, on one core."""
    parser = argparse.ArgumentParser(prog="python -m bench.limiter", description=__doc__)
    parser.add_argument("--subject", choices=SUBJECTS, help="only this one, in this process")
    chosen = parser.parse_args()
    if chosen.subject:
        print("| " + " | ".join(measure(chosen.subject)) + " |")
        return
    python = prepare()
    print("| uploads admitted and ended a second, with so many users |", end="")
    print(" | ".join(f" {users:,}" for users in USERS), "|")
    print("|---" * (len(USERS) + 1) + "|", flush=True)
    for name in SUBJECTS:
        interpreter = sys.executable if name == "this bot" else str(python)
        command = [interpreter, "-m", "bench.limiter", "--subject", name]
        subprocess.run(command, cwd=ROOT, check=False)  # noqa: S603 (our own words)


if __name__ == "__main__":
    main()
