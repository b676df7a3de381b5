"""What follows a post in a channel with automatic uploads."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.autoupload.rules import (
    MAX_MISSED_AGE,
    MAX_POST_AGE_S,
    Action,
    AlbumBy,
    AutoRule,
    ChannelMode,
    Choice,
    FileKind,
    Filter,
    Post,
    PostFile,
    Target,
    album_for,
    decide,
    judge,
    pick,
)

PICTURE = Post(is_from_person=True, age_s=1.0, files=1)


@pytest.mark.parametrize(
    ("mode", "choice", "allowed", "action"),
    [
        (ChannelMode.ASK, None, True, Action.ASK),
        (ChannelMode.ASK, Choice.ALWAYS, False, Action.UPLOAD),
        (ChannelMode.ASK, Choice.NEVER, True, Action.LEAVE),
        (ChannelMode.CHANNEL, None, True, Action.UPLOAD),
        (ChannelMode.CHANNEL, None, False, Action.ASK),
        (ChannelMode.CHANNEL, Choice.NEVER, True, Action.LEAVE),
    ],
)
def test_the_author_decides_unless_the_operator_allows_channel_mode(
    mode: ChannelMode, choice: Choice | None, *, allowed: bool, action: Action
) -> None:
    assert decide(PICTURE, mode, choice, channel_mode_allowed=allowed) is action


@pytest.mark.parametrize(
    "post",
    [
        Post(is_from_person=False, age_s=1.0, files=1),
        Post(is_from_person=True, age_s=1.0, files=0),
        Post(is_from_person=True, age_s=MAX_MISSED_AGE.total_seconds() + 1, files=1),
    ],
)
def test_posts_by_apps_without_files_or_long_ago_are_left_alone(post: Post) -> None:
    assert decide(post, ChannelMode.CHANNEL, Choice.ALWAYS, channel_mode_allowed=True) is (
        Action.LEAVE
    )


def test_about_a_post_that_was_missed_for_long_nobody_is_asked() -> None:
    late = Post(is_from_person=True, age_s=MAX_POST_AGE_S + 1, files=1)
    agreed, unasked = (
        decide(late, ChannelMode.ASK, choice, channel_mode_allowed=False)
        for choice in (Choice.ALWAYS, None)
    )
    assert (agreed, unasked) == (Action.UPLOAD, Action.LEAVE)


NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
RULE = AutoRule(1, 10, ChannelMode.CHANNEL, 5, NOON, notice_id=7)
MIB = 1024 * 1024
FILES = [
    PostFile(FileKind.PICTURE, MIB),
    PostFile(FileKind.GIF, 3 * MIB),
    PostFile(FileKind.VIDEO, 50 * MIB),
]

files = st.lists(st.builds(PostFile, st.sampled_from(FileKind), st.integers(0, 10**9)), max_size=10)
sizes = st.one_of(st.none(), st.integers(0, 10**9))
counts = st.one_of(st.none(), st.integers(1, 10))
filters = st.builds(
    Filter,
    st.frozensets(st.sampled_from(FileKind)),
    st.integers(0, 10**9),
    sizes,
    st.integers(1, 10),
    counts,
)
rules = st.builds(
    replace,
    st.just(RULE),
    target=st.sampled_from(Target),
    mode=st.sampled_from(ChannelMode),
    filter=st.one_of(st.just(Filter()), filters),  # most filters drawn let nothing pass
    is_paused=st.booleans(),
)


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        (Filter(), [0, 1, 2]),
        (Filter(kinds=frozenset({FileKind.GIF, FileKind.VIDEO})), [1, 2]),
        (Filter(min_bytes=2 * MIB), [1, 2]),
        (Filter(max_bytes=3 * MIB), [0, 1]),
        (Filter(min_files=3), [0, 1, 2]),
        (Filter(min_files=4), []),
        (Filter(max_files=2), []),
        (Filter(max_files=2, max_bytes=3 * MIB), [0, 1]),
    ],
)
def test_a_rule_takes_the_files_that_fit_unless_they_are_too_few_or_too_many(
    wanted: Filter, places: list[int]
) -> None:
    assert pick(FILES, wanted) == places


@given(files, filters)
def test_what_is_taken_fits_in_kind_size_and_number(
    offered: list[PostFile], wanted: Filter
) -> None:
    places = pick(offered, wanted)
    for place in places:
        assert offered[place].kind in wanted.kinds
        assert offered[place].size_bytes >= wanted.min_bytes
        assert wanted.max_bytes is None or offered[place].size_bytes <= wanted.max_bytes
    if places:
        assert len(places) >= wanted.min_files
        assert wanted.max_files is None or len(places) <= wanted.max_files
    assert list(places) == sorted(set(places))


@given(rules, files, st.one_of(st.none(), st.sampled_from(Choice)), st.booleans(), st.booleans())
def test_nothing_is_sent_without_consent_nor_while_a_rule_is_paused(
    rule: AutoRule,
    offered: list[PostFile],
    choice: Choice | None,
    is_from_person: bool,  # noqa: FBT001 (drawn by Hypothesis)
    allowed: bool,  # noqa: FBT001 (drawn by Hypothesis)
) -> None:
    action, places = judge(
        rule,
        offered,
        choice,
        is_from_person=is_from_person,
        age_s=1.0,
        channel_mode_allowed=allowed,
    )
    assert bool(places) is (action is not Action.LEAVE)
    if rule.is_paused or not is_from_person or choice is Choice.NEVER:
        assert action is Action.LEAVE
    if action is Action.UPLOAD and choice is None:
        assert allowed
        assert rule.mode is ChannelMode.CHANNEL
        assert rule.target is Target.CHANNEL


@pytest.mark.parametrize(
    ("album_by", "key", "title"),
    [
        (AlbumBy.CHANNEL, "channel:3", "#cats"),
        (AlbumBy.MONTH, "channel:3:month:2026-11", "#cats 2026-11"),
        (AlbumBy.AUTHOR, "channel:3:author:9", "#cats: Alice"),
    ],
)
def test_posts_share_an_album_as_the_rule_says(album_by: AlbumBy, key: str, title: str) -> None:
    rule = replace(RULE, album_by=album_by)
    album = album_for(rule, channel=(3, "cats"), author=(9, "Alice"), posted_at=NOON)
    assert album is not None
    assert (album.key, album.title) == (key, title)


def test_a_paused_rule_leaves_everything_alone() -> None:
    action, places = judge(
        replace(RULE, is_paused=True),
        FILES,
        Choice.ALWAYS,
        is_from_person=True,
        age_s=1.0,
        channel_mode_allowed=True,
    )
    assert (action, places) == (Action.LEAVE, ())


@pytest.mark.parametrize("target", [Target.CATEGORY, Target.ROLE])
def test_where_no_notice_can_stand_each_author_is_asked(target: Target) -> None:
    action, _ = judge(
        replace(RULE, target=target),
        FILES,
        None,
        is_from_person=True,
        age_s=1.0,
        channel_mode_allowed=True,
    )
    assert action is Action.ASK


def test_without_an_album_pictures_stand_alone() -> None:
    assert album_for(RULE, channel=(3, "cats"), author=(9, "Alice"), posted_at=NOON) is None
