"""What operators' tools ask: is it well, and the figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that can be well or not.

    Attributes:
        name: Such as ``"database"``.
        detail: A few words for a person; no secrets, no users.
    """

    name: str
    is_ok: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """All of them."""

    checks: Sequence[Check]

    @property
    def is_ok(self) -> bool:
        """Whether every check is well."""
        return all(check.is_ok for check in self.checks)


def ops_routes(health: Callable[[], Health], registry: CollectorRegistry) -> list[web.RouteDef]:
    """``/healthz``: 200 when all is well, else 503, as JSON; ``/metrics``: Prometheus' text."""

    async def healthz(_request: web.Request) -> web.Response:
        now = health()
        checks = {c.name: {"ok": c.is_ok, "detail": c.detail} for c in now.checks}
        body = {"status": "ok" if now.is_ok else "failing", "checks": checks}
        return web.json_response(body, status=200 if now.is_ok else 503)

    async def metrics(_request: web.Request) -> web.Response:
        # The text format's version belongs into the type, which aiohttp takes only as a header.
        headers = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        return web.Response(body=generate_latest(registry), headers=headers)

    return [web.get("/healthz", healthz), web.get("/metrics", metrics)]
