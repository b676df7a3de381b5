"""The figures that operators' tools read; names and labels hold no ids and no secrets."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.accounts.tokens import Tokens
from bot.credits.limiter import Limiter
from bot.credits.pools import Pool, PoolKind, Work
from bot.credits.usage import Usage
from bot.imgur.layers import BreakerSender
from bot.imgur.wire import Anonymous

#: The pools of which there is one.
_POOLS = {
    "client": Pool(PoolKind.CLIENT),
    "user": Pool(PoolKind.USER, Anonymous().pool),
    "post": Pool(PoolKind.POST),
    "uploads": Pool(PoolKind.UPLOADS),
}
#: Those of which there are many: they are counted, and not told apart.
_SHARES = {PoolKind.MEMBER: "member", PoolKind.GUILD: "guild", PoolKind.USER: "account"}
#: Told as 0 before the first, so that a tool sees the first one as a rise.
_ENDS = ("uploaded", "failed", "cancelled", "ambiguous")


class Uploads(Protocol):
    """What is told of the uploads."""

    @property
    def tally(self) -> Mapping[str, int]:
        """How often each end was reached since the start, by the name of the end."""
        ...

    @property
    def unsettled(self) -> int:
        """How many uploads wait or are on their way."""
        ...

    @property
    def waiting_by_work(self) -> Mapping[Work, int]:
        """How many wait for credits, by class of work."""
        ...

    def forecast_s(self, work: Work) -> float:
        """How long a newcomer's upload would wait now."""
        ...


class BotCollector(Collector):
    """Reads the figures when they are asked for, so that nothing has to keep them."""

    def __init__(
        self,
        limiter: Limiter,
        uploads: Uploads,
        *,
        usage: Usage,
        breaker: BreakerSender,
        tokens: Tokens,
        sunsets: Mapping[str, int],
    ) -> None:
        self._limiter = limiter
        self._uploads = uploads
        self._usage = usage
        self._breaker = breaker
        self._tokens = tokens
        self._sunsets = sunsets

    def collect(self) -> Iterable[Metric]:
        """All figures as they are now."""
        yield from self._pools()
        yield from self._strikes()
        yield from self._shares()
        yield from self._queue()
        yield _counter("credits_spent", "Credits spent since the start.", self._usage.spent)
        yield _gauge(
            "imgur_held_back",
            "1 while Imgur fails so often that nothing is sent there.",
            self._breaker.is_open,
        )
        ends = {**dict.fromkeys(_ENDS, 0), **self._uploads.tally}
        yield _counters("uploads", "Uploads by how they ended.", "end", ends)
        yield _counters(
            "token_refreshes",
            "Renewals of linked accounts' tokens by how they ended.",
            "end",
            self._tokens.refreshes,
        )
        yield _counters(
            "sunset_answers",
            "Answers of Imgur saying that their endpoint will be switched off.",
            "endpoint",
            self._sunsets,
        )

    def _pools(self) -> Iterator[Metric]:
        windows = {name: self._limiter.window(pool) for name, pool in _POOLS.items()}
        yield _gauges(
            "credits_left",
            "What is left of Imgur's pools.",
            "pool",
            {name: max(0, window.left()) for name, window in windows.items()},
        )
        yield _gauges(
            "credits_limit",
            "What Imgur's pools hold when full.",
            "pool",
            {name: window.limit for name, window in windows.items()},
        )
        yield _gauges(
            "credits_full_in_seconds",
            "Seconds until Imgur's pools are full again; 0 when they are.",
            "pool",
            {name: self._limiter.returns_in_s(pool) or 0.0 for name, pool in _POOLS.items()},
        )

    def _strikes(self) -> Iterator[Metric]:
        days = Counter("bot" if dry.is_ours else "others" for dry in self._limiter.dry_days())
        yield _gauges(
            "dry_days",
            "Days of this month on which the client id's daily credits ran out, by whose doing.",
            "by",
            {by: days[by] for by in ("bot", "others")},
        )
        yield _gauge(
            "uploads_paused",
            "1 while the five-strikes brake holds uploads back until the month ends.",
            self._limiter.paused_s > 0,
        )

    def _shares(self) -> Iterator[Metric]:
        in_use = Counter(dict.fromkeys(_SHARES.values(), 0))
        empty = Counter(dict.fromkeys(_SHARES.values(), 0))
        for pool in self._limiter.pools():
            if pool.kind in _SHARES and pool not in _POOLS.values():
                kind = _SHARES[pool.kind]
                in_use[kind] += 1
                empty[kind] += self._limiter.window(pool).left() <= 0
        yield _gauges(
            "shares_in_use", "Shares of credits that were drawn from lately.", "kind", in_use
        )
        yield _gauges("shares_empty", "Those of them that are used up.", "kind", empty)

    def _queue(self) -> Iterator[Metric]:
        waiting = self._uploads.waiting_by_work
        yield _gauge(
            "uploads_unsettled", "Uploads that wait or are on their way.", self._uploads.unsettled
        )
        yield _gauges(
            "uploads_waiting",
            "Uploads that wait for credits, by class of work.",
            "work",
            {work.name.lower(): waiting.get(work, 0) for work in Work},
        )
        yield _gauges(
            "upload_wait_seconds",
            "How long an upload that came now would wait for credits, by class of work.",
            "work",
            {work.name.lower(): self._uploads.forecast_s(work) for work in Work},
        )


def registry_of(
    limiter: Limiter,
    uploads: Uploads,
    *,
    usage: Usage,
    breaker: BreakerSender,
    tokens: Tokens,
    sunsets: Mapping[str, int],
) -> CollectorRegistry:
    """A registry of the bot's own figures, and of its process's.

    Args:
        sunsets: How many answers said that their endpoint will be switched off, by endpoint.
    """
    registry = CollectorRegistry()
    registry.register(
        BotCollector(limiter, uploads, usage=usage, breaker=breaker, tokens=tokens, sunsets=sunsets)
    )
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"imgur_bot_{name}", text, value=float(value))


def _gauges(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    return _filled(GaugeMetricFamily(f"imgur_bot_{name}", text, labels=[label]), values)


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(f"imgur_bot_{name}", text, value=float(value))


def _counters(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    return _filled(CounterMetricFamily(f"imgur_bot_{name}", text, labels=[label]), values)


def _filled(family: GaugeMetricFamily | CounterMetricFamily, values: Mapping[str, float]) -> Metric:
    for key, value in values.items():
        family.add_metric([key], value)
    return family
