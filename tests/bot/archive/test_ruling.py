"""Which rule is about an old message."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from bot.archive.plan import Archive, ArchiveState, Page, PastPost
from bot.archive.ruling import Ruling
from bot.autoupload.channels import AutoChannels
from bot.autoupload.rules import AutoRule, AutoUploadStore, ChannelMode, FileKind, PostFile, Target
from bot.uploads.job import Source
from tests.clocks import FakeClock

NOW = datetime(2026, 3, 1, tzinfo=UTC)
GUILD, CHANNEL, CATEGORY, ROLE, OTHER_ROLE, ALICE, BOB = 10, 3, 4, 5, 6, 1, 2
ARCHIVE = Archive(1, GUILD, CHANNEL, 9, 99, ArchiveState.RUNNING, NOW)
FILE = Source(url="https://cdn/a.png", filename="a.png", is_attachment=True)


@dataclass
class Town:
    """Members with roles, counting how often somebody asks."""

    roles: dict[int, Sequence[int]]
    asked: list[int] = field(default_factory=list)

    async def roles_of(self, guild_id: int, user_id: int) -> Sequence[int]:
        assert guild_id == GUILD
        self.asked.append(user_id)
        return self.roles.get(user_id, ())


@dataclass
class Kept:
    """The part of a store that is read."""

    kept: Sequence[AutoRule]

    async def rules(self) -> Sequence[AutoRule]:
        return self.kept


def rule(target_id: int, target: Target) -> AutoRule:
    return AutoRule(target_id, GUILD, ChannelMode.ASK, 9, NOW, target=target)


def post(author_id: int) -> PastPost:
    files = [PostFile(FileKind.PICTURE, 1)]
    return PastPost(1, author_id, is_from_person=True, sources=[FILE], files=files)


async def ruling(town: Town, *rules: AutoRule) -> Ruling:
    channels = AutoChannels(cast("AutoUploadStore", Kept(rules)), FakeClock())
    await channels.load()
    page = Page([], 0, is_last=True, place_ids=[CHANNEL, CATEGORY])
    return Ruling(channels, town, ARCHIVE, page)


async def test_a_category_counts_and_nobody_asks_for_roles() -> None:
    town = Town({ALICE: [ROLE]})
    by_category, by_role = rule(CATEGORY, Target.CATEGORY), rule(ROLE, Target.ROLE)
    found = await ruling(town, by_category, by_role)
    assert await found.rule_for(post(ALICE)) == by_category
    assert not town.asked


async def test_a_role_counts_for_its_members_only_and_is_asked_for_once() -> None:
    town = Town({ALICE: [OTHER_ROLE, ROLE]})
    by_role = rule(ROLE, Target.ROLE)
    found = await ruling(town, by_role)
    assert [await found.rule_for(post(who)) for who in (ALICE, BOB, ALICE, BOB)] == [
        by_role,
        None,
        by_role,
        None,
    ]
    assert town.asked == [ALICE, BOB]


async def test_without_role_rules_nobody_is_looked_up() -> None:
    town = Town({})
    assert await (await ruling(town)).rule_for(post(ALICE)) is None
    assert not town.asked
