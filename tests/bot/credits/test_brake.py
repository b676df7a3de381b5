"""The five-strikes brake."""

from datetime import UTC, date, datetime

from bot.credits.brake import Brake, DryDay

NOW = datetime(2026, 12, 20, 12, tzinfo=UTC)


def dry(day: int, month: int = 12, *, is_ours: bool = True) -> DryDay:
    return DryDay(date(2026, month, day), is_ours=is_ours)


def test_one_dry_day_is_forgiven() -> None:
    assert Brake([dry(1)]).wait_s(NOW) == 0


def test_two_of_our_own_pause_uploads_until_the_month_ends() -> None:
    brake = Brake([dry(1), dry(5)])
    assert brake.holds(NOW)
    assert brake.wait_s(NOW) == (datetime(2027, 1, 1, tzinfo=UTC) - NOW).total_seconds()


def test_days_of_another_month_or_of_others_do_not_count() -> None:
    brake = Brake([dry(1), dry(30, month=11), dry(3, is_ours=False)])
    assert not brake.holds(NOW)
    assert brake.days_of_month(NOW) == [dry(1), dry(3, is_ours=False)]


def test_a_day_is_news_once_and_again_when_it_was_our_doing() -> None:
    brake = Brake()
    assert brake.note(dry(1, is_ours=False))
    assert not brake.note(dry(1, is_ours=False))
    assert brake.note(dry(1))
    assert not brake.note(dry(1, is_ours=False))
    assert brake.days_of_month(NOW) == [dry(1)]
