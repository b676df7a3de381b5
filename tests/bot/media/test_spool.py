import asyncio
import errno
import os
import secrets
import stat
import threading
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import SpoolError, SpoolFullError
from bot.media.sealing import HEADER_BYTES, SEALED_BYTES, SEGMENT_BYTES, stored_bytes
from bot.media.spool import RESERVE_BYTES, Spool, SpooledContent, _PartialFile

KEY = bytes(range(32))
PLENTY = 1 << 40


def spool_in(folder: Path, max_total_bytes: int = PLENTY, free_bytes: int = PLENTY) -> Spool:
    return Spool(folder / "spool", max_total_bytes, free_bytes=lambda _: free_bytes)


async def write(spool: Spool, name: str, *chunks: bytes, key: bytes = KEY) -> int:
    async with spool.writer(name, key) as writer:
        for chunk in chunks:
            await writer.write(chunk)
        return await writer.commit()


async def read(content: SpooledContent) -> bytes:
    return b"".join([chunk async for chunk in content])


async def read_back(spool: Spool, name: str, size_bytes: int) -> bytes:
    return await read(spool.content(name, KEY, size_bytes))


# --- Round trip -----------------------------------------------------------------------------------


@pytest.mark.parametrize("segments", [0, 1, 2, 3])
@pytest.mark.parametrize("more", [-1, 0, 1])
async def test_what_goes_in_comes_out_at_every_segment_border(
    tmp_path: Path, segments: int, more: int
) -> None:
    data = secrets.token_bytes(max(0, segments * SEGMENT_BYTES + more))
    spool = spool_in(tmp_path)
    assert await write(spool, "a", data) == len(data)
    assert await read_back(spool, "a", len(data)) == data
    assert spool.used_bytes == stored_bytes(len(data)) == (tmp_path / "spool/a").stat().st_size


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sizes=st.lists(st.integers(0, 300_000), max_size=6))
def test_how_a_file_is_cut_into_chunks_does_not_matter(tmp_path: Path, sizes: list[int]) -> None:
    chunks = [secrets.token_bytes(size) for size in sizes]

    async def round_trip() -> None:
        spool = spool_in(tmp_path)
        size_bytes = await write(spool, "a", *chunks)
        assert await read_back(spool, "a", size_bytes) == b"".join(chunks)
        await spool.delete("a")
        assert spool.used_bytes == 0

    asyncio.run(round_trip())


async def test_a_content_can_be_read_twice_and_interrupted(tmp_path: Path) -> None:
    data = secrets.token_bytes(3 * SEGMENT_BYTES)
    spool = spool_in(tmp_path)
    content = spool.content("a", KEY, await write(spool, "a", data))
    async for chunk in content:
        assert chunk == data[:SEGMENT_BYTES]
        break
    assert await read(content) == await read(content) == data
    assert content.size_bytes == len(data)


async def test_nothing_readable_lies_on_the_disk(tmp_path: Path) -> None:
    await write(spool_in(tmp_path), "a", b"plain text" * 1000)
    assert b"plain" not in (tmp_path / "spool/a").read_bytes()


async def test_the_same_bytes_under_the_same_key_look_different(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    await write(spool, "a", b"x" * 100)
    first = (tmp_path / "spool/a").read_bytes()
    await spool.delete("a")
    await write(spool, "a", b"x" * 100)
    cipher_text = slice(HEADER_BYTES, HEADER_BYTES + 100)
    assert (tmp_path / "spool/a").read_bytes()[cipher_text] != first[cipher_text]


async def test_only_the_owner_may_look(tmp_path: Path) -> None:
    await write(spool_in(tmp_path), "a", b"x")
    assert stat.S_IMODE((tmp_path / "spool").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "spool/a").stat().st_mode) == 0o600


async def test_memory_stays_flat(tmp_path: Path) -> None:
    spool, chunk = spool_in(tmp_path), bytes(SEGMENT_BYTES)
    tracemalloc.start()
    try:
        size_bytes = await write(spool, "a", *[chunk] * 64)
        async for _ in spool.content("a", KEY, size_bytes):
            pass
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


# --- Tampering ------------------------------------------------------------------------------------


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_any_flipped_bit_is_noticed(tmp_path: Path, place: float, bit: int) -> None:
    async def flip_and_read() -> None:
        spool, path = spool_in(tmp_path), tmp_path / "spool/a"
        size_bytes = await write(spool, "a", secrets.token_bytes(SEGMENT_BYTES + 1000))
        sealed = bytearray(path.read_bytes())
        sealed[int(place * len(sealed))] ^= 1 << bit
        path.write_bytes(sealed)
        with pytest.raises(SpoolError):
            await read_back(spool, "a", size_bytes)
        await spool.delete("a")

    asyncio.run(flip_and_read())


@pytest.mark.parametrize("at", range(HEADER_BYTES))
async def test_every_byte_of_the_header_counts(tmp_path: Path, at: int) -> None:
    spool, path = spool_in(tmp_path), tmp_path / "spool/a"
    await write(spool, "a", b"x")
    sealed = bytearray(path.read_bytes())
    sealed[at] ^= 1
    path.write_bytes(sealed)
    with pytest.raises(SpoolError):
        await read_back(spool, "a", 1)


async def test_swapped_segments_are_noticed(tmp_path: Path) -> None:
    spool, path = spool_in(tmp_path), tmp_path / "spool/a"
    size_bytes = await write(spool, "a", bytes(3 * SEGMENT_BYTES))
    sealed = path.read_bytes()
    one, two = HEADER_BYTES + SEALED_BYTES, HEADER_BYTES + 2 * SEALED_BYTES
    path.write_bytes(
        sealed[:HEADER_BYTES] + sealed[one:two] + sealed[HEADER_BYTES:one] + sealed[two:]
    )
    with pytest.raises(SpoolError):
        await read_back(spool, "a", size_bytes)


async def test_a_file_cut_at_a_segments_end_is_noticed_whatever_size_is_claimed(
    tmp_path: Path,
) -> None:
    spool, path = spool_in(tmp_path), tmp_path / "spool/a"
    await write(spool, "a", bytes(3 * SEGMENT_BYTES))
    path.write_bytes(path.read_bytes()[: HEADER_BYTES + 2 * SEALED_BYTES])
    for size_bytes in (3 * SEGMENT_BYTES, 2 * SEGMENT_BYTES):
        with pytest.raises(SpoolError):
            await read_back(spool, "a", size_bytes)


async def test_a_lengthened_file_is_noticed(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    await write(spool, "a", bytes(SEGMENT_BYTES))
    with (tmp_path / "spool/a").open("ab") as file:
        file.write(b"y")
    for size_bytes in (SEGMENT_BYTES, SEGMENT_BYTES + 1):
        with pytest.raises(SpoolError):
            await read_back(spool, "a", size_bytes)


async def test_a_file_under_anothers_name_does_not_open_even_with_the_same_key(
    tmp_path: Path,
) -> None:
    spool = spool_in(tmp_path)
    await write(spool, "a", b"x")
    (tmp_path / "spool/a").rename(tmp_path / "spool/b")
    with pytest.raises(SpoolError):
        await read_back(spool, "b", 1)


async def test_another_key_does_not_open_it(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    await write(spool, "a", b"x")
    for key in (bytes(32), b"short"):
        with pytest.raises(SpoolError):
            await read(spool.content("a", key, 1))


async def test_a_file_that_is_gone_is_an_error_to_read_and_none_to_delete(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    await write(spool, "a", b"x")
    await spool.delete("a")
    await spool.delete("a")
    assert spool.used_bytes == 0
    with pytest.raises(SpoolError):
        await read_back(spool, "a", 1)


# --- Names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "A", "a.part", "../a", "a/b", "a" * 65, "ä", "a\n"])
async def test_only_plain_names_are_taken(tmp_path: Path, name: str) -> None:
    spool = spool_in(tmp_path)
    with pytest.raises(SpoolError):
        spool.writer(name, KEY)
    with pytest.raises(SpoolError):
        spool.content(name, KEY, 0)
    with pytest.raises(SpoolError):
        await spool.delete(name)


async def test_a_name_in_use_is_refused_and_its_file_stays(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    await write(spool, "a", b"first")
    with pytest.raises(SpoolError):
        await write(spool, "a", b"second")
    assert await read_back(spool, "a", 5) == b"first"
    assert spool.used_bytes == stored_bytes(5)


async def test_a_name_being_written_is_refused_and_its_file_arrives(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    async with spool.writer("a", KEY) as writer:
        await writer.write(bytes(SEGMENT_BYTES + 1))
        with pytest.raises(SpoolError):
            await write(spool, "a", b"second")
        assert await writer.commit() == SEGMENT_BYTES + 1
    assert await read_back(spool, "a", SEGMENT_BYTES + 1) == bytes(SEGMENT_BYTES + 1)


# --- Traces ---------------------------------------------------------------------------------------


def files(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "spool").iterdir())


async def test_without_a_commit_nothing_stays(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    async with spool.writer("a", KEY) as writer:
        await writer.write(bytes(3 * SEGMENT_BYTES))
        assert files(tmp_path) == ["a.part"]
    assert files(tmp_path) == []
    assert spool.used_bytes == 0


async def test_a_thread_that_outlives_its_cancelled_writer_leaves_no_trace(tmp_path: Path) -> None:
    working, disk = threading.Event(), threading.Event()

    def slow_disk(_: Path) -> int:
        working.set()
        disk.wait()
        return PLENTY

    spool = Spool(tmp_path / "spool", PLENTY, free_bytes=slow_disk)
    task = asyncio.create_task(write(spool, "a", bytes(2 * SEGMENT_BYTES)))
    await asyncio.to_thread(working.wait)
    task.cancel()
    await asyncio.sleep(0)
    disk.set()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    assert files(tmp_path) == []
    assert spool.used_bytes == 0


async def test_a_writer_that_wrote_nothing_leaves_nothing(tmp_path: Path) -> None:
    async with spool_in(tmp_path).writer("a", KEY):
        pass
    assert files(tmp_path) == []


@pytest.mark.parametrize("steps", range(8))
async def test_a_cancelled_writer_leaves_no_trace_wherever_it_stood(
    tmp_path: Path, steps: int
) -> None:
    spool = spool_in(tmp_path)
    task = asyncio.create_task(write(spool, "a", *[bytes(SEGMENT_BYTES)] * 3))
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    assert files(tmp_path) == []
    assert spool.used_bytes == 0


def test_what_comes_after_giving_up_is_not_written(tmp_path: Path) -> None:
    file = _PartialFile(tmp_path / "a", b"header", lambda _: PLENTY)
    file.append(lambda: b"segment")
    file.abandon()
    file.append(lambda: b"late")
    file.publish()
    assert list(tmp_path.iterdir()) == []


async def test_sweeping_leaves_what_is_named_and_nothing_else(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    for name in ("a", "b", "c"):
        await write(spool, name, b"x")
    (tmp_path / "spool/d.part").write_bytes(b"left by a crash")
    again = spool_in(tmp_path)
    assert again.used_bytes == 3 * stored_bytes(1) + 15
    assert await again.sweep({"b"}) == 3
    assert files(tmp_path) == ["b"]
    assert again.used_bytes == stored_bytes(1)


# --- No room --------------------------------------------------------------------------------------


async def test_the_bound_for_all_files_holds(tmp_path: Path) -> None:
    spool = spool_in(tmp_path, max_total_bytes=stored_bytes(100) + stored_bytes(50))
    await write(spool, "a", bytes(100))
    with pytest.raises(SpoolFullError):
        await write(spool, "b", bytes(51))
    assert files(tmp_path) == ["a"]
    await write(spool, "b", bytes(50))
    await spool.delete("a")
    await write(spool, "c", bytes(100))


async def test_two_writers_share_the_bound(tmp_path: Path) -> None:
    spool = spool_in(tmp_path, max_total_bytes=3 * SEGMENT_BYTES)
    data = bytes(2 * SEGMENT_BYTES)
    done = await asyncio.gather(
        write(spool, "a", data), write(spool, "b", data), return_exceptions=True
    )
    assert any(isinstance(result, SpoolFullError) for result in done)
    assert spool.used_bytes == sum(path.stat().st_size for path in (tmp_path / "spool").iterdir())


async def test_the_disk_keeps_a_reserve(tmp_path: Path) -> None:
    await write(spool_in(tmp_path, free_bytes=RESERVE_BYTES), "a", b"x")
    with pytest.raises(SpoolFullError):
        await write(spool_in(tmp_path, free_bytes=RESERVE_BYTES - 1), "b", b"x")
    assert files(tmp_path) == ["a"]


async def test_a_commit_reaches_the_disk_before_the_folder_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))
    await write(spool_in(tmp_path), "a", b"x")
    file, folder = tmp_path / "spool/a", tmp_path / "spool"
    assert synced == [file.stat().st_ino, folder.stat().st_ino]


@pytest.mark.parametrize(
    ("number", "error"), [(errno.ENOSPC, SpoolFullError), (errno.EIO, SpoolError)]
)
async def test_a_failing_disk_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, error: type[SpoolError]
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(number, os.strerror(number), descriptor)

    spool = spool_in(tmp_path)
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(error) as caught:
        await write(spool, "a", b"x")
    assert type(caught.value) is error
    assert files(tmp_path) == []
    assert spool.used_bytes == 0


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file")
    with pytest.raises(SpoolError):
        spool_in(tmp_path)
