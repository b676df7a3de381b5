"""Seeing and erasing what is kept, and servers that were left, through the real process."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from tests.e2e.conftest import Town, finished, png
from tests.e2e.test_autoupload import switch_on
from tests.e2e.test_patrol import WEEK, ago, change
from tests.wire.interactions import Interaction


async def upload(town: Town, number: int = 1) -> None:
    options = {"image": png(number), "title": f"picture {number}"}
    await finished(await town.discord.slash(town.alice, town.channel, "upload", options))


async def export(town: Town) -> dict[str, list[dict[str, object]]]:
    asked = await town.discord.slash(town.alice, town.channel, "privacy export")
    await asked.until(lambda it: any(message.attachments for message in it.messages))
    (file,) = [file for message in asked.messages for file in message.attachments]
    document = json.loads(b"".join(file.content.chunks()))
    assert document["about"] == str(town.alice.id)
    tables: dict[str, list[dict[str, object]]] = document["tables"]
    return tables


async def erase(town: Town, label: str) -> Interaction:
    asked = await town.discord.slash(town.alice, town.channel, "privacy erase")
    question = await asked.until_answered()
    await town.discord.click(town.alice, question, label)
    await question.until(lambda it: "Erase everything" not in it.text)
    return asked


def kept_of(town: Town, who: int) -> list[str]:
    """The tables in which somebody is named."""
    path = town.database
    with closing(sqlite3.connect(path)) as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return [
            name
            for name in names
            if str(who) in str(connection.execute(f"SELECT * FROM {name}").fetchall())
        ]


async def test_an_export_holds_what_is_kept_and_no_key_that_deletes(town: Town) -> None:
    await town.open()
    await upload(town)
    tables = await export(town)
    (job,) = tables["jobs"]
    (image,) = town.imgur.world.state.uploads()
    assert job["title"] == "picture 1"
    assert job["image_id"] == image.id
    assert image.deletehash not in str(tables)
    assert "deletehash" not in job


async def test_whoever_is_erased_is_named_nowhere_and_his_pictures_stay_or_go(town: Town) -> None:
    await town.open()
    await upload(town, 1)
    choice = await town.discord.slash(town.alice, town.channel, "consent", {"choice": "never"})
    await choice.until_answered()
    erased = await erase(town, "Forget me, keep the pictures")
    assert "You are forgotten" in erased.text
    assert town.pictures == 1
    await upload(town, 2)
    erased = await erase(town, "Delete my pictures, then forget me")
    assert "You are forgotten" in erased.text
    assert town.pictures == 1
    assert not await export(town)
    await town.bot.terminate()
    assert kept_of(town, town.alice.id) == []


async def test_who_was_erased_stays_so_when_an_older_copy_is_brought_back(town: Town) -> None:
    await town.open()
    await upload(town)
    await finished(await town.discord.slash(town.bob, town.channel, "upload", {"image": png(2)}))
    assert (await town.operator("backup"))[0] == 0
    await erase(town, "Forget me, keep the pictures")
    await town.bot.terminate()
    data = town.bot.directory / "data"
    (copy,) = (data / "backups").iterdir()
    shutil.copy(copy, data / "bot.sqlite3")
    assert "batches" in kept_of(town, town.alice.id)
    await town.open()
    await town.bot.terminate()
    assert kept_of(town, town.alice.id) == []
    assert "batches" in kept_of(town, town.bob.id)
    await town.open()
    await upload(town, 3)  # whoever comes back is not forgotten once more
    await town.bot.terminate()
    await town.open()
    assert (await export(town))["jobs"]


async def test_nothing_is_erased_by_asking(town: Town) -> None:
    await town.open()
    await upload(town)
    kept = await erase(town, "Never mind")
    assert "Nothing was erased" in kept.text
    assert town.pictures == 1
    assert (await export(town))["jobs"]


async def test_pictures_that_imgur_does_not_delete_now_go_later_also_after_a_crash(
    town: Town,
) -> None:
    await town.open()
    await upload(town, 1)
    await town.tell_imgur("faults", fault="status:503", times=None)
    waiting = await erase(town, "Delete my pictures, then forget me")
    assert "1 picture is left" in waiting.text
    assert (await export(town))["erasures"]
    await town.bot.kill()
    town.imgur.world.armoury.armed.clear()
    await town.open()
    await town.bot.wait_for_log("somebody was forgotten")
    assert town.pictures == 0
    await town.bot.terminate()
    assert kept_of(town, town.alice.id) == []


@pytest.mark.parametrize("returns", [False, True])
async def test_a_server_that_was_left_is_forgotten_after_a_week(
    town: Town, *, returns: bool
) -> None:
    await town.open()
    await switch_on(town)
    await upload(town)
    town.discord.world.remove_bot(town.guild)
    await town.bot.wait_for_log("left a server")
    await town.bot.terminate()
    assert "departures" in kept_of(town, town.guild.id)
    change(town, "UPDATE departures SET left_at = ?", ago(WEEK + timedelta(minutes=1)))
    if returns:
        town.guild.has_bot = True
        town.discord.world.add_member(town.guild, town.discord.world.bot)
    await town.open()
    if returns:
        await town.kept("SELECT 'seen again' WHERE NOT EXISTS (SELECT * FROM departures)")
    else:
        await town.bot.wait_for_log("a server that was left is forgotten")
    await town.bot.terminate()
    assert "batches" in kept_of(town, town.alice.id)
    assert ("auto_rules" in kept_of(town, town.guild.id)) is returns
