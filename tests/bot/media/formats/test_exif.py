import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.media.formats.exif import exif_with, orientation_of
from tests.bot.media.makers import exif_block


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_is_read_in_both_byte_orders(order: str, orientation: int) -> None:
    assert orientation_of(exif_block(orientation, order=order)) == orientation


def test_without_an_orientation_the_picture_is_upright() -> None:
    assert orientation_of(exif_block(None)) == 1


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_counts_as_upright(orientation: int) -> None:
    assert orientation_of(exif_block(orientation)) == 1


def test_an_orientation_of_another_type_counts_as_none() -> None:
    as_short, as_rational = struct.pack("<HH", 0x0112, 3), struct.pack("<HH", 0x0112, 5)
    assert orientation_of(exif_block(6, order="<").replace(as_short, as_rational)) == 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_what_is_written_is_read_back(orientation: int) -> None:
    assert orientation_of(exif_with(orientation)) == orientation


@pytest.mark.parametrize("length", range(len(exif_block())))
def test_a_cut_block_is_upright_or_still_readable(length: int) -> None:
    assert orientation_of(exif_block()[:length]) in {1, 6}


@given(st.binary(max_size=200), st.sampled_from([b"", b"II*\x00", b"MM\x00*"]))
def test_any_bytes_give_some_orientation(data: bytes, start: bytes) -> None:
    assert 1 <= orientation_of(start + data) <= 8
