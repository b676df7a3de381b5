from collections.abc import AsyncIterator

import aiohttp
import pytest
from prometheus_client import CollectorRegistry, Counter

from bot.errors import SettingsError
from bot.web.ops import Check, Health
from bot.web.server import serve_ops


class Patient:
    def __init__(self) -> None:
        self.health = Health([Check("database", is_ok=True), Check("gateway", is_ok=True)])


@pytest.fixture
def patient() -> Patient:
    return Patient()


@pytest.fixture
async def http(patient: Patient) -> AsyncIterator[aiohttp.ClientSession]:
    registry = CollectorRegistry()
    Counter("uploads", "Pictures uploaded", registry=registry).inc(3)
    async with (
        serve_ops(lambda: patient.health, registry, host="127.0.0.1", port=0) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        yield session


async def test_all_well_is_200(http: aiohttp.ClientSession) -> None:
    async with http.get("/healthz") as response:
        assert response.status == 200
        body = await response.json()

    assert body == {
        "status": "ok",
        "checks": {
            "database": {"ok": True, "detail": ""},
            "gateway": {"ok": True, "detail": ""},
        },
    }


async def test_one_thing_amiss_is_503_and_named(
    http: aiohttp.ClientSession, patient: Patient
) -> None:
    patient.health = Health([Check("database", is_ok=False, detail="disk full")])

    async with http.get("/healthz") as response:
        assert response.status == 503
        assert (await response.json())["checks"]["database"]["detail"] == "disk full"


async def test_metrics_are_prometheus_text(http: aiohttp.ClientSession) -> None:
    async with http.get("/metrics") as response:
        assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        assert "uploads_total 3.0" in await response.text()


async def test_the_operators_port_names_no_server_and_nothing_else(
    http: aiohttp.ClientSession,
) -> None:
    async with http.get("/healthz") as response:
        assert "Server" not in response.headers
    async with http.get("/") as response:
        assert response.status == 404


async def test_a_taken_port_is_a_setting_that_is_wrong(patient: Patient) -> None:
    registry = CollectorRegistry()
    async with serve_ops(lambda: patient.health, registry, host="127.0.0.1", port=0) as port:
        with pytest.raises(SettingsError, match="OPS_PORT") as caught:
            async with serve_ops(lambda: patient.health, registry, host="127.0.0.1", port=port):
                pass

    assert caught.value.variable == "OPS_PORT"
    assert str(port) in caught.value.reason
    assert caught.value.example == str(port + 1)
