import re

import pytest

from bot.errors import BrokenFileError
from bot.media.tape import Steps, Tape

PAIR = re.compile(rb"<>")


def run(steps: Steps[object], tape: Tape, *chunks: bytes) -> object:
    """Drive a parser over these chunks; returns what it returned."""
    try:
        for chunk in chunks:
            tape.load(chunk)
            next(steps)
        tape.end()
        next(steps)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("the parser waits for what never comes")


def test_taken_bytes_are_joined_across_chunks() -> None:
    tape = Tape()
    assert run(tape.take(5), tape, b"ab", b"", b"cd", b"efg") == b"abcde"
    assert not tape.is_empty
    assert tape.unload() == b""


def test_copied_bytes_are_kept_and_skipped_ones_are_not() -> None:
    tape = Tape()
    run(tape.copy(3), tape, b"ab", b"cdef")
    run(tape.skip(2), tape)
    run(tape.blank(1), tape)
    assert tape.unload() == b"abc\x00"
    assert tape.is_empty


def test_a_pattern_that_lies_across_two_chunks_is_found() -> None:
    tape = Tape()
    run(tape.copy_until(PAIR, b"<"), tape, b"a<b<", b"<", b">c")
    assert tape.unload() == b"a<b<"
    assert run(tape.take(2), tape) == b"<>"


def test_asking_for_more_than_comes_is_broken() -> None:
    tape = Tape()
    with pytest.raises(BrokenFileError, match="ends too early"):
        run(tape.take(3), tape, b"ab")


def test_whether_more_comes_can_be_asked() -> None:
    tape = Tape()
    assert run(tape.has(3), tape, b"ab", b"c") is True
    assert run(tape.has(4), tape) is False
    assert run(tape.take_buffer(None), tape) == b"abc"


def test_a_file_of_crumbs_is_broken_before_it_keeps_us_busy() -> None:
    def crumbs(tape: Tape) -> Steps[None]:
        while True:
            yield from tape.take(1)

    tape = Tape()
    with pytest.raises(BrokenFileError, match="too many tiny parts"):
        run(crumbs(tape), tape, bytes(100_000))
