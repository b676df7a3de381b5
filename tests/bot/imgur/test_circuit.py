from hypothesis import given
from hypothesis import strategies as st

from bot.imgur.circuit import PAUSE_S, PROBE_S, WINDOW_CALLS, WINDOW_S, Circuit


def call(circuit: Circuit, now: float, *, failed: bool | None) -> float:
    wait_s = circuit.enter(now)
    if wait_s == 0:
        circuit.leave(now, failed=failed, chance=0.0)
    return wait_s


def opened() -> Circuit:
    circuit = Circuit()
    for _ in range(5):
        call(circuit, 0.0, failed=True)
    return circuit


def test_five_failures_in_a_row_open_it() -> None:
    circuit = Circuit()
    for _ in range(4):
        assert call(circuit, 0.0, failed=True) == 0
    assert not circuit.is_open
    call(circuit, 0.0, failed=True)
    assert call(circuit, 10.0, failed=False) == PAUSE_S - 10


def test_a_success_in_between_starts_the_count_anew() -> None:
    circuit = Circuit()
    for failed in (True, True, True, True, False, True, True, True, True):
        call(circuit, 0.0, failed=failed)
    assert not circuit.is_open


def test_half_of_twenty_calls_in_half_a_minute_open_it() -> None:
    circuit = Circuit()
    for number in range(20):
        call(circuit, number, failed=number % 2 == 0)
    assert circuit.is_open


def test_failures_long_ago_do_not_count() -> None:
    circuit = Circuit()
    for number in range(40):
        call(circuit, number * 2.0, failed=number % 2 == 0)
    assert not circuit.is_open


def test_one_call_looks_when_the_pause_is_over_and_the_others_wait() -> None:
    circuit = opened()
    assert circuit.enter(PAUSE_S) == 0
    assert circuit.enter(PAUSE_S) == PROBE_S
    circuit.leave(PAUSE_S, failed=False, chance=0.0)
    assert not circuit.is_open
    assert circuit.enter(PAUSE_S) == 0


def test_a_look_that_fails_opens_it_for_another_pause() -> None:
    circuit = opened()
    call(circuit, PAUSE_S, failed=True)
    assert circuit.enter(PAUSE_S + 1) == PAUSE_S - 1


def test_a_look_that_was_cancelled_says_nothing_and_the_next_may_look() -> None:
    circuit = opened()
    call(circuit, PAUSE_S, failed=None)
    assert circuit.is_open
    assert circuit.enter(PAUSE_S) == 0


def test_the_pause_is_spread_by_chance() -> None:
    circuit = Circuit()
    for _ in range(5):
        circuit.enter(0.0)
        circuit.leave(0.0, failed=True, chance=1.0)
    assert circuit.enter(0.0) == PAUSE_S + 5


def test_answers_that_were_on_their_way_change_nothing() -> None:
    circuit = Circuit()
    for _ in range(8):
        assert circuit.enter(0.0) == 0
    for _ in range(5):
        circuit.leave(0.0, failed=True, chance=0.0)
    for _ in range(3):
        circuit.leave(1.0, failed=False, chance=0.0)
    assert circuit.is_open


Calls = list[tuple[float, bool]]
CALLS = st.lists(st.tuples(st.floats(0, 3), st.booleans()), min_size=20, max_size=60)


@given(CALLS)
def test_it_is_open_as_soon_as_the_last_half_minute_says_so(
    calls: list[tuple[float, bool]],
) -> None:
    circuit, now, past = Circuit(), 0.0, []
    for pause_s, failed in calls:
        now += pause_s
        call(circuit, now, failed=failed)
        past.append((now, failed))
        recent = [failed for at, failed in past if at >= now - WINDOW_S]
        many = len(recent) >= WINDOW_CALLS and 2 * sum(recent) >= len(recent)
        in_a_row = len(past) >= 5 and all(failed for _, failed in past[-5:])
        assert circuit.is_open == (many or in_a_row)
        if circuit.is_open:
            return
