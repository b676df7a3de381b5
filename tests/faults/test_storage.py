"""A database that is busy, full, damaged, or in need of care."""

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.storage.engine import is_wal_safe
from tests.e2e.conftest import Town, finished, png
from tests.e2e.ledger import all_told, is_sound, locked
from tests.e2e.test_autoupload import follow_deletions, post, reply_to, switch_on
from tests.faults.stopwatch import Stopwatch
from tests.patience import PATIENCE_S
from tests.wire.gates import Gate

MIB = 1024 * 1024


async def test_while_the_database_is_held_nothing_is_taken_and_the_user_is_told(
    town: Town, database: Path
) -> None:
    await town.open()
    await town.bot.wait_for_log("connected as")  # what the last process left is taken up by then
    town.discord.world.callback_window_s = PATIENCE_S  # who is late is seen by the watch
    with locked(database):
        watch = Stopwatch(town.bot.pid)
        refused = await town.discord.slash(town.alice, town.channel, "upload", {"image": png()})
        await refused.until_acknowledged()
        assert watch.seconds() < 3
        await refused.until_answered()
        assert "busy" in refused.text
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png()}))
    assert town.pictures == 1


async def test_a_file_under_way_outlasts_a_held_database(town: Town, database: Path) -> None:
    await town.open()
    file = png()
    file.delivery.gate = gate = Gate()
    upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": file})
    await gate.reached()
    with locked(database):
        gate.open()
        await town.bot.wait_for_log("cannot be stored .another process holds the database")
    await finished(upload)
    assert town.pictures == 1


async def test_what_discord_tells_while_the_database_is_held_is_followed_afterwards(
    town: Town, database: Path
) -> None:
    town.environment["AUTO_UPLOAD_CHANNEL_MODE"] = "true"
    await town.open()
    await switch_on(town, "Whole channel")
    await follow_deletions(town)
    gone = await post(town, 1)
    card = await reply_to(town, gone)
    await card.until(lambda it: "Delete" in it.labels)
    await all_told(database)
    with locked(database):
        await town.discord.delete_message(gone)
        await town.bot.wait_for_log(rf"the deletion of message {gone.id} waits .*\[ref \w{{6}}\]")
        posted = await post(town, 2)
        await town.bot.wait_for_log(rf"post {posted.id} waits .*\[ref \w{{6}}\]")
    await (await reply_to(town, posted)).until(lambda it: "Delete" in it.labels)
    await card.until(lambda it: "Deleted from Imgur" in it.text)
    assert town.pictures == 1
    assert "Traceback" not in town.bot.log


async def test_a_post_that_waits_for_the_database_when_the_bot_stops_is_found_at_the_next_start(
    town: Town, database: Path
) -> None:
    town.environment["AUTO_UPLOAD_CHANNEL_MODE"] = "true"
    await town.open()
    await switch_on(town, "Whole channel")
    await reply_to(town, await post(town, 1))
    with locked(database):
        posted = await post(town, 2)
        await town.bot.wait_for_log(f"post {posted.id} waits for the database")
        assert (await town.bot.terminate()).code == 0
    await town.open()
    await (await reply_to(town, posted)).until(lambda it: "Delete" in it.labels)
    assert "Traceback" not in town.bot.log


async def test_an_event_that_the_database_did_not_take_is_one_line_with_a_reference(
    town: Town, database: Path
) -> None:
    await town.open()
    with locked(database):
        town.discord.world.remove_bot(town.guild)
        await town.bot.wait_for_log(
            r"on_guild_remove was not followed: StorageBusyError: .* \[ref \w{6}\]"
        )
    assert "Traceback" not in town.bot.log


@pytest.fixture
def small_disk(town: Town) -> Iterator[Path]:
    """The bot's data on a disk of its own."""
    data = town.bot.directory / "data"
    data.mkdir(mode=0o700)
    mount = shutil.which("mount") or "mount"
    done = subprocess.run(  # noqa: S603 (arguments of our own)
        [mount, "-t", "tmpfs", "-o", "size=96m,mode=0700", "tmpfs", str(data)],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        pytest.skip(f"no disk of our own can be mounted here: {done.stderr.strip()}")
    yield data
    unmount = shutil.which("umount") or "umount"
    subprocess.run([unmount, "-l", str(data)], check=True)  # noqa: S603 (arguments of our own)


def fill(disk: Path) -> Path:
    """Leave no room; returns the file that takes it."""
    filler = disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        for size_bytes in (MIB, 512):
            with suppress(OSError):
                while file.write(bytes(size_bytes)):
                    pass
    return filler


async def test_a_full_disk_takes_nothing_new_and_recovers(
    small_disk: Path, town: Town, database: Path
) -> None:
    await town.open()
    card = await finished(
        await town.discord.slash(town.alice, town.channel, "upload", {"image": png(1)})
    )
    await all_told(database)  # it writes no more, and so gives no room back
    filler = fill(small_disk)
    refused = await town.discord.slash(town.alice, town.channel, "upload", {"image": png(2)})
    await refused.until_answered()
    assert "disk is full" in refused.text
    links = await town.discord.click(town.alice, card, "Link forms")
    await links.until_answered()
    assert ".png" in links.text
    filler.unlink()
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png(3)}))
    assert await _stopped_soundly(town, database)


async def _stopped_soundly(town: Town, database: Path) -> bool:
    await town.bot.terminate()
    return is_sound(database)


@pytest.mark.parametrize("damage", ["page", "cut", "text"])
async def test_a_damaged_database_ends_the_start_and_is_left_untouched(
    town: Town, database: Path, damage: str
) -> None:
    await town.open()
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png()}))
    await town.bot.terminate()
    whole = database.read_bytes()
    if damage == "page":
        database.write_bytes(whole[:4096] + b"\xff" * 4096 + whole[8192:])
    elif damage == "cut":
        database.write_bytes(whole[: len(whole) // 2])
    else:
        database.write_bytes(b"this was never a database" * 400)
    before = hashlib.sha256(database.read_bytes()).digest()
    await town.bot.start()
    end = await town.bot.exited()
    assert end.code == 3
    assert hashlib.sha256(database.read_bytes()).digest() == before
    assert "restore a backup" in town.bot.log


async def test_the_log_says_how_the_database_is_kept_safe(town: Town) -> None:
    await town.open()
    journal = "WAL" if is_wal_safe() else "DELETE"
    await town.bot.wait_for_log(f"SQLite 3[.0-9]+, journal {journal}")
