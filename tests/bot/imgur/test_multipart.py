from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BrokenFileError
from bot.imgur.multipart import MultipartBody
from bot.imgur.wire import FilePart


class Chunks:
    """Content of given chunks that may lie about its length."""

    def __init__(self, chunks: list[bytes], size_bytes: int | None = None) -> None:
        self._chunks = chunks
        self.size_bytes = sum(map(len, chunks)) if size_bytes is None else size_bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            yield chunk


def part_of(content: Chunks) -> FilePart:
    return FilePart("image", 'a "b"\r\n.png', "image/png", content)


def body_of(content: Chunks) -> MultipartBody:
    return in_a_form(part_of(content))


def in_a_form(part: FilePart) -> MultipartBody:
    return MultipartBody((("title", "Grüße"), ("type", "file")), part, boundary="B")


async def test_the_body_is_what_a_form_with_a_file_looks_like() -> None:
    body = body_of(Chunks([b"\x89PNG", b"rest"]))
    assert (
        b"".join([chunk async for chunk in body])
        == (
            '--B\r\nContent-Disposition: form-data; name="title"\r\n\r\nGrüße\r\n'
            '--B\r\nContent-Disposition: form-data; name="type"\r\n\r\nfile\r\n'
            '--B\r\nContent-Disposition: form-data; name="image"; '
            'filename="a %22b%22%0D%0A.png"\r\n'
            "Content-Type: image/png\r\n\r\n"
        ).encode()
        + b"\x89PNGrest\r\n--B--\r\n"
    )
    assert body.content_type == "multipart/form-data; boundary=B"


@given(st.lists(st.binary(max_size=9), max_size=6))
async def test_the_announced_length_is_exact(chunks: list[bytes]) -> None:
    body = body_of(Chunks(chunks))
    assert sum([len(chunk) async for chunk in body]) == body.size_bytes
    assert body.is_complete


@pytest.mark.parametrize("lie", [0, 7, 9])
async def test_a_file_of_another_length_is_never_sent_to_its_end(lie: int) -> None:
    body = body_of(Chunks([b"1234", b"5678"], size_bytes=lie))
    with pytest.raises(BrokenFileError):
        [chunk async for chunk in body]
    assert not body.is_complete
    assert isinstance(body.failure, BrokenFileError)


async def test_a_failure_of_the_file_itself_is_remembered() -> None:
    class Broken(Chunks):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"12"
            raise RuntimeError("disk")

    body = body_of(Broken([], size_bytes=4))
    with pytest.raises(RuntimeError):
        [chunk async for chunk in body]
    assert isinstance(body.failure, RuntimeError)


async def test_progress_counts_the_files_bytes_and_the_end_is_told_before_it_goes_out() -> None:
    told: list[object] = []

    async def before_end() -> None:
        told.append(("end", body.is_held, body.is_complete))

    content = Chunks([b"12", b"345", b"6"])
    body = in_a_form(replace(part_of(content), on_progress=told.append, before_end=before_end))
    async for chunk in body:
        told.append(body.is_complete)
        last = chunk
    assert told == [False, 2, False, 5, ("end", True, False), True, 6]
    assert not body.is_held
    assert last.endswith(b"6\r\n--B--\r\n")


async def test_a_small_file_goes_out_in_one_piece() -> None:
    assert len([chunk async for chunk in body_of(Chunks([b"small"]))]) == 1
