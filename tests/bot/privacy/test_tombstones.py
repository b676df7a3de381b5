"""Who was forgotten stays so, whichever copy of the database the bot starts on."""

import stat
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import StorageError
from bot.privacy.erasing import Erasure
from bot.privacy.tombstones import Tombstones

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALICE, BOB, CAROL = 100_000_000_000_000_001, 100_000_000_000_000_002, 100_000_000_000_000_003


class Copy:
    """A database of people, as it was when it knew of these erasures."""

    def __init__(self, *people: int, seen: Collection[str] = ()) -> None:
        self.known, self.seen = set(people), set(seen)

    async def carried_out(self) -> Collection[str]:
        return self.seen

    async def carry_out(self, names: Collection[str]) -> None:
        self.seen |= set(names)

    async def people(self) -> Collection[int]:
        return self.known

    async def erase(self, erasure: Erasure, name: str) -> None:
        self.known.discard(erasure.user_id)
        self.seen.add(name)


@pytest.fixture
def tombstones(tmp_path: Path) -> Tombstones:
    return Tombstones(tmp_path / "tombstones")


async def test_an_older_copy_forgets_again(tombstones: Tombstones) -> None:
    copy = Copy(ALICE, BOB, CAROL, seen=[await tombstones.add(CAROL)])
    await tombstones.add(ALICE)
    await tombstones.forget_again(copy, NOW)
    assert copy.known == {BOB, CAROL}


async def test_who_comes_back_after_that_stays(tombstones: Tombstones) -> None:
    await tombstones.add(ALICE)
    copy = Copy(ALICE)
    await tombstones.forget_again(copy, NOW)
    copy.known.add(ALICE)
    await tombstones.forget_again(copy, NOW)
    assert copy.known == {ALICE}


async def test_an_erasure_of_somebody_unknown_is_no_more_looked_for(tombstones: Tombstones) -> None:
    copy = Copy(BOB)
    name = await tombstones.add(ALICE)
    await tombstones.forget_again(copy, NOW)
    assert copy.known == {BOB}
    assert copy.seen == {name}


async def test_without_a_file_nobody_is_forgotten(tombstones: Tombstones) -> None:
    copy = Copy(ALICE)
    await tombstones.forget_again(copy, NOW)
    assert copy.known == {ALICE}


async def test_the_file_names_nobody_and_is_the_owners_alone(
    tombstones: Tombstones, tmp_path: Path
) -> None:
    await tombstones.add(ALICE)
    path = tmp_path / "tombstones"
    assert str(ALICE) not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_line_that_a_crash_cut_off_spoils_no_other(
    tombstones: Tombstones, tmp_path: Path
) -> None:
    path = tmp_path / "tombstones"
    await tombstones.add(ALICE)
    with path.open("a") as file:
        file.write("0123456789abcdef")
    await tombstones.add(BOB)
    copy = Copy(ALICE, BOB, CAROL)
    await tombstones.forget_again(copy, NOW)
    assert copy.known == {CAROL}


async def test_a_disk_that_refuses_is_told_as_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "tombstones").mkdir()
    with pytest.raises(StorageError):
        await Tombstones(tmp_path / "tombstones").add(ALICE)
    with pytest.raises(StorageError):
        await Tombstones(tmp_path / "tombstones").forget_again(Copy(ALICE), NOW)
