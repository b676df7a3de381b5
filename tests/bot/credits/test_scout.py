"""Imgur is asked what is left before many uploads go out at once."""

from collections.abc import AsyncIterator

import pytest

from bot.credits.limiter import Limiter
from bot.credits.paying import CreditSender
from bot.credits.pools import Call, Payer, Pool, PoolKind, Rules
from bot.credits.scout import ask, scouting
from bot.errors import OutOfCreditsError
from bot.imgur.wire import COST_UPLOAD, Anonymous, Request, Response
from sandbox.imgur.faults import Armed
from sandbox.imgur.messages import Fault
from simulation.imgur import SandboxSender, new_world
from tests.bot.credits.shelf import Shelf
from tests.clocks import FakeClock

USER, CLIENT = Pool(PoolKind.USER, Anonymous().pool), Pool(PoolKind.CLIENT)
UPLOAD = Request(method="POST", path="/3/image", cost_credits=COST_UPLOAD)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def imgur(clock: FakeClock) -> SandboxSender:
    return SandboxSender(new_world(clock.now()), clock)


@pytest.fixture
async def limiter(imgur: SandboxSender, clock: FakeClock) -> AsyncIterator[Limiter]:
    limiter = Limiter(Rules(), Shelf(), clock)
    async with scouting(imgur, limiter, clock):
        yield limiter


def asked(imgur: SandboxSender) -> int:
    return sum(entry.path == "/3/credits" for entry in imgur.world.entries)


async def test_a_single_upload_asks_nothing(
    limiter: Limiter, imgur: SandboxSender, clock: FakeClock
) -> None:
    limiter.reserve(Call.upload(), Payer(1))
    await clock.advance(60)
    assert asked(imgur) == 0


async def test_before_a_second_upload_joins_the_first_imgur_is_asked(
    limiter: Limiter, imgur: SandboxSender, clock: FakeClock
) -> None:
    for _ in range(200):  # another program took most of it
        imgur.answer(Request(method="GET", path="/3/gallery/hot/viral/0"))
    limiter.reserve(Call.upload(), Payer(1))
    with pytest.raises(OutOfCreditsError):
        limiter.reserve(Call.upload(), Payer(2))
    await clock.advance(1)
    assert asked(imgur) == 1
    assert limiter.window(USER).left() == 500 - 200 - 1 - 10
    limiter.reserve(Call.upload(), Payer(2))
    limiter.reserve(Call.upload(), Payer(3))
    await clock.advance(200)
    assert asked(imgur) == 1


async def test_after_a_long_silence_it_is_asked_again(
    limiter: Limiter, imgur: SandboxSender, clock: FakeClock
) -> None:
    for _ in range(2):
        first = limiter.reserve(Call.upload(), Payer(1))
        with pytest.raises(OutOfCreditsError):
            limiter.reserve(Call.upload(), Payer(2))
        await clock.advance(1)
        limiter.release(first)
        await clock.advance(400)
    assert asked(imgur) == 2


async def test_an_answer_without_headers_is_read_from_its_body(
    limiter: Limiter, imgur: SandboxSender, clock: FakeClock
) -> None:
    class WithoutHeaders:
        async def send(self, request: Request) -> Response:
            answer = await imgur.send(request)
            return Response(answer.status, {"date": answer.headers["date"]}, answer.body)

    for _ in range(100):
        imgur.answer(Request(method="GET", path="/3/gallery/hot/viral/0"))
    told = await ask(WithoutHeaders(), limiter, clock)
    assert told.user_remaining == 399
    assert limiter.window(USER).left() == 399
    assert limiter.window(CLIENT).left() == 12_399


async def test_a_silent_imgur_leaves_uploads_going_one_by_one(
    imgur: SandboxSender, clock: FakeClock
) -> None:
    limiter = Limiter(Rules(), Shelf(), clock)
    imgur.world.armoury.armed.append(Armed(Fault("status", "503"), path="/3/credits"))
    async with scouting(imgur, limiter, clock):
        first = limiter.reserve(Call.upload(), Payer(1))
        with pytest.raises(OutOfCreditsError):
            limiter.reserve(Call.upload(), Payer(2))
        await clock.advance(0)
        limiter.release(first)
        await CreditSender(imgur, limiter, Payer(2)).send(UPLOAD)
