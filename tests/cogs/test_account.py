"""``/account`` and the ``account`` option of ``/upload``, as people use them."""

from typing import Any

import pytest

from tests.cogs.conftest import House
from tests.cogs.linked import link
from tests.cogs.test_upload import PICTURE, labels, uploaded


def shown(result: Any) -> Any:
    """The message that answered."""
    assert result.response is not None
    return result.response.message


async def owners(house: House, **options: object) -> list[int | None]:
    """Whose the pictures are after Alice has uploaded one."""
    await uploaded(house, **options)
    return [image.account_id for image in house.imgur.world.state.uploads()]


async def test_a_second_account_comes_beside_the_first(house: House) -> None:
    await link(house, house.alice)
    asked = await house.alice.slash(house.channel, "account link")
    assert "You are linked as marmalade" in house.text(shown(asked))
    assert labels(shown(asked)) == ["Add another account", "Replace marmalade"]
    await house.alice.click(shown(asked), label="Add another account")
    await house.until(lambda: "Paste the address" in labels(shown(asked)))
    await link(house, house.alice, "pixelpenguin")
    status = await house.alice.slash(house.channel, "account status")
    text = house.text(shown(status))
    assert text.index("marmalade") < text.index("pixelpenguin")
    assert text.count("Your uploads go there.") == 1


async def test_uploads_go_to_the_default_and_the_default_can_be_changed(house: House) -> None:
    first = await link(house, house.alice)
    second = await link(house, house.alice, "pixelpenguin")
    assert await owners(house) == [first.id]
    status = await house.alice.slash(house.channel, "account status")
    await house.alice.click(shown(status), label="Make it the default")
    assert "**pixelpenguin**" in house.text(shown(status)).split("Your uploads go there")[0]
    assert await owners(house) == [first.id, second.id]


@pytest.mark.parametrize("choice", ["pixelpenguin", "PixelPenguin", "number", "anonymous"])
async def test_one_upload_goes_where_its_option_says(house: House, choice: str) -> None:
    await link(house, house.alice)
    second = await link(house, house.alice, "pixelpenguin")
    typed = str(second.id) if choice == "number" else choice
    expected = None if choice == "anonymous" else second.id
    assert await owners(house, account=typed) == [expected]


@pytest.mark.simcord(check_errors=False)  # SimCord counts what the bot answers kindly too
async def test_an_account_of_somebody_else_cannot_be_chosen(house: House) -> None:
    theirs = await link(house, house.bob)
    await link(house, house.alice, "pixelpenguin")
    result = await house.alice.slash(house.channel, "upload", image=PICTURE, account=str(theirs.id))
    assert "You have linked no Imgur account of that name" in shown(result).content
    assert not house.imgur.world.state.uploads()


async def test_only_ones_own_accounts_are_suggested(house: House) -> None:
    await link(house, house.bob)
    second = await link(house, house.alice, "pixelpenguin")
    offered = await house.alice.autocomplete(house.channel, "upload", "account", "")
    assert [(one["name"], one["value"]) for one in offered] == [
        ("pixelpenguin (default)", str(second.id)),
        ("anonymous: no account", "anonymous"),
    ]


async def test_one_of_several_is_unlinked_and_the_next_takes_over(house: House) -> None:
    await link(house, house.alice)
    await link(house, house.alice, "pixelpenguin")
    asked = await house.alice.slash(house.channel, "account unlink")
    assert "Unlink all" in labels(shown(asked))
    result = await house.alice.slash(house.channel, "account unlink", account="marmalade")
    text = house.text(shown(result))
    assert "Unlinked from marmalade" in text
    assert "go to pixelpenguin" in text
    assert "https://imgur.com/account/settings/apps" in text


async def test_all_are_unlinked_at_once(house: House) -> None:
    await link(house, house.alice)
    await link(house, house.alice, "pixelpenguin")
    result = await house.alice.slash(house.channel, "account unlink", account="all")
    assert "marmalade, pixelpenguin" in house.text(shown(result))
    assert "are anonymous" in house.text(shown(result))


async def test_nobody_makes_a_strangers_account_his_default(house: House) -> None:
    theirs = await link(house, house.bob)
    await link(house, house.alice, "pixelpenguin")
    links = house.app.services.linking
    with pytest.raises(Exception, match="no such link"):
        await links.make_default(house.alice.id, theirs.id)
    (mine,) = await links.status(house.alice.id)
    assert mine.username == "pixelpenguin"
    assert mine.is_default


async def test_whoever_has_nothing_linked_gets_a_button_to_link(house: House) -> None:
    status = await house.alice.slash(house.channel, "account status")
    assert "You have no linked Imgur account" in house.text(shown(status))
    begun = await house.alice.click(shown(status), label="Link an account")
    assert begun.ephemeral
    await house.until(lambda: "Paste the address" in labels(shown(begun)))
