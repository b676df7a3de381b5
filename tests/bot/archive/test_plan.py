"""What an archive takes, and what it costs."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.archive.plan import (
    Archive,
    ArchiveState,
    PastPost,
    Price,
    Take,
    pace_per_hour,
    take,
)
from bot.autoupload.rules import (
    AutoRule,
    ChannelMode,
    Choice,
    FileKind,
    Filter,
    PostFile,
    Target,
    pick,
)
from bot.credits.pools import GuildShare, Rules
from bot.uploads.job import Source

MODERATOR, MEMBER = 5, 1
ARCHIVE = Archive(
    id=1,
    guild_id=10,
    channel_id=3,
    started_by=MODERATOR,
    until_id=99,
    state=ArchiveState.RUNNING,
    created_at=datetime(2026, 3, 1, tzinfo=UTC),
)
FILE = Source(url="https://cdn/a.png", filename="a.png", is_attachment=True)
choices = st.sampled_from([None, *Choice])


@st.composite
def posts(draw: st.DrawFn) -> PastPost:
    kinds = draw(st.lists(st.sampled_from(FileKind), max_size=4))
    files = [PostFile(kind, draw(st.integers(1, 9))) for kind in kinds]
    return PastPost(
        message_id=draw(st.integers(1, 99)),
        author_id=draw(st.sampled_from([MODERATOR, MEMBER])),
        is_from_person=draw(st.booleans()),
        sources=[replace(FILE, attachment_id=number) for number in range(len(files))],
        files=files,
    )


rules = st.builds(
    AutoRule,
    target_id=st.just(3),
    guild_id=st.just(10),
    mode=st.sampled_from(ChannelMode),
    set_by=st.just(MODERATOR),
    set_at=st.just(ARCHIVE.created_at),
    target=st.sampled_from(Target),
    filter=st.builds(
        Filter,
        kinds=st.frozensets(st.sampled_from(FileKind)),
        min_bytes=st.integers(0, 9),
        max_files=st.none() | st.integers(1, 3),
    ),
    is_paused=st.booleans(),
)


@given(post=posts(), choice=choices, rule=st.none() | rules, allowed=st.booleans())
def test_nothing_is_taken_without_its_authors_yes(
    post: PastPost, choice: Choice | None, rule: AutoRule | None, *, allowed: bool
) -> None:
    taken = take(post, ARCHIVE, choice, rule, channel_mode_allowed=allowed)
    said_yes = choice is Choice.ALWAYS or (choice is None and post.author_id == MODERATOR)
    is_announced = rule is not None and rule.target is Target.CHANNEL
    by_mode = is_announced and rule.mode is ChannelMode.CHANNEL and allowed and choice is None
    if taken.sources:
        assert post.is_from_person
        assert said_yes or by_mode
    if taken.unconsented:
        assert not said_yes
        assert not by_mode


@given(post=posts(), rule=rules)
def test_what_a_rule_leaves_alone_stays_and_everything_is_counted(
    post: PastPost, rule: AutoRule
) -> None:
    taken = take(post, ARCHIVE, Choice.ALWAYS, rule, channel_mode_allowed=False)
    wanted = [] if rule.is_paused else pick(post.files, rule.filter)
    fitting = [post.sources[place] for place in wanted]
    assert list(taken.sources) == (fitting if post.is_from_person else [])
    if post.is_from_person:
        assert len(taken.sources) + taken.unconsented + taken.ruled_out == len(post.sources)


def test_without_a_rule_everything_is_taken_of_those_who_agreed() -> None:
    files = [PostFile(kind, 1) for kind in FileKind]
    post = PastPost(1, MEMBER, is_from_person=True, sources=[FILE] * 3, files=files)
    assert take(post, ARCHIVE, Choice.ALWAYS, None, channel_mode_allowed=False) == Take([FILE] * 3)


def test_the_pace_is_that_of_the_tightest_pool() -> None:
    assert pace_per_hour(Rules(), GuildShare()) == pytest.approx(5000 * 0.7 / 10 / 24)
    assert pace_per_hour(Rules(guild_credits_per_day=100_000), GuildShare()) == 35
    assert pace_per_hour(Rules(), GuildShare(guild_credits=240)) == pytest.approx(0.7)
    fast = Rules(guild_credits_per_day=100_000, is_commercial=True)
    assert pace_per_hour(fast, GuildShare()) == 35


def test_a_price_is_ten_credits_a_picture_and_its_time_follows_the_pace() -> None:
    price = Price(1840, 50.0)
    assert price.cost_credits == 18_400
    assert round(price.duration_s / 3600) == 37


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_two_messages_of_an_archive_never_share_a_key(first: int, second: int) -> None:
    same = ARCHIVE.key_of(first) == ARCHIVE.key_of(second)
    assert same is (first == second)
    assert ARCHIVE.key_of(first) != replace(ARCHIVE, id=2).key_of(first)
