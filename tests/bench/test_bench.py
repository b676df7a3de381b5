"""The benchmark itself, with amounts so small that nothing is measured by them."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from bench.report import Result, outcome, page
from bench.running import Measured, stub, take_turns
from bench.subjects import AIOHTTP, HTTPX, OURS, Entrant, aiohttp_plain, httpx_plain, ours
from bench.works import WORKS, Part, Target, Work

MODULES: dict[Entrant, Any] = {OURS: ours, HTTPX: httpx_plain, AIOHTTP: aiohttp_plain}
LITTLE = {"size_bytes": 5000, "files": 2, "at_once": 2, "calls": 2, "seconds": 0}
PARTS = [
    pytest.param(work, part, id=f"{work.name} {part.entrant.module}")
    for work in WORKS
    for part in work.parts
    if part.entrant in MODULES
]


@pytest.mark.parametrize(("work", "part"), PARTS)
async def test_every_part_can_be_played(work: Work, part: Part) -> None:
    async with stub() as address, AsyncExitStack() as stack:
        subject = MODULES[part.entrant].Subject(address)
        await subject.open(stack)
        await getattr(subject, part.method)(**{name: LITTLE[name] for name in work.arguments})


async def test_entrants_take_turns_and_who_cannot_is_absent() -> None:
    nobody = Entrant("nobody", "nobody")
    parts = (Part(OURS, "rehost"), Part(nobody, "rehost"))
    work = Work("w", "W", {"size_bytes": 5000, "files": 1, "at_once": 1}, 1, parts, ())
    async with stub() as address:
        turns, absent = await take_turns(work, address, rounds=2, peers=Path("unused"))
    assert sorted(turns[parts[0]]) == [0, 1]
    assert turns[parts[0]][1].served == 2
    assert "bench.subjects.nobody" in absent[nobody]
    assert "absent: " in page([Result(work, turns, absent)], rounds=2)


def turn(seconds: float, **more: Any) -> Measured:
    facts = {"grown_bytes": 0, "served": 0, "stub_busy": 0.5, "facts": {}} | more
    return Measured(seconds=seconds, **facts)


@pytest.mark.parametrize(
    ("target", "reached"),
    [
        (Target("", HTTPX, 2.0), ("2.50x", True)),
        (Target("", HTTPX, 2.6), ("2.50x", False)),
        (Target("", AIOHTTP, 0.1), ("not measured", False)),
        (Target("", grown_mib=8), ("9.0 MiB", False)),
        (Target("", most_ms=100), ("100.0000 ms", True)),
        (Target("", most_served=0), ("3 requests", False)),
        (Target("", succeeded=30), ("29", False)),
    ],
)
def test_a_target_is_met_by_what_was_measured(target: Target, reached: tuple[str, bool]) -> None:
    mine, theirs = Part(OURS, "x"), Part(HTTPX, "x")
    work = Work("w", "W", {}, 10, (mine, theirs), (target,))
    odd = {"grown_bytes": 9 * 1024 * 1024, "served": 3, "facts": {"succeeded": 29}}
    turns = {
        mine: {0: turn(1.0), 1: turn(1.0, **odd), 2: turn(2.0)},
        theirs: {0: turn(2.5), 1: turn(3.0), 2: turn(4.0)},
    }
    for number, one in turns[mine].items():
        if not one.facts:
            turns[mine][number] = turn(one.seconds, facts={"succeeded": 30})
    assert outcome(target, Result(work, turns, {})) == reached


async def test_the_stub_serves_films_of_any_length() -> None:
    async with stub() as address, AsyncExitStack() as stack:
        subject = httpx_plain.Subject(address)
        await subject.open(stack)
        answers = await asyncio.gather(
            *(subject._client.get(f"{address}/file/{size}") for size in (1000, 3_000_000))
        )
    assert [len(answer.content) for answer in answers] == [1000, 3_000_000]
