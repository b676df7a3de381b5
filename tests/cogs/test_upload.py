"""``/upload``, the message menu and the cards' buttons, as people use them."""

import re

import discord
import pytest

from tests.cogs.conftest import House, texts_of
from tests.wire.content import png

PICTURE = ("cat.png", png())


def labels(message: discord.Message) -> list[str | None]:
    return [
        button.label
        for component in message.components
        for row in getattr(component, "children", [])
        for button in getattr(row, "children", [])
    ]


async def uploaded(house: House, **options: object) -> discord.Message:
    """The card of a finished upload by Alice."""
    result = await house.alice.slash(house.channel, "upload", image=PICTURE, **options)
    assert result.acknowledged

    def card() -> discord.Message | None:
        shown = result.response
        return shown.message if shown and "Delete" in labels(shown.message) else None

    found: discord.Message = await house.until(card)
    return found


async def test_the_card_shows_the_picture_its_link_and_what_can_be_done(house: House) -> None:
    card = await uploaded(house, title="My cat", description="asleep")
    (image,) = house.imgur.world.state.uploads()
    text = "\n".join(texts_of(card))
    assert "My cat" in text
    assert "asleep" in text
    assert f"{house.imgur.url}/{image.id}.png" in text
    assert labels(card) == ["Open on Imgur", "Link forms", "Delete"]
    assert image.title == "My cat"


async def test_link_forms_are_shown_to_the_person_alone(house: House) -> None:
    card = await uploaded(house)
    result = await house.bob.click(card, label="Link forms")
    assert result.ephemeral
    assert result.response is not None
    for form in ("![](", "[img]", "<a href="):
        assert form in result.response.content


@pytest.mark.parametrize("press", ["Keep", "Yes, delete it"])
async def test_deleting_asks_first(house: House, press: str) -> None:
    card = await uploaded(house)
    await house.alice.click(card, label="Delete")
    await house.alice.click(house.channel.last_message, label=press)
    kept = len(house.imgur.world.state.uploads())
    assert kept == (1 if press == "Keep" else 0)
    assert ("Deleted from Imgur" in house.text()) is (press != "Keep")


async def test_strangers_may_not_delete_and_moderators_may(house: House) -> None:
    card = await uploaded(house)
    refused = await house.bob.click(card, label="Delete")
    assert refused.ephemeral
    assert refused.response is not None
    assert "Only the person who uploaded it" in refused.response.content
    await house.mo.click(card, label="Delete")
    await house.mo.click(house.channel.last_message, label="Yes, delete it")
    assert not house.imgur.world.state.uploads()


async def test_a_title_by_a_stranger_pings_nobody(house: House) -> None:
    card = await uploaded(house, title="<@1> @everyone [x](https://evil.example)")
    text = "\n".join(texts_of(card))
    assert "@everyone" not in text
    assert not re.search(r"(?<!\\)\]\(https://evil", text)
    assert not card.mentions
    assert not card.mention_everyone


async def test_the_menu_takes_all_files_of_ones_own_message(house: House) -> None:
    message = await house.alice.send(
        house.channel, "two", attachments=[PICTURE, ("dog.png", png(2)), ("notes.txt", b"words")]
    )
    await house.alice.context_menu(house.channel, "Upload to Imgur", message)
    await house.until(lambda: "2 of 2 uploaded" in house.text())


@pytest.mark.parametrize(("number", "is_told"), [(10, False), (12, True)])
async def test_the_menu_says_that_it_takes_the_first_ten(
    house: House, number: int, *, is_told: bool
) -> None:
    links = [f"https://pictures.example/{one}.png" for one in range(number)]
    message = await house.alice.send(house.channel, " ".join(links))
    result = await house.alice.context_menu(house.channel, "Upload to Imgur", message)
    assert result.response is not None
    notes = [one.content for one in result.followups if "takes 10" in one.content]
    assert len(notes) == is_told
    for note in notes:
        assert "12 pictures and videos" in note
    await house.app.pipeline.settled()
    jobs = await house.app.services.jobs.jobs_of(1)
    assert [job.source.filename for job in jobs] == [f"{one}.png" for one in range(10)]


@pytest.mark.simcord(check_errors=False)  # SimCord counts what the bot answers kindly too
async def test_the_menu_says_when_there_is_nothing_to_upload(house: House) -> None:
    message = await house.alice.send(house.channel, "only words")
    result = await house.alice.context_menu(house.channel, "Upload to Imgur", message)
    assert result.response is not None
    assert "holds no picture" in result.response.content


async def test_a_moderator_takes_anybodys_picture(house: House) -> None:
    message = await house.bob.send(house.channel, "", attachments=[PICTURE])
    await house.mo.context_menu(house.channel, "Upload to Imgur", message)
    await house.until(house.imgur.world.state.uploads)


async def test_a_failure_says_what_to_do_and_names_its_reference(house: House) -> None:
    result = await house.alice.slash(house.channel, "upload", image=("x.png", b"no picture"))
    await house.until(
        lambda: result.response and "Nothing uploaded" in house.text(result.response.message)
    )
    assert result.response is not None
    text = house.text(result.response.message)
    assert "not one that Imgur takes" in text
    assert "ref " in text
