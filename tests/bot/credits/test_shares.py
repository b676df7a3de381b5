"""Fair order among guilds and their users."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.credits.pools import Payer, Work
from bot.credits.shares import FairQueue, Hold, Waiting

COST = 10


def drain(queue: FairQueue[str]) -> list[str]:
    order = []
    while (waiting := queue.pop()) is not None:
        order.append(waiting.item)
    return order


def test_a_users_own_calls_keep_their_order() -> None:
    queue: FairQueue[str] = FairQueue()
    for name in "abc":
        queue.push(name, Payer(1, 10), COST)
    assert drain(queue) == ["a", "b", "c"]


def test_a_flood_of_one_guild_moves_another_by_one_grant_at_most() -> None:
    queue: FairQueue[str] = FairQueue()
    for number in range(100):
        queue.push(f"flood {number}", Payer(number, 10), COST)
    queue.push("other", Payer(1, 20), COST)
    assert "other" in drain(queue)[:2]


def test_a_guilds_turns_are_shared_among_its_users() -> None:
    queue: FairQueue[str] = FairQueue()
    for number in range(10):
        queue.push(f"greedy {number}", Payer(1, 10), COST)
    queue.push("modest", Payer(2, 10), COST)
    assert "modest" in drain(queue)[:2]


def test_turns_are_shared_by_what_they_cost_not_by_their_number() -> None:
    queue: FairQueue[str] = FairQueue()
    for _ in range(10):
        queue.push("dear", Payer(1, 10), 10)
    for _ in range(100):
        queue.push("cheap", Payer(2, 20), 1)
    assert Counter(drain(queue)[:55]) == {"cheap": 50, "dear": 5}


def test_urgent_work_goes_first() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.push("background", Payer(1, 10, Work.BACKGROUND), COST)
    queue.push("auto", Payer(1, 10, Work.AUTO), COST)
    queue.push("interactive", Payer(1, 10), COST)
    assert drain(queue) == ["interactive", "auto", "background"]


def test_one_that_may_not_go_does_not_hold_up_others() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.push("held up", Payer(1, 10), COST)
    queue.push("free", Payer(2, 10), COST)
    taken = queue.pop(lambda waiting: None if waiting.payer.user_id == 2 else Hold.USER)
    assert taken is not None
    assert taken.item == "free"
    assert len(queue) == 1


def test_a_pause_saves_nothing_up() -> None:
    queue: FairQueue[str] = FairQueue()
    for number in range(20):
        queue.push(f"steady {number}", Payer(1, 10), COST)
    for _ in range(10):
        queue.pop()
    for number in range(20):
        queue.push(f"late {number}", Payer(2, 20), COST)
    order = drain(queue)[:10]
    assert sum(name.startswith("late") for name in order) == 5


def test_a_guild_without_credits_does_not_hold_up_others() -> None:
    queue: FairQueue[str] = FairQueue()
    for user in range(50):
        queue.push("held up", Payer(user, 10), COST)
    queue.push("free", Payer(1, 20), COST)
    asked: list[str] = []

    def ask(waiting: Waiting[str]) -> Hold | None:
        asked.append(waiting.item)
        return Hold.SHARE if waiting.payer.guild_id == 10 else None

    taken = queue.pop(ask)
    assert taken is not None
    assert taken.item == "free"
    assert asked == ["held up", "free"]


def test_an_empty_pool_is_asked_once_for_all_who_pay_from_it() -> None:
    queue: FairQueue[str] = FairQueue()
    for user in range(50):
        queue.push("application", Payer(user, user), COST, "app")
    queue.push("account", Payer(99, 99), COST, "account:1")
    asked: Counter[str] = Counter()

    def ask(waiting: Waiting[str]) -> Hold | None:
        asked[waiting.lane] += 1
        return Hold.LANE if waiting.lane == "app" else None

    taken = queue.pop(ask)
    assert taken is not None
    assert taken.item == "account"
    assert asked == {"app": 1, "account:1": 1}
    assert queue.pop(ask) is None
    assert asked == {"app": 2, "account:1": 1}
    assert len(queue) == 50


def test_what_is_no_longer_wanted_is_taken_out() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.push("keep", Payer(1, 10), COST)
    queue.remove(queue.push("drop", Payer(1, 10), COST))
    queue.remove(queue.push("also drop", Payer(2, 20), COST))
    assert len(queue) == 1
    assert drain(queue) == ["keep"]


def test_a_copy_goes_on_as_the_queue_would() -> None:
    queue: FairQueue[str] = FairQueue()
    for n in range(12):
        queue.push(str(n), Payer(n % 3, n % 4), COST)
    queue.pop()
    foreseen = drain(queue.copy())
    assert len(foreseen) == len(queue)
    assert foreseen == drain(queue)


def test_who_left_a_busy_queue_is_forgotten_in_time() -> None:
    queue: FairQueue[str] = FairQueue()
    for guild in range(5000):
        queue.push("steady", Payer(1, 1), COST)
        queue.push("passing", Payer(1, 100 + guild), COST)
        queue.pop()
        queue.pop()
    assert len(queue._classes[Work.INTERACTIVE].turns._served) < 500


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 3), st.sampled_from([1, 10])), max_size=120
    )
)
def test_backlogged_guilds_are_never_more_than_one_grant_apart(
    calls: list[tuple[int, int, int]],
) -> None:
    queue: FairQueue[tuple[int, int]] = FairQueue()
    waiting: Counter[int] = Counter()
    for guild, user, cost in calls:
        queue.push((guild, cost), Payer(user, guild), cost)
        waiting[guild] += 1
    served: Counter[int] = Counter()
    while (taken := queue.pop()) is not None:
        guild, cost = taken.item
        served[guild] += cost
        waiting[guild] -= 1
        backlogged = [served[other] for other, count in waiting.items() if count]
        if len(backlogged) > 1:
            assert max(backlogged) - min(backlogged) <= 2 * COST
    assert len(queue) == 0
