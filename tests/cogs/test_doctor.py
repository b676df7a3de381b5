"""``/doctor``, for the operator and for nobody else."""

import pytest

from bot.discord_bot import ImgurBot
from sandbox.imgur.faults import Armed, parse
from tests.cogs.conftest import House


@pytest.mark.simcord(check_errors=False)  # SimCord counts what the bot answers kindly too
async def test_nobody_but_the_operator_learns_anything(house: House) -> None:
    for person in (house.alice, house.mo):
        refused = await person.slash(house.channel, "doctor")
        assert refused.ephemeral
        assert refused.response is not None
        assert "Only whoever runs this bot can do that" in refused.response.content


async def test_the_operator_reads_what_works_and_what_does_not(house: House) -> None:
    house.imgur.world.armoury.armed.append(Armed(parse("edge-forbidden"), "POST", "/3/image"))
    bot = house.app.announcer.client
    assert isinstance(bot, ImgurBot)
    bot.owner_id = house.alice.id
    shown = await house.alice.slash(house.channel, "doctor")
    assert shown.ephemeral
    assert shown.response is not None
    text = house.text(shown.response.message)
    assert "Something does not work" in text
    assert "refuses the country or network" in text
    assert text.index("Imgur uploads") < text.index("Database")
    assert "All 0 stored secrets" in text
    assert not house.imgur.world.state.uploads()
