import asyncio
from collections.abc import Sequence

from bot.storage.turns import Together, Turns
from bot.urgency import create_background_task


async def test_people_come_before_the_background_and_each_in_order() -> None:
    turns, order = Turns(), list[str]()
    done = asyncio.Event()

    async def take(name: str) -> None:
        async with turns.turn():
            order.append(name)
        if len(order) == 4:
            done.set()

    async with turns.turn():
        waiting = [create_background_task(take("b1")), create_background_task(take("b2"))]
        waiting += [asyncio.create_task(take("p1")), asyncio.create_task(take("p2"))]
        await asyncio.sleep(0)
    await asyncio.gather(*waiting, done.wait())
    assert order == ["p1", "p2", "b1", "b2"]


async def test_whoever_is_cancelled_while_waiting_holds_nobody_up() -> None:
    turns, order = Turns(), list[str]()

    async def take(name: str) -> None:
        async with turns.turn():
            order.append(name)

    async with turns.turn():
        first, second = asyncio.create_task(take("1")), asyncio.create_task(take("2"))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
    await second
    assert order == ["2"]


async def test_a_turn_that_is_cancelled_as_it_comes_is_passed_on() -> None:
    turns, order = Turns(), list[str]()

    async def take(name: str) -> None:
        async with turns.turn():
            order.append(name)

    async with turns.turn():
        first, second = asyncio.create_task(take("1")), asyncio.create_task(take("2"))
        await asyncio.sleep(0)
    first.cancel()  # its future is done, the task has not run yet
    await asyncio.wait_for(second, 60)
    assert order == ["2"]


async def test_what_is_asked_for_at_once_is_done_in_one_go() -> None:
    goes: list[list[int]] = []

    async def double(wishes: Sequence[int]) -> Sequence[int]:
        goes.append(list(wishes))
        await asyncio.sleep(0)
        return [2 * wish for wish in wishes]

    together: Together[int, int] = Together(double)
    assert await asyncio.gather(*(together.ask(number) for number in range(5))) == [0, 2, 4, 6, 8]
    assert goes == [[0, 1, 2, 3, 4]]
    assert await together.ask(7) == 14


async def test_a_failure_is_everybodys_and_the_next_go_works() -> None:
    async def fail_once(wishes: Sequence[int]) -> Sequence[int]:
        if 0 in wishes:
            raise ValueError("no")
        return wishes

    together: Together[int, int] = Together(fail_once)
    results = await asyncio.gather(together.ask(0), together.ask(1), return_exceptions=True)
    assert [type(result) for result in results] == [ValueError, ValueError]
    assert await together.ask(1) == 1
