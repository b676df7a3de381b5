import pytest

from tests.wire.driver import DiscordWire
from tests.wire.entities import Channel, MessageFlag
from tests.wire.interactions import Interaction, InteractionKind, begin
from tests.wire_selftest.conftest import Api

EPHEMERAL = MessageFlag.EPHEMERAL


@pytest.fixture
def channel(discord: DiscordWire) -> Channel:
    return discord.create_channel(discord.create_guild())


@pytest.fixture
def interaction(discord: DiscordWire, channel: Channel) -> Interaction:
    """A command that waits for its answer."""
    user = discord.create_user("ann", channel.guild) if channel.guild else discord.world.owner
    return begin(discord.world, InteractionKind.COMMAND, user, channel, {"name": "x"})


def callback(interaction: Interaction) -> str:
    return f"/interactions/{interaction.id}/{interaction.token}/callback"


def webhook(discord: DiscordWire, interaction: Interaction, tail: str = "") -> str:
    return f"/webhooks/{discord.world.bot.id}/{interaction.token}{tail}"


async def test_a_second_answer_is_refused(api: Api, interaction: Interaction) -> None:
    answer = {"type": 4, "data": {"content": "one"}}
    assert await api("POST", callback(interaction), answer) == (204, None)

    status, refusal = await api("POST", callback(interaction), answer)

    assert (status, refusal["code"]) == (400, 40060)
    assert interaction.text == "one"


async def test_an_answer_after_three_seconds_is_refused(api: Api, interaction: Interaction) -> None:
    interaction.created_monotonic_s -= 3

    status, refusal = await api("POST", callback(interaction), {"type": 5})

    assert (status, refusal["code"]) == (404, 10062)
    assert interaction.failed


@pytest.mark.parametrize("kind", [1, 6, 7, 8, 99, None])
async def test_a_command_cannot_be_answered_with(
    api: Api, interaction: Interaction, kind: int | None
) -> None:
    status, refusal = await api("POST", callback(interaction), {"type": kind, "data": {}})

    assert (status, refusal["code"]) == (400, 50035)
    assert not interaction.acknowledged


async def test_a_deferral_ends_with_its_first_edit_and_shows_no_edit_mark(
    discord: DiscordWire, api: Api, interaction: Interaction
) -> None:
    status, shown = await api("POST", callback(interaction) + "?with_response=1", {"type": 5})
    assert status == 200
    assert shown["interaction"]["response_message_loading"] is True
    assert interaction.response is not None
    assert interaction.response.loading

    original = webhook(discord, interaction, "/messages/@original")
    status, message = await api("PATCH", original, {"content": "done"})

    assert (status, message["content"], message["edited_timestamp"]) == (200, "done", None)
    assert message["flags"] == 0
    assert (await api("GET", original))[1]["id"] == message["id"]


async def test_the_first_follow_up_after_a_deferral_takes_its_place(
    discord: DiscordWire, api: Api, interaction: Interaction
) -> None:
    await api("POST", callback(interaction), {"type": 5, "data": {"flags": EPHEMERAL}})

    await api("POST", webhook(discord, interaction), {"content": "first"})
    await api("POST", webhook(discord, interaction), {"content": "second"})

    assert interaction.response is not None
    assert (interaction.response.text, interaction.response.ephemeral) == ("first", True)
    assert [message.text for message in interaction.followups] == ["second"]


async def test_nothing_can_follow_before_the_answer(
    discord: DiscordWire, api: Api, interaction: Interaction
) -> None:
    status, refusal = await api("POST", webhook(discord, interaction), {"content": "early"})

    assert (status, refusal["code"]) == (404, 10015)


@pytest.mark.parametrize("all_at_once", [True, False])
async def test_the_token_dies_after_fifteen_minutes(
    discord: DiscordWire, api: Api, interaction: Interaction, *, all_at_once: bool
) -> None:
    await api("POST", callback(interaction), {"type": 4, "data": {"content": "one"}})
    original = webhook(discord, interaction, "/messages/@original")
    discord.clock.advance(14 * 60)
    assert (await api("PATCH", original, {"content": "two"}))[0] == 200

    if all_at_once:
        discord.clock.advance(61)
    else:
        interaction.expire_token()

    status, refusal = await api("PATCH", original, {"content": "three"})
    assert (status, refusal["code"]) == (401, 50027)
    assert interaction.text == "two"


async def test_private_answers_cannot_be_reached_through_the_channel(
    discord: DiscordWire, api: Api, interaction: Interaction, channel: Channel
) -> None:
    data = {"content": "psst", "flags": EPHEMERAL}
    await api("POST", callback(interaction), {"type": 4, "data": data})
    assert interaction.response is not None
    message_id = interaction.response.id

    status, refusal = await api("GET", f"/channels/{channel.id}/messages/{message_id}")

    assert (status, refusal["code"]) == (404, 10008)
    assert await api("GET", f"/channels/{channel.id}/messages") == (200, [])
    by_token = webhook(discord, interaction, f"/messages/{message_id}")
    assert (await api("GET", by_token))[1]["content"] == "psst"
    assert await api("DELETE", by_token) == (204, None)
    assert interaction.response.deleted
