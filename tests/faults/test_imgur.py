"""An Imgur that limits, fails and hangs up."""

import time

import pytest

from bot.credits.ledger import FIRST_REST_S
from tests.e2e.conftest import Town, finished, png
from tests.wire.interactions import Interaction

UPLOADS = {"method": "POST", "path": "/3/image"}


async def begun(town: Town, number: int = 0) -> Interaction:
    return await town.discord.slash(town.alice, town.channel, "upload", {"image": png(number)})


@pytest.mark.parametrize(
    "fault", ["uploading-too-fast", "uploading-too-fast-400", "gateway-429", "over-capacity-403"]
)
async def test_a_refusal_keeps_the_file_and_closes_the_pool(town: Town, fault: str) -> None:
    await town.open()
    await town.tell_imgur("faults", fault=fault, match=UPLOADS, times=None)
    began_at_s = time.monotonic()
    first = await begun(town, 1)
    await first.until(lambda it: "Waiting for Imgur credits" in it.text)
    asked = town.imgur.world.state.truth.requests
    second = await begun(town, 2)
    await second.until(lambda it: "Waiting for Imgur credits" in it.text)
    rests = int((time.monotonic() - began_at_s) // FIRST_REST_S)  # a look after each
    assert town.imgur.world.state.truth.requests <= asked + rests
    assert town.pictures == 0


@pytest.mark.parametrize("fault", ["status:500", "status:502", "varnish-503"])
async def test_a_failing_imgur_is_not_sent_the_same_again_unasked(town: Town, fault: str) -> None:
    await town.open()
    await town.tell_imgur("faults", fault=fault, match=UPLOADS)
    upload = await begun(town)
    await upload.until(lambda it: it.response and "Try again" in it.response.labels)
    assert town.pictures == 0
    await town.discord.click(town.alice, upload.response, "Try again")
    await finished(upload)
    assert town.pictures == 1


async def test_what_failed_is_not_begun_again_where_nothing_new_would_be_taken(town: Town) -> None:
    town.environment.update(CREDITS_PER_USER_HOUR="10", MAX_WAIT_MINUTES="1")
    await town.open()
    await town.tell_imgur("faults", fault="status:500", match=UPLOADS)
    upload = await begun(town)
    await upload.until(lambda it: it.response and "Try again" in it.response.labels)
    again = await town.discord.click(town.alice, upload.response, "Try again")
    await again.until(lambda it: "come back in about" in it.text)
    assert upload.response is not None
    assert "Try again" in upload.response.labels
    assert town.pictures == 0


@pytest.mark.parametrize("fault", ["cut-before-answer", "truncated"])
async def test_a_lost_answer_is_said_and_not_repeated_unasked(town: Town, fault: str) -> None:
    await town.open()
    await town.tell_imgur("faults", fault=fault, match=UPLOADS)
    upload = await begun(town)
    await upload.until(lambda it: it.response and "Try again" in it.response.labels)
    assert town.pictures == 1
    assert 'imgur_bot_uploads_total{end="ambiguous"} 1.0' in await town.ops("/metrics")
