"""Keys, backups, and what somebody did to the file, in the real process (T10, T11)."""

import asyncio
import sqlite3
from contextlib import closing

from tests.e2e.conftest import finished, png
from tests.e2e.linking_town import LinkingTown
from tests.wire.interactions import Interaction


async def test_keys_rotate_while_uploads_go_on(linking: LinkingTown) -> None:
    town = linking.town
    await town.open()
    asked = await linking.link(town.alice)
    await asked.until(lambda it: "Linked as marmalade" in it.text)
    first = await finished(
        await town.discord.slash(town.alice, town.channel, "upload", {"image": png()})
    )

    async def upload(number: int) -> Interaction:
        user = town.alice if number % 2 else town.bob
        return await town.discord.slash(user, town.channel, "upload", {"image": png(number)})

    rotations, *uploads = await asyncio.gather(
        town.operator("rotate-keys"), *(upload(number) for number in range(1, 13))
    )
    for each in uploads:
        await finished(each)

    assert rotations[0] == 0, rotations[1]
    assert "with the key k2" in rotations[1]
    ring = (town.bot.directory / "data" / "secret-keys").read_text()
    await town.bot.terminate()
    (town.bot.directory / "data" / "secret-keys").write_text(ring.partition(",")[0])
    await town.open()
    asked_again = await town.discord.click(town.alice, first, "Delete")
    await asked_again.until_answered()
    assert "ERROR" not in town.bot.log
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png(50)}))
    assert town.pictures == 14


async def test_with_the_wrong_key_the_bot_starts_says_so_and_changes_nothing(
    linking: LinkingTown,
) -> None:
    town = linking.town
    await town.open()
    asked = await linking.link(town.alice)
    await asked.until(lambda it: "Linked as marmalade" in it.text)
    await town.bot.terminate()
    keys = town.bot.directory / "data" / "secret-keys"
    right = keys.read_text()
    keys.unlink()

    await town.open()
    await town.bot.wait_for_log("SECRET_KEYS do not open")
    assert '"keys": {"ok": false' in await town.ops("/healthz")
    upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": png()})
    await upload.until(lambda it: "the bot's key is missing" in it.text)
    gallery = await town.discord.slash(town.alice, town.channel, "gallery hot")
    await gallery.until_answered()
    code, said = await town.operator("rotate-keys")
    assert (code, "do not open" in said) == (1, True)
    await town.bot.terminate()

    keys.write_text(right)
    await town.open()
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png()}))
    assert town.pictures == 1


async def test_tokens_that_somebody_swapped_in_the_file_are_used_by_nobody(
    linking: LinkingTown,
) -> None:
    town = linking.town
    await town.open()
    for user, account in ((town.alice, "marmalade"), (town.bob, "pixelpenguin")):
        asked = await linking.link(user, account)
        await asked.until(lambda it: "Linked as" in it.text)
        linking.browser.cookies.clear()
    await finished(
        await town.discord.slash(town.moderator, town.channel, "upload", {"image": png()})
    )
    await town.bot.terminate()
    with closing(sqlite3.connect(town.database)) as file, file:
        for column in ("access_token", "refresh_token"):
            [(first,), (second,)] = file.execute(f"SELECT {column} FROM links ORDER BY id")
            file.execute(
                f"UPDATE links SET {column} = CASE id WHEN 1 THEN ? ELSE ? END", (second, first)
            )
    await town.open()

    for user in (town.alice, town.bob):
        listing = await town.discord.slash(user, town.channel, "account images")
        await listing.until(lambda it: "does not fit together" in it.text)
        upload = await town.discord.slash(user, town.channel, "upload", {"image": png()})
        await upload.until(lambda it: "does not fit together" in it.text)
    assert town.pictures == 1
    await town.bot.wait_for_log(r"ERROR +bot.ui.failures: refused: TamperedError")


async def test_a_backup_is_taken_while_the_bot_runs_and_brings_it_back(
    linking: LinkingTown,
) -> None:
    town = linking.town
    await town.open()
    asked = await linking.link(town.alice)
    await asked.until(lambda it: "Linked as marmalade" in it.text)
    code, said = await town.operator("backup")
    assert code == 0, said
    await town.bot.kill()
    data = town.bot.directory / "data"
    [copy] = (data / "backups").iterdir()
    for path in data.glob("bot.sqlite3*"):
        path.unlink()
    copy.rename(data / "bot.sqlite3")

    await town.open()

    status = await town.discord.slash(town.alice, town.channel, "account status")
    await status.until_answered()
    assert "marmalade" in status.text
