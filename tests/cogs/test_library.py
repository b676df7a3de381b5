"""``/library`` as people use it."""

from datetime import timedelta

import discord
import pytest
import simcord

from bot.library.shelf import Shelf
from tests.cogs.conftest import House
from tests.cogs.reading import filled, labels, shown, words
from tests.wire.content import png

pytestmark = pytest.mark.simcord(check_errors=False)  # SimCord counts kind refusals too


async def upload(house: House, who: simcord.MemberActor, number: int, **options: object) -> None:
    before = len(house.imgur.world.state.uploads())
    await who.slash(house.channel, "upload", image=(f"file-{number}.png", png(number)), **options)
    await house.until(lambda: len(house.imgur.world.state.uploads()) > before)
    await house.app.pipeline.settled()


async def open_mine(house: House, **options: object) -> discord.Message:
    result = await house.alice.slash(house.channel, "library mine", **options)
    assert result.ephemeral
    return shown(result)


async def test_pages_lead_through_everything_newest_first(house: House) -> None:
    for number in range(7):
        await upload(house, house.alice, number, title=f"picture {number}")
    first = await open_mine(house)
    assert "1 to 5 of 7" in words(first)
    assert words(first).index("picture 6") < words(first).index("picture 2")
    assert "picture 1" not in words(first)
    assert len(thumbnails(first)) == 5
    second = shown(await house.alice.click(first, label="Next"))
    assert "6 to 7 of 7" in words(second)
    assert "picture 0" in words(second)
    form = await house.alice.click(second, label="Jump to…")
    jumped = shown(await house.alice.submit_modal(form, filled(form, "3")))
    assert "1 to 5 of 7" in words(jumped)


def thumbnails(message: discord.Message) -> list[str]:
    return [
        part.accessory.media.url
        for component in message.components
        for part in getattr(component, "children", [])
        if isinstance(part, discord.SectionComponent)
        and isinstance(part.accessory, discord.ThumbnailComponent)
    ]


@pytest.mark.parametrize("text", ["Sunset", "over the", "file-1.p", "100%_done", "link"])
async def test_a_search_finds_title_description_file_name_and_link(house: House, text: str) -> None:
    await upload(house, house.alice, 1, title="SUNSET 100%_done", description="Over the sea")
    await upload(house, house.alice, 2, title="dog 1000 done")
    (entry,) = await house.app.services.library.entries(
        Shelf(house.alice.id, text="sunset"), offset=0, limit=5
    )
    wanted = entry.uploaded.link if text == "link" else text
    found = words(await open_mine(house, search=wanted))
    assert "1 to 1 of 1" in found
    assert "dog" not in found


async def test_searching_anew_is_a_form_on_the_list(house: House) -> None:
    await upload(house, house.alice, 1, title="cat")
    await upload(house, house.alice, 2, title="dog")
    form = await house.alice.click(await open_mine(house), label="Search…")
    found = shown(await house.alice.submit_modal(form, filled(form, "cat")))
    assert "1 to 1 of 1" in words(found)
    form = await house.alice.click(found, label="Search…")
    nothing = shown(await house.alice.submit_modal(form, filled(form, "bird")))
    assert "Nothing was found" in words(nothing)


async def test_one_upload_shows_every_form_of_its_link(house: House) -> None:
    await upload(house, house.alice, 1, title="A [cat]")
    entry = shown(await house.alice.click(await open_mine(house), label="1"))
    assert "Open on Imgur" in labels(entry)
    forms = await house.alice.click(entry, label="Link forms")
    assert forms.ephemeral
    text = shown(forms).content
    (image,) = house.imgur.world.state.uploads()
    for form in (f"{house.imgur.url}/{image.id}.png", "![A \\[cat\\]](", "[img]", "<a href="):
        assert form in text
    assert image.deletehash not in text


async def test_deleting_asks_first_and_leads_back_to_the_list(house: House) -> None:
    await upload(house, house.alice, 1)
    entry = shown(await house.alice.click(await open_mine(house), label="1"))
    question = shown(await house.alice.click(entry, label="Delete"))
    assert house.imgur.world.state.uploads()
    assert "for good" in words(question)
    listed = shown(await house.alice.click(question, label="Yes, delete it"))
    assert not house.imgur.world.state.uploads()
    assert "nothing here yet" in words(listed)


async def test_what_is_deleted_from_the_library_or_ends_is_so_on_its_public_cards(
    house: House,
) -> None:
    def cards() -> list[str]:
        return [house.text(message) for message in house.channel.history(viewer=house.mo)]

    def deleted() -> list[bool]:
        return ["Deleted from Imgur" in card for card in cards()]

    await upload(house, house.alice, 1)
    await house.bob.slash(house.channel, "upload", image=("same.png", png(1)))
    await house.until(lambda: "uploaded before" in cards()[-1])
    await upload(house, house.alice, 2)
    entry = shown(await house.alice.click(await open_mine(house), label="2"))
    question = shown(await house.alice.click(entry, label="Delete"))
    await house.alice.click(question, label="Yes, delete it")
    await house.until(lambda: deleted() == [True, True, False])
    assert "Link forms" not in labels(house.channel.history(viewer=house.mo)[0])
    services = house.app.services
    assert await services.library.count(Shelf(house.bob.id)) == 0
    (entry,) = await services.library.entries(Shelf(house.alice.id), offset=0, limit=5)
    now = services.clock.now()
    await services.library.keep_until(entry.job.id, now)
    await services.expiry.end_overdue(now)
    await house.until(lambda: deleted() == [True, True, True])
    assert await services.library.count(Shelf(house.alice.id)) == 0


async def test_the_servers_library_is_for_moderators_and_leaves_out_private_uploads(
    house: House,
) -> None:
    await upload(house, house.alice, 1, title="public one")
    await upload(house, house.alice, 2, title="secret one", private=True)
    refused = await house.bob.slash(house.channel, "library server")
    assert "manage messages" in words(shown(refused))
    listed = shown(await house.mo.slash(house.channel, "library server"))
    assert "public one" in words(listed)
    assert "secret one" not in words(listed)
    assert f"<@{house.alice.id}>" in words(listed)
    entry = shown(await house.mo.click(listed, label="1"))
    question = shown(await house.mo.click(entry, label="Delete"))
    await house.mo.click(question, label="Yes, delete it")
    assert [image.title for image in house.imgur.world.state.uploads()] == ["secret one"]


async def test_a_picture_that_was_there_already_offers_nothing_that_cannot_work(
    house: House,
) -> None:
    await upload(house, house.alice, 1)
    await house.bob.slash(
        house.channel, "upload", image=("same.png", png(1)), keep="1 day", private=True
    )
    await house.app.pipeline.settled()
    library = house.app.services.library
    (entry,) = await library.entries(Shelf(house.bob.id), offset=0, limit=5)
    assert entry.job.same_as is not None
    assert entry.job.keep_until is None
    listed = shown(await house.bob.slash(house.channel, "library mine"))
    assert "deleted <t:" not in words(listed)
    opened = shown(await house.bob.click(listed, label="1"))
    assert "It stays as long as that upload does" in words(opened)
    assert {"Keep for…", "Delete"}.isdisjoint(labels(opened))
    assert "Link forms" in labels(opened)
    mine = shown(await house.alice.click(await open_mine(house), label="1"))
    assert {"Keep for…", "Delete"} <= set(labels(mine))


async def test_how_long_a_picture_stays_is_chosen_at_its_upload_or_later(house: House) -> None:
    await upload(house, house.alice, 1, keep="1 week")
    library = house.app.services.library
    (entry,) = await library.entries(Shelf(house.alice.id), offset=0, limit=5)
    assert entry.job.keep_until is not None
    life = entry.job.keep_until - entry.uploaded.uploaded_at
    assert abs(life - timedelta(weeks=1)) < timedelta(minutes=1)
    opened = shown(await house.alice.click(await open_mine(house), label="1"))
    assert "deleted <t:" in words(opened)
    question = shown(await house.alice.click(opened, label="Keep for…"))
    kept = shown(await house.alice.click(question, label="Forever"))
    assert "deleted <t:" not in words(kept)
    (entry,) = await library.entries(Shelf(house.alice.id), offset=0, limit=5)
    assert entry.job.keep_until is None
