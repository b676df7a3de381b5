"""Who was forgotten stays so, whichever copy of the database the bot starts on."""

import resource
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import StorageError
from bot.privacy.erasing import Erasure
from bot.privacy.tombstones import Tombstones

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALICE, BOB, CAROL = 100_000_000_000_000_001, 100_000_000_000_000_002, 100_000_000_000_000_003


class Copy:
    """A database of people, as it was when it knew of these wishes."""

    def __init__(self, *people: int, seen: Collection[str] = ()) -> None:
        self.known, self.names = set(people), set(seen)

    async def seen(self) -> Collection[str]:
        return self.names

    async def carry_out(self, names: Collection[str]) -> None:
        self.names |= set(names)

    async def people(self) -> Collection[int]:
        return self.known

    async def erase(self, erasure: Erasure) -> None:
        self.known.discard(erasure.user_id)
        self.names.add(erasure.name)


def wish(user_id: int, number: int = 0) -> Erasure:
    return Erasure(f"{user_id % 10 + 16 * number:032x}", user_id, NOW, with_pictures=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tombstones"


@pytest.fixture
def tombstones(path: Path) -> Tombstones:
    return Tombstones(path)


async def test_an_older_copy_forgets_again(tombstones: Tombstones) -> None:
    for user_id in (CAROL, ALICE):
        await tombstones.keep(wish(user_id))
    copy = Copy(ALICE, BOB, CAROL, seen=[wish(CAROL).name])
    await tombstones.forget_again(copy, NOW)
    assert copy.known == {BOB, CAROL}


async def test_who_comes_back_after_that_stays(tombstones: Tombstones) -> None:
    await tombstones.keep(wish(ALICE))
    copy = Copy(ALICE)
    await tombstones.forget_again(copy, NOW)
    copy.known.add(ALICE)
    await tombstones.forget_again(copy, NOW)
    assert copy.known == {ALICE}


async def test_a_wish_of_somebody_unknown_is_no_more_looked_for(tombstones: Tombstones) -> None:
    copy = Copy(BOB)
    await tombstones.keep(wish(ALICE))
    await tombstones.forget_again(copy, NOW)
    assert copy.known == {BOB}
    assert copy.names == {wish(ALICE).name}


async def test_without_a_file_nobody_is_forgotten(tombstones: Tombstones) -> None:
    copy = Copy(ALICE)
    await tombstones.forget_again(copy, NOW)
    assert copy.known == {ALICE}


async def test_a_wish_is_written_once_and_names_nobody(tombstones: Tombstones, path: Path) -> None:
    for _ in range(2):
        await tombstones.keep(wish(ALICE))
    assert len(path.read_text().splitlines()) == 1
    assert str(ALICE) not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("garbage", [b"0123456789abcdef", b"\xff\xfe no text", b"\n\n"])
async def test_a_line_that_is_none_spoils_no_other(
    tombstones: Tombstones, path: Path, garbage: bytes
) -> None:
    await tombstones.keep(wish(ALICE))
    with path.open("ab") as file:
        file.write(garbage)
    await tombstones.keep(wish(BOB))
    copy = Copy(ALICE, BOB, CAROL)
    await tombstones.forget_again(copy, NOW)
    assert copy.known == {CAROL}


@contextmanager
def room_for(size_bytes: int) -> Iterator[None]:
    """No file grows beyond this, as on a disk that is nearly full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


async def test_a_wish_that_does_not_fit_is_refused_and_fits_later(
    tombstones: Tombstones, path: Path
) -> None:
    await tombstones.keep(wish(ALICE))
    with room_for(path.stat().st_size + 20), pytest.raises(StorageError):
        await tombstones.keep(wish(BOB))
    await tombstones.keep(wish(BOB))
    copy = Copy(ALICE, BOB)
    await tombstones.forget_again(copy, NOW)
    assert copy.known == set()


async def test_a_disk_that_refuses_is_told_as_what_it_is(path: Path) -> None:
    path.mkdir()
    with pytest.raises(StorageError):
        await Tombstones(path).keep(wish(ALICE))
    with pytest.raises(StorageError):
        await Tombstones(path).forget_again(Copy(ALICE), NOW)
