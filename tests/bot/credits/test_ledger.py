"""Reservations over all pools."""

from bot.credits.ledger import Ledger, Reservation, Shortage
from bot.credits.pools import Call, GuildShare, Payer, Pool, PoolKind, Rules, Work, member_pool
from bot.imgur.rates import PoolReading, RateReading

ALICE = Payer(user_id=1, guild_id=10)
BOB = Payer(user_id=2, guild_id=10)
READ = Call(1, is_post=False, is_upload=False)
CLIENT = Pool(PoolKind.CLIENT)
USER = Pool(PoolKind.USER, "app")
UPLOADS = Pool(PoolKind.UPLOADS)


def reading(user: int, client: int = 12_000) -> RateReading:
    return RateReading(
        user=PoolReading(500, user, 3600.0), client=PoolReading(12_500, client, 80_000.0)
    )


def reserve(
    ledger: Ledger, payer: Payer = ALICE, call: Call | None = None, now: float = 0.0
) -> Reservation | Shortage:
    return ledger.reserve(ledger.rules.charge(call or Call.upload(), payer), payer.work, now)


def held(outcome: Reservation | Shortage) -> Reservation:
    assert isinstance(outcome, Reservation)
    return outcome


def test_an_upload_takes_from_every_pool_at_once() -> None:
    charge = Rules().charge(Call.upload(), ALICE)
    assert {str(pool): amount for pool, amount in charge.items()} == {
        "client": 10,
        "user:app": 10,
        "member:1": 10,
        "guild:10": 10,
        "post": 1,
        "uploads": 1,
    }


def test_reading_takes_one_credit_and_no_post() -> None:
    charge = Rules().charge(READ, Payer(user_id=1))
    assert {str(pool) for pool in charge} == {"client", "user:app", "member:1"}


def test_a_token_call_takes_only_a_post() -> None:
    charge = Rules().charge(Call(0, is_post=True, is_upload=False), ALICE)
    assert {str(pool): amount for pool, amount in charge.items()} == {"post": 1}


def test_commercial_use_knows_no_limits_per_address() -> None:
    charge = Rules(is_commercial=True).charge(Call.upload(), ALICE)
    assert {pool.kind for pool in charge} == {PoolKind.CLIENT, PoolKind.MEMBER, PoolKind.GUILD}


def test_a_guilds_own_bound_does_not_bind_who_is_exempt() -> None:
    share = GuildShare(member_credits=50)
    exempt = Payer(1, 10, is_exempt=True)
    charge = Rules().charge(Call.upload(), exempt, share)
    assert member_pool(1, 10) not in charge
    assert charge[Pool(PoolKind.MEMBER, "1")] == 10


def test_the_day_never_runs_dry_by_our_doing() -> None:
    ledger = Ledger(Rules(headroom=0.0))
    ledger.window(CLIENT).learn(PoolReading(12_500, 130, 600.0), 0.0)
    assert isinstance(reserve(ledger), Shortage)
    held(reserve(ledger, call=READ))


def test_a_guilds_own_bound_adds_a_pool_for_its_member() -> None:
    charge = Rules().charge(Call.upload(), ALICE, GuildShare(member_credits=50))
    assert charge[member_pool(1, 10)] == 10


def test_background_work_leaves_a_member_and_a_guild_some_of_their_own() -> None:
    ledger = Ledger(Rules(member_credits_per_hour=100, guild_credits_per_day=1000))
    archive = Payer(user_id=1, guild_id=10, work=Work.BACKGROUND)

    def upload(payer: Payer, spent: int) -> None:
        left = reading(500 - spent, 12_000 - spent)
        ledger.settle(held(reserve(ledger, payer)), left, 0.0)

    for spent in range(10, 80, 10):
        upload(archive, spent)
    assert isinstance(reserve(ledger, archive), Shortage)
    for spent in range(80, 110, 10):
        upload(ALICE, spent)
    assert isinstance(reserve(ledger, ALICE), Shortage)


def test_of_two_racing_for_the_last_ten_credits_one_is_told_when_to_come_back() -> None:
    ledger = Ledger(Rules())
    ledger.window(USER).learn(PoolReading(500, 10, 240.0), 0.0)
    first = held(reserve(ledger, ALICE))
    assert isinstance(reserve(ledger, BOB), Shortage)
    ledger.settle(first, RateReading(user=PoolReading(500, 0, 240.0)), 1.0)
    second = reserve(ledger, BOB, now=1.0)
    assert isinstance(second, Shortage)
    assert (second.pool, second.wait_s) == (USER, 240.0)


def test_what_is_short_anywhere_is_reserved_nowhere() -> None:
    ledger = Ledger(Rules())
    ledger.window(CLIENT).learn(PoolReading(12_500, 130, 600.0), 0.0)
    assert isinstance(reserve(ledger), Shortage)
    assert ledger.window(USER).reserved == 0
    assert ledger.window(UPLOADS).reserved == 0


def test_an_upload_is_settled_at_the_price_that_the_headers_prove() -> None:
    ledger = Ledger(Rules())
    ledger.window(USER).learn(PoolReading(500, 496, 3600.0), 0.0)
    ledger.window(CLIENT).learn(PoolReading(12_500, 12_001, 80_000.0), 0.0)
    taken = ledger.settle(held(reserve(ledger)), reading(495), 1.0)
    assert taken[USER] == 1
    assert taken[Pool(PoolKind.MEMBER, "1")] == 1


def test_with_another_call_in_flight_the_published_price_stands() -> None:
    ledger = Ledger(Rules())
    ledger.window(USER).learn(PoolReading(500, 496, 3600.0), 0.0)
    ledger.window(CLIENT).learn(PoolReading(12_500, 12_001, 80_000.0), 0.0)
    for pool in (USER, CLIENT, Pool(PoolKind.POST)):
        ledger.window(pool).answered_at = 0.0
    first = held(reserve(ledger))
    second = held(reserve(ledger, BOB))
    assert ledger.settle(second, reading(495), 1.0)[USER] == 10
    assert ledger.settle(first, reading(495), 1.0)[USER] == 10


def test_a_lost_answer_counts_as_spent() -> None:
    ledger = Ledger(Rules())
    ledger.settle(held(reserve(ledger)), None, 1.0)
    assert ledger.window(USER).free(0, 1.0) == 490
    assert ledger.window(UPLOADS).free(0, 1.0) == 49


def test_a_call_that_was_never_sent_is_given_back() -> None:
    ledger = Ledger(Rules())
    ledger.release(held(reserve(ledger)))
    assert ledger.window(USER).free(0, 1.0) == 500


def test_a_reservation_ends_once() -> None:
    ledger = Ledger(Rules())
    reservation = held(reserve(ledger))
    ledger.settle(reservation, None, 1.0)
    ledger.release(reservation)
    ledger.settle(reservation, None, 1.0)
    assert ledger.window(USER).free(0, 1.0) == 490
    assert ledger.open_reservations == ()


def test_the_hidden_cap_holds_whatever_the_credits_say() -> None:
    ledger = Ledger(Rules(member_credits_per_hour=10_000, guild_credits_per_day=100_000))
    for second in range(50):
        user_left = 500 - second
        ledger.settle(held(reserve(ledger, now=float(second))), reading(user_left), float(second))
    refused = reserve(ledger, now=60.0)
    assert isinstance(refused, Shortage)
    assert refused.pool == UPLOADS


def test_the_first_upload_after_a_silence_goes_alone() -> None:
    ledger = Ledger(Rules())
    first = held(reserve(ledger))
    doubt = reserve(ledger, BOB)
    assert isinstance(doubt, Shortage)
    assert doubt.is_doubt
    ledger.settle(first, reading(490), 1.0)
    held(reserve(ledger, BOB, now=1.0))
    held(reserve(ledger, ALICE, now=1.0))


def test_reading_does_not_wait_for_an_upload_to_be_proven() -> None:
    ledger = Ledger(Rules())
    held(reserve(ledger))
    held(reserve(ledger, BOB, READ))


def test_any_answer_ends_the_doubt() -> None:
    ledger = Ledger(Rules())
    held(reserve(ledger))
    look = ledger.reserve(ledger.rules.charge(READ, None), Work.INTERACTIVE, 0.0)
    ledger.settle(held(look), reading(480), 1.0)
    held(reserve(ledger, BOB, now=1.0))


def test_less_urgent_work_pauses_earlier() -> None:
    ledger = Ledger(Rules(headroom=0.02))
    paused = {}
    for work in Work:
        for remaining in range(0, 501, 5):
            ledger = Ledger(Rules(headroom=0.02))
            ledger.window(USER).learn(PoolReading(500, remaining, 600.0), 0.0)
            outcome = ledger.reserve(ledger.rules.charge(READ, ALICE), work, 0.0)
            if isinstance(outcome, Shortage):
                paused[work] = remaining
    assert paused == {Work.INTERACTIVE: 10, Work.AUTO: 50, Work.BACKGROUND: 150}


def test_what_is_on_the_way_is_known_until_it_is_settled() -> None:
    ledger = Ledger(Rules())
    waiting = held(reserve(ledger))
    assert ledger.on_the_way(USER) == 0
    ledger.send(waiting)
    assert ledger.on_the_way(USER) == 10
    ledger.settle(waiting, reading(490), 1.0)
    assert ledger.on_the_way(USER) == 0


def test_a_members_budget_does_not_bind_others() -> None:
    ledger = Ledger(Rules(member_credits_per_hour=10))
    ledger.settle(held(reserve(ledger)), reading(490), 0.0)
    refused = reserve(ledger, now=1.0)
    assert isinstance(refused, Shortage)
    assert refused.pool == Pool(PoolKind.MEMBER, "1")
    held(reserve(ledger, BOB, now=1.0))


def test_a_pool_that_is_refused_again_rests_longer_each_time() -> None:
    ledger, now, rests = Ledger(Rules()), 0.0, []
    for _ in range(8):
        ledger.refuse(USER, 60.0, now)
        rests.append(ledger.window(USER).blocked_until - now)
        now = ledger.window(USER).blocked_until
    assert rests == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    ledger.accepted({USER: 10})
    ledger.refuse(USER, 300.0, now)
    assert ledger.window(USER).blocked_until - now == 300


def test_less_urgent_work_leaves_something_for_the_more_urgent() -> None:
    ledger = Ledger(Rules())
    ledger.window(USER).learn(PoolReading(500, 55, 600.0), 0.0)
    auto = Payer(1, 10, Work.AUTO)
    assert isinstance(reserve(ledger, auto), Shortage)
    held(reserve(ledger, ALICE))


def test_pools_of_users_who_rest_are_forgotten() -> None:
    ledger = Ledger(Rules())
    for user in range(200):
        now = user * 4000.0
        ledger.settle(held(reserve(ledger, Payer(user), now=now)), None, now)
    ledger.forget_idle(10_000_000.0)
    assert sum(pool.kind is PoolKind.MEMBER for pool, _ in ledger.windows()) == 0
