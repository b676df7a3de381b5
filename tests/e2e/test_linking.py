"""Linking an Imgur account through the real process."""

import asyncio
import re

import pytest

from tests.e2e.conftest import Town, finished, png
from tests.e2e.linking_town import LinkingTown, stored_bytes
from tests.patience import PATIENCE_S
from tests.wire.interactions import Interaction


async def test_linking_ends_with_the_accounts_name_and_uploads_go_there(
    linking: LinkingTown,
) -> None:
    town = linking.town
    await town.open()
    asked = await linking.link(town.alice)
    await asked.until(lambda it: "Linked as marmalade" in it.text)
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png()}))
    (image,) = town.imgur.world.state.uploads()
    owner = town.imgur.world.state.accounts[image.account_id]
    assert owner.url == "marmalade"
    status = await town.discord.slash(town.alice, town.channel, "account status")
    await status.until_answered()
    assert "marmalade" in status.text


async def test_after_unlinking_nothing_of_the_tokens_is_in_the_file(linking: LinkingTown) -> None:
    town = linking.town
    await town.open()
    asked = await linking.link(town.alice)
    await asked.until(lambda it: "Linked as marmalade" in it.text)
    secrets = [t.access for t in town.imgur.world.state.tokens]
    secrets += [t.refresh for t in town.imgur.world.state.tokens]
    before = stored_bytes(town.bot.directory)
    # Head and nonce of whatever is sealed; any byte may stand in a nonce, also a zero.
    sealed = re.findall(rb"\x01\x02k1.{12}", before, re.DOTALL)
    unlink = await town.discord.slash(town.alice, town.channel, "account unlink")
    await unlink.until_answered()
    assert "Unlinked from marmalade" in unlink.text
    await town.bot.terminate()
    after = stored_bytes(town.bot.directory)
    assert not any(secret.encode() in before + after for secret in secrets)
    assert sealed
    assert not any(value in after for value in sealed)


async def test_another_discord_account_is_refused_before_imgur_is_opened(
    linking: LinkingTown,
) -> None:
    town = linking.town
    await town.open()
    _, address = await linking.ask(town.alice)
    town.discord.oauth.signed_in = town.bob
    leaving = (await linking.browser.press_continue(address)).location
    answer = await linking.browser.land(await linking.browser.at_discord(leaving))
    assert answer.status == 403
    for user in (town.alice, town.bob):
        status = await town.discord.slash(user, town.channel, "account status")
        await status.until_answered()
        assert "You have no linked Imgur account" in status.text


async def test_without_a_secret_of_discord_a_code_ends_the_link(linking: LinkingTown) -> None:
    town = linking.town
    del town.environment["DISCORD_CLIENT_SECRET"]
    await town.open()
    asked, address = await linking.ask(town.alice)
    imgur = await linking.browser.up_to_imgur(address)
    landed = await linking.browser.land(await linking.browser.at_imgur(imgur))
    code = re.search(r"[BCDFGHJKLMNPQRSTVWXZ]{4}-?[BCDFGHJKLMNPQRSTVWXZ]{4}", landed.text)
    assert code
    assert asked.response is not None
    opened = await town.discord.click(town.alice, asked.response, "Enter the code")
    await opened.until_modal()
    wrong = await town.discord.submit_modal(opened, {"Code": "BBBB-BBBB"})
    await wrong.until_answered()
    assert "4 more tries" in wrong.text
    opened = await town.discord.click(town.alice, asked.response, "Enter the code")
    await opened.until_modal()
    await town.discord.submit_modal(opened, {"Code": code[0]})
    await asked.until(lambda it: "Linked as marmalade" in it.text)


async def test_without_a_public_address_the_redirect_is_pasted(linking: LinkingTown) -> None:
    town = linking.town
    del town.environment["PUBLIC_BASE_URL"]
    await town.open()
    asked = await town.discord.slash(town.alice, town.channel, "account link")
    await asked.until(lambda it: it.links)
    (imgur,) = [link for link in asked.links if "/oauth2/authorize" in link]
    redirect = await linking.browser.at_imgur(imgur)
    assert asked.response is not None
    opened = await town.discord.click(town.alice, asked.response, "Paste the address")
    await opened.until_modal()
    await town.discord.submit_modal(opened, {"Whole address": redirect})
    await asked.until(lambda it: "Linked as marmalade" in it.text)


async def test_without_the_settings_linking_says_so_and_nothing_else_suffers(town: Town) -> None:
    del town.environment["IMGUR_CLIENT_SECRET"]
    await town.open()
    asked = await town.discord.slash(town.alice, town.channel, "account link")
    await asked.until(lambda it: "not set up on this bot" in it.text)
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png()}))


async def test_when_imgurs_page_is_down_nothing_is_minted(linking: LinkingTown) -> None:
    town = linking.town
    await town.open()
    await town.tell_imgur("oauth", closed="page")
    asked = await town.discord.slash(town.alice, town.channel, "account link")
    await asked.until(lambda it: "on Imgur's side" in it.text)
    assert not asked.links


async def test_a_revoked_account_is_never_replaced_by_an_anonymous_upload(
    linking: LinkingTown,
) -> None:
    town = linking.town
    await town.open()
    asked = await linking.link(town.alice)
    await asked.until(lambda it: "Linked as marmalade" in it.text)
    await town.tell_imgur("revoke", account="marmalade")
    upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": png()})
    await upload.until(lambda it: "no longer honours" in it.text)
    assert town.pictures == 0


async def test_over_many_uploads_a_dead_link_is_told_once(linking: LinkingTown) -> None:
    town = linking.town
    await town.open()
    asked = await linking.link(town.alice)
    await asked.until(lambda it: "Linked as marmalade" in it.text)
    await town.tell_imgur("revoke", account="marmalade")

    uploads = [
        await town.discord.slash(town.alice, town.channel, "upload", {"image": png(number)})
        for number in range(20)
    ]
    for upload in uploads:
        await upload.until(lambda it: "no longer honours" in it.text)
    dm = town.discord.dm(town.alice)
    await town.discord.until(lambda: dm.messages)
    await town.kept("SELECT * FROM links WHERE told_at IS NOT NULL")
    await town.bot.terminate()
    await town.open()

    [news] = dm.messages
    assert "no longer honours your link to marmalade" in news.text
    assert town.pictures == 0
    again = await town.discord.click(town.alice, news, "Link again")
    await again.until(lambda it: any("/link/" in link for link in it.links))
    [news] = dm.messages


async def test_a_refresh_token_links_while_imgurs_page_is_down(linking: LinkingTown) -> None:
    town = linking.town
    await town.open()
    await town.tell_imgur("oauth", closed="page")
    asked = await town.discord.slash(town.alice, town.channel, "account link")
    closed = await asked.until_answered()
    assert "Linking is closed at Imgur" in closed.text

    async def enter(token: str) -> Interaction:
        opened = await town.discord.click(town.alice, closed, "Enter a refresh token")
        await opened.until_modal()
        return await town.discord.submit_modal(opened, {"Refresh token": token})

    refused = await enter("0" * 40)
    await refused.until(lambda it: "did not confirm that access" in it.text)
    pair = await town.tell_imgur("tokens", account="marmalade")
    await enter(pair["refresh_token"])
    await asked.until(lambda it: "Linked as marmalade" in it.text)
    assert "/user/marmalade/avatar" in str(asked.response.components)
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png()}))
    (image,) = town.imgur.world.state.uploads()
    assert town.imgur.world.state.accounts[image.account_id].url == "marmalade"


async def test_after_denying_discord_says_so_and_offers_to_start_again(
    linking: LinkingTown,
) -> None:
    town = linking.town
    await town.open()
    asked, address = await linking.ask(town.alice)
    town.discord.oauth.signed_in = town.alice
    imgur = await linking.browser.up_to_imgur(address)
    await linking.browser.land(await linking.browser.at_imgur(imgur, press="deny"))
    await asked.until(lambda it: "nothing was linked" in it.text)

    assert asked.response is not None
    again = await town.discord.click(town.alice, asked.response, "Start again")
    await again.until(lambda it: any("/link/" in link for link in it.links))


async def test_undo_takes_the_link_back(linking: LinkingTown) -> None:
    town = linking.town
    await town.open()
    asked = await linking.link(town.alice)
    await asked.until(lambda it: "Linked as marmalade" in it.text)
    assert asked.response is not None
    await town.discord.click(town.alice, asked.response, "Undo")
    await asked.until(lambda it: "Unlinked from marmalade" in it.text)


# --- tokens in the real process


async def test_a_hundred_commands_at_once_on_a_dead_token_refresh_it_once(
    linking: LinkingTown,
) -> None:
    town = linking.town
    town.environment["CREDITS_PER_USER_HOUR"] = "500"
    await town.open()
    asked = await linking.link(town.alice)
    await asked.until(lambda it: "Linked as marmalade" in it.text)
    tokens = town.imgur.world.state.tokens
    for token in tokens:
        token.access_dead = True
    issued = len(tokens)
    town.discord.world.callback_window_s = PATIENCE_S  # how soon it answers is not the question

    async def command(number: int) -> Interaction:
        if number % 4:
            return await town.discord.slash(town.alice, town.channel, "account images")
        return await town.discord.slash(town.alice, town.channel, "upload", {"image": png(number)})

    commands = [await command(number) for number in range(100)]
    for used in commands[::4]:
        await finished(used)
    for used in commands:
        await used.until_answered()

    assert [used.text for used in commands if "-# ref" in used.text] == []
    assert len(tokens) == issued + 1
    assert town.pictures == 25
    owners = {image.account_id for image in town.imgur.world.state.uploads()}
    assert owners == {tokens[-1].account_id}


@pytest.mark.parametrize("rotates", [False, True])
async def test_after_kill_9_between_refresh_and_commit_it_works_or_asks_to_link_again_once(
    linking: LinkingTown, *, rotates: bool
) -> None:
    town = linking.town
    await town.open()
    asked = await linking.link(town.alice)
    await asked.until(lambda it: "Linked as marmalade" in it.text)
    tokens = town.imgur.world.state.tokens
    for token in tokens:
        token.access_dead = True
    town.imgur.world.state.switches.rotate_refresh = rotates
    issued = len(tokens)
    await town.tell_imgur(
        "faults", fault="slow", match={"method": "POST", "path": "/oauth2/token"}, delay_s=20
    )
    upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": png()})
    async with asyncio.timeout(PATIENCE_S):
        while len(tokens) == issued:  # noqa: ASYNC110 (Imgur has answered; it is on its way)
            await asyncio.sleep(0.01)
    await town.bot.kill()
    await town.open()

    if not rotates:
        await finished(upload)
        assert town.pictures == 1
        return
    await upload.until(lambda it: "no longer honours" in it.text)
    again = await town.discord.slash(town.alice, town.channel, "upload", {"image": png(1)})
    await again.until(lambda it: "no longer honours" in it.text)
    assert town.pictures == 0
    await linking.link(town.alice)
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png(2)}))
