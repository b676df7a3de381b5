"""Lost answers of uploads into an account: it is asked, so nothing is doubled or left in doubt."""

import asyncio

import pytest

from tests.e2e.conftest import Town, finished, png
from tests.e2e.linking_town import LinkingTown
from tests.faults.doorway import Doorway, Place
from tests.faults.test_imgur import UPLOADS, begun

LOOKS = {"method": "GET", "path": "/3/account/me/images/*"}


@pytest.fixture
async def linked(linking: LinkingTown) -> Town:
    """A town in which alice's uploads go into her account."""
    await linking.town.open()
    asked = await linking.link(linking.town.alice)
    await asked.until(lambda it: "Linked as marmalade" in it.text)
    return linking.town


@pytest.mark.parametrize("fault", ["cut-before-answer", "truncated"])
async def test_a_picture_whose_answer_was_lost_is_found_in_its_account(
    linked: Town, fault: str
) -> None:
    await linked.tell_imgur("faults", fault=fault, match=UPLOADS)
    card = await finished(await begun(linked))
    (image,) = linked.imgur_images
    assert any(image.id in link for link in card.links)


async def test_one_that_did_not_arrive_is_sent_again(linked: Town) -> None:
    await linked.tell_imgur("faults", fault="status:500", match=UPLOADS)
    await finished(await begun(linked))
    assert linked.pictures == 1


async def test_where_the_account_cannot_be_looked_at_it_stays_in_doubt_until_asked(
    linked: Town,
) -> None:
    await linked.tell_imgur("faults", fault="cut-before-answer", match=UPLOADS)
    await linked.tell_imgur("faults", fault="varnish-503", match=LOOKS, times=None)
    upload = await begun(linked)
    await upload.until(lambda it: "Perhaps not uploaded" in it.text)
    assert "your Imgur account is looked through for it first" in upload.text
    assert "Nothing was uploaded" not in upload.text
    linked.imgur.world.armoury.armed.clear()
    await linked.discord.click(linked.alice, upload.response, "Try again")
    await finished(upload)
    assert linked.pictures == 1


async def test_no_picture_of_the_same_bytes_is_taken_for_it(linked: Town) -> None:
    await finished(await begun(linked))
    elsewhere = linked.discord.create_guild("Elsewhere")
    linked.discord.world.add_member(elsewhere, linked.alice)
    channel = linked.discord.create_channel(elsewhere)
    await linked.tell_imgur("faults", fault="status:500", match=UPLOADS)
    upload = await linked.discord.slash(linked.alice, channel, "upload", {"image": png()})
    await finished(upload)
    assert linked.pictures == 2


async def test_kills_with_uploads_on_their_way_into_an_account_double_nothing(
    door: Doorway, linked: Town
) -> None:
    uploads = []
    for number in range(3):
        gate = door.hold(Place.AFTER)
        uploads.append(await begun(linked, number))
        await gate.reached()
        await linked.bot.kill()
        gate.open()
        await linked.open()
        await asyncio.gather(*(finished(upload) for upload in uploads))
    assert linked.pictures == len(uploads)
