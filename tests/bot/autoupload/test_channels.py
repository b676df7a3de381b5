"""Which rule counts where, and what a channel is told how often."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

import pytest

from bot.autoupload.channels import AutoChannels
from bot.autoupload.rules import AutoRule, AutoUploadStore, ChannelMode
from tests.clocks import FakeClock

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
THREAD, CHANNEL, CATEGORY, ROLE = 1, 2, 3, 4


class Kept:
    """A store of rules in memory."""

    def __init__(self, *rules: AutoRule) -> None:
        self.kept: Sequence[AutoRule] = rules

    async def rules(self) -> Sequence[AutoRule]:
        return self.kept

    async def set_rules(self, guild_id: int, rules: Sequence[AutoRule]) -> None:
        self.kept = [*(one for one in self.kept if one.guild_id != guild_id), *rules]


def rule(target_id: int) -> AutoRule:
    return AutoRule(target_id, 10, ChannelMode.ASK, 5, NOON)


async def opened(clock: FakeClock, *target_ids: int) -> AutoChannels:
    store = Kept(*(rule(target_id) for target_id in target_ids))
    channels = AutoChannels(cast("AutoUploadStore", store), clock)
    await channels.load()
    return channels


@pytest.mark.parametrize(
    ("with_rules", "counts"),
    [
        ([ROLE, CATEGORY, CHANNEL, THREAD], THREAD),
        ([ROLE, CATEGORY, CHANNEL], CHANNEL),
        ([ROLE, CATEGORY], CATEGORY),
        ([ROLE], ROLE),
    ],
)
async def test_the_most_particular_rule_counts(with_rules: list[int], counts: int) -> None:
    channels = await opened(FakeClock(), *with_rules)
    assert channels.find(THREAD, CHANNEL, CATEGORY, ROLE) == rule(counts)


async def test_a_rule_that_was_taken_away_is_not_brought_back_by_an_old_panel() -> None:
    channels = await opened(FakeClock(), CHANNEL)
    await channels.replace(10, [])
    assert not await channels.change(rule(CHANNEL))
    assert channels.of_guild(10) == []


async def test_a_pause_is_told_once_and_the_next_one_again() -> None:
    clock = FakeClock()
    channels = await opened(clock)
    assert channels.begins_pause(CHANNEL, 600)
    assert not channels.begins_pause(CHANNEL, 900)
    assert channels.begins_pause(THREAD, 600)
    await clock.advance(901)
    assert channels.begins_pause(CHANNEL, 600)
