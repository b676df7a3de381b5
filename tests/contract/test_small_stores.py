"""What the smaller stores keep."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.autoupload.rules import (
    QUESTION_LIFE,
    AlbumBy,
    AutoRule,
    ChannelMode,
    Choice,
    Consent,
    FileKind,
    Filter,
    Question,
    Target,
)
from bot.credits.brake import DryDay
from bot.credits.memory import Holding, PoolMemory
from bot.credits.pools import GuildShare, Pool, PoolKind
from bot.credits.usage import KEEP_USE, HourOfUse
from bot.storage.autoupload import SqlAutoUploadStore
from bot.storage.credits import SqlLedgerStore, SqlShareStore
from bot.storage.engine import Database
from bot.storage.searches import SqlSearchStore
from bot.storage.usage import SqlUseStore
from bot.uploads.job import ReplyStyle, Source

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLIENT = Pool(PoolKind.CLIENT)
MEMBER = Pool(PoolKind.MEMBER, "1")


def memory(pool: Pool, spent: int = 10, full_in_s: float = 3600) -> PoolMemory:
    return PoolMemory(
        pool=pool,
        limit=500,
        learnt=490,
        ends_at=NOW + timedelta(seconds=3600),
        blocked_until=None,
        taken=((NOW, spent),),
        full_at=NOW + timedelta(seconds=full_in_s),
        began_at=NOW - timedelta(seconds=30),
        held=(Holding("main", NOW, 10),),
        kept_by="main",
    )


async def keep(store: SqlLedgerStore, kept: Sequence[PoolMemory]) -> None:
    await store.revise([memory.pool for memory in kept], lambda _: kept)


async def test_the_ledger_remembers_each_pools_latest_state(database: Database) -> None:
    store = SqlLedgerStore(database)
    await keep(store, [memory(CLIENT), memory(MEMBER)])
    await keep(store, [memory(CLIENT, spent=20)])
    await keep(store, [])
    kept = {one.pool: one for one in await store.pools()}
    assert kept == {CLIENT: memory(CLIENT, spent=20), MEMBER: memory(MEMBER)}


async def test_only_users_and_guilds_full_pools_are_forgotten(database: Database) -> None:
    store = SqlLedgerStore(database)
    guild = Pool(PoolKind.GUILD, "10")
    await keep(store, [memory(CLIENT, full_in_s=-1), memory(MEMBER, full_in_s=-1), memory(guild)])
    await store.forget_full(NOW)
    assert {kept.pool for kept in await store.pools()} == {CLIENT, guild}


async def test_a_dry_day_is_kept_once(database: Database) -> None:
    store = SqlLedgerStore(database)
    await store.ran_dry(DryDay(NOW.date(), is_ours=False))
    await store.ran_dry(DryDay(NOW.date(), is_ours=True))
    assert await store.dry_days() == [DryDay(NOW.date(), is_ours=True)]


async def test_a_guilds_latest_share_counts(database: Database) -> None:
    store = SqlShareStore(database)
    await store.save(10, GuildShare(1000, None))
    await store.save(10, GuildShare(2000, 50, frozenset({5, 6})))
    assert await store.all() == {10: GuildShare(2000, 50, frozenset({5, 6}))}


async def test_a_guilds_rules_are_replaced_together(database: Database) -> None:
    store = SqlAutoUploadStore(database)
    ours = AutoRule(1, 10, ChannelMode.ASK, 5, NOW)
    theirs = AutoRule(2, 20, ChannelMode.CHANNEL, 6, NOW, notice_id=7)
    await store.set_rules(10, [ours])
    await store.set_rules(20, [theirs])
    moved = replace(ours, target_id=3)
    await store.set_rules(10, [moved])
    assert sorted(await store.rules(), key=lambda one: one.target_id) == [theirs, moved]


async def test_all_of_a_rule_is_kept(database: Database) -> None:
    store = SqlAutoUploadStore(database)
    rule = AutoRule(
        target_id=1,
        guild_id=10,
        target=Target.ROLE,
        mode=ChannelMode.ASK,
        set_by=5,
        set_at=NOW,
        filter=Filter(frozenset({FileKind.GIF}), 10, 2000, min_files=2, max_files=3),
        album_by=AlbumBy.MONTH,
        style=ReplyStyle.THREAD,
        is_album_only=True,
        follows_messages=True,
        is_paused=True,
    )
    await store.set_rules(10, [rule])
    assert await store.rules() == [rule]


async def test_a_person_gets_all_decisions_and_nobody_elses(database: Database) -> None:
    store = SqlAutoUploadStore(database)
    mine = [Consent(1, guild, Choice.ALWAYS, NOW, given_in=3, wording=1) for guild in (10, 20)]
    for consent in [*mine, replace(mine[0], user_id=2)]:
        await store.decide(consent)
    assert await store.consents_of(1) == mine


async def test_the_latest_decision_counts_and_can_be_forgotten(database: Database) -> None:
    store = SqlAutoUploadStore(database)
    always = Consent(1, 10, Choice.ALWAYS, NOW, given_in=3, wording=1)
    await store.decide(always)
    await store.decide(replace(always, choice=Choice.NEVER))
    kept = await store.consent(1, 10)
    assert kept is not None
    assert kept.choice is Choice.NEVER
    assert await store.consent(1, 20) is None
    await store.forget(1, 10)
    assert await store.consent(1, 10) is None


def question(asked_at: datetime = NOW) -> Question:
    source = Source(url="https://cdn/a.png", filename="a.png", is_attachment=True)
    return Question(0, 100, 3, 10, author_id=1, asked_by=1, sources=(source,), asked_at=asked_at)


async def test_one_question_at_a_time_is_open_to_an_author(database: Database) -> None:
    store = SqlAutoUploadStore(database)
    asked = await store.ask(question())
    assert asked is not None
    assert await store.question(asked.id) == asked
    assert await store.ask(question()) is None


async def test_a_question_is_answered_by_its_author_once(database: Database) -> None:
    store = SqlAutoUploadStore(database)
    asked = await store.ask(question())
    assert asked is not None
    assert await store.take_question(asked.id, author_id=2) is None
    assert await store.take_question(asked.id, author_id=1) == asked
    assert await store.take_question(asked.id, author_id=1) is None


async def test_a_stale_question_makes_room(database: Database) -> None:
    store = SqlAutoUploadStore(database)
    first = await store.ask(question())
    later = await store.ask(question(NOW + QUESTION_LIFE + timedelta(seconds=1)))
    assert first is not None
    assert later is not None
    assert await store.question(first.id) is None


async def test_a_search_is_kept_for_a_while(database: Database) -> None:
    store = SqlSearchStore(database)
    number = await store.add(1, {"kind": "hot"}, NOW)
    assert await store.find(number) == (1, {"kind": "hot"})
    await store.forget_before(NOW + timedelta(seconds=1))
    assert await store.find(number) is None


async def test_hours_of_use_add_up_and_each_pool_has_its_own(database: Database) -> None:
    store, hour = SqlUseStore(database), timedelta(hours=1)
    await store.add([HourOfUse(NOW, MEMBER, 10), HourOfUse(NOW, CLIENT, 10)])
    await store.add([HourOfUse(NOW, MEMBER, 5), HourOfUse(NOW + hour, MEMBER, 1)])
    assert await store.hours(MEMBER, NOW) == {NOW: 15, NOW + hour: 1}
    assert await store.hours(MEMBER, NOW + hour) == {NOW + hour: 1}
    assert await store.hours(CLIENT, NOW) == {NOW: 10}


async def test_the_guilds_that_used_most_come_first(database: Database) -> None:
    store = SqlUseStore(database)
    small, large, old = (Pool(PoolKind.GUILD, scope) for scope in ("10", "20", "30"))
    hours = [HourOfUse(NOW, small, 10), HourOfUse(NOW, large, 10), HourOfUse(NOW, MEMBER, 99)]
    await store.add([*hours, HourOfUse(NOW - timedelta(hours=1), old, 500)])
    await store.add([HourOfUse(NOW + timedelta(hours=1), large, 1)])
    assert await store.top(PoolKind.GUILD, NOW, 5) == [(large, 11), (small, 10)]
    assert await store.top(PoolKind.GUILD, NOW, 1) == [(large, 11)]


async def test_hours_of_use_are_forgotten(database: Database) -> None:
    store = SqlUseStore(database)
    await store.add([HourOfUse(NOW, MEMBER, 10), HourOfUse(NOW - KEEP_USE, MEMBER, 10)])
    await store.forget_before(NOW)
    assert await store.hours(MEMBER, NOW - KEEP_USE) == {NOW: 10}


async def test_a_mark_never_goes_back(database: Database) -> None:
    store = SqlAutoUploadStore(database)
    await store.set_mark(10, 5)
    await store.set_mark(10, 7)
    await store.set_mark(10, 6)
    await store.set_mark(20, 1)
    assert await store.marks() == {10: 7, 20: 1}
