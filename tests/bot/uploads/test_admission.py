"""How much may wait, and for how long."""

from typing import Any

import pytest

from bot.credits.pools import Call, Payer
from bot.errors import OutOfCreditsError
from bot.uploads.admission import Admission, Bounds
from bot.uploads.job import Answer, NewBatch, NewJob, Origin, Source

HOUR_S = 3600.0


class Foretold:
    """A backlog that only knows how long a newcomer would wait."""

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s

    def check_brake(self) -> None:
        return None

    def forecast_s(self, call: Call, payer: Payer, count: int) -> float:
        del call, payer, count
        return self._wait_s


def new_batch(origin: Origin) -> NewBatch:
    source = Source(url="https://cdn.example/a.png", filename="a.png", is_attachment=True)
    return NewBatch("key", origin, 1, 10, Answer(is_private=False), [NewJob(source)])


@pytest.mark.parametrize(
    ("origin", "hours", "is_let_in"),
    [
        (Origin.SLASH, 2, True),
        (Origin.SLASH, 3, False),
        (Origin.AUTO, 3, True),
        (Origin.AUTO, 24, True),
        (Origin.AUTO, 25, False),
    ],
)
def test_automatic_uploads_may_wait_a_day_where_people_are_refused_after_two_hours(
    origin: Origin, hours: float, *, is_let_in: bool
) -> None:
    backlog: Any = Foretold(hours * HOUR_S)
    admission, new = Admission(backlog, Bounds()), new_batch(origin)
    if is_let_in:
        admission.check(new, new.jobs)
        return
    with pytest.raises(OutOfCreditsError):
        admission.check(new, new.jobs)
