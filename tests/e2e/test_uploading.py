"""Uploads through the real process."""

import pytest

from tests.e2e.conftest import Town, finished, png


async def test_a_slash_command_ends_in_a_card(town: Town) -> None:
    await town.open()
    upload = await town.discord.slash(
        town.alice, town.channel, "upload", {"image": png(), "title": "A <@1> title"}
    )
    card = await finished(upload)
    assert any(link.endswith(".png") for link in card.links)
    assert {"Link forms", "Delete", "Open on Imgur"} <= set(card.labels)
    assert town.pictures == 1


async def test_a_private_answer_is_for_the_user_alone(town: Town) -> None:
    await town.open()
    upload = await town.discord.slash(
        town.alice, town.channel, "upload", {"image": png(), "private": True}
    )
    assert (await finished(upload)).ephemeral


async def test_without_file_or_link_a_picker_for_files_opens(town: Town) -> None:
    await town.open()
    upload = await town.discord.slash(town.alice, town.channel, "upload", {})
    await upload.until_modal()
    assert town.pictures == 0


async def test_the_uploader_deletes_after_a_question(town: Town) -> None:
    await town.open()
    upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": png()})
    card = await finished(upload)
    refused = await town.discord.click(town.bob, card, "Delete")
    await refused.until_answered()
    assert "Only the person who uploaded it" in refused.text
    asked = await town.discord.click(town.alice, card, "Delete")
    await asked.until(lambda _: "Yes, delete it" in card.labels)
    await town.discord.click(town.alice, card, "Yes, delete it")
    await card.until(lambda it: "Deleted from Imgur" in it.text)
    assert town.pictures == 0


async def test_a_moderator_may_delete_too(town: Town) -> None:
    await town.open()
    upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": png()})
    card = await finished(upload)
    await town.discord.click(town.moderator, card, "Delete")
    await card.until(lambda it: "Yes, delete it" in it.labels)
    await town.discord.click(town.moderator, card, "Yes, delete it")
    await card.until(lambda it: "Deleted from Imgur" in it.text)


async def test_all_files_of_a_message_go_and_one_failure_loses_no_link(town: Town) -> None:
    await town.open()
    broken = png(2)
    broken.content = b"\x89PNG\r\n\x1a\nnot a picture at all"
    message = await town.discord.post_message(
        town.alice, town.channel, "look", [png(1), broken, png(3)]
    )
    upload = await town.discord.context_menu(town.alice, town.channel, "Upload to Imgur", message)
    await upload.until(lambda it: "2 of 3 uploaded" in it.text)
    assert town.pictures == 2
    assert "damaged" in upload.text


async def test_a_forwarded_messages_files_go_too(town: Town) -> None:
    await town.open()
    original = await town.discord.post_message(town.bob, town.channel, "", [png(1)])
    forwarded = await town.discord.post_message(town.alice, town.channel, forwarded=original)
    upload = await town.discord.context_menu(town.alice, town.channel, "Upload to Imgur", forwarded)
    await finished(upload)
    assert town.pictures == 1


async def test_somebody_elses_picture_waits_for_its_author(town: Town) -> None:
    await town.open()
    message = await town.discord.post_message(town.bob, town.channel, "", [png()])
    asked = await town.discord.context_menu(town.alice, town.channel, "Upload to Imgur", message)
    question = await asked.until_answered()
    assert town.bob.mention in question.text
    wrong = await town.discord.click(town.alice, question, "Just this once")
    await wrong.until_answered()
    assert "Only the author" in wrong.text
    assert town.pictures == 0
    await town.discord.click(town.bob, question, "Just this once")
    await question.until(lambda it: "Delete" in it.labels)
    assert town.pictures == 1


async def test_a_repeated_interaction_uploads_once(town: Town) -> None:
    await town.open()
    upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": png()})
    for _ in range(5):
        await town.discord.repeat(upload)
    await finished(upload)
    assert town.pictures == 1


async def test_the_same_picture_gets_the_same_link_and_costs_nothing(town: Town) -> None:
    await town.open()
    first = await finished(
        await town.discord.slash(town.alice, town.channel, "upload", {"image": png(1)})
    )
    asked = town.imgur.world.state.truth.requests
    again = await town.discord.slash(town.bob, town.channel, "upload", {"image": png(1)})
    await again.until(lambda it: "uploaded before" in it.text)
    assert again.links == first.links
    assert again.response is not None
    assert "Delete" not in again.response.labels
    assert town.imgur.world.state.truth.requests == asked
    elsewhere = town.discord.create_guild("Elsewhere")
    town.discord.world.add_member(elsewhere, town.bob)
    channel = town.discord.create_channel(elsewhere)
    other = await finished(await town.discord.slash(town.bob, channel, "upload", {"image": png(1)}))
    assert other.links != first.links
    assert town.pictures == 2


async def test_a_deleted_picture_is_uploaded_anew(town: Town) -> None:
    await town.open()
    card = await finished(
        await town.discord.slash(town.alice, town.channel, "upload", {"image": png(1)})
    )
    await town.discord.click(town.alice, card, "Delete")
    await card.until(lambda it: "Yes, delete it" in it.labels)
    await town.discord.click(town.alice, card, "Yes, delete it")
    await card.until(lambda it: "Deleted from Imgur" in it.text)
    await finished(await town.discord.slash(town.bob, town.channel, "upload", {"image": png(1)}))
    assert town.pictures == 1


async def test_who_was_given_the_same_link_sees_that_it_was_deleted(town: Town) -> None:
    await town.open()
    values = {"image": png(1)}
    card = await finished(await town.discord.slash(town.alice, town.channel, "upload", values))
    again = await town.discord.slash(town.bob, town.channel, "upload", values)
    await again.until(lambda it: "uploaded before" in it.text)
    await town.discord.click(town.alice, card, "Delete")
    await card.until(lambda it: "Yes, delete it" in it.labels)
    await town.discord.click(town.alice, card, "Yes, delete it")
    await again.until(lambda it: "Deleted from Imgur" in it.text and not it.links)


async def test_twins_in_one_message_are_uploaded_once(town: Town) -> None:
    await town.open()
    message = await town.discord.post_message(
        town.alice, town.channel, "look", [png(1), png(2), png(1)]
    )
    upload = await town.discord.context_menu(town.alice, town.channel, "Upload to Imgur", message)
    await upload.until(lambda it: "3 of 3 uploaded" in it.text)
    assert town.pictures == 2
    assert len(upload.links) == 2
    assert "there already" in upload.text


async def test_when_the_first_of_twins_fails_the_second_goes(town: Town) -> None:
    await town.open()
    await town.tell_imgur("faults", fault="file-type-invalid", match={"method": "POST"})
    message = await town.discord.post_message(town.alice, town.channel, "look", [png(1), png(1)])
    upload = await town.discord.context_menu(town.alice, town.channel, "Upload to Imgur", message)
    await upload.until(lambda it: "1 of 2 uploaded" in it.text)
    assert town.pictures == 1


async def test_after_kill_9_amid_ten_uploads_there_are_ten_links(town: Town) -> None:
    await town.open()
    await town.tell_imgur("faults", fault="slow", times=None, delay_s=0.4)
    uploads = [
        await town.discord.slash(town.alice, town.channel, "upload", {"image": png(number)})
        for number in range(10)
    ]
    for upload in uploads:
        await upload.until_acknowledged()
    await town.discord.until(lambda: town.pictures >= 2)
    await town.bot.kill()
    await town.open()
    cards = {(await finished(upload)).id for upload in uploads}
    assert len(cards) == 10
    assert all(not upload.followups for upload in uploads)
    assert 10 <= town.pictures <= 10 + 1


async def test_of_two_racing_for_the_last_ten_credits_one_waits_and_is_told(town: Town) -> None:
    await town.open()
    await town.tell_imgur("profile", profile="new")  # the other one tells no true reset
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png(1)}))
    await town.tell_imgur("credits", pool="user", remaining=10, reset_in_s=265)
    race = [
        await town.discord.slash(user, town.channel, "upload", {"image": png(number)})
        for number, user in ((2, town.alice), (3, town.bob))
    ]
    await town.discord.until(lambda: any(it.links for it in race))
    winner, loser = sorted(race, key=lambda it: not it.links)
    await loser.until(lambda it: "about 4 minutes" in it.text)
    assert "place 1" in loser.text
    assert town.pictures == 2
    assert not winner.followups


@pytest.mark.parametrize("delay_s", [0.0, 0.5])
async def test_a_private_upload_is_nobody_elses_twin(town: Town, delay_s: float) -> None:
    await town.open()
    await town.tell_imgur("faults", fault="slow", delay_s=delay_s)
    mine = {"image": png(), "private": True}
    private = await town.discord.slash(town.alice, town.channel, "upload", mine)
    await (private.until_acknowledged() if delay_s else finished(private))
    card = await finished(
        await town.discord.slash(town.bob, town.channel, "upload", {"image": png()})
    )
    await finished(private)
    assert town.pictures == 2
    assert "was uploaded before" not in card.text


async def test_a_file_and_a_link_together_are_both_uploaded(town: Town) -> None:
    await town.open()
    message = await town.discord.post_message(town.alice, town.channel, "look", [png(1)])
    values = {"image": png(2), "url": message.attachments[0].url}
    upload = await town.discord.slash(town.alice, town.channel, "upload", values)
    await upload.until(lambda it: "2 files" in it.text or "of 2 uploaded" in it.text)
