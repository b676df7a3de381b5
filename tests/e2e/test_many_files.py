"""Several files at once, from the form and from messages, and albums, through the real process."""

import pytest

from tests.e2e.conftest import Town, finished, png
from tests.faults.doorway import Place, doorway
from tests.wire.files import Attachment
from tests.wire.gates import Gate
from tests.wire.interactions import Interaction


async def opened_form(town: Town, **options: object) -> Interaction:
    opened = await town.discord.slash(town.alice, town.channel, "upload", options)
    await opened.until(lambda it: it.modal is not None)
    return opened


async def test_upload_without_a_file_opens_a_form_that_takes_ten(town: Town) -> None:
    await town.open()
    form = await opened_form(town)
    files = [png(number) for number in range(10)]
    card = await finished(await town.discord.submit_modal(form, {"files": files}))
    assert "10 of 10 uploaded" in card.text
    assert town.pictures == 10
    assert all(f"/{image.id}.png" in card.text for image in town.imgur_images)


async def test_one_file_that_fails_leaves_the_links_of_the_others(town: Town) -> None:
    await town.open()
    broken = Attachment("broken.png", b"no picture at all", "image/png")
    form = await opened_form(town)
    card = await finished(
        await town.discord.submit_modal(form, {"files": [png(1), broken, png(2)]})
    )
    assert "2 of 3 uploaded" in card.text
    assert "not one that Imgur takes" in card.text
    assert all(f"/{image.id}.png" in card.text for image in town.imgur_images)


async def test_what_was_typed_before_the_form_stays(town: Town) -> None:
    await town.open()
    form = await opened_form(town, title="Trip", private=True)
    card = await finished(await town.discord.submit_modal(form, {"files": [png(1)]}))
    assert card.ephemeral
    assert [image.title for image in town.imgur_images] == ["Trip"]


async def test_an_empty_form_says_what_is_missing(town: Town) -> None:
    await town.open()
    answer = await town.discord.submit_modal(await opened_form(town), {})
    await answer.until_answered()
    assert "image" in answer.text
    assert answer.response is not None
    assert answer.response.ephemeral


@pytest.mark.parametrize("through_the_form", [True, False])
async def test_a_named_album_is_made_once_and_holds_all(
    town: Town, *, through_the_form: bool
) -> None:
    await town.open()
    if through_the_form:
        form = await opened_form(town)
        values = {"files": [png(1), png(2), png(3)], "album": "Holidays"}
        card = await finished(await town.discord.submit_modal(form, values))
    else:
        options = {"image": png(1), "album": "Holidays"}
        card = await finished(await town.discord.slash(town.alice, town.channel, "upload", options))
    (album,) = town.imgur_albums
    assert album.title == "Holidays"
    assert sorted(album.image_ids) == sorted(image.id for image in town.imgur_images)
    assert f"/a/{album.id}" in card.text
    assert album.deletehash not in card.text + town.bot.log


async def test_an_album_made_before_can_be_chosen_again_by_its_maker_only(town: Town) -> None:
    await town.open()
    options = {"image": png(1), "album": "Holidays"}
    await finished(await town.discord.slash(town.alice, town.channel, "upload", options))
    typing = await town.discord.autocomplete(
        town.alice, town.channel, "upload", {"album": "holi"}, focused="album"
    )
    await typing.until(lambda it: it.choices)
    assert [choice["name"] for choice in typing.choices] == ["Holidays", "New album: holi"]
    chosen = {"image": png(2), "album": typing.choices[0]["value"]}
    await finished(await town.discord.slash(town.alice, town.channel, "upload", chosen))
    (album,) = town.imgur_albums
    assert len(album.image_ids) == 2
    refused = await town.discord.slash(town.bob, town.channel, "upload", chosen)
    await refused.until_answered()
    assert "none of your albums" in refused.text
    assert town.pictures == 2


async def test_kill_9_between_two_files_makes_no_second_album(town: Town) -> None:
    await town.open()
    form = await opened_form(town)
    slow = png(2)
    # Held back: what is on its way when the bot is killed may rightly be at Imgur twice.
    slow.delivery.gate = gate = Gate()
    await town.discord.submit_modal(form, {"files": [png(1), slow], "album": "Holidays"})
    await town.kept("SELECT * FROM jobs WHERE state = 'uploaded'")
    await town.bot.kill()
    gate.open()
    await town.open()
    await town.discord.until(lambda: "2 of 2 uploaded" in town.channel.messages[-1].text)
    (album,) = town.imgur_albums
    assert len(album.image_ids) == 2


async def test_kill_9_with_a_file_on_its_way_into_a_new_album_makes_no_second_one(
    town: Town,
) -> None:
    async with doorway(town.imgur.url) as door:
        town.environment["IMGUR_API_URL"] = door.url
        await town.open()
        form = await opened_form(town)
        gate = door.hold(Place.AFTER)
        await town.discord.submit_modal(form, {"files": [png(1), png(2)], "album": "Holidays"})
        await gate.reached()
        await town.bot.kill()
        gate.open()
        await town.open()
        await town.discord.until(lambda: "2 of 2 uploaded" in town.channel.messages[-1].text)
        (album,) = town.imgur_albums
        assert len(album.image_ids) == 2 + 1  # the one that nobody can know of
        await town.bot.terminate()


async def test_an_album_that_was_deleted_at_imgur_does_not_hold_a_picture_back(town: Town) -> None:
    await town.open()
    options = {"image": png(1), "album": "Holidays"}
    await finished(await town.discord.slash(town.alice, town.channel, "upload", options))
    (album,) = town.imgur_albums
    album.deleted = True
    typing = await town.discord.autocomplete(
        town.alice, town.channel, "upload", {"album": "H"}, focused="album"
    )
    await typing.until(lambda it: it.choices)
    chosen = {"image": png(2), "album": typing.choices[0]["value"]}
    card = await finished(await town.discord.slash(town.alice, town.channel, "upload", chosen))
    assert town.pictures == 2
    assert "The album could not be made" in card.text


async def test_the_alternative_text_becomes_the_description(town: Town) -> None:
    await town.open()
    picture = png(1)
    picture.description = "A cat asleep"
    message = await town.discord.post_message(town.alice, town.channel, "look", [picture])
    card = await finished(
        await town.discord.context_menu(town.alice, town.channel, "Upload to Imgur", message)
    )
    assert [image.description for image in town.imgur_images] == ["A cat asleep"]
    assert "A cat asleep" in card.text


async def test_names_follow_the_operators_template(town: Town) -> None:
    town.environment["TITLE_TEMPLATE"] = "{author} {number}/{count}: {text}"
    await town.open()
    words = "look at {alt}\nsecret"
    message = await town.discord.post_message(town.alice, town.channel, words, [png(1), png(2)])
    await finished(
        await town.discord.context_menu(town.alice, town.channel, "Upload to Imgur", message)
    )
    titles = sorted(str(image.title) for image in town.imgur_images)
    assert titles == ["alice 1/2: look at {alt}", "alice 2/2: look at {alt}"]


async def test_a_pasted_address_inside_is_refused_and_the_file_beside_it_is_uploaded(
    town: Town,
) -> None:
    await town.open()
    words = "and http://127.0.0.1:1/secret.png."
    message = await town.discord.post_message(town.alice, town.channel, words, [png(1)])
    card = await finished(
        await town.discord.context_menu(town.alice, town.channel, "Upload to Imgur", message)
    )
    assert "1 of 2 uploaded" in card.text
    assert town.pictures == 1
