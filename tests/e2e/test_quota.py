"""``/quota`` and ``/queue`` as the real process sends them."""

import io
from datetime import UTC, datetime

from PIL import Image as Picture

from tests.e2e.conftest import Town, finished, png
from tests.wire.entities import Message, User


async def shown(
    town: Town, user: User, options: dict[str, object] | None = None, *, command: str = "quota"
) -> Message:
    answer = await town.discord.slash(user, town.channel, command, options or {})
    return await answer.until_answered()


def hour() -> int:
    """The number of this hour."""
    return int(datetime.now(UTC).timestamp() // 3600)


async def test_quota_tells_what_is_left(town: Town) -> None:
    await town.open()
    began = hour()
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png()}))
    quota = await shown(town, town.alice)
    assert quota.ephemeral
    assert "240 of 250 credits an hour" in quota.text
    assert "4,990 of 5,000 credits a day" in quota.text
    assert "490 of 500 credits an hour" in quota.text
    assert "49 of 50 uploads an hour" in quota.text
    turned = hour() != began
    this_hour, an_hour_ago = (f"10 credits{rest}" for rest in (", all of them in", "; 0 in"))
    assert this_hour in quota.text or (turned and an_hour_ago in quota.text)


async def test_quota_sends_a_picture_with_its_facts_as_alternative_text(town: Town) -> None:
    await town.open()
    began = hour()
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png()}))
    (file,) = (await shown(town, town.alice)).attachments
    picture = Picture.open(io.BytesIO(b"".join(file.content.chunks())))
    assert picture.format == "PNG"
    assert picture.size[0] == 1100
    assert file.source.description is not None
    for fact in ("240 of 250 credits an hour", "4,990 of 5,000", "490 of 500"):
        assert fact in file.source.description
    turned = hour() != began
    hours = file.source.description
    assert " 0 0 10." in hours or (turned and " 0 10 0." in hours)


async def test_pictures_cost_the_process_little_memory(town: Town) -> None:
    await town.open()
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png()}))
    before = town.bot.rss_bytes()
    asked = [await town.discord.slash(town.alice, town.channel, "quota", {}) for _ in range(10)]
    for quota in asked:
        assert (await quota.until_answered()).attachments
    assert town.bot.rss_bytes() - before < 25 * 1024 * 1024


async def test_the_days_use_survives_a_restart(town: Town) -> None:
    await town.open()
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png()}))
    await town.bot.terminate()
    await town.open()
    assert "Used in the last 24 hours: 10 credits" in (await shown(town, town.alice)).text
    assert "Nothing used in the last 24 hours" in (await shown(town, town.bob)).text


async def test_quota_of_all_is_for_the_owner_of_the_application(town: Town) -> None:
    await town.open()
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png()}))
    refused = await shown(town, town.moderator, {"all": True})
    assert "Only the bot's operator" in refused.text
    assert not refused.attachments

    told = await shown(town, town.discord.world.owner, {"all": True})
    assert "**Server 1**: Town" in told.text
    assert "1 uploaded" in told.text
    assert len(told.attachments) == 1


async def queue_of_alice(town: Town, count: int) -> Message:
    """Her queue while that many uploads of hers wait for an hour's end."""
    await town.open()
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png(9)}))
    await town.tell_imgur("credits", pool="user", remaining=0, reset_in_s=600)
    uploads = [
        await town.discord.slash(town.alice, town.channel, "upload", {"image": png(number)})
        for number in range(count)
    ]
    for upload in uploads:
        await upload.until(lambda it: "Waiting for Imgur credits" in it.text)
    return await shown(town, town.alice, command="queue")


async def test_the_queue_shows_places_and_times_and_cancels(town: Town) -> None:
    queue = await queue_of_alice(town, 2)
    assert queue.ephemeral
    assert "Your queue: 2 uploads" in queue.text
    assert "Place 1; goes out <t:" in queue.text
    await town.discord.click(town.alice, queue, "Cancel 1")
    await queue.until(lambda it: "Your queue: 1 upload" in it.text)
    await town.discord.click(town.alice, queue, "Cancel 1")
    await queue.until(lambda it: "Nothing of yours is waiting" in it.text)
    assert town.pictures == 1


async def test_the_queue_works_on_after_a_restart(town: Town) -> None:
    queue = await queue_of_alice(town, 2)
    await town.bot.terminate()
    await town.open()
    await town.discord.click(town.alice, queue, "Cancel all 2")
    await queue.until(lambda it: "Cancelled: 2." in it.text)
    assert "Nothing of yours" in (await shown(town, town.alice, command="queue")).text


async def test_nobody_cancels_anothers_upload(town: Town) -> None:
    queue = await queue_of_alice(town, 2)
    queue.visible_to = None  # Bob has a client that lets him press what he cannot see
    forged = await town.discord.click(town.bob, queue, "Cancel 1")
    await forged.until(lambda it: "Only the person who asked for it" in it.text)
    cleared = await town.discord.click(town.bob, queue, "Cancel all 2")
    await cleared.until(lambda _: "Cancelled: 0." in queue.text)
    assert "2 uploads" in (await shown(town, town.alice, command="queue")).text
