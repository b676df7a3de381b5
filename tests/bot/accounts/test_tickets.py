import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.accounts.tickets import LIFETIME, Stage, Tickets, digest
from bot.errors import LinkError, TamperedError, TicketError, WrongVisitorError
from bot.storage.engine import Database
from bot.storage.link_tickets import SqlTicketStore
from tests.bot.accounts.making import ALICE, BOB, asker, fresh_database, new_vault, on_disk
from tests.bot.accounts.still_clock import StillClock


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with fresh_database(tmp_path) as database:
        yield database


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def tickets(database: Database, clock: StillClock) -> Tickets:
    return Tickets(SqlTicketStore(database), new_vault(), clock)


async def test_the_whole_way_with_proof(tickets: Tickets) -> None:
    address = await tickets.mint(asker(), replace=True)
    bound = await tickets.bind(address, Stage.AT_DISCORD)
    proving = await tickets.spend(bound.cookie, bound.state)
    state = await tickets.issue(proving, bound.cookie, Stage.PROVED)

    ticket = await tickets.consume(bound.cookie, state)

    assert (ticket.user_id, ticket.replace, ticket.stage) == (ALICE, True, Stage.PROVED)
    assert tickets.interaction_of(ticket) == asker().interaction
    with pytest.raises(TicketError):
        await tickets.look(address)


async def test_discords_answer_is_taken_once(tickets: Tickets) -> None:
    bound = await tickets.bind(await tickets.mint(asker(), replace=False), Stage.AT_DISCORD)
    await tickets.spend(bound.cookie, bound.state)

    with pytest.raises(TicketError):
        await tickets.spend(bound.cookie, bound.state)


async def test_looking_changes_nothing(tickets: Tickets) -> None:
    address = await tickets.mint(asker(), replace=False)

    looks = [await tickets.look(address) for _ in range(10)]

    assert {ticket.stage for ticket in looks} == {Stage.MINTED}
    assert await tickets.bind(address, Stage.UNPROVED)


async def test_secrets_are_long_and_never_the_same(tickets: Tickets) -> None:
    addresses = [await tickets.mint(asker(), replace=False) for _ in range(20)]

    assert len(set(addresses)) == 20
    assert all(len(address) >= 43 for address in addresses)  # 256 bits in base64


async def test_an_expired_ticket_is_refused_everywhere(tickets: Tickets, clock: StillClock) -> None:
    address = await tickets.mint(asker(), replace=False)
    bound = await tickets.bind(address, Stage.UNPROVED)
    clock.advance(seconds=LIFETIME.total_seconds() + 1)

    for step in (
        tickets.look(address),
        tickets.bind(address, Stage.UNPROVED),
        tickets.consume(bound.cookie, bound.state),
        tickets.abandon(bound.cookie),
    ):
        with pytest.raises(TicketError):
            await step


async def test_a_state_without_its_cookie_is_the_wrong_visitors(tickets: Tickets) -> None:
    address = await tickets.mint(asker(), replace=False)
    bound = await tickets.bind(address, Stage.UNPROVED)

    with pytest.raises(WrongVisitorError):
        await tickets.consume("", bound.state)
    with pytest.raises(TicketError):
        await tickets.consume(bound.cookie, "guessed")

    assert await tickets.consume(bound.cookie, bound.state)


async def test_a_pasted_state_is_its_users_own(tickets: Tickets) -> None:
    state = await tickets.mint_for_paste(asker(), replace=False)

    with pytest.raises(WrongVisitorError):
        await tickets.consume_pasted(BOB, state)

    assert (await tickets.consume_pasted(ALICE, state)).user_id == ALICE


async def test_of_fifty_at_once_one_consumes(tickets: Tickets) -> None:
    address = await tickets.mint(asker(), replace=False)
    bound = await tickets.bind(address, Stage.UNPROVED)

    ends = await asyncio.gather(
        *(tickets.consume(bound.cookie, bound.state) for _ in range(50)), return_exceptions=True
    )

    assert len([end for end in ends if not isinstance(end, TicketError)]) == 1


async def test_a_slow_browser_loses_to_one_that_took_the_ticket_over(tickets: Tickets) -> None:
    address = await tickets.mint(asker(), replace=False)
    slow = await tickets.bind(address, Stage.AT_DISCORD)
    proving = await tickets.spend(slow.cookie, slow.state)
    await tickets.bind(address, Stage.AT_DISCORD)

    with pytest.raises(TicketError):
        await tickets.issue(proving, slow.cookie, Stage.PROVED)


async def test_what_no_browser_can_hold_is_just_unknown(tickets: Tickets) -> None:
    for odd in ("", "\ud800", "ü" * 4000, "' OR 1=1 --", "\x00"):
        with pytest.raises(TicketError):
            await tickets.look(odd)
        with pytest.raises(TicketError):
            await tickets.consume(odd, odd)


async def test_the_file_holds_nothing_that_opens_anything(tickets: Tickets, tmp_path: Path) -> None:
    address = await tickets.mint(asker(), replace=False)
    bound = await tickets.bind(address, Stage.AT_DISCORD)

    stored = on_disk(tmp_path)

    assert digest(address) in stored
    for secret in (address, bound.cookie, bound.state, asker().interaction.token):
        assert secret.encode() not in stored


async def test_an_interaction_moved_to_another_users_ticket_does_not_open(
    tickets: Tickets, tmp_path: Path
) -> None:
    await tickets.mint(asker(), replace=False)
    address = await tickets.mint(asker(BOB, "bob"), replace=False)
    with sqlite3.connect(tmp_path / "bot.sqlite3") as foreign:
        foreign.execute(
            "UPDATE link_tickets SET interaction_token ="
            " (SELECT interaction_token FROM link_tickets WHERE user_id = ?)",
            (ALICE,),
        )
    foreign.close()

    with pytest.raises(TamperedError):
        tickets.interaction_of(await tickets.look(address))


# --- whatever anybody does in whatever order

#: Who does what: an index into the secrets that exist so far, taken modulo their number.
_index = st.integers(0, 7)
_step = st.one_of(
    st.tuples(st.just("mint"), st.sampled_from([ALICE, BOB])),
    st.tuples(st.just("bind"), _index, st.sampled_from([Stage.AT_DISCORD, Stage.UNPROVED])),
    st.tuples(st.just("spend"), _index, _index),
    st.tuples(st.just("issue"), _index, _index),
    st.tuples(st.just("consume"), _index, _index),
    st.tuples(st.just("abandon"), _index),
    st.tuples(st.just("wait"), st.integers(0, 400)),
)


class Play:
    """People with every secret that was ever handed out, used in any order and combination."""

    def __init__(self, tickets: Tickets, clock: StillClock) -> None:
        self.tickets = tickets
        self.clock = clock
        self.mints: list[tuple[int, str]] = []
        self.cookies: list[str] = [""]
        self.states: list[str] = ["guess"]
        self.proving: list[tuple[str, object]] = []
        self.proved: set[str] = set()
        self.consumed: list[tuple[str, str]] = []

    async def do(self, name: str, *arguments: int | Stage) -> None:
        try:
            await getattr(self, name)(*arguments)
        except LinkError:
            return

    async def mint(self, user_id: int) -> None:
        self.mints.append((user_id, await self.tickets.mint(asker(user_id), replace=False)))

    async def bind(self, which: int, stage: Stage) -> None:
        if self.mints:
            _, address = self.mints[which % len(self.mints)]
            bound = await self.tickets.bind(address, stage)
            self.cookies.append(bound.cookie)
            self.states.append(bound.state)

    async def spend(self, cookie: int, state: int) -> None:
        held = self.cookies[cookie % len(self.cookies)]
        ticket = await self.tickets.spend(held, self.states[state % len(self.states)])
        self.proving.append((held, ticket))

    async def issue(self, which: int, cookie: int) -> None:
        if self.proving:
            _, ticket = self.proving[which % len(self.proving)]
            held = self.cookies[cookie % len(self.cookies)]
            self.states.append(await self.tickets.issue(ticket, held, Stage.PROVED))
            self.proved.add(held)

    async def consume(self, cookie: int, state: int) -> None:
        held = self.cookies[cookie % len(self.cookies)]
        told = self.states[state % len(self.states)]
        ticket = await self.tickets.consume(held, told)
        self.consumed.append((held, told))
        if ticket.stage is Stage.PROVED:
            assert held in self.proved

    async def abandon(self, cookie: int) -> None:
        await self.tickets.abandon(self.cookies[cookie % len(self.cookies)])

    async def wait(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(_step, min_size=4, max_size=24))
def test_no_order_of_steps_consumes_twice_or_without_proof(
    tmp_path: Path, steps: list[tuple[str, int]]
) -> None:
    async def play() -> Play:
        async with AsyncExitStack() as stack:
            (tmp_path / "bot.sqlite3").unlink(missing_ok=True)
            database = await stack.enter_async_context(fresh_database(tmp_path))
            clock = StillClock()
            people = Play(Tickets(SqlTicketStore(database), new_vault(), clock), clock)
            for step in steps:
                await people.do(*step)
            return people

    people = asyncio.run(play())

    assert len(people.consumed) == len(set(people.consumed))
    assert len({state for _, state in people.consumed}) == len(people.consumed)
    assert len(people.consumed) <= len(people.mints)
