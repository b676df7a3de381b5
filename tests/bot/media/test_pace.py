import pytest

from bot.media.pace import Pace

KIB, MIB = 1024, 1024 * 1024


def test_within_the_first_ten_seconds_nothing_need_come() -> None:
    assert Pace(100.0, 0).next_check_s(100.0) == 10
    assert Pace(100.0, 0).next_check_s(109.0) == 1


def test_a_drip_is_too_slow_after_ten_seconds() -> None:
    pace = Pace(0.0, MIB)
    pace.got(80 * KIB - 1)
    with pytest.raises(TimeoutError, match="stands still"):
        pace.next_check_s(10.0)


def test_16_kib_a_second_is_just_fast_enough() -> None:
    pace = Pace(0.0, 100 * MIB)
    for seconds in range(10, 200, 5):
        pace.got(80 * KIB)
        assert pace.next_check_s(float(seconds)) == 5


def test_a_fast_beginning_does_not_pay_for_a_standstill() -> None:
    pace = Pace(0.0, 100 * MIB)
    pace.got(50 * MIB)
    assert pace.next_check_s(10.0) == 5
    with pytest.raises(TimeoutError, match="stands still"):
        pace.next_check_s(15.0)


@pytest.mark.parametrize(("size_bytes", "deadline_s"), [(0, 30), (MIB, 34), (200 * MIB, 830)])
def test_the_deadline_grows_with_the_size(size_bytes: int, deadline_s: int) -> None:
    pace = Pace(0.0, size_bytes)
    pace.got(MIB)
    pace.next_check_s(deadline_s - 1.0)
    pace.got(MIB)
    with pytest.raises(TimeoutError, match="too long"):
        pace.next_check_s(float(deadline_s))


def test_an_announced_size_shortens_the_deadline() -> None:
    pace = Pace(0.0, 200 * MIB)
    pace.expect(0)
    pace.got(MIB)
    assert pace.next_check_s(28.0) == 2


def test_after_the_end_nobody_is_hurried() -> None:
    pace = Pace(0.0, 0)
    pace.end()
    assert pace.next_check_s(1000.0) is None
