"""One pool's window."""

import math

from bot.credits.pools import Rule
from bot.credits.window import RESET_GRACE_S, Window
from bot.imgur.rates import HOUR_S, PoolReading

LEARNT = Rule(500, HOUR_S, is_learnt=True)
OWN = Rule(100, HOUR_S)
UPLOADS = Rule(50, HOUR_S)


def new(rule: Rule) -> Window:
    return Window(rule, rule.limit)


def test_a_fresh_window_holds_its_limit() -> None:
    assert new(LEARNT).free(0, 0.0) == 500


def test_a_header_lowers_what_is_left() -> None:
    window = new(LEARNT)
    window.learn(PoolReading(500, 40, 600.0), 0.0)
    assert window.free(0, 1.0) == 40


def test_a_header_never_raises_what_is_left_within_a_window() -> None:
    window = new(LEARNT)
    window.learn(PoolReading(500, 40, 600.0), 0.0)
    window.learn(PoolReading(500, 400, 600.0), 1.0)
    assert window.free(0, 2.0) == 40


def test_a_window_ends_at_the_earliest_reset_heard() -> None:
    window = new(LEARNT)
    window.learn(PoolReading(500, 40, 600.0), 0.0)
    window.learn(PoolReading(500, 39, 3600.0), 100.0)
    assert window.ends_at == 600.0 + RESET_GRACE_S


def test_after_the_end_one_call_at_a_time_goes_and_looks() -> None:
    window = new(LEARNT)
    window.learn(PoolReading(500, 0, 600.0), 0.0)
    assert window.free(0, 700.0) == 500
    window.take(10, 1)
    assert window.free(0, 700.0) == 0


def test_a_later_answer_that_shows_more_is_a_reset() -> None:
    window = new(LEARNT)
    window.learn(PoolReading(500, 0, 600.0), 0.0)
    window.roll(700.0)
    window.learn(PoolReading(500, 490, 3600.0), 701.0)
    assert window.free(0, 702.0) == 490


def test_a_later_answer_that_shows_no_more_is_no_reset() -> None:
    window = new(LEARNT)
    window.learn(PoolReading(500, 0, 600.0), 0.0)
    window.roll(700.0)
    window.learn(PoolReading(500, 0, 300.0), 701.0)
    assert window.free(0, 702.0) == 0
    assert window.wait_s(10, 0, 702.0) > 250.0


def test_a_reset_that_cannot_be_told_apart_does_not_pile_up() -> None:
    window = new(LEARNT)
    for hour in range(100):
        now = hour * (HOUR_S + 2)
        window.learn(PoolReading(500, 490, HOUR_S), now)
        window.spend(10, now)
        window.roll(now + HOUR_S + 1.5)
    assert window.free(0, 100 * (HOUR_S + 2)) >= 480


def test_an_answer_from_before_the_reset_does_not_disprove_it() -> None:
    window = new(LEARNT)
    window.learn(PoolReading(500, 20, 600.0), 0.0)
    window.roll(602.0)
    window.learn(PoolReading(500, 10, HOUR_S), 603.0, sent_at=590.0)
    assert window.is_due
    window.learn(PoolReading(500, 480, HOUR_S), 604.0, sent_at=602.0)
    assert window.free(0, 605.0) == 480


def test_a_due_window_counts_what_it_gave_since_its_told_end() -> None:
    window = new(LEARNT)
    window.learn(PoolReading(500, 10, 600.0), 0.0)
    window.spend(490, 0.0)
    window.roll(700.0)
    assert window.left() == 500
    window.spend_unheard(480, 701.0)
    assert window.free(0, 702.0) == 20
    assert window.wait_s(30, 0, 702.0) == HOUR_S - 1


def test_figures_that_contradict_themselves_say_nothing() -> None:
    window = new(LEARNT)
    window.learn(PoolReading(500, 40, 600.0), 0.0)
    window.learn(PoolReading(10, 9000, 600.0), 1.0)
    window.learn(PoolReading(1_000_000, None, 600.0), 1.0)
    assert (window.limit, window.free(0, 2.0)) == (500, 40)


def test_a_pool_that_imgur_never_speaks_of_returns_by_itself() -> None:
    window = new(LEARNT)
    window.spend_unheard(500, 0.0)
    assert window.free(0, 10.0) == 0
    assert window.free(0, HOUR_S + 1) == 500


def test_a_call_without_an_answer_lowers_what_imgur_said_too() -> None:
    window = new(LEARNT)
    window.learn(PoolReading(500, 40, 600.0), 0.0)
    window.spend_unheard(10, 1.0)
    assert window.free(0, 2.0) == 30


def test_a_refusal_closes_the_pool_and_then_one_call_goes_and_looks() -> None:
    window = new(LEARNT)
    window.block(120.0)
    assert window.free(0, 119.0) == 0
    assert window.wait_s(10, 0, 60.0) == 60.0
    assert window.free(0, 121.0) == 500
    window.take(10, 1)
    assert window.free(0, 121.0) == 0
    window.give_back(10)
    window.accept()
    window.take(10, 2)
    assert window.free(0, 122.0) == 490


def test_a_pool_that_was_shown_empty_stays_closed_until_its_end() -> None:
    window = new(LEARNT)
    window.learn(PoolReading(500, 0, 600.0), 0.0)
    window.block(60.0)
    assert window.wait_s(10, 0, 61.0) == 600.0 + RESET_GRACE_S - 61.0


def test_our_own_pools_return_as_they_were_taken() -> None:
    window = new(OWN)
    window.spend(60, 0.0)
    window.spend(40, 600.0)
    assert window.wait_s(10, 0, 600.0) == HOUR_S - 600.0
    assert window.wait_s(70, 0, 600.0) == HOUR_S
    assert window.free(0, HOUR_S) == 60
    assert window.full_at() == HOUR_S + 600.0


def test_the_hidden_cap_opens_one_slot_after_the_other() -> None:
    window = new(UPLOADS)
    for second in range(50):
        window.spend(1, float(second))
    assert window.free(0, 100.0) == 0
    assert window.wait_s(1, 0, 100.0) == HOUR_S - 100.0
    assert window.free(0, HOUR_S + 4.5) == 5


def test_what_can_never_fit_waits_for_ever() -> None:
    assert new(Rule(5, HOUR_S)).wait_s(10, 0, 0.0) == math.inf


def test_the_floor_is_left_alone() -> None:
    window = new(LEARNT)
    window.learn(PoolReading(500, 60, 600.0), 0.0)
    assert window.free(50, 1.0) == 10
    assert window.wait_s(10, 50, 1.0) == 0
    assert window.wait_s(10, 55, 1.0) > 0
